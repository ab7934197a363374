"""The folder of an index: what lies where, whether a folder is one, and every operation that changes files in it."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import BrokenIndexError

CURRENT = "CURRENT"  # one line: the number of the published version and the SHA-256 of its manifest
VERSIONS = "versions"
MANIFEST = "manifest.json"
LOCK = "write.lock"
HOLDER = "writer.json"  # who holds the lock, for the message to whoever finds it held
TEMPORARY = ".tmp-"  # begins the names in `versions` that nothing refers to yet
POINTER = re.compile(rb"([1-9][0-9]{0,17}) [0-9a-f]{64}\n")


def refuse_foreign(index: Path) -> None:
    """Raise `BrokenIndexError` unless the folder is missing, empty or an index, so that no other files are touched."""
    if index.exists() and not (index.is_dir() and _is_index(index)):
        raise BrokenIndexError(
            f"{index} is not an index of Quoth and not an empty folder; name another folder with --index."
        )


def read_current(index: Path) -> bytes | None:
    """The beginning of `CURRENT`; None where there is none, nothing where it cannot be read."""
    try:
        with (index / CURRENT).open("rb") as stream:
            return stream.read(100)  # longer than any valid line, so that junk behind one shows
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return b""


def version_numbers(index: Path) -> list[int]:
    """The numbers of all versions in the folder, whole or not, newest first."""
    return sorted(
        (int(name) for name in _names(index / VERSIONS) if re.fullmatch("[1-9][0-9]{0,17}", name)), reverse=True
    )


def make_folder(folder: Path) -> None:
    """Make the folder and those above it; they outlast a power cut."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)  # another program may have been faster
        sync(folder.parent)


def write_bytes(file: Path, data: bytes) -> None:
    """Write a file, which outlasts a power cut only after `sync`."""
    with _named(file):
        file.write_bytes(data)


def sync(path: Path) -> None:
    """Return once the file, or the names in the folder, are on the disk."""
    is_folder = path.is_dir()
    if is_folder and os.name == "nt":
        return  # Windows cannot open a folder
    with _named(path):
        descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if not (is_folder and error.errno in (errno.EINVAL, errno.EBADF)):  # some network disks sync no folders
                raise
        finally:
            os.close(descriptor)


def move(source: Path, target: Path) -> None:
    """Give a file or folder another name at one stroke, in place of the file that has it."""
    source.replace(target)


def remove(path: Path) -> None:
    """Delete a file or a folder with all it holds, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def unwritable(index: Path, error: OSError) -> BrokenIndexError:
    """The error for a person whose disk refused to write."""
    place = index if error.filename is None else error.filename
    return BrokenIndexError(
        f"The index {index} cannot be written: {place}: {error.strerror or error}; "
        "any earlier version is as it was. Mend that and run: python -m qa index"
    )


def _is_index(index: Path) -> bool:
    """Whether something was published here, or nothing but what a first attempt leaves lies here."""
    if any((index / VERSIONS / str(number) / MANIFEST).exists() for number in version_numbers(index)):
        return True
    if POINTER.fullmatch(read_current(index) or b""):
        return True
    if (index / VERSIONS).is_file() or not _names(index) <= {VERSIONS, LOCK, HOLDER}:
        return False
    return all(name.startswith(TEMPORARY) for name in _names(index / VERSIONS))


def _names(folder: Path) -> set[str]:
    try:
        return {path.name for path in folder.iterdir()}
    except (FileNotFoundError, NotADirectoryError):
        return set()


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Add the path to errors of reading and writing, which come without one."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise
