"""Conversations as a person keeps them: follow-ups, limits, reloads, the list, files and links, in a real Chromium."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from index.progress import Progress
from index.records import Filters
from qa.conversation import Turn
from qa.conversation_store import ConversationStore
from qa.records import Alternative, Answer
from tests.web.conftest import Browse, Serve, Watched, serving
from tests.web.double import ALERT, COLLINS, HORNET, HOSTILE, MOON, Double, Slow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Locator

    from qa.dialogue import Earlier

pytestmark = pytest.mark.browser

ORBIT = "Who stayed in orbit?"
PERU = "What is the capital of Peru?"


class Follows(Double):
    """Understands "she" in the light of an earlier question, and remembers what it was asked within."""

    asked: ClassVar[list[tuple[str, Filters, tuple[str, ...]]]] = []

    def ask(
        self,
        question: str,
        filters: Filters = Filters(),
        abstain: bool | None = True,
        earlier: Sequence[Earlier] = (),
    ) -> Answer:
        self.asked.append((question, filters, tuple(each.question for each in earlier)))
        answer = super().ask(question, filters, abstain)
        if "rockets" in question:
            otherwise = Alternative("30", 0.6, (ALERT,))
            return replace(answer, text="16", confidence=0.7, citations=(COLLINS,), alternatives=(otherwise,))
        if "he " in question and earlier:
            found = super().ask("orbit")
            return replace(found, question=question, understood=f"Michael Collins: {question}")
        return answer


@pytest.fixture
def follows(serve: Serve) -> str:
    Follows.asked.clear()
    return serve(lambda progress: Follows())


def open_list(seen: Watched) -> Locator:
    seen.page.get_by_role("button", name="Conversations").click()
    panel = seen.page.get_by_role("dialog", name="Conversations")
    panel.wait_for()
    return panel


def open_limits(seen: Watched) -> Locator:
    seen.page.locator(".limits [popovertarget='quoth-limiting']").click()
    panel = seen.page.get_by_role("dialog", name="Limit the search")
    panel.get_by_text(MOON.title).wait_for()
    return panel


def test_a_follow_up_says_how_it_was_understood_and_is_asked_alone_with_one_click(browse: Browse, follows: str) -> None:
    seen = browse(follows)
    seen.ask(ORBIT)
    turn = seen.ask("When did he retire?")
    assert "Understood as “Michael Collins: When did he retire?”" in turn.locator(".understood").inner_text()
    turn.get_by_role("button", name="Ask it alone").click()
    turn.locator(".quote.none").wait_for()
    assert Follows.asked[-2:] == [("When did he retire?", Filters(), (ORBIT,)), ("When did he retire?", Filters(), ())]
    turn.get_by_role("button", name="With the questions before").click()
    turn.locator("blockquote.quote").wait_for()
    assert seen.page.locator(".turn").count() == 2


def test_articles_that_say_otherwise_are_shown_with_their_dates(browse: Browse, follows: str) -> None:
    turn = browse(follows).ask("How many rockets were fired?")
    differ = turn.locator(".differ")
    assert differ.locator("h3").inner_text() == "Other articles may say otherwise"
    assert differ.locator(".quote").inner_text() == "30"
    assert differ.locator(".date").inner_text() == HOSTILE.date
    assert turn.locator("h3").count() == 1


def test_nothing_is_lost_by_a_reload_or_a_restart(browse: Browse, tmp_path: Path) -> None:
    def engine(progress: Progress) -> Double:
        return Double()

    with serving(engine, tmp_path / "gold.sqlite") as url:
        seen = browse(url)
        seen.ask(ORBIT).get_by_role("button", name="Right", exact=True).click()
        seen.page.locator(".feedback span").wait_for()
        seen.page.reload()
        seen.page.locator(".turn .feedback span").wait_for()
        assert seen.page.locator(".question").all_inner_texts() == [ORBIT]
        seen.ask(PERU)
        chat = seen.page.evaluate("sessionStorage.getItem('quoth-chat')")
        seen.page.goto("about:blank")
    with serving(engine, tmp_path / "gold.sqlite") as url:
        again = browse(f"{url}#chat={chat}")
        again.page.locator(".turn").nth(1).wait_for()
        assert again.page.locator(".question").all_inner_texts() == [ORBIT, PERU]
        again.page.locator("button.citation").first.click()
        again.page.locator("#quoth-quote").get_by_text("Michael Collins").wait_for()
        again.page.goto("about:blank")


def test_a_question_that_waited_when_the_program_ended_is_answered_later(
    browse: Browse, serve: Serve, tmp_path: Path
) -> None:

    chat = "ab" * 16
    store = ConversationStore(tmp_path / "chats.sqlite")
    store.change(chat, lambda conversation: replace(conversation, turns=(Turn(ORBIT),)))
    seen = browse(serve(lambda progress: Double(), tmp_path / "gold.sqlite") + f"#chat={chat}")
    seen.page.locator(".turn blockquote.quote").wait_for()


def test_conversations_are_found_named_deleted_and_brought_back(browse: Browse, follows: str) -> None:
    seen = browse(follows)
    seen.ask(ORBIT)
    seen.page.get_by_role("button", name="New chat").click()
    seen.page.locator(".welcome").wait_for()
    seen.ask(PERU)
    panel = open_list(seen)
    panel.locator("li").nth(1).wait_for()
    assert panel.locator("li .title").all_inner_texts() == [PERU, ORBIT]
    panel.get_by_label("Find in conversations").fill("michael COLL")
    panel.get_by_text(PERU).wait_for(state="hidden")
    panel.get_by_text("More").click()
    panel.get_by_role("button", name="Rename").click()
    panel.get_by_label("Name").fill("<b>The ${third} {{man}}</b>")
    seen.page.keyboard.press("Enter")
    panel.get_by_text("<b>The ${third} {{man}}</b>").wait_for()
    panel.get_by_text("More").click()
    panel.get_by_role("button", name="Delete").click()
    panel.get_by_text("No conversation has all these words.").wait_for()
    panel.get_by_role("button", name="Undo").click()
    panel.locator("li button.open").click()
    panel.wait_for(state="hidden")
    seen.page.locator(".question").get_by_text(ORBIT).wait_for()
    assert seen.page.locator(".turn").count() == 1


def test_an_answer_that_comes_late_is_not_drawn_over_another_conversation(browse: Browse, serve: Serve) -> None:
    slow = Slow()
    seen = browse(serve(lambda progress: slow))
    seen.page.get_by_label("Your question").fill(ORBIT)
    seen.page.keyboard.press("Enter")
    seen.page.locator(".waiting").wait_for()
    seen.page.get_by_role("button", name="New chat").click()
    seen.page.locator(".welcome").wait_for()
    slow.go.set()
    seen.page.wait_for_timeout(1500)
    assert seen.page.locator(".turn").count() == 0
    open_list(seen).locator("li button.open").click()
    seen.page.locator(".turn blockquote.quote").wait_for()


def test_a_search_is_limited_by_articles_sources_and_dates_and_each_limit_is_a_chip(
    browse: Browse, follows: str
) -> None:
    seen = browse(follows)
    panel = open_limits(seen)
    panel.get_by_label("Find an article").fill("walk moon")
    assert panel.locator(".articles div label").count() == 1
    panel.get_by_label(MOON.title).check()
    panel.get_by_label("example.org").check()
    panel.get_by_label("From").fill("1960-01-01")
    panel.get_by_role("button", name="Apply").click()
    chips = seen.page.locator(".limits .chip span")
    chips.nth(2).wait_for()
    assert chips.all_inner_texts() == [MOON.title, "example.org", "from 1 January 1960"]
    turn = seen.ask(ORBIT)
    assert turn.locator(".within").inner_text() == "Only in: from 1 January 1960, 1 article, example.org"
    assert Follows.asked[-1][1] == Filters("1960-01-01", None, frozenset([MOON.id]))
    seen.page.reload()
    chips.nth(2).wait_for()
    seen.page.get_by_role("button", name="Remove the limit example.org").click()
    chips.nth(2).wait_for(state="hidden")
    assert chips.all_inner_texts() == [MOON.title, "from 1 January 1960"]
    panel = open_limits(seen)
    assert panel.get_by_label(MOON.title).is_checked()
    panel.get_by_role("button", name="All articles").click()
    seen.page.locator(".limits").get_by_text("All articles").wait_for()
    seen.ask(PERU)
    assert Follows.asked[-1][1] == Filters()


def test_limits_that_nothing_can_pass_are_refused_with_a_sentence(browse: Browse, follows: str) -> None:
    seen = browse(follows)
    panel = open_limits(seen)
    panel.get_by_label("From").fill("1990-01-01")
    panel.get_by_label("Until").fill("1980-01-01")
    panel.get_by_role("button", name="Apply").click()
    seen.page.locator(".notice").get_by_text("later than").wait_for()
    assert seen.page.locator(".chip").count() == 0


def test_hostile_titles_are_text_among_the_limits(browse: Browse, follows: str) -> None:
    seen = browse(follows)
    panel = open_limits(seen)
    panel.get_by_label(HOSTILE.title).check()
    panel.get_by_role("button", name="Apply").click()
    seen.page.locator(".chip").get_by_text(HOSTILE.title).wait_for()
    assert seen.page.locator("#quoth-main img, #quoth-main script").count() == 0


@pytest.mark.parametrize(
    ("format_", "ending", "holds"),
    [
        ("Markdown", "md", "> Michael Collins"),
        ("JSON", "json", '"answer": "Michael Collins"'),
        ("HTML", "html", "<mark>Michael Collins</mark>"),
    ],
)
def test_a_conversation_is_saved_as_a_file(browse: Browse, follows: str, format_: str, ending: str, holds: str) -> None:
    seen = browse(follows)
    seen.ask(ORBIT)
    seen.ask("Who is hostile?")
    panel = open_list(seen)
    panel.get_by_text("More").click()
    with seen.page.expect_download() as saving:
        panel.get_by_role("button", name=format_).click()
    saved = saving.value
    assert saved.suggested_filename == f"who-stayed-in-orbit.{ending}"
    text = saved.path().read_text(encoding="utf-8")
    assert holds in text
    if ending == "json":
        assert [turn["answered"]["answer"] for turn in json.loads(text)["turns"]] == [
            "Michael Collins", "${alert(1)} and {{x}}"
        ]  # fmt: skip
    if ending == "html":
        assert "<img" not in text
        assert "<script" not in text


def test_a_link_opens_exactly_this_answer_with_its_mark(browse: Browse, follows: str) -> None:
    seen = browse(follows, permissions=["clipboard-read", "clipboard-write"])
    citation = seen.ask(ORBIT).locator(".citations li").nth(1)
    for _ in range(3):
        seen.ask(PERU)
    citation.get_by_text("Copy").click()
    citation.get_by_role("button", name="Link").click()
    citation.get_by_role("button", name="Copied").wait_for()
    link = seen.page.evaluate("navigator.clipboard.readText()")
    other = browse(link)
    other.page.locator("#quoth-quote").get_by_text(HORNET.quote).wait_for()
    assert other.page.locator(".question").all_inner_texts() == [ORBIT, PERU, PERU, PERU]
    first = other.page.locator(".turn").first.bounding_box()
    assert first is not None
    assert 0 <= first["y"] < 300


def test_where_an_article_has_changed_the_words_are_found_again_or_it_is_said(browse: Browse, tmp_path: Path) -> None:
    changed = replace(MOON, text="Something new. " + MOON.text.replace("Hornet", "Wasp"))

    with serving(lambda progress: Double(), tmp_path / "gold.sqlite") as url:
        seen = browse(url)
        seen.ask(ORBIT)
        chat = seen.page.evaluate("sessionStorage.getItem('quoth-chat')")
        seen.page.goto("about:blank")
    with serving(lambda progress: Double(articles={MOON.id: changed}), tmp_path / "gold.sqlite") as url:
        again = browse(f"{url}#chat={chat}")
        again.page.locator("button.citation").first.click()
        again.page.locator("#quoth-quote").get_by_text("Michael Collins").wait_for()
        again.page.locator("button.citation").nth(1).click()
        again.page.get_by_text("The quoted words no longer stand in").wait_for()


def test_conversations_that_cannot_be_read_or_kept_are_a_sentence(browse: Browse, serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "chats.sqlite").write_bytes(b"no database at all, " * 100)
    seen = browse(serve(lambda progress: Double(), tmp_path / "gold.sqlite"))
    sentence = "chats.sqlite cannot be read or written"
    seen.page.locator(".notice").get_by_text(sentence).wait_for()
    seen.page.get_by_label("Your question").fill(ORBIT)
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_timeout(500)
    seen.page.locator(".notice").get_by_text(sentence).wait_for()
    assert seen.page.get_by_label("Your question").input_value() == ORBIT


def test_all_of_it_works_while_nothing_but_the_loopback_can_be_reached(browse: Browse, follows: str) -> None:
    seen = browse(follows)
    seen.page.context.route(
        lambda url: not url.startswith(("http://127.0.0.1:", "data:", "blob:")), lambda route: route.abort()
    )
    seen.page.reload()
    seen.ask(ORBIT).locator("button.citation").first.click()
    seen.page.locator("#quoth-quote").wait_for()
    open_limits(seen).get_by_role("button", name="Cancel").click()
    open_list(seen).locator("li button.open").wait_for()


@pytest.mark.parametrize(("width", "height"), [(380, 700), (640, 400)])  # a phone; 200 % of 1,280 by 800
def test_on_a_phone_and_at_twice_the_size_nothing_sticks_out(
    browse: Browse, follows: str, width: int, height: int
) -> None:
    seen = browse(follows, viewport={"width": width, "height": height}, reduced_motion="reduce")
    seen.ask(ORBIT)
    seen.ask("When did he retire?")
    for open_panel in (open_limits, open_list):
        panel = open_panel(seen)
        box = panel.bounding_box()
        assert box is not None
        assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] >= 0
        assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        seen.page.keyboard.press("Escape")
        panel.wait_for(state="hidden")
