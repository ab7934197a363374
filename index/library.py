"""What people change about a collection by hand: files that they upload, and articles that they delete.

The articles folder itself is never written to. Uploads lie under names made here, and deleting anything only marks it.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import unicodedata
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Literal

from index.articles import SUFFIXES, content_key, read_article
from index.database import opened
from index.errors import QuothError, RefusedError
from index.records import Article
from index.settings import IndexSettings

UPLOADS = "uploads"  # begins the ids of uploaded articles
LONGEST_NAME = 200  # characters
KEPT_DAYS = 30  # that a deleted upload can be restored
SCHEMA = """
CREATE TABLE IF NOT EXISTS article (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    file TEXT,  -- name of the uploaded file as it lies here; NULL for an article of the articles folder
    content TEXT,  -- SHA-256 of the words that can be quoted
    added TEXT,
    deleted TEXT
)
"""

Outcome = Literal["added", "changed", "already there", "refused"]


class LibraryError(QuothError):
    """The library cannot be read or written, or there is no such article."""


@dataclass(frozen=True)
class Upload:
    """An uploaded file: where it lies, and when it came (ISO 8601)."""

    file: Path
    added: str


@dataclass(frozen=True)
class Deleted:
    """A deleted article that can be restored, and when it was deleted (ISO 8601)."""

    id: str
    title: str
    deleted: str


@dataclass(frozen=True)
class Added:
    """What became of a file: `id` is that of its article, or of the one with the same content; `reason` why not."""

    name: str
    outcome: Outcome
    id: str | None = None
    title: str = ""
    reason: str = ""


class Library:
    """The uploads and deletions of one collection, in a folder of its own. Threads and programs may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._database = folder / "library.sqlite"
        self._files = folder / "files"

    def uploads(self) -> dict[str, Upload]:
        """The uploaded files by the ids of their articles."""
        rows = self._rows("SELECT id, file, added FROM article WHERE file IS NOT NULL AND deleted IS NULL ORDER BY id")
        folder = self._files.resolve()
        return {id_: Upload(folder / file, added) for id_, file, added in rows}

    def deleted(self) -> list[Deleted]:
        """What can be restored, the latest first."""
        rows = self._rows("SELECT id, title, deleted FROM article WHERE deleted IS NOT NULL ORDER BY deleted DESC, id")
        return [Deleted(*row) for row in rows]

    def add(self, name: str, data: bytes, settings: IndexSettings, known: Mapping[str, str]) -> Added:
        """Take up a file that its owner calls `name`, which may name folders before it; a refusal is no error.

        The same name with other content replaces the upload. `known` names the article for the content (`content_key`)
        of each that is indexed.
        """
        try:
            id_ = f"{UPLOADS}/{checked_name(name)}"
            file = self._store(id_, data)
            try:
                article = read_article(file, id_, settings, apart=True)
            except RefusedError:
                self._drop(file)
                raise
        except RefusedError as refusal:
            return Added(name, "refused", reason=str(refusal))
        except OSError as error:
            raise LibraryError(f"The upload {name} cannot be written to {self.folder} ({error.strerror}).") from error
        return self._enter(name, article, file, known, settings.most_uploads)

    def delete(self, id_: str, title: str) -> None:
        """Take an article out of the collection; its file stays, and `restore` brings it back."""
        with self._open() as store:
            store.execute(
                "INSERT INTO article (id, title, deleted) VALUES (?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET deleted = excluded.deleted WHERE deleted IS NULL",
                (id_, title, _now()),
            )
            self._forget_old(store)

    def restore(self, id_: str) -> Deleted:
        """Bring a deleted article back; `LibraryError` where it cannot be."""
        with self._open() as store:
            row = store.execute(
                "SELECT id, title, deleted FROM article WHERE id = ? AND deleted IS NOT NULL", (id_,)
            ).fetchone()
            if row is None:
                raise LibraryError(f"No deleted article is called {id_!r}; see: python -m qa articles list --deleted")
            store.execute("DELETE FROM article WHERE id = ? AND file IS NULL", (id_,))
            store.execute("UPDATE article SET deleted = NULL WHERE id = ?", (id_,))
        return Deleted(*row)

    def _enter(self, name: str, article: Article, file: Path, known: Mapping[str, str], most: int) -> Added:
        content = content_key(article)
        with self._open() as store:
            same = store.execute(
                "SELECT id FROM article WHERE content = ? AND deleted IS NULL ORDER BY id <> ?", (content, article.id)
            ).fetchone()
            there = known.get(content) if same is None else str(same[0])
            if there is not None and not self._is_deleted(store, there):
                self._drop(file, store)
                return Added(name, "already there", there, article.title)
            old = store.execute("SELECT file, deleted FROM article WHERE id = ?", (article.id,)).fetchone()
            count = store.execute("SELECT count(*) FROM article WHERE file IS NOT NULL AND deleted IS NULL").fetchone()
            if old is None and count[0] >= most:
                self._drop(file, store)
                return Added(
                    name, "refused", reason=f"is one more than the {most:,} uploads that are kept (QUOTH_MOST_UPLOADS)"
                )
            store.execute(
                "INSERT INTO article (id, title, file, content, added) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET title = excluded.title, file = excluded.file, "
                "content = excluded.content, added = excluded.added, deleted = NULL",
                (article.id, article.title, file.name, content, _now()),
            )
            if old is not None and old[0] != file.name:
                self._drop(self._files / old[0], store)
        return Added(name, "added" if old is None or old[1] is not None else "changed", article.id, article.title)

    def _store(self, id_: str, data: bytes) -> Path:
        """Write a file under a name made of its own and its content, so that no name of a person's ever is a path."""
        path = PurePosixPath(id_)
        words = "-".join(re.findall(r"[A-Za-z0-9]+", path.stem))[:60].lower() or "article"
        name = hashlib.sha256(id_.encode() + b"\0" + data).hexdigest()[:16]
        file = self._files / f"{words}-{name}{path.suffix.lower()}"
        self._files.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            fresh = file.with_suffix(f".{os.getpid()}.part")
            fresh.write_bytes(data)
            fresh.replace(file)
        return file

    def _drop(self, file: Path, store: sqlite3.Connection | None = None) -> None:
        """Remove a stored file that no row names."""
        if store is None:
            with self._open() as opened_store:
                self._drop(file, opened_store)
        elif store.execute("SELECT 1 FROM article WHERE file = ?", (file.name,)).fetchone() is None:
            file.unlink(missing_ok=True)

    def _forget_old(self, store: sqlite3.Connection) -> None:
        """Remove uploads for good that were deleted long ago."""
        last = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat(timespec="seconds")
        old = store.execute("SELECT id, file FROM article WHERE file IS NOT NULL AND deleted < ?", (last,)).fetchall()
        for id_, file in old:
            store.execute("DELETE FROM article WHERE id = ?", (id_,))
            (self._files / file).unlink(missing_ok=True)

    @staticmethod
    def _is_deleted(store: sqlite3.Connection, id_: str) -> bool:
        row = store.execute("SELECT 1 FROM article WHERE id = ? AND deleted IS NOT NULL", (id_,)).fetchone()
        return row is not None

    def _rows(self, query: str) -> list[tuple[str, ...]]:
        if not self._database.exists():
            return []
        with self._open() as store:
            return store.execute(query).fetchall()

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self._database, SCHEMA, "library", LibraryError)


def checked_name(name: str) -> str:
    """The name of an uploaded file, folders and all, as its id has it; `RefusedError` where it can be none."""
    parts = unicodedata.normalize("NFC", name).replace("\\", "/").split("/")
    kept = [part.strip() for part in parts if part.strip() not in {"", "."}]
    path = "/".join(kept)
    if not kept or ".." in kept or not path.isprintable() or len(path) > LONGEST_NAME:
        raise RefusedError(f"has a name that cannot be used: give it one of 1 to {LONGEST_NAME} printable characters")
    if PurePosixPath(path).suffix.lower() not in SUFFIXES:
        raise RefusedError(f"is none of the files that can be read: {', '.join(SUFFIXES)}")
    return path


def pasted(title: str, text: str) -> tuple[str, bytes]:
    """File name and content for a text that was pasted; its title goes into front matter, the text stays as it is."""
    shown = " ".join(title.split())
    words = "-".join(re.findall(r"\w+", shown))[:80] or f"pasted-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    quoted = "'" + shown.replace("'", "''") + "'"
    return f"{words}.md", (f"---\ntitle: {quoted}\n---\n\n{text}" if shown else text).encode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
