"""An evaluation in the background: one at a time, with its progress, until it is done or cancelled."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from index.errors import QuothError
from qa.evaluation.evaluate import Asks, Evaluation, evaluate
from qa.evaluation.gold import Gold

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Idle:
    """Nothing was run, or the last run came to nothing for a reason."""

    reason: str = ""


@dataclass(frozen=True)
class Running:
    """`done` of `total` questions are asked; a cancelled run ends with the next one."""

    done: int
    total: int
    cancelled: bool = False


@dataclass(frozen=True)
class Done:
    """The run that ended last."""

    evaluation: Evaluation


RunState = Idle | Running | Done


class CancelledError(Exception):
    """The person cancelled the run."""


class Runner:
    """Holds the state of the evaluation. Safe to use from several threads."""

    def __init__(self) -> None:
        self._state: RunState = Idle()
        self._lock = threading.Lock()

    @property
    def state(self) -> RunState:
        """How far the run is now."""
        return self._state

    def start(self, gold: Gold, engine: Callable[[], Asks]) -> bool:
        """Begin a run over the engine, once it is there; False where one is under way already."""
        with self._lock:
            if isinstance(self._state, Running):
                return False
            self._state = Running(0, len(gold.questions))
        threading.Thread(target=self._run, args=(gold, engine), name="quoth-evaluation", daemon=True).start()
        return True

    def cancel(self) -> None:
        """End the run after the question that is being asked."""
        with self._lock:
            if isinstance(self._state, Running):
                self._state = replace(self._state, cancelled=True)

    def refuse(self, reason: str) -> None:
        """Say why a run could not begin, unless one is under way."""
        with self._lock:
            if not isinstance(self._state, Running):
                self._state = Idle(reason)

    def _run(self, gold: Gold, engine: Callable[[], Asks]) -> None:
        try:
            ended: RunState = Done(evaluate(gold, engine(), progress=self._progress))
        except CancelledError:
            ended = Idle("The evaluation was cancelled.")
        except QuothError as error:
            ended = Idle(str(error))
        except Exception:
            log.exception("The evaluation failed")
            ended = Idle("The evaluation failed, for a reason it did not expect; the terminal shows it.")
        with self._lock:
            self._state = ended

    def _progress(self, done: int, total: int) -> None:
        with self._lock:
            if isinstance(self._state, Running) and self._state.cancelled:
                raise CancelledError
            self._state = Running(done, total)
