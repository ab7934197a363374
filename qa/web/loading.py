"""Opens the engine in the background, so that the page is there before the models are."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.errors import QuothError
from index.library import Added, Deleted
from index.progress import Progress
from index.records import Article, Filters, Refusal
from qa.dialogue import Earlier
from qa.evaluation.evaluate import Asks
from qa.listing import Listed
from qa.records import Answer, Nearest

log = logging.getLogger(__name__)


class Report(Protocol):
    """What the page says about the index."""

    @property
    def articles(self) -> int:
        """Number of articles."""
        ...

    @property
    def passages(self) -> int:
        """Number of passages."""
        ...

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """Files that are not in the index, and why."""
        ...


class Engine(Asks, Protocol):
    """What the page needs of an engine: `qa.quoth.Quoth`, or a double in the tests."""

    @property
    def report(self) -> Report:
        """What the index holds."""
        ...

    @property
    def listed(self) -> Sequence[Listed]:
        """All articles with their facts."""
        ...

    def ask(
        self, question: str, filters: Filters = ..., abstain: bool | None = ..., earlier: Sequence[Earlier] = ...
    ) -> Answer:
        """The answer, in the light of the `earlier` questions of a conversation."""
        ...

    def search(self, question: str, k: int = ..., filters: Filters = ...) -> Sequence[Nearest]:
        """The nearest passages, best first."""
        ...

    def add(self, name: str, data: bytes) -> Added:
        """Upload a file."""
        ...

    def delete(self, article_id: str) -> None:
        """Take an article out."""
        ...

    def restore(self, article_id: str) -> Deleted:
        """Bring a deleted article back."""
        ...

    def deleted(self) -> Sequence[Deleted]:
        """What can be restored."""
        ...

    def updated(self, progress: Progress) -> Engine:
        """An engine over the articles as they are now."""
        ...


@dataclass(frozen=True)
class Loading:
    """The engine is not there yet: `done` of `total` pieces of `stage` are finished."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class Ready:
    """The engine answers; `version` counts how often another one took its place."""

    engine: Engine
    version: int = 0


@dataclass(frozen=True)
class Failed:
    """There will be no engine; `reason` is a sentence for the person."""

    reason: str


State = Loading | Ready | Failed


class Loader:
    """Holds the engine once it is open, and until then how far it is. Safe to use from several threads."""

    def __init__(
        self, open_engine: Callable[[Progress], Engine], on_end: Callable[[State], None] = lambda _: None
    ) -> None:
        self._open = open_engine
        self._on_end = on_end
        self._state: State = Loading("Starting", 0, 0)
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="quoth-loader", daemon=True)

    @property
    def state(self) -> State:
        """How far the engine is now."""
        return self._state

    @property
    def articles(self) -> Mapping[str, Article]:
        """The articles by id; none until the engine is there."""
        state = self._state
        return state.engine.articles if isinstance(state, Ready) else {}

    @property
    def busy(self) -> bool:
        """Whether the background thread still runs."""
        return self._thread.is_alive()

    def replace(self, engine: Engine) -> None:
        """Put an engine over changed articles in its place; questions under way keep the one before."""
        with self._lock:
            if isinstance(self._state, Ready):
                self._state = Ready(engine, self._state.version + 1)

    def start(self) -> None:
        """Begin to open the engine, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Let nobody wait any longer for an engine that is not there."""
        if not self._ended.is_set():
            self._state = Failed("Quoth is being closed.")
            self._ended.set()

    def wait(self) -> Engine:
        """The engine, as soon as it is there; `QuothError` where it cannot be opened."""
        self._ended.wait()
        state = self._state
        if isinstance(state, Ready):
            return state.engine
        raise QuothError(state.reason if isinstance(state, Failed) else "The engine is not open.")

    def _run(self) -> None:
        try:
            state: State = Ready(self._open(self._report))
        except QuothError as error:
            state = Failed(str(error))
        except Exception:
            log.exception("Quoth could not open the articles")
            state = Failed("Quoth could not open the articles, for a reason it did not expect; the terminal shows it.")
        if not self._ended.is_set():
            self._state = state
            self._ended.set()
            self._on_end(state)

    def _report(self, stage: str, done: int, total: int) -> None:
        if not self._ended.is_set():
            self._state = Loading(stage, done, total)
