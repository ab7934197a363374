from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.library import Library
from index.settings import IndexSettings
from index.watching import changes

SECONDS = 20.0  # a slow machine's patience


@contextmanager
def watched(root: Path, library: Library) -> Iterator[queue.Queue[None]]:
    """What the watcher notices, once it watches."""
    noticed: queue.Queue[None] = queue.Queue()
    stop = threading.Event()

    def watch() -> None:
        for _ in changes(root, library, stop):
            noticed.put(None)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        noticed.get(timeout=SECONDS)  # it has begun
        yield noticed
    finally:
        stop.set()
        thread.join()


def test_files_that_appear_change_and_go_are_noticed(tmp_path: Path) -> None:
    root = tmp_path / "articles"
    root.mkdir()
    with watched(root, Library(tmp_path / "library")) as noticed:
        (root / "a.md").write_text("One.")
        noticed.get(timeout=SECONDS)
        (root / "a.md").write_text("Two.")
        noticed.get(timeout=SECONDS)
        (root / "a.md").unlink()
        noticed.get(timeout=SECONDS)
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "b.txt").write_text("Three.")
        (tmp_path / "new").rename(root / "new")
        noticed.get(timeout=SECONDS)


def test_uploads_of_other_programs_are_noticed_and_other_files_are_not(tmp_path: Path) -> None:
    root, library = tmp_path / "articles", Library(tmp_path / "library")
    root.mkdir()
    with watched(root, library) as noticed:
        (root / "notes.log").write_text("Nothing to read.")
        with pytest.raises(queue.Empty):
            noticed.get(timeout=3)
        library.add("a.md", b"# Title\n\nSome words stand here.\n", IndexSettings(), {})
        noticed.get(timeout=SECONDS)


def test_a_single_file_is_watched_too(tmp_path: Path) -> None:
    root = tmp_path / "articles" / "a.md"
    root.parent.mkdir()
    root.write_text("One.")
    with watched(root, Library(tmp_path / "library")) as noticed:
        (root.parent / "b.md").write_text("Another.")
        with pytest.raises(queue.Empty):
            noticed.get(timeout=3)
        root.write_text("Two.")
        noticed.get(timeout=SECONDS)


def test_a_folder_that_comes_back_is_watched_again(tmp_path: Path) -> None:
    root = tmp_path / "articles"
    root.mkdir()
    with watched(root, Library(tmp_path / "library")) as noticed:
        root.rename(tmp_path / "away")
        noticed.get(timeout=SECONDS)
        (tmp_path / "away").rename(root)
        noticed.get(timeout=SECONDS)
        while not noticed.empty():
            noticed.get()
        (root / "a.md").write_text("One.")
        noticed.get(timeout=SECONDS)
