"""Gold questions that people keep: found again in changed articles, stored for good, brought in and taken out."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from index.records import Article
from qa.evaluation.evaluate import owners
from qa.evaluation.exchange import placed, read_incoming, to_csv, to_squad
from qa.evaluation.gold import GoldError, read_gold
from qa.evaluation.gold_store import GoldStore, StoreError, added
from qa.evaluation.kept import Accepted, KeptQuestion, accept, as_gold, find, locate

TEXT = "The keeper Ada Holt lit the lamp. Later Ada Holt left. The lamp was lit in 1871."
LIGHT = Article(id="light.txt", title="Port Ann", source="light.txt", text=TEXT)
FERRY = Article(id="ferry.txt", title="The ferry", source="ferry.txt", text="The ferry cost 300 crowns in 1871.")
ARTICLES = {a.id: a for a in (LIGHT, FERRY)}


def kept(*ranges: tuple[int, int], article: Article = LIGHT) -> KeptQuestion:
    accepted = tuple(accept(article, *each) for each in ranges)
    return KeptQuestion("id1", "Who lit it?", article.id, accepted, "2026-01-01T00:00:00+00:00")


SECOND = TEXT.index("Ada Holt left")


def test_an_unchanged_article_gives_the_marked_place() -> None:
    located = locate(kept((SECOND, SECOND + 8)), ARTICLES)
    assert (located.ranges, located.stale) == (((SECOND, SECOND + 8),), None)


@pytest.mark.parametrize(
    "edited",
    [
        f"A new first line.\n\n{TEXT}",
        TEXT.replace("The keeper Ada Holt lit the lamp. ", ""),
        TEXT.replace("Later", "Later that year"),
        TEXT.replace("The keeper", "Ada Holt, the keeper"),
    ],
)
def test_in_a_changed_article_the_place_is_found_by_what_surrounds_it(edited: str) -> None:
    at = find(edited, accept(LIGHT, SECOND, SECOND + 8))
    assert at is not None
    assert edited[at:].startswith("Ada Holt left")


def test_words_that_are_gone_and_articles_that_are_gone_are_stale() -> None:
    question = kept((11, 19), (SECOND, SECOND + 8))
    changed = {LIGHT.id: replace(LIGHT, text="Nobody lit it.")}
    stale = locate(question, changed).stale
    assert stale is not None
    assert "“Ada Holt” no longer stands in light.txt" in stale
    assert locate(question, {}).stale == "the article light.txt is gone"


def test_gold_is_what_evaluate_reads_and_leaves_stale_ones_out(tmp_path: Path) -> None:
    nothing = KeptQuestion("id2", "Who painted it?", None, (), "")
    about = KeptQuestion("id3", "Who painted the ferry?", FERRY.id, (), "")
    gone = KeptQuestion("id4", "Gone?", "gone.txt", (Accepted("x", 0, "", ""),), "")
    located = [locate(each, ARTICLES) for each in (kept((11, 19)), nothing, about, gone)]
    file = tmp_path / "gold.json"
    file.write_text(json.dumps(to_squad(as_gold(located, ARTICLES, "kept"))), encoding="utf-8")
    gold = read_gold(file)
    assert {q.id: (q.answers, q.impossible) for q in gold.questions} == {
        "id1": (("Ada Holt",), False),
        "id2": ((), True),
        "id3": ((), True),
    }
    answerable = [entry for entry in gold.articles if entry.title == "Port Ann"]
    assert owners(answerable, ARTICLES) == {LIGHT.text: frozenset({"light.txt"})}


def test_the_store_keeps_edits_and_deletions(tmp_path: Path) -> None:
    store = GoldStore(tmp_path / "new" / "gold.sqlite")
    assert store.all() == []
    first = store.add(" Who lit it? ", LIGHT.id, [accept(LIGHT, 11, 19)])
    second = store.add("Who painted it?", None, [])
    assert store.all() == [first, second]
    assert first.question == "Who lit it?"
    edited = store.edit(first.id[:6], "Who first lit it?", None, None)
    assert (edited.id, edited.accepted, edited.article_id) == (first.id, first.accepted, LIGHT.id)
    assert store.edit(first.id, None, None, []).impossible
    store.delete(second.id)
    assert [k.id for k in store.all()] == [first.id]
    assert store.all(deleted=True) == [second]
    store.restore(second.id)
    assert [k.id for k in store.all()] == [first.id, second.id]


def test_an_unknown_or_ambiguous_id_is_an_error(tmp_path: Path) -> None:
    store = GoldStore(tmp_path / "gold.sqlite")
    with pytest.raises(StoreError, match="no gold question 'x'"):
        store.get("x")
    store.write([replace(kept((0, 3)), id="aa1"), replace(kept((0, 3)), id="aa2")])
    with pytest.raises(StoreError, match="2 gold questions"):
        store.delete("aa")


def test_a_damaged_store_is_named_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "gold.sqlite"
    file.write_text("this is no database, but somebody's notes" * 50)
    before = file.read_bytes()
    with pytest.raises(StoreError, match=r"gold\.sqlite"):
        GoldStore(file).all()
    assert file.read_bytes() == before


def test_many_threads_may_write_at_once(tmp_path: Path) -> None:
    store = GoldStore(tmp_path / "gold.sqlite")
    threads = [threading.Thread(target=store.add, args=(f"Question {i}?", None, [])) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.all()) == 16


def test_csv_goes_out_and_comes_back_the_same(tmp_path: Path) -> None:
    questions = [
        replace(kept((11, 19), (4, 19)), question="=Who lit it?"),
        KeptQuestion("id2", "Who, “exactly”,\npainted it?", FERRY.id, (), ""),
    ]
    file = tmp_path / "gold.csv"
    file.write_text(to_csv(locate(q, ARTICLES) for q in questions), encoding="utf-8")
    assert "\n'=Who" in file.read_text(encoding="utf-8")
    incoming, unplaced = read_incoming(file, ARTICLES)
    assert not unplaced
    assert [(i.question, i.article_id) for i in incoming] == [(q.question, q.article_id) for q in questions]
    assert [[a.quote for a in i.accepted] for i in incoming] == [["Ada Holt", "keeper Ada Holt"], []]
    assert [len(added(questions, incoming)), len(added([], incoming + incoming))] == [0, 2]


def test_a_squad_file_is_placed_by_its_own_offsets(tmp_path: Path) -> None:
    second = replace(kept((SECOND, SECOND + 8)), id="id9")
    file = tmp_path / "gold.json"
    file.write_text(json.dumps(to_squad(as_gold([locate(second, ARTICLES)], ARTICLES, "x"))), encoding="utf-8")
    moved = {LIGHT.id: replace(LIGHT, text=f"News. {TEXT}")}
    (incoming,), unplaced = read_incoming(file, moved)
    assert not unplaced
    assert incoming.accepted[0].start == SECOND + len("News. ")


@pytest.mark.parametrize(
    ("answers", "article", "says"),
    [
        (["Bo Lind"], "", "“Bo Lind” does not stand in any article"),
        (["1871", "Bo Lind"], "Port Ann", "^“Bo Lind” does not stand in Port Ann"),
        (["Bo Lind", "Al Lind"], "", "“Bo Lind” and “Al Lind” do not stand in any article"),
        (["Ada Holt", "300 crowns"], "", "“Ada Holt” and “300 crowns” do not stand in one article"),
        (["1871"], "", "stands in 2 articles; name one"),
        (["1871"], "Harbour", "no article has the id or the title 'Harbour'"),
    ],
)
def test_answers_that_cannot_be_placed_say_why(answers: list[str], article: str, says: str) -> None:
    with pytest.raises(GoldError, match=says):
        placed("When?", article, [Accepted(each, 0, "", "") for each in answers], ARTICLES)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("question,answer\nWho?,x\n", "lacks the column article"),
        ("question,answer,article\n,x,y\n", "line 2: the question is empty"),
        (None, "There is no file"),
    ],
)
def test_a_csv_of_another_form_is_named(tmp_path: Path, content: str | None, says: str) -> None:
    file = tmp_path / "gold.csv"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match=says):
        read_incoming(file, ARTICLES)
