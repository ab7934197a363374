"""Conversations are kept whole, found by their words, and never lost by two changes at once."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.records import Filters, Hit, Passage
from qa.conversation import Conversation, Kept, Problem, Scope, Turn, source_of, turn_from_row, turn_row
from qa.conversation_store import ConversationError, ConversationStore
from qa.records import Alternative, Answer, Nearest
from tests.web.double import COLLINS, HOSTILE, MOON, Double

ID = "0f" * 16
CITED = replace(COLLINS, passage=(COLLINS.context_start, COLLINS.end))
ANSWER = Answer(
    "Who?", "Michael Collins", 0.87, (CITED,), (Alternative("Hornet", 0.1, (CITED,)),), (Nearest(CITED, 0.5),),
    {"total": 1.0}, "Michael Collins", understood="Apollo 11: who?", threshold=0.4,
)  # fmt: skip
TURNS = (
    Turn("Who?", ANSWER, Kept("words", "a", "Columbia"), scope=Scope(("moon.md",), ("Science",), "1960-01-01", None)),
    Turn("And then?", Problem("No."), alone=True),
    Turn("Waiting?"),
)


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "folder" / "chats.sqlite")


def put(store: ConversationStore, id_: str, *turns: Turn) -> Conversation:
    return store.change(id_, lambda conversation: replace(conversation, turns=turns))


def test_a_conversation_comes_back_as_it_was(store: ConversationStore) -> None:
    assert store.get(ID) == Conversation(ID)
    kept = put(store, ID, *TURNS)
    assert kept.turns == TURNS
    assert store.get(ID) == kept
    assert ConversationStore(store.file).get(ID) == kept
    assert [turn_from_row(turn_row(turn)) for turn in TURNS] == list(TURNS)


def test_hits_are_not_kept(store: ConversationStore) -> None:
    found = replace(ANSWER, hits=(Hit(Passage("moon.md", 0, 9), 1.0, 1.0, 1, None),))
    put(store, ID, Turn("Who?", found))
    assert store.get(ID).turns[0].outcome == ANSWER


def test_looking_writes_nothing(store: ConversationStore) -> None:
    assert store.listed() == []
    store.get(ID)
    assert not store.file.exists()
    store.change(ID, lambda conversation: conversation)
    assert store.listed() == []


def test_the_latest_stands_first_and_all_words_must_be_there(store: ConversationStore) -> None:
    put(store, "a", TURNS[0])
    put(store, "b", Turn("What is 100 % of it?"))
    assert [each.id for each in store.listed()] == ["b", "a"]
    assert [each.id for each in store.listed("collins WHO")] == ["a"]
    assert [each.id for each in store.listed("100 %")] == ["b"]
    assert store.listed("collins 100") == []
    put(store, "a", *TURNS)
    assert [each.id for each in store.listed()] == ["a", "b"]


def test_a_name_is_given_found_and_taken_back(store: ConversationStore) -> None:
    put(store, ID, Turn("Who  stayed " + "very " * 30 + "long?"))
    assert store.listed()[0].title.startswith("Who stayed very")
    assert store.listed()[0].title.endswith("very …")
    store.rename(ID, "  The third\nman ")
    assert [each.title for each in store.listed("third man")] == ["The third man"]
    store.rename(ID, "")
    assert store.listed()[0].title.startswith("Who stayed")


def test_what_is_deleted_can_be_brought_back(store: ConversationStore) -> None:
    put(store, ID, *TURNS)
    store.delete(ID)
    assert store.listed() == []
    store.restore(ID)
    assert [each.id for each in store.listed()] == [ID]
    assert store.get(ID).turns == TURNS


def test_changes_at_the_same_time_are_all_kept(store: ConversationStore) -> None:
    def ask(number: int) -> None:
        store.change(ID, lambda c: replace(c, turns=(*c.turns, Turn(str(number)))))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(40)))
    assert sorted(int(turn.question) for turn in store.get(ID).turns) == list(range(40))


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "chats.sqlite"
    file.write_bytes(b"no database at all, " * 100)
    with pytest.raises(ConversationError, match=r"chats\.sqlite cannot be read"):
        ConversationStore(file).get(ID)


def test_rows_of_another_version_are_a_sentence(store: ConversationStore) -> None:
    put(store, ID, *TURNS)
    with sqlite3.connect(store.file) as raw:
        raw.execute("""UPDATE conversation SET turns = '[{"question": "Who?"}]'""")
    with pytest.raises(ConversationError, match="another version"):
        store.get(ID)


def test_what_was_asked_before_is_what_was_understood_with_the_articles_cited() -> None:
    conversation = Conversation(ID, turns=(*TURNS, Turn("Later?")))
    (earlier,) = conversation.earlier(3)
    assert (earlier.question, earlier.answer, earlier.article_ids) == (
        "Apollo 11: who?",
        "Michael Collins",
        ("moon.md",),
    )
    assert conversation.earlier(0) == []


def test_a_scope_is_the_chosen_articles_and_those_of_the_chosen_sources() -> None:
    articles = Double().articles
    assert Scope().filters(articles) == Filters()
    assert Scope(sources=("example.org",)).filters(articles) == Filters(article_ids=frozenset([MOON.id]))
    both = Scope((HOSTILE.id,), ("example.org",), "2000-01-01", "2001-01-01").filters(articles)
    assert both == Filters("2000-01-01", "2001-01-01", frozenset([MOON.id, HOSTILE.id]))
    assert Scope(sources=("nowhere",)).filters(articles) == Filters(article_ids=frozenset())


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        ({}, "example.org"),
        ({"url": "https://www.example.com/a"}, "example.com"),
        ({"url": None, "id": "reports/may/moon.md"}, "reports/may"),
        ({"url": "javascript:alert(1)", "id": "moon.md"}, "Science"),
        ({"url": None, "id": "moon.md", "section": None}, ""),
    ],
)
def test_the_source_of_an_article_is_its_site_else_its_folder_else_its_section(
    changes: dict[str, str | None], source: str
) -> None:
    assert source_of(replace(MOON, **changes)) == source  # type: ignore[arg-type]
