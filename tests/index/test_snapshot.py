"""Publishing and opening versions where nothing fails; the helpers serve test_snapshot_faults too."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from index import folder
from index.errors import BrokenIndexError
from index.snapshot import SCHEMA, Snapshot, current, publish, read, write_lock

FORK = get_context("fork")
FILES = ("articles.json", "terms/words.bin")


def writer(text: str) -> Callable[[Path], None]:
    """Writes the text into each of FILES, a little differently, by the operations that tests wrap."""

    def write(target: Path) -> None:
        folder.make_folder(target / "terms")
        for name in FILES:
            folder.write_bytes(target / name, f"{name} {text}".encode())

    return write


def content(snapshot: Snapshot) -> str:
    """The one text in all files and the manifest."""
    texts = {(snapshot.folder / name).read_text().removeprefix(f"{name} ") for name in FILES}
    (text,) = texts | {snapshot.manifest["text"]}
    assert isinstance(text, str)
    return text


def put(index: Path, text: str) -> Snapshot:
    """Publish the text, as a well-behaved writer does."""
    with write_lock(index):
        return publish(index, writer(text), {"text": text}, content)


def silent(line: str) -> None:
    """For versions that are whole."""
    raise AssertionError(f"unexpected warning: {line}")


def opened(index: Path, warn: Callable[[str], None] = silent) -> str | None:
    """What a reader finds."""
    return read(index, content, warn)


def tree(root: Path) -> dict[str, tuple[int, bytes]]:
    """All that lies in a folder: names, times of change and bytes."""
    return {
        str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in root.rglob("*")
    }


def sync_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip the wait for the disk, where a test publishes often and cuts no power: all else stays as it is."""
    monkeypatch.setattr(os, "fsync", os.fstat)


def names(index: Path) -> set[str]:
    return {path.name for path in (index / "versions").iterdir()}


def test_what_is_published_is_read(tmp_path: Path) -> None:
    index = tmp_path / "var" / "index"
    published = put(index, "first")
    snapshot = current(index, silent)
    assert snapshot == published
    assert (published.number, published.folder) == (1, index / "versions" / "1")
    assert (published.manifest["text"], published.manifest["schema"]) == ("first", SCHEMA)
    assert set(published.manifest["files"]) == set(FILES)
    assert content(published) == "first"


def _only_lock(index: Path) -> None:
    with write_lock(index):
        (index / "versions" / ".tmp-1").mkdir(parents=True)


@pytest.mark.parametrize("prepare", [lambda _: None, lambda index: index.mkdir(), _only_lock])
def test_nothing_published_is_none(tmp_path: Path, prepare: Callable[[Path], None]) -> None:
    prepare(tmp_path / "index")
    assert current(tmp_path / "index", silent) is None


def test_two_versions_are_kept_and_leftovers_go(tmp_path: Path) -> None:
    for text in "abc":
        put(tmp_path, text)
    (tmp_path / "versions" / ".tmp-9").mkdir()
    put(tmp_path, "d")
    assert names(tmp_path) == {"3", "4"}
    assert opened(tmp_path) == "d"


def test_the_version_kept_beside_the_newest_is_whole(tmp_path: Path) -> None:
    for text in "ab":
        put(tmp_path, text)
    (tmp_path / "versions" / "2" / FILES[0]).unlink()
    put(tmp_path, "c")
    assert names(tmp_path) == {"1", "3"}


def test_reading_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a")
    before = tree(tmp_path)
    for operation in ("make_folder", "write_bytes", "sync", "move", "remove"):
        monkeypatch.delattr(folder, operation)
    assert opened(tmp_path) == "a"
    assert tree(tmp_path) == before


@pytest.mark.parametrize("error", [BrokenIndexError("no"), OSError(5, "Input/output error"), ValueError("bug")])
@pytest.mark.parametrize("stage", ["write", "verify"])
def test_what_cannot_be_written_or_verified_is_not_published(tmp_path: Path, error: Exception, stage: str) -> None:
    put(tmp_path, "old")
    before = tree(tmp_path / "versions" / "1")

    def fail(_: object) -> None:
        raise error

    expected = ValueError if isinstance(error, ValueError) else BrokenIndexError
    with pytest.raises(expected), write_lock(tmp_path):
        publish(
            tmp_path,
            fail if stage == "write" else writer("new"),
            {"text": "new"},
            fail if stage == "verify" else content,
        )
    assert opened(tmp_path) == "old"
    assert names(tmp_path) == {"1"}
    assert tree(tmp_path / "versions" / "1") == before


@pytest.mark.parametrize("facts", [{"text": {1, 2}}, {"text": float("nan")}])
def test_facts_that_are_no_json_are_a_bug_that_leaves_nothing(tmp_path: Path, facts: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)), write_lock(tmp_path):
        publish(tmp_path, writer("a"), facts, content)
    assert names(tmp_path) == set()
    assert current(tmp_path, silent) is None


@pytest.mark.parametrize(
    "files",
    [
        ("letter.txt",),
        ("CURRENT", "MANIFEST-000001"),
        ("CURRENT",),
        ("versions/draft.txt",),
        ("versions/1/draft.txt",),
        ("versions",),
    ],
)
@pytest.mark.parametrize("use", [put, lambda index, text: publish(index, writer(text), {}, content), current])
def test_a_folder_of_other_things_is_refused_and_not_touched(
    tmp_path: Path, files: tuple[str, ...], use: Callable[[Path, object], object]
) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(BrokenIndexError, match=r"not an index of Quoth.*--index") as caught:
        use(tmp_path, "text")
    assert str(tmp_path) in str(caught.value)
    assert tree(tmp_path) == before


def test_a_stray_file_beside_an_index_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "a")
    (tmp_path / ".DS_Store").write_text("stray")
    put(tmp_path, "b")
    assert opened(tmp_path) == "b"
    assert (tmp_path / ".DS_Store").read_text() == "stray"


def _hold(index: Path, ready: Connection) -> None:
    with write_lock(index):
        ready.send(True)
        signal.pause()


def test_the_second_writer_fails_at_once_and_a_killed_holder_frees_the_lock(tmp_path: Path) -> None:
    here, there = FORK.Pipe()
    holder = FORK.Process(target=_hold, args=(tmp_path, there), daemon=True)
    holder.start()
    here.recv()
    with pytest.raises(BrokenIndexError, match=rf"process {holder.pid} since \d{{4}}-\d\d-\d\dT"):
        put(tmp_path, "mine")
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    put(tmp_path, "mine")
    assert opened(tmp_path) == "mine"


def test_a_second_thread_fails_too_and_the_lock_is_given_back(tmp_path: Path) -> None:
    caught: list[str] = []

    def second() -> None:
        try:
            put(tmp_path, "second")
        except BrokenIndexError as error:
            caught.append(str(error))

    with write_lock(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(caught) == 1
    assert f"process {os.getpid()} since" in caught[0]
    put(tmp_path, "third")


def test_a_lock_whose_holder_is_not_named_yet_still_holds(tmp_path: Path) -> None:
    with write_lock(tmp_path):
        (tmp_path / "writer.json").write_text("{")
        with pytest.raises(BrokenIndexError, match="another process"), write_lock(tmp_path):
            pass


def test_a_reader_whose_version_is_removed_meanwhile_reads_the_newest(tmp_path: Path) -> None:
    put(tmp_path, "a")
    turns = iter("bc")

    def slow(snapshot: Snapshot) -> str:
        for text in turns:
            put(tmp_path, text)
        return content(snapshot)

    assert read(tmp_path, slow, silent) == "c"
    assert not (tmp_path / "versions" / "1").exists()


def test_readers_meet_no_mixed_version_and_no_error_while_versions_are_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_nothing(monkeypatch)
    put(tmp_path, "0")
    done = threading.Event()
    last: list[str | None] = []
    errors: list[BaseException] = []

    def keep_reading() -> None:
        try:
            seen = [0]
            while not done.is_set():
                seen.append(int(opened(tmp_path) or -1))
            assert seen == sorted(seen)
            last.append(opened(tmp_path))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=keep_reading) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 21):
            put(tmp_path, str(number))
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert errors == []
    assert last == ["20"] * 8
