"""What people say of answers: kept as gold questions, changed and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qa.evaluation.gold_store import GoldStore
from qa.evaluation.kept import locate
from qa.web.feedback import LONGEST, FeedbackError, find_words, keep_nothing, keep_right, keep_words
from tests.web.conftest import Browse, Serve
from tests.web.double import COLLINS, HORNET, MOON, MOON_TEXT, Double

if TYPE_CHECKING:
    from playwright.sync_api import Locator

ORBIT = "Who stayed in orbit?"
ARTICLES = Double().articles


@pytest.fixture
def store(tmp_path: Path) -> GoldStore:
    return GoldStore(tmp_path / "gold.sqlite")


def test_a_right_answer_is_kept_with_every_place_of_its_article(store: GoldStore) -> None:
    keep_right(store, ARTICLES, ORBIT, Double().ask(ORBIT), None)
    (kept,) = store.all()
    assert (kept.question, kept.article_id) == (ORBIT, MOON.id)
    assert locate(kept, ARTICLES).ranges == ((COLLINS.start, COLLINS.end), (HORNET.start, HORNET.end))


def test_what_is_said_later_takes_the_place_of_what_was_said_before(store: GoldStore) -> None:
    first = keep_right(store, ARTICLES, ORBIT, Double().ask(ORBIT), None)
    second = keep_words(store, MOON, ORBIT, "Columbia", 0, first)
    third = keep_nothing(store, ORBIT, second)
    assert first.id == second.id == third.id
    (kept,) = store.all()
    assert kept.impossible


def test_words_are_found_nearest_to_where_they_were_selected() -> None:
    places = [i for i in range(len(MOON_TEXT)) if MOON_TEXT.startswith("another world", i)]
    assert find_words(MOON, "another world", places[7] + 3) == (places[7], places[7] + len("another world"))


def test_white_space_may_differ_and_lines_that_are_no_article_are_not_quoted() -> None:
    assert find_words(MOON, "in Columbia.   Advertisement", 0) is None
    assert find_words(MOON, "Advertisement", 0) is None
    found = find_words(MOON, "another\nworld.\r\n\r\nMen", 0)
    assert found is not None
    assert MOON_TEXT[slice(*found)] == "another world.\n\nMen"


@pytest.mark.parametrize(
    ("words", "says"), [("  ", "Select"), ("x" * (LONGEST + 1), f"may have {LONGEST}"), ("no such", "word for word")]
)
def test_words_that_cannot_be_kept_say_why(store: GoldStore, words: str, says: str) -> None:
    with pytest.raises(FeedbackError, match=says):
        keep_words(store, MOON, ORBIT, words, 0, None)
    with pytest.raises(FeedbackError, match="Open an article"):
        keep_words(store, None, ORBIT, "Columbia", 0, None)
    assert store.all() == []


def test_an_abstention_cannot_be_right_words(store: GoldStore) -> None:
    nothing = Double().ask("What is the capital of Peru?")
    with pytest.raises(FeedbackError, match="no answer"):
        keep_right(store, ARTICLES, nothing.question, nothing, None)


def said(turn: Locator) -> str:
    turn.locator(".feedback span").wait_for()
    return turn.locator(".feedback").inner_text()


@pytest.mark.browser
def test_in_the_page_an_answer_is_judged_marked_and_taken_back(browse: Browse, serve: Serve, tmp_path: Path) -> None:
    store = GoldStore(tmp_path / "gold.sqlite")
    url = serve(lambda progress: Double(), store.file)
    seen = browse(url)
    turn = seen.ask(ORBIT)
    turn.get_by_role("button", name="Right", exact=True).click()
    assert "these words are right" in said(turn)
    assert len(store.all()[0].accepted) == 2
    turn.get_by_role("button", name="Undo").click()
    turn.get_by_role("button", name="Mark the right words").click()
    seen.page.locator("#quoth-article mark").wait_for()
    assert store.all() == []
    box = seen.page.get_by_label("Right words")
    box.fill("nobody at all")
    box.press("Enter")
    seen.page.locator(".notice").wait_for()
    assert "does not stand in" in seen.page.locator(".notice").inner_text()
    turn.get_by_role("button", name="Mark the right words").click()
    seen.page.evaluate("""() => {
        const text = document.querySelector('#quoth-quote').closest('.passage').nextSibling;
        const range = document.createRange();
        range.setStart(text, text.data.indexOf('Columbia'));
        range.setEnd(text, text.data.indexOf('Columbia') + 'Columbia'.length);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
    }""")
    seen.page.wait_for_function("document.querySelector('.marking input').value === 'Columbia'")
    seen.page.get_by_role("button", name="Keep").click()
    assert "Columbia" in said(turn)
    (kept,) = store.all()
    assert kept.accepted[0].start == MOON_TEXT.index("Columbia")
    assert not seen.page.locator(".marking").is_visible()


@pytest.mark.browser
def test_in_the_page_an_abstention_is_called_right(browse: Browse, serve: Serve, tmp_path: Path) -> None:
    store = GoldStore(tmp_path / "gold.sqlite")
    url = serve(lambda progress: Double(), store.file)
    turn = browse(url).ask("What is the capital of Peru?")
    turn.get_by_role("button", name="Right, they do not").click()
    assert "the articles do not say" in said(turn)
    assert store.all()[0].impossible
