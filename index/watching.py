"""Notice that files of articles appear, change or go."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from watchfiles import Change, watch

from index.articles import SUFFIXES
from index.library import Library

LOOK_MS = 2_000  # how often it is checked that the folder is still the same one


def changes(root: Path, library: Library, stop: threading.Event) -> Iterator[None]:
    """Yields once it watches, and after every change of the articles in `root` or of the library, until `stop` is set.

    A folder that goes, as one that is unmounted, counts as a change, and so does its return.
    """
    library.folder.mkdir(parents=True, exist_ok=True)
    while not stop.is_set():
        if not root.exists():
            stop.wait(LOOK_MS / 1000)
            continue
        before = _identity(root)
        folder = root if root.is_dir() else root.parent
        found = watch(
            folder, library.folder, watch_filter=_Wanted(root, library), stop_event=stop, rust_timeout=LOOK_MS,
            yield_on_timeout=True, ignore_permission_denied=True,
        )  # fmt: skip
        before_it_began = True  # what changed then is taken up at the first look
        for each in found:
            if each or before_it_began:
                yield
            before_it_began = False
            if _identity(root) != before:
                break
        if not stop.is_set():
            yield


class _Wanted:
    """Whether a changed path can change the articles."""

    def __init__(self, root: Path, library: Library) -> None:
        self._root, self._library = root.resolve(), library.folder.resolve()

    def __call__(self, change: Change, path: str) -> bool:
        """Called by watchfiles."""
        changed = Path(path).resolve()
        if changed.is_relative_to(self._library):
            return changed.suffix == ".sqlite"
        if not self._root.is_dir():
            return changed == self._root
        return changed.suffix.lower() in SUFFIXES or change is Change.deleted or changed.is_dir()


def _identity(root: Path) -> tuple[int, int] | None:
    try:
        found = root.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
