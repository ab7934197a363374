"""Where kept gold questions lie: one SQLite file for each collection of articles. Nothing is ever removed from it.

A question that is edited or deleted stays there as it was, marked as replaced; deleting can be undone.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from index.database import opened
from index.errors import QuothError
from qa.evaluation.exchange import Incoming
from qa.evaluation.kept import Accepted, KeptQuestion

FOLDER = Path("var") / "gold"
SCHEMA = """
CREATE TABLE IF NOT EXISTS revision (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    question TEXT NOT NULL,
    article_id TEXT,
    accepted TEXT NOT NULL,  -- JSON
    made TEXT NOT NULL,
    deleted INTEGER NOT NULL
)
"""
LATEST = """
SELECT id, question, article_id, accepted, made FROM revision
WHERE number IN (SELECT max(number) FROM revision GROUP BY id) AND deleted = ?
ORDER BY (SELECT min(number) FROM revision AS first WHERE first.id = revision.id)
"""


class StoreError(QuothError):
    """The kept gold questions cannot be read or written, or there is none with an id."""


class GoldStore:
    """Kept gold questions; each call opens the file anew, so that threads and programs may share it."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def all(self, deleted: bool = False) -> list[KeptQuestion]:
        """Every question, oldest first; or those that were deleted."""
        if not self.file.exists():
            return []
        with self._open() as store:
            return [_question(*row) for row in store.execute(LATEST, (int(deleted),))]

    def get(self, id_: str) -> KeptQuestion:
        """One question; `StoreError` where there is none with that id, which may be shortened."""
        found = [kept for kept in self.all() if kept.id.startswith(id_)]
        if len(found) == 1:
            return found[0]
        if found:
            raise StoreError(f"{len(found)} gold questions have ids that begin with {id_!r}; give more of it.")
        raise StoreError(f"There is no gold question {id_!r}; python -m qa gold list shows them.")

    def add(self, question: str, article_id: str | None, accepted: Sequence[Accepted]) -> KeptQuestion:
        """Keep a new question."""
        kept = _new(question, article_id, accepted)
        self.write([kept])
        return kept

    def edit(
        self, id_: str, question: str | None, article_id: str | None, accepted: Sequence[Accepted] | None
    ) -> KeptQuestion:
        """Change the words of a question, or its answers with their article; None leaves what is there."""
        old = self.get(id_)
        new = replace(old, question=old.question if question is None else question.strip(), made=_now())
        if accepted is not None:
            new = replace(new, article_id=article_id, accepted=tuple(accepted))
        self.write([new])
        return new

    def delete(self, id_: str) -> KeptQuestion:
        """Take a question out; `restore` brings it back."""
        kept = self.get(id_)
        self.write([kept], deleted=True)
        return kept

    def restore(self, id_: str) -> KeptQuestion:
        """Bring back a deleted question."""
        found = [kept for kept in self.all(deleted=True) if kept.id.startswith(id_)]
        if len(found) != 1:
            raise StoreError(f"There are {len(found)} deleted gold questions {id_!r}.")
        self.write(found)
        return found[0]

    def write(self, questions: Iterable[KeptQuestion], deleted: bool = False) -> None:
        """Write revisions, all or none."""
        rows = [
            (k.id, k.question, k.article_id, json.dumps([asdict(a) for a in k.accepted]), k.made, int(deleted))
            for k in questions
        ]
        with self._open() as store:
            store.executemany(
                "INSERT INTO revision (id, question, article_id, accepted, made, deleted) VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            )

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self.file, SCHEMA, "gold questions", StoreError)


def store_for(index: Path) -> GoldStore:
    """The store that belongs to an index: under var/gold/, apart from what can be built anew."""
    return GoldStore(FOLDER / f"{index.name}.sqlite")


def added(kept: Iterable[KeptQuestion], incoming: Iterable[Incoming]) -> list[KeptQuestion]:
    """The incoming questions that are not kept yet, as new ones; the same question of the same article is one."""
    known = {(k.question, k.article_id) for k in kept}
    new = []
    for each in incoming:
        question = each.question.strip()
        if (question, each.article_id) not in known:
            known.add((question, each.article_id))
            new.append(_new(question, each.article_id, each.accepted))
    return new


def _new(question: str, article_id: str | None, accepted: Sequence[Accepted]) -> KeptQuestion:
    return KeptQuestion(uuid.uuid4().hex[:12], question.strip(), article_id, tuple(accepted), _now())


def _question(id_: str, question: str, article_id: str | None, accepted: str, made: str) -> KeptQuestion:
    return KeptQuestion(id_, question, article_id, tuple(Accepted(**each) for each in json.loads(accepted)), made)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
