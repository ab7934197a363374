"""The whole path with the real engine: ask, mark other words, see them kept, evaluate, open the wrong answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.quoth import Quoth
from tests.web.conftest import Browse, Serve

ARTICLE = (
    "The lighthouse at Port Ann was built by Margaret Hollis in 1871.\n\n"
    "Its lamp was lit for the first time by the keeper, Jonas Reed, on a stormy night in March.\n"
)


@pytest.mark.browser
@pytest.mark.model
def test_from_a_question_to_the_wrong_answer_in_its_article(browse: Browse, serve: Serve, tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "light.txt").write_text(ARTICLE, encoding="utf-8")
    url = serve(lambda progress: Quoth.open(articles, tmp_path / "index", progress=progress), tmp_path / "gold.sqlite")
    seen = browse(url)
    turn = seen.ask("Who built the lighthouse at Port Ann?")
    assert turn.locator("blockquote.quote").inner_text() == "Margaret Hollis"
    turn.get_by_role("button", name="Mark the right words").click()
    seen.page.locator("#quoth-article mark").wait_for()
    seen.page.get_by_label("Right words").fill("Jonas Reed")
    seen.page.get_by_role("button", name="Keep").click()
    turn.locator(".feedback span").wait_for()

    seen.page.get_by_role("link", name="Evaluation").click()
    kept = seen.page.locator("#quoth-kept")
    kept.get_by_text("Who built the lighthouse at Port Ann?").wait_for()
    assert kept.locator("q").inner_text() == "Jonas Reed"
    seen.page.get_by_label("Gold questions kept from use (1)").check()
    seen.page.get_by_role("button", name="Evaluate").click()
    seen.page.locator(".report #questions").wait_for()
    seen.page.locator("#questions").get_by_text("Who built the lighthouse at Port Ann?").click()
    seen.page.get_by_role("button", name="Show in the article").click()
    checked = seen.page.locator("#quoth-checked")
    checked.locator(".source mark").first.wait_for()
    assert checked.locator(".source mark.found").inner_text() == "Margaret Hollis"
    assert checked.locator(".source mark.expected").inner_text() == "Jonas Reed"
