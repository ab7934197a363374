"""Takes up what changes in the articles folder, while the switch is on."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from index.library import Library
from index.watching import changes
from qa.web.updating import Updater

log = logging.getLogger(__name__)


class Watcher:
    """A switch: while it is on, every change of the articles asks the updater for an update."""

    def __init__(self, updater: Updater, root: Path, library: Library) -> None:
        self._updater, self._root, self._library = updater, root, library
        self._lock = threading.Lock()
        self._stop: threading.Event | None = None

    @property
    def on(self) -> bool:
        """Whether changes are taken up."""
        return self._stop is not None

    def turn(self, on: bool) -> None:
        """Begin or end to watch; what changed before it began is taken up too."""
        with self._lock:
            if on and self._stop is None:
                self._stop = threading.Event()
                threading.Thread(target=self._watch, args=(self._stop,), name="quoth-watcher", daemon=True).start()
            elif not on and self._stop is not None:
                self._stop.set()
                self._stop = None

    def _watch(self, stop: threading.Event) -> None:
        try:
            for _ in changes(self._root, self._library, stop):
                self._updater.request()
        except OSError as error:
            log.error("The articles folder is watched no longer: %s", error)
            with self._lock:
                if self._stop is stop:
                    self._stop = None
