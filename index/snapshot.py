"""Versions of the index on disk, whatever they hold: written aside, verified, and published at one stroke.

    CURRENT               the published version: its number and the SHA-256 of its manifest
    versions/7/           the files of version 7, never changed once they are there
    versions/7/manifest.json   the facts of the writer, the schema, and the size and SHA-256 of each file; its first
                               line seals all that follows
    versions/.tmp-8/      being written, or left by a crash

A crash or a power cut at any moment leaves the old version or the new one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from index import folder
from index.errors import BrokenIndexError
from index.lock import write_lock
from index.manifest import SCHEMA, DamageError, Snapshot, digest, encode_manifest, verified

__all__ = ["SCHEMA", "Snapshot", "current", "encode_manifest", "publish", "read", "write_lock"]

T = TypeVar("T")
REBUILD = "name the same --articles and --index and run: python -m qa index --rebuild"


def publish(
    index: Path, write: Callable[[Path], None], facts: Mapping[str, Any], verify: Callable[[Snapshot], object]
) -> Snapshot:
    """Publish what `write` puts into an empty folder, if `verify` can read it back; the caller holds `write_lock`.

    `facts` are kept in the manifest and must fit in JSON. `write` and `verify` raise OSError or a QuothError where they
    fail. `BrokenIndexError` where the folder holds anything but an index, or the disk fails; then nothing is published.
    """
    try:
        folder.refuse_foreign(index)
        folder.make_folder(index / folder.VERSIONS)
        for leftover in (index / folder.VERSIONS).glob(f"{folder.TEMPORARY}*"):
            folder.remove(leftover)
        number = max(folder.version_numbers(index), default=0) + 1
        snapshot = _commit(index, _prepare(index, number, write, facts, verify))
    except DamageError as damage:
        raise BrokenIndexError(
            f"What was written cannot be read back: {damage}; check that disk and run: python -m qa index"
        ) from damage
    except OSError as error:
        raise folder.unwritable(index, error) from error
    _remove_old(index, number)
    return snapshot


def current(index: Path, warn: Callable[[str], None]) -> Snapshot | None:
    """The published version, every file of it checked; None where nothing was ever published. Writes nothing.

    Where it is damaged, the newest other version that is whole, and one line to `warn`. `BrokenIndexError` where none
    is whole, where a newer Quoth wrote it, or where the folder is no index.
    """
    return read(index, lambda snapshot: snapshot, warn)


def read(index: Path, load: Callable[[Snapshot], T], warn: Callable[[str], None]) -> T | None:
    """What `load` makes of the `current` version, also while writers publish others and remove that one."""
    while True:
        pointer = folder.read_current(index)
        try:
            snapshot, fault = _find(index, pointer)
            loaded = None if snapshot is None else load(snapshot)
        except Exception as error:
            if folder.read_current(index) != pointer:
                continue  # what failed may have been removed meanwhile; each turn needs another version published
            if isinstance(error, OSError):
                place = index if error.filename is None else error.filename
                raise BrokenIndexError(
                    f"The index {index} cannot be read: {place}: {error.strerror or error}; mend that or name another "
                    "folder with --index."
                ) from error
            raise
        if snapshot is not None and fault is not None:
            if folder.read_current(index) != pointer:
                continue
            warn(f"{fault}; version {snapshot.number} is used instead. To mend it, {REBUILD}")
        return loaded


def _prepare(
    index: Path,
    number: int,
    write: Callable[[Path], None],
    facts: Mapping[str, Any],
    verify: Callable[[Snapshot], object],
) -> Snapshot:
    """Write a version aside, verify it, and bring it to the disk."""
    temporary = index / folder.VERSIONS / f"{folder.TEMPORARY}{number}"
    try:
        folder.make_folder(temporary)
        write(temporary)
        paths = sorted(temporary.rglob("*"))
        files = {path.relative_to(temporary).as_posix(): digest(path) for path in paths if path.is_file()}
        manifest = temporary / folder.MANIFEST
        folder.write_bytes(manifest, encode_manifest({**facts, "schema": SCHEMA, "files": files}))
        snapshot = verified(temporary, number)
        verify(snapshot)
        for path in [*reversed(paths), manifest, temporary]:
            folder.sync(path)
    except BaseException:
        with suppress(OSError):
            folder.remove(temporary)
        raise
    return snapshot


def _commit(index: Path, prepared: Snapshot) -> Snapshot:
    """Make a prepared version the current one, or leave everything as it was."""
    versions = index / folder.VERSIONS
    snapshot = replace(prepared, folder=versions / str(prepared.number))
    before = folder.read_current(index)
    try:
        line = _pointer(prepared)
        folder.move(prepared.folder, snapshot.folder)
        folder.sync(versions)
        _point(index, line)
        folder.sync(index)
    except BaseException:
        with suppress(OSError):  # in this order: the version goes only once nothing names it
            if folder.read_current(index) != before:
                folder.remove(index / folder.CURRENT) if before is None else _point(index, before)
            for path in (snapshot.folder, prepared.folder, versions / f"{folder.TEMPORARY}{folder.CURRENT}"):
                folder.remove(path)
        raise
    return snapshot


def _point(index: Path, line: bytes) -> None:
    fresh = index / folder.VERSIONS / f"{folder.TEMPORARY}{folder.CURRENT}"
    folder.write_bytes(fresh, line)
    folder.sync(fresh)
    folder.move(fresh, index / folder.CURRENT)


def _pointer(snapshot: Snapshot) -> bytes:
    manifest = (snapshot.folder / folder.MANIFEST).read_bytes()
    return f"{snapshot.number} {hashlib.sha256(manifest).hexdigest()}\n".encode()


def _remove_old(index: Path, newest: int) -> None:
    """Remove all versions but the newest and the newest other that is whole; what resists is left for the next time."""
    spare = None
    for number in folder.version_numbers(index):
        path = index / folder.VERSIONS / str(number)
        if number != newest and spare is None and _is_whole(path, number):
            spare = number
        elif number != newest:
            with suppress(OSError):
                folder.remove(path)


def _is_whole(path: Path, number: int) -> bool:
    try:
        verified(path, number)
    except DamageError:
        return False
    except BrokenIndexError:  # of a newer schema
        return True
    return True


def _find(index: Path, pointer: bytes | None) -> tuple[Snapshot | None, str | None]:
    """The version to use, and what is wrong with the one that should have been used."""
    folder.refuse_foreign(index)
    numbers = folder.version_numbers(index)
    if pointer is None and not numbers:
        return None, None
    faults = []
    try:
        return _pointed(index, pointer), None
    except DamageError as damage:
        faults.append(str(damage))
    for number in numbers:
        try:
            return verified(index / folder.VERSIONS / str(number), number), faults[0]
        except DamageError as damage:
            faults.append(str(damage))
    raise BrokenIndexError(f"The index is damaged: {', '.join(dict.fromkeys(faults))}; to mend it, {REBUILD}")


def _pointed(index: Path, pointer: bytes | None) -> Snapshot:
    """The version that `CURRENT` names."""
    if pointer is None:
        raise DamageError(f"{index / folder.CURRENT} is missing")
    match = folder.POINTER.fullmatch(pointer)
    if match is None:
        raise DamageError(f"{index / folder.CURRENT} does not name a version")
    number = int(match[1])
    snapshot = verified(index / folder.VERSIONS / str(number), number)
    if pointer != _pointer(snapshot):
        raise DamageError(f"{index / folder.CURRENT} does not belong to version {number}")
    return snapshot
