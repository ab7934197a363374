"""One way to open the SQLite files that people's own words are kept in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.errors import QuothError


@contextmanager
def opened(file: Path, schema: str, named: str, failure: type[QuothError]) -> Iterator[sqlite3.Connection]:
    """A connection; its changes are kept where nothing fails. `failure` says that the `named` cannot be used."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=10)) as store, store:
            store.execute(schema)
            yield store
    except (OSError, sqlite3.Error) as error:
        raise failure(f"The {named} in {file} cannot be read or written ({error}).") from error
