"""Crashes, power cuts, failing disks and damaged files: the old version, the new one, or a clear error."""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index import folder
from index.errors import BrokenIndexError
from index.snapshot import REBUILD, SCHEMA, current, encode_manifest, publish, write_lock
from tests.index.test_snapshot import FILES, FORK, content, names, opened, put, silent, sync_nothing, tree, writer

OPERATIONS = ("make_folder", "write_bytes", "sync", "move", "remove")
Before = Callable[[int, str, tuple[Any, ...]], None]  # called with the count from 1, the operation and its arguments


@pytest.fixture(autouse=True)
def _sync_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sync_nothing(monkeypatch)


@contextmanager
def watched(before: Before) -> Iterator[None]:
    """Every operation on files calls `before` first, which may record it, fail or end the process."""
    count = itertools.count(1)

    def wrap(name: str, operation: Callable[..., None]) -> Callable[..., None]:
        def wrapped(*args: Any) -> None:  # noqa: ANN401
            before(next(count), name, args)
            operation(*args)

        return wrapped

    with pytest.MonkeyPatch.context() as patch:
        for name in OPERATIONS:
            patch.setattr(folder, name, wrap(name, getattr(folder, name)))
        yield


def base(root: Path, published: int) -> Path:
    """A folder in which "old" is the last of so many versions."""
    index = root / "base"
    index.mkdir()
    for _ in range(published):
        put(index, "old")
    return index


def one_line(error: pytest.ExceptionInfo[BrokenIndexError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    return message


# Crashes


def _crash(index: Path, at: int, *, torn: bool) -> None:
    def before(count: int, name: str, args: tuple[Any, ...]) -> None:
        if count != at:
            return
        if torn and name == "write_bytes":
            args[0].write_bytes(args[1][: len(args[1]) // 2])
        if torn and name == "remove" and args[0].is_dir():
            next(path for path in args[0].rglob("*") if path.is_file()).unlink()
        os._exit(77)

    with watched(before):
        put(index, "new")
    os._exit(0)


@pytest.mark.parametrize("torn", [False, True], ids=["before", "halfway"])
@pytest.mark.parametrize("published", [0, 1, 3])
def test_a_crash_at_any_operation_leaves_the_old_or_the_new(tmp_path: Path, published: int, torn: bool) -> None:
    origin = base(tmp_path, published)
    old = "old" if published else None
    found = []
    for at in itertools.count(1):
        index = tmp_path / str(at)
        shutil.copytree(origin, index)
        process = FORK.Process(target=_crash, args=(index, at), kwargs={"torn": torn})
        process.start()
        process.join()
        assert process.exitcode in (0, 77)
        # only where nothing was published before is a whole version used although CURRENT does not name it yet
        found.append(opened(index, silent if published else lambda _: None))
        put(index, "next")
        assert opened(index) == "next"
        assert len(names(index)) <= 2
        assert not any(name.startswith(".tmp-") for name in names(index))
        if process.exitcode == 0:
            break
    turn = found.index("new")
    assert found == [old] * turn + ["new"] * (len(found) - turn)
    assert turn >= 10  # so many operations at least come before publication


# Power cuts


class Node:
    """A file or folder as it is now, and as it is on the disk."""

    def __init__(self, path: Path | None = None, data: bytes = b"") -> None:
        self.is_folder = path is None or path.is_dir()
        self.names: dict[str, Node] = {}
        self.data = data
        if path is not None and path.is_dir():
            self.names = {child.name: Node(child) for child in path.iterdir()}
        elif path is not None:
            self.data = path.read_bytes()
        self.durable_names, self.durable_data = dict(self.names), self.data

    def at(self, *parts: str) -> Node:
        node = self
        for part in parts:
            node = node.names.setdefault(part, Node())
        return node

    def apply(self, index: Path, name: str, args: tuple[Any, ...]) -> None:
        """Do to this model of `index` what the operation does."""
        *parents, last = args[0].relative_to(index).parts or ("",)
        if name == "make_folder" and last:
            self.at(*parents, last)
        elif name == "write_bytes":
            node = self.at(*parents).names[last] = Node()
            node.is_folder, node.data = False, args[1]
        elif name == "move":
            *target_parents, target = args[1].relative_to(index).parts
            self.at(*target_parents).names[target] = self.at(*parents).names.pop(last)
        elif name == "remove":
            self.at(*parents).names.pop(last, None)
        elif name == "sync":
            node = self.at(*parents, last) if last else self
            node.durable_names, node.durable_data = dict(node.names), node.data

    def restore(self, path: Path, lucky: Callable[[str], bool]) -> None:
        """Write what a power cut leaves: unsynced bytes are lost, unsynced names only in folders without luck."""
        if not self.is_folder:
            path.write_bytes(self.durable_data)
            return
        path.mkdir()
        for name, node in (self.names if lucky(path.name) else self.durable_names).items():
            node.restore(path / name, lucky)


def _found_after_power_cuts(tmp_path: Path, published: int, kept: tuple[str, ...]) -> list[str | None]:
    """What opens after a cut behind each operation, for each set of folders whose unsynced names reached the disk."""
    index = base(tmp_path, published)
    with write_lock(index):
        disk = Node(index)
        log: list[tuple[str, tuple[Any, ...]]] = []
        with watched(lambda _, name, args: log.append((name, args))):
            publish(index, writer("new"), {"text": "new"}, content)
    found = []
    targets = (tmp_path / str(number) / "index" for number in itertools.count())
    for name, args in log:
        if name in kept:
            disk.apply(index, name, args)
        for luck in itertools.product([False, True], repeat=3):
            target = next(targets)
            target.parent.mkdir()
            chance = {"index": luck[0], "versions": luck[1]}
            disk.restore(target, lambda name, chance=chance, rest=luck[2]: chance.get(name, rest))  # type: ignore[misc]
            found.append(opened(target, silent if published and "sync" in kept else lambda _: None))
            shutil.rmtree(target.parent)
    return found


@pytest.mark.parametrize("published", [0, 1, 3])
def test_a_power_cut_behind_any_operation_leaves_the_old_or_the_new(tmp_path: Path, published: int) -> None:
    found = _found_after_power_cuts(tmp_path, published, OPERATIONS)
    assert set(found) == {"old" if published else None, "new"}
    assert found[-8:] == ["new"] * 8  # what was said to be published is there


def test_new_folders_above_the_index_outlast_a_power_cut(tmp_path: Path) -> None:
    log: list[tuple[str, Path]] = []
    with watched(lambda _, name, args: log.append((name, args[0]))):
        put(tmp_path / "var" / "index", "new")
    assert {("sync", tmp_path), ("sync", tmp_path / "var")} <= set(log)


def test_the_model_of_power_cuts_would_notice_a_missing_sync(tmp_path: Path) -> None:
    kept = tuple(name for name in OPERATIONS if name != "sync")
    try:
        found = _found_after_power_cuts(tmp_path, 3, kept)
    except BrokenIndexError:
        return
    assert found[-8:] != ["new"] * 8


# Failing disks


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("published", [0, 2])
def test_a_failure_of_any_operation_leaves_the_old_version(tmp_path: Path, published: int, code: int) -> None:
    origin = base(tmp_path, published)
    for at in itertools.count(1):
        index = tmp_path / str(at)
        shutil.copytree(origin, index)
        reached: list[str] = []

        def fail(count: int, name: str, args: tuple[Any, ...], at: int = at, reached: list[str] = reached) -> None:
            if count == at:
                reached.append(str(args[0]))
                raise OSError(code, os.strerror(code), reached[0])

        with write_lock(index), watched(fail):
            try:
                publish(index, writer("new"), {"text": "new"}, content)
                expected: str | None = "new"  # removing what is old may fail
            except BrokenIndexError as error:
                expected = "old" if published else None
                assert reached[0] in str(error)
                assert os.strerror(code) in str(error)
                assert "\n" not in str(error)
        assert opened(index) == expected
        assert not any(name.startswith(".tmp-") for name in (names(index) if (index / "versions").exists() else ()))
        if not reached:
            break
    assert at > 15


def test_a_disk_that_fails_for_good_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    origin = base(tmp_path, 2)
    found = []
    for at in range(1, 40):
        index = tmp_path / str(at)
        shutil.copytree(origin, index)

        def fail(count: int, name: str, args: tuple[Any, ...], at: int = at) -> None:
            if count >= at:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with write_lock(index):
            try:
                with watched(fail):
                    publish(index, writer("new"), {"text": "new"}, content)
            except BrokenIndexError as error:
                assert os.strerror(errno.ENOSPC) in str(error)
        found.append(opened(index))
        put(index, "next")
        assert opened(index) == "next"
    turn = found.index("new")
    assert found == ["old"] * turn + ["new"] * (len(found) - turn)


def _publish_within(index: Path, size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        put(index, "new" * size)
    except BrokenIndexError as error:
        os._exit(0 if os.strerror(errno.EFBIG) in str(error) and FILES[0] in str(error) else 1)
    os._exit(2)


def test_a_write_that_the_system_refuses_leaves_the_old_version(tmp_path: Path) -> None:
    put(tmp_path, "old")
    process = FORK.Process(target=_publish_within, args=(tmp_path, 10_000))
    process.start()
    process.join()
    assert process.exitcode == 0
    assert opened(tmp_path) == "old"
    assert names(tmp_path) == {"1"}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    index = tmp_path / "file" / "index"
    with pytest.raises(BrokenIndexError, match="cannot be written") as caught:
        put(index, "a")
    assert str(index) in one_line(caught)
    with pytest.raises(BrokenIndexError, match="cannot be written"):
        publish(index, writer("a"), {"text": "a"}, content)
    assert current(index, silent) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write in any folder")
def test_a_read_only_folder_is_read_and_refuses_to_be_written(tmp_path: Path) -> None:
    put(tmp_path, "old")
    paths = [tmp_path, *tmp_path.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        before = tree(tmp_path)
        assert opened(tmp_path) == "old"
        with pytest.raises(BrokenIndexError, match=r"cannot be written.*Permission denied"):
            put(tmp_path, "new")
        with pytest.raises(BrokenIndexError, match=r"cannot be written.*Permission denied"):
            publish(tmp_path, writer("new"), {"text": "new"}, content)
        assert tree(tmp_path) == before
    finally:
        for path in paths:
            path.chmod(0o755)


# Damaged files


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def add_junk(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


def swap(file: Path) -> None:
    """Exchange with another file of the version."""
    version = next(parent for parent in file.parents if parent.parent.name == "versions")
    other = version / FILES[file == version / FILES[0]]
    mine = file.read_bytes()
    file.write_bytes(other.read_bytes())
    other.write_bytes(mine)


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
@pytest.mark.parametrize("damage", [truncate, empty, flip, add_junk, swap, Path.unlink])
def test_damage_is_named_and_the_version_before_is_used(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    put(tmp_path, "old")
    put(tmp_path, "new")
    newest, oldest = (tmp_path / "versions" / number / name for number in "21")
    named = str(tmp_path / "versions" / "2") if damage is swap else str(newest)
    damage(newest)
    lines: list[str] = []
    assert opened(tmp_path, lines.append) == "old"
    (line,) = lines
    assert "\n" not in line
    assert named in line
    if damage in (truncate, empty, add_junk) and name in FILES:
        assert "bytes where the manifest says" in line
    assert "version 1 is used" in line
    damage(oldest)
    with pytest.raises(BrokenIndexError) as caught:
        opened(tmp_path)
    message = one_line(caught)
    assert named in message
    assert REBUILD in message


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_file_of_another_version_is_damage(tmp_path: Path, name: str) -> None:
    put(tmp_path, "old")
    put(tmp_path, "new")
    shutil.copy(tmp_path / "versions" / "1" / name, tmp_path / "versions" / "2" / name)
    lines: list[str] = []
    assert opened(tmp_path, lines.append) == "old"
    assert len(lines) == 1


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_every_single_bit_counts(tmp_path: Path, name: str) -> None:
    put(tmp_path, "only")
    file = tmp_path / "versions" / "1" / name
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        with pytest.raises(BrokenIndexError, match="damaged"):
            opened(tmp_path)
    file.write_bytes(whole)
    assert opened(tmp_path) == "only"


# CURRENT


def _bad_pointers(good: bytes, old: bytes) -> Iterator[bytes]:
    number, digest = good.split()
    yield from (b"", b"\n", b"garbage", b"2", b"2\n", good[:-1], good + b"1", good * 50, bytes(range(256)))
    yield from (old.split()[0] + b" " + digest + b"\n", number + b" " + old.split()[1] + b"\n")
    yield from (
        n + b" " + digest + b"\n" for n in (b"9", b"0", b"-2", b"02", b"../2", b"9" * 18, b"9" * 19, "²".encode())
    )
    yield from (good[:i] + bytes([good[i] ^ 1 << i % 8]) + good[i + 1 :] for i in range(len(good)))


def test_any_bad_pointer_leads_to_the_newest_version(tmp_path: Path) -> None:
    put(tmp_path, "old")
    old = (tmp_path / "CURRENT").read_bytes()
    put(tmp_path, "new")
    for bad in _bad_pointers((tmp_path / "CURRENT").read_bytes(), old):
        (tmp_path / "CURRENT").write_bytes(bad)
        lines: list[str] = []
        assert opened(tmp_path, lines.append) == "new"
        assert len(lines) == 1
        assert "version 2 is used" in lines[0]


@pytest.mark.parametrize("bad", [b"9" * 18 + b" " + b"0" * 64 + b"\n", b"", None])
def test_a_bad_pointer_is_mended_by_the_next_writer(tmp_path: Path, bad: bytes | None) -> None:
    put(tmp_path, "old")
    (tmp_path / "CURRENT").unlink()
    if bad is not None:
        (tmp_path / "CURRENT").write_bytes(bad)
    put(tmp_path, "new")
    assert opened(tmp_path) == "new"


def test_a_pointer_to_nothing_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, "old")
    shutil.rmtree(tmp_path / "versions")
    with pytest.raises(BrokenIndexError, match=r"manifest\.json is missing; .*python -m qa index --rebuild"):
        opened(tmp_path)


# Schema


def _set_schema(index: Path, number: int, schema: int) -> None:
    snapshot = current(index, silent)
    assert snapshot is not None
    data = encode_manifest({**snapshot.manifest, "schema": schema})
    (snapshot.folder / "manifest.json").write_bytes(data)
    (index / "CURRENT").write_bytes(f"{number} {hashlib.sha256(data).hexdigest()}\n".encode())


def test_a_newer_schema_asks_for_an_upgrade_though_an_older_version_is_there(tmp_path: Path) -> None:
    put(tmp_path, "old")
    put(tmp_path, "new")
    _set_schema(tmp_path, 2, SCHEMA + 1)
    with pytest.raises(
        BrokenIndexError, match=f"schema {SCHEMA + 1}, this one reads {SCHEMA}.*upgrade Quoth"
    ) as caught:
        opened(tmp_path, silent)
    one_line(caught)
    put(tmp_path, "rebuilt")
    assert names(tmp_path) == {"2", "3"}


def test_an_older_schema_asks_for_a_rebuild(tmp_path: Path) -> None:
    put(tmp_path, "old")
    _set_schema(tmp_path, 1, SCHEMA - 1)
    with pytest.raises(BrokenIndexError, match=f"schema {SCHEMA - 1}.*run: python -m qa index"):
        opened(tmp_path, silent)
