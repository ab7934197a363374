"""Brings the articles up to date in the background, while questions go on against the version before."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from index.errors import BusyIndexError, QuothError
from qa.web.loading import Engine, Loader
from qa.web.log import note

BUSY_SECONDS = 60  # longest wait for another program that writes the index
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Update:
    """How far it is: `done` of `total` pieces of `stage`; `stage` is "" while nothing is under way.

    Every request up to the ticket `finished` is served; `reason` says why the last update came to nothing.
    """

    stage: str = ""
    done: int = 0
    total: int = 0
    finished: int = 0
    reason: str = ""


class CancelledError(Exception):
    """The update is not wanted any more."""


class Updater:
    """One update at a time; all that is asked for meanwhile goes into the next. Safe to use from several threads."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._changed = threading.Condition()
        self._tickets, self._stopped = 0, False
        self._cancelled = False
        self._state = Update()
        self._thread = threading.Thread(target=self._run, name="quoth-updater", daemon=True)

    @property
    def state(self) -> Update:
        """How far the update is now."""
        return self._state

    def request(self, cancel: bool = False) -> int:
        """Ask for an update, and get the ticket to `wait` with; with `cancel`, what is under way begins anew."""
        with self._changed:
            self._tickets += 1
            self._cancelled = self._cancelled or cancel
            if not self._thread.is_alive() and not self._stopped:
                self._thread.start()
            self._changed.notify_all()
            return self._tickets

    def wait(self, ticket: int) -> None:
        """Return once the articles are as they were when the ticket was given; `QuothError` where that failed."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._state.finished >= ticket)
            if self._stopped or self._state.reason:
                raise QuothError(self._state.reason or "Quoth is being closed.")

    def stop(self) -> None:
        """Let nobody wait any longer."""
        with self._changed:
            self._stopped = self._cancelled = True
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped or self._state.finished < self._tickets)
                if self._stopped:
                    return
                ticket, self._cancelled = self._tickets, False
            reason = self._update()
            with self._changed:
                if reason is not None:
                    self._state = Update(finished=ticket, reason=reason)
                    self._changed.notify_all()

    def _update(self) -> str | None:
        """Why it failed, "" where it did not, None where it was cancelled."""
        try:
            engine = self._updated()
            self._loader.replace(engine)
            note("updated", articles=engine.report.articles, passages=engine.report.passages)
        except CancelledError:
            return None
        except QuothError as error:
            return str(error)
        except Exception:
            log.exception("The articles could not be brought up to date")
            return "The articles could not be taken up, for a reason Quoth did not expect; the terminal shows it."
        return ""

    def _updated(self) -> Engine:
        """The engine over the articles as they are now, once no other program writes the index."""
        until = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return self._loader.wait().updated(self._progress)
            except BusyIndexError:
                if time.monotonic() > until:
                    raise
                self._progress("Waiting for another program", 0, 0)
                time.sleep(0.5)

    def _progress(self, stage: str, done: int, total: int) -> None:
        if self._cancelled:
            raise CancelledError
        self._state = Update(stage, done, total, self._state.finished)
