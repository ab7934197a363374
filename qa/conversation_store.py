"""Where conversations are kept: one SQLite file for each collection of articles. Deleting one can be undone."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from index.database import opened
from index.errors import QuothError
from qa.conversation import Conversation, scope_from_row, shortened, turn_from_row, turn_row

FOLDER = Path("var") / "conversations"
SCHEMA = """
CREATE TABLE IF NOT EXISTS conversation (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    scope TEXT NOT NULL,  -- JSON
    turns TEXT NOT NULL,  -- JSON, one object a question
    words TEXT NOT NULL,  -- names, questions and answers in lower case, to search in
    changed TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
)
"""
LISTED = 200  # most conversations that a list shows


class ConversationError(QuothError):
    """Conversations cannot be read or written, or there is none with an id."""


@dataclass(frozen=True)
class Listed:
    """A conversation in the list: how it is called, and when it was last changed (ISO 8601)."""

    id: str
    title: str
    changed: str


class ConversationStore:
    """Kept conversations. Changing one from several threads at once is safe: changes come one after the other."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()

    def get(self, id_: str) -> Conversation:
        """A conversation; an empty one where nothing was kept under the id."""
        if not self.file.exists():
            return Conversation(id_)
        with self._open() as store:
            return _read(store, id_)

    def change(self, id_: str, how: Callable[[Conversation], Conversation]) -> Conversation:
        """Keep what `how` makes of a conversation, and return it; nothing is written where it changes nothing."""
        with self._lock, self._open() as store:
            old = _read(store, id_)
            new = how(old)
            if new != old:
                new = replace(new, changed=datetime.now(UTC).isoformat(timespec="milliseconds"))
                _write(store, new)
            return new

    def listed(self, words: str = "") -> list[Listed]:
        """The conversations in which all the words stand (parts of words count), latest change first."""
        if not self.file.exists():
            return []
        wanted = words.lower().split()
        match = "".join(" AND instr(words, ?) > 0" for _ in wanted)
        rows = f"SELECT id, title, changed FROM conversation WHERE NOT deleted{match} ORDER BY changed DESC LIMIT ?"
        with self._open() as store:
            return [Listed(*row) for row in store.execute(rows, (*wanted, LISTED))]

    def rename(self, id_: str, name: str) -> Conversation:
        """Give a conversation a name; "" calls it by its first question again."""
        return self.change(id_, lambda conversation: replace(conversation, name=shortened(name)))

    def delete(self, id_: str) -> None:
        """Take a conversation out of the list; `restore` brings it back."""
        self._mark(id_, deleted=True)

    def restore(self, id_: str) -> None:
        """Bring back a deleted conversation."""
        self._mark(id_, deleted=False)

    def _mark(self, id_: str, deleted: bool) -> None:
        with self._lock, self._open() as store:
            store.execute("UPDATE conversation SET deleted = ? WHERE id = ?", (int(deleted), id_))

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self.file, SCHEMA, "conversations", ConversationError)


def store_for(index: Path, person: str = "") -> ConversationStore:
    """A person's store for an index: under var/conversations/, apart from what can be built anew."""
    own = f".{hashlib.sha256(person.encode()).hexdigest()[:16]}" if person else ""  # no name of a person's is a path
    return ConversationStore(FOLDER / f"{index.name}{own}.sqlite")


def _read(store: sqlite3.Connection, id_: str) -> Conversation:
    row = store.execute("SELECT name, scope, turns, changed FROM conversation WHERE id = ?", (id_,)).fetchone()
    if row is None:
        return Conversation(id_)
    name, scope, turns, changed = row
    try:
        kept = tuple(turn_from_row(each) for each in json.loads(turns))
        return Conversation(id_, name, scope_from_row(json.loads(scope)), kept, changed)
    except (ValueError, KeyError, TypeError) as error:
        raise ConversationError(
            f"The conversation {id_!r} was kept by another version of Quoth and cannot be read ({error})."
        ) from error


def _write(store: sqlite3.Connection, conversation: Conversation) -> None:
    store.execute(
        "INSERT INTO conversation (id, name, title, scope, turns, words, changed) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, title = excluded.title, scope = excluded.scope, "
        "turns = excluded.turns, words = excluded.words, changed = excluded.changed",
        (
            conversation.id,
            conversation.name,
            conversation.title,
            json.dumps(asdict(conversation.scope), ensure_ascii=False),
            json.dumps([turn_row(turn) for turn in conversation.turns], ensure_ascii=False),
            _words(conversation),
            conversation.changed,
        ),
    )


def _words(conversation: Conversation) -> str:
    said = [turn.question for turn in conversation.turns]
    quoted = [text for turn in conversation.turns if (text := getattr(turn.outcome, "text", None))]
    return "\n".join([conversation.name, *said, *quoted]).lower()
