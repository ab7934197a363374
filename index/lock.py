"""One writer at a time: a lock that ends with the process that holds it, and the name of its holder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index import folder
from index.errors import BusyIndexError


@contextmanager
def write_lock(index: Path) -> Iterator[None]:
    """Hold the right to write the index, whose folder is made where it is missing.

    Does not wait: `BusyIndexError` names the process and the time since when, if another process or thread holds it,
    or says why the folder cannot be written. The lock of a process that was killed is free.
    """
    lock = FileLock(index / folder.LOCK, timeout=0)
    try:
        folder.refuse_foreign(index)
        folder.make_folder(index)
        lock.acquire()
    except Timeout:
        raise BusyIndexError(
            f"The index {index} is being written by {_holder(index)}; wait until that is done and try again."
        ) from None
    except OSError as error:
        raise folder.unwritable(index, error) from error
    try:
        _name_holder(index)
        yield
    finally:
        with suppress(OSError):
            folder.remove(index / folder.HOLDER)
        lock.release()


def _name_holder(index: Path) -> None:
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    with suppress(OSError):  # the lock holds without it
        (index / folder.HOLDER).write_text(json.dumps({"pid": os.getpid(), "since": since}), encoding="utf-8")


def _holder(index: Path) -> str:
    try:
        holder = json.loads((index / folder.HOLDER).read_text(encoding="utf-8"))
        return f"process {holder['pid']} since {holder['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"  # it has only just begun
