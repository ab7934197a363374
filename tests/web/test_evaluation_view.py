"""The evaluation view in a real browser: run, look at what is wrong, cancel, and edit gold questions."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from qa.evaluation.exchange import to_squad
from qa.evaluation.gold import GoldArticle
from qa.evaluation.gold_store import GoldStore
from qa.evaluation.kept import accept
from qa.web.evaluating import Done, Idle, Runner, Running
from tests.qa.evaluation.double import gold_of, gold_question
from tests.web.conftest import Browse, Serve, Watched
from tests.web.double import MOON, MOON_TEXT, Double, Slow, place

ORBIT = "Who stayed in orbit?"
GOLD = gold_of(
    GoldArticle(
        MOON.title,
        (MOON_TEXT,),
        (
            gold_question("right", ORBIT, MOON_TEXT, "Michael Collins", title=MOON.title),
            gold_question("wrong", "Where did the third man orbit?", MOON_TEXT, "Columbia", title=MOON.title),
            gold_question("none", "What is the capital of Peru?", MOON_TEXT, title=MOON.title),
        ),
    )
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    file = tmp_path / "corpus.json"
    file.write_text(json.dumps(to_squad(GOLD)), encoding="utf-8")
    return file


def open_view(seen: Watched) -> None:
    seen.page.get_by_role("link", name="Evaluation").click()
    seen.page.locator(".choice").wait_for()


@pytest.mark.browser
def test_a_run_shows_the_report_and_a_wrong_answer_in_its_article(
    browse: Browse, serve: Serve, tmp_path: Path, corpus: Path
) -> None:
    url = serve(lambda progress: Double(), tmp_path / "gold.sqlite", corpus)
    seen = browse(url)
    open_view(seen)
    assert not seen.page.locator("#quoth-main").is_visible()
    seen.page.get_by_role("button", name="Evaluate").click()
    report = seen.page.locator(".report")
    report.wait_for()
    assert "66.67 %" in report.locator(".figures").inner_text()
    assert report.locator("svg").count() == 5
    seen.page.get_by_label("Outcome").select_option("retrieval")
    assert report.locator("#questions tbody tr:visible").count() == 1
    assert report.locator("#count").inner_text() == "1 of 3 questions"
    seen.page.get_by_text("Where did the third man orbit?").click()
    seen.page.get_by_role("button", name="Show in the article").click()
    checked = seen.page.locator("#quoth-checked")
    checked.locator(".source mark").first.wait_for()
    assert checked.locator(".source mark.found").inner_text() == "Michael Collins"
    assert checked.locator(".source mark.expected").inner_text() == "Columbia"
    seen.page.go_back()
    seen.page.locator("#quoth-main").wait_for()


@pytest.mark.browser
def test_kept_questions_are_edited_deleted_and_brought_back(browse: Browse, serve: Serve, tmp_path: Path) -> None:
    store = GoldStore(tmp_path / "gold.sqlite")
    store.add(ORBIT, MOON.id, [accept(MOON, *place(MOON_TEXT, "Michael Collins"))])
    url = serve(lambda progress: Double(), store.file)
    seen = browse(url)
    open_view(seen)
    kept = seen.page.locator("#quoth-kept")
    kept.get_by_role("button", name="Edit").click()
    kept.get_by_label("Question").fill("Which man stayed in orbit?")
    kept.get_by_label("Right words").fill("Collins\nnobody")
    kept.get_by_role("button", name="Save").click()
    kept.locator(".notice").wait_for()
    assert "“nobody” does not stand in" in kept.locator(".notice").inner_text()
    kept.get_by_role("button", name="Edit").click()
    kept.get_by_label("Question").fill("Which man stayed in orbit?")
    kept.get_by_label("Right words").fill("Collins\nMichael Collins")
    kept.get_by_role("button", name="Save").click()
    kept.get_by_text("Which man stayed in orbit?").wait_for()
    assert [a.quote for a in store.all()[0].accepted] == ["Collins", "Michael Collins"]
    kept.get_by_role("button", name="Delete").click()
    kept.get_by_text("Deleted (1)").click()
    assert store.all() == []
    kept.get_by_role("button", name="Bring back").click()
    kept.get_by_role("button", name="Edit").wait_for()
    assert len(store.all()) == 1


@pytest.mark.browser
def test_a_file_is_read_in_the_browser_and_a_bad_one_is_a_sentence(
    browse: Browse, serve: Serve, tmp_path: Path, corpus: Path
) -> None:
    url = serve(lambda progress: Double(), tmp_path / "gold.sqlite")
    seen = browse(url)
    open_view(seen)
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    seen.page.locator("#quoth-choice input[type=file]").set_input_files(bad)
    seen.page.get_by_role("button", name="Evaluate").click()
    seen.page.locator("#quoth-run .notice").wait_for()
    assert "bad.json is not JSON" in seen.page.locator("#quoth-run .notice").inner_text()
    large = tmp_path / "large.json"
    large.write_text(" " * 1_000_000, encoding="utf-8")
    seen.page.locator("#quoth-choice input[type=file]").set_input_files(large)
    seen.page.get_by_role("button", name="Evaluate").click()
    seen.page.locator("#quoth-run .notice").get_by_text("too large").wait_for()
    seen.page.locator("#quoth-choice input[type=file]").set_input_files(corpus)
    seen.page.get_by_role("button", name="Evaluate").click()
    seen.page.locator(".report").wait_for()


@pytest.mark.browser
def test_a_run_can_be_cancelled(browse: Browse, serve: Serve, tmp_path: Path, corpus: Path) -> None:
    slow = Slow()
    url = serve(lambda progress: slow, tmp_path / "gold.sqlite", corpus)
    seen = browse(url)
    open_view(seen)
    seen.page.get_by_role("button", name="Evaluate").click()
    seen.page.get_by_role("button", name="Cancel").click()
    seen.page.get_by_text("Cancelling …").wait_for()
    slow.go.set()
    seen.page.locator("#quoth-run .notice").wait_for()
    assert "was cancelled" in seen.page.locator("#quoth-run .notice").inner_text()


def ended(runner: Runner) -> object:
    for _ in range(2000):
        if not isinstance(runner.state, Running):
            return runner.state
        threading.Event().wait(0.01)
    raise AssertionError("the run does not end")


def test_only_one_run_at_a_time_and_a_failure_shows_nothing_of_its_insides() -> None:
    runner, go = Runner(), threading.Event()

    def engine() -> Double:
        go.wait(60)
        raise RuntimeError("an inner secret")

    assert runner.start(GOLD, engine)
    assert not runner.start(GOLD, engine)
    go.set()
    failed = ended(runner)
    assert isinstance(failed, Idle)
    assert "secret" not in failed.reason
    assert runner.start(GOLD, Double)
    done = ended(runner)
    assert isinstance(done, Done)
    assert done.evaluation.summary["questions"] == 3
