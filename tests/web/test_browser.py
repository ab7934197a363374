"""The page as a person uses it, in a real Chromium."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from index.errors import ArticlesError
from index.progress import Progress
from tests.web.conftest import LONGEST, PATIENCE, Browse, Serve
from tests.web.double import Double

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def is_visible_inside(page: Page, inner: str, outer: str) -> bool:
    box, frame = page.locator(inner).bounding_box(), page.locator(outer).bounding_box()
    assert box is not None
    assert frame is not None
    return bool(box["y"] >= frame["y"] and box["y"] + box["height"] <= frame["y"] + frame["height"])


def test_asking_shows_answer_confidence_and_marked_quote(browse: Browse, address: str) -> None:
    seen = browse(address)
    turn = seen.ask("Who stayed in orbit?")
    assert turn.locator(".question").inner_text() == "Who stayed in orbit?"
    assert turn.locator("blockquote.quote").inner_text() == "Michael Collins"
    assert turn.locator(".confidence").inner_text() == "Quite sure 87 %"
    assert turn.locator(".context").first.inner_text() == "Michael Collins stayed behind in Columbia."
    assert turn.locator(".alternatives .quote").inner_text() == "Hornet"

    citation = turn.locator("button.citation").first
    assert citation.inner_text().split("\n") == ["Two Americans walk on the Moon", "21 July 1969"]
    citation.click()
    mark = seen.page.locator("#quoth-article mark")
    mark.wait_for()
    assert mark.inner_text() == "Michael Collins"
    assert seen.page.locator("#quoth-article h2").inner_text() == "Two Americans walk on the Moon"
    seen.page.wait_for_function("document.activeElement.id === 'quoth-quote'")
    seen.page.wait_for_timeout(1000)  # smooth scrolling
    assert is_visible_inside(seen.page, "#quoth-article mark", "#quoth-source")
    assert citation.get_attribute("aria-current") == "true"


def copied(browse: Browse, address: str, name: str) -> str:
    """What the clipboard holds once the first citation was copied so."""
    seen = browse(address, permissions=["clipboard-read", "clipboard-write"])
    citation = seen.ask("Who stayed in orbit?").locator(".citations li").first
    citation.get_by_text("Copy").click()
    citation.get_by_role("button", name=name).click()
    citation.get_by_role("button", name="Copied").wait_for()
    text: str = seen.page.evaluate("navigator.clipboard.readText()")
    citation.get_by_role("button", name=name).wait_for()
    return text


def test_a_citation_is_copied_in_the_style_that_is_wanted(browse: Browse, address: str) -> None:
    assert copied(browse, address, "BibTeX").startswith("@misc{two-americans-walk-1969-")


def test_a_link_opens_the_article_at_its_words_wherever_they_stand(browse: Browse, address: str) -> None:
    other = browse(copied(browse, address, "Link"))
    other.page.locator("#quoth-quote").wait_for()
    assert other.page.locator("#quoth-quote").inner_text() == "Michael Collins"
    other.page.evaluate("location.hash = 'article=moon.md&start=0&words=stayed++behind'")
    other.page.locator("#quoth-quote").get_by_text("stayed behind").wait_for()
    other.page.evaluate("location.hash = 'article=moon.md&words=nobody'")
    other.page.get_by_text("no longer stand in “Two Americans walk on the Moon”").wait_for()
    other.page.evaluate("location.hash = 'article=gone.md&words=%24%7Balert(1)%7D%3Cimg%3E'")
    other.page.get_by_text("not among your articles").wait_for()


def test_clicking_the_same_citation_again_scrolls_back_to_the_quote(browse: Browse, address: str) -> None:
    seen = browse(address, reduced_motion="reduce")
    turn = seen.ask("Who stayed in orbit?")
    for _ in range(2):
        turn.locator("button.citation").first.click()
        seen.page.wait_for_function("document.activeElement.id === 'quoth-quote'")
        assert is_visible_inside(seen.page, "#quoth-article mark", "#quoth-source")
        seen.page.evaluate("document.querySelector('#quoth-source').scrollTop = 0")
        assert not is_visible_inside(seen.page, "#quoth-article mark", "#quoth-source")


def test_the_keyboard_is_enough(browse: Browse, address: str) -> None:
    seen = browse(address)
    turn = seen.ask("Who stayed in orbit?")
    turn.locator("button.citation").nth(1).focus()
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_function("document.activeElement.id === 'quoth-quote'")
    assert seen.page.locator("#quoth-quote").inner_text() == "Hornet"
    seen.page.keyboard.press("Escape")
    assert seen.page.evaluate("document.activeElement.getAttribute('aria-current')") == "true"


def test_the_places_of_an_answer_are_gone_through_one_by_one(browse: Browse, address: str) -> None:
    seen = browse(address, reduced_motion="reduce")
    turn = seen.ask("Who stayed in orbit?")
    turn.locator("button.citation").first.click()
    steps = seen.page.get_by_role("navigation", name="Places of the answer")
    assert steps.locator("span").inner_text() == "1 of 2"
    steps.get_by_role("button", name="Next").click()
    seen.page.locator("#quoth-quote").get_by_text("Hornet").wait_for()
    assert steps.locator("span").inner_text() == "2 of 2"
    assert turn.locator("button.citation").nth(1).get_attribute("aria-current") == "true"
    assert steps.get_by_role("button", name="Next").evaluate("e => e === document.activeElement")
    seen.page.keyboard.press("Enter")  # there is no further one
    assert steps.locator("span").inner_text() == "2 of 2"
    steps.get_by_role("button", name="Previous").click()
    seen.page.locator("#quoth-quote").get_by_text("Michael Collins").wait_for()
    seen.page.keyboard.press("Escape")
    seen.page.wait_for_function("document.activeElement.getAttribute('aria-current') === 'true'")
    turn.locator(".alternatives button.citation").click()
    steps.wait_for(state="hidden")


def test_a_slash_leads_to_the_question_box(browse: Browse, address: str) -> None:
    seen = browse(address)
    seen.ask("Who stayed in orbit?").locator("button.citation").first.click()
    seen.page.wait_for_function("document.activeElement.id === 'quoth-quote'")
    seen.page.keyboard.press("/")
    seen.page.keyboard.type("1/2")
    assert seen.page.get_by_label("Your question").input_value() == "1/2"


def test_an_example_is_asked_with_one_click(browse: Browse, address: str) -> None:
    seen = browse(address)
    seen.page.locator("button.example").first.click()
    seen.page.locator(".turn blockquote.quote").wait_for()
    assert seen.page.locator(".turn .question").inner_text() == "Who stayed in orbit?"


def test_where_the_articles_do_not_say_the_nearest_passages_are_citations(browse: Browse, address: str) -> None:
    seen = browse(address)
    turn = seen.ask("What is the capital of Peru?")
    assert turn.locator(".quote.none").inner_text() == "The articles do not say."
    assert "probability of 2 %" in turn.locator(".why").inner_text()
    turn.locator(".nearest button.citation").click()
    seen.page.locator("#quoth-article mark").wait_for()
    assert seen.page.locator("#quoth-article mark").inner_text() == "Hornet"


def test_the_chat_is_kept_and_a_new_one_can_be_begun(browse: Browse, address: str) -> None:
    seen = browse(address)
    seen.ask("Who stayed in orbit?")
    seen.ask("What is the capital of Peru?")
    said = "() => document.querySelector('.quoth-unseen[aria-live]').textContent === 'The articles do not say.'"
    seen.page.wait_for_function(said)
    assert seen.page.locator(".question").all_inner_texts() == ["Who stayed in orbit?", "What is the capital of Peru?"]
    other = browse(address)
    assert other.page.locator(".turn").count() == 0
    seen.page.get_by_role("button", name="New chat").click()
    seen.page.locator(".welcome").wait_for()
    assert seen.page.locator(".turn").count() == 0


def test_an_answer_whose_event_is_lost_comes_all_the_same(browse: Browse, address: str) -> None:
    seen = browse(address)
    closed = 'data: {"msg": "close_stream"}\n\n'
    seen.page.route("**/queue/data*", lambda route: route.fulfill(content_type="text/event-stream", body=closed))
    assert seen.ask("Who stayed in orbit?").locator("blockquote.quote").inner_text() == "Michael Collins"


def test_two_questions_asked_in_haste_are_both_answered(browse: Browse, address: str) -> None:
    seen = browse(address)
    for number, question in enumerate(("Who stayed in orbit?", "What is the capital of Peru?")):
        seen.page.get_by_label("Your question").fill(question)
        seen.page.keyboard.press("Enter")
        seen.page.locator(".turn").nth(number).wait_for()
    for turn in range(2):
        seen.page.locator(".turn").nth(turn).locator(".answer").wait_for()
    assert seen.page.locator(".question").all_inner_texts() == ["Who stayed in orbit?", "What is the capital of Peru?"]


@pytest.mark.parametrize(
    ("question", "sentence"), [("   ", "The question is empty"), ("who " * LONGEST, f"may have {LONGEST}")]
)
def test_an_empty_or_long_question_is_refused_with_a_sentence(
    browse: Browse, address: str, question: str, sentence: str
) -> None:
    seen = browse(address)
    seen.page.get_by_label("Your question").fill(question)
    seen.page.keyboard.press("Enter")
    seen.page.locator(".notice").wait_for()
    assert sentence in seen.page.locator(".notice").inner_text()
    assert seen.page.locator(".turn").count() == 0
    seen.ask("Who stayed in orbit?")
    assert seen.page.locator(".notice").count() == 0


def test_errors_become_sentences_without_their_insides(browse: Browse, address: str) -> None:
    seen = browse(address)
    assert seen.ask("Please refuse").locator(".problem").inner_text() == "This question is refused; ask another one."
    said = seen.ask("Please crash").locator(".problem").inner_text()
    assert "did not expect" in said
    assert "secret" not in said


def test_hostile_articles_and_questions_are_shown_as_text(browse: Browse, address: str) -> None:
    seen = browse(address)
    question = "<img src=x onerror=alert(2)> ${alert(3)} {{hostile}}"
    turn = seen.ask(question)
    assert turn.locator(".question").inner_text() == question
    assert turn.locator("blockquote.quote").inner_text() == "${alert(1)} and {{x}}"
    turn.locator("button.citation").click()
    seen.page.locator("#quoth-article mark").wait_for()
    article = seen.page.locator("#quoth-article")
    assert article.locator("h2").inner_text() == "<img src=x onerror=alert(1)>"
    assert "First ${alert(1)} and {{x}} and `${window.broken = 1}`." in article.inner_text()
    assert seen.page.locator("#quoth-main img, #quoth-main script, #quoth-article a").count() == 0
    assert seen.page.evaluate("window.broken === undefined")


def test_inline_handlers_never_run_even_if_markup_slipped_in(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.locator(".welcome").wait_for()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=data:, onerror=\"window.broken = 1\">')")
    page.wait_for_timeout(300)
    assert page.evaluate("window.broken === undefined")
    page.context.close()


def test_progress_is_shown_and_a_question_asked_meanwhile_is_answered(browse: Browse, serve: Serve) -> None:
    go = threading.Event()

    def slow(progress: Progress) -> Double:
        progress("Reading articles", 3, 42)
        go.wait()
        return Double()

    url = serve(slow)
    seen = browse(url)
    seen.page.get_by_text("3 of 42").wait_for()
    assert "Reading articles" in seen.page.locator(".status.loading").inner_text()
    seen.page.get_by_label("Your question").fill("Who stayed in orbit?")
    seen.page.keyboard.press("Enter")
    seen.page.get_by_text("Waiting until the articles are ready").first.wait_for()
    go.set()
    seen.page.locator(".turn blockquote.quote").wait_for()
    seen.page.locator(".status.ready").wait_for()
    assert "2 articles, 5 passages" in seen.page.locator(".status").inner_text()
    seen.page.locator(".refused summary").click()
    assert seen.page.locator(".refused li").inner_text() == "<i>bad</i>.txt is empty"


def test_articles_that_cannot_be_opened_are_explained(browse: Browse, serve: Serve) -> None:
    def fail(progress: Progress) -> Double:
        raise ArticlesError("No article in <b>folder</b> can be indexed.")

    url = serve(fail)
    seen = browse(url)
    seen.page.locator(".status.failed").wait_for()
    assert seen.page.locator(".status").inner_text() == "No article in <b>folder</b> can be indexed."
    said = seen.ask("Who stayed in orbit?").locator(".problem").inner_text()
    assert said == "No article in <b>folder</b> can be indexed."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_narrow_window_nothing_sticks_out_and_there_is_a_way_back(
    browse: Browse, address: str, scheme: str
) -> None:
    seen = browse(address, viewport={"width": 380, "height": 700}, color_scheme=scheme, reduced_motion="reduce")
    turn = seen.ask("Who stayed in orbit?")
    turn.locator("button.citation").first.click()
    seen.page.wait_for_function("document.activeElement.id === 'quoth-quote'")
    assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    seen.page.locator(".back").click()
    seen.page.wait_for_function("document.activeElement.classList.contains('citation')")
