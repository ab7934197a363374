"""The whole of it with the real encoder, the real reader and the real seeds."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.articles import article_from_text
from index.records import Filters
from qa.errors import QuestionError
from qa.normalise import normalise
from qa.quoth import Quoth
from qa.records import Answer, Citation
from tests.conftest import SEEDS

pytestmark = pytest.mark.model

GOLD = json.loads((SEEDS / "gold.json").read_text(encoding="utf-8"))["data"]
QUESTIONS = [next(qa for qa in entry["paragraphs"][0]["qas"] if qa["answers"]) for entry in GOLD]


def citations(answer: Answer) -> list[Citation]:
    others = [c for alternative in answer.alternatives for c in alternative.citations]
    return [*answer.citations, *others, *(n.citation for n in answer.nearest)]


@pytest.mark.parametrize("qa", QUESTIONS, ids=lambda qa: qa["id"])
def test_every_citation_holds_its_quote(quoth: Quoth, qa: dict[str, str]) -> None:
    answer = quoth.ask(qa["question"], abstain=False)
    assert answer.text is not None and 0 <= answer.confidence <= 1
    assert normalise(answer.citations[0].quote) == normalise(answer.text)
    for c in citations(answer):
        article = quoth.articles[c.article_id]
        assert article.text[c.start : c.end] == c.quote
        assert article.text[c.context_start :].startswith(c.context)
        assert c.context_start <= c.start and c.end <= c.context_start + len(c.context)
        assert not any(start < c.end and c.start < end for start, end in (*article.skipped, *article.headings))
    places = [(c.article_id, c.start, c.end) for c in answer.citations]
    assert len(places) == len(set(places))


def test_enough_of_a_sample_of_gold_questions_are_right(quoth: Quoth) -> None:
    right = [
        normalise(quoth.ask(qa["question"], abstain=False).text or "") in {normalise(a["text"]) for a in qa["answers"]}
        for qa in QUESTIONS
    ]
    assert sum(right) > 0.5 * len(right)


def test_what_no_article_says_is_not_answered(quoth: Quoth) -> None:
    answer = quoth.ask("What is the capital of Australia?")
    assert answer.text is None and answer.citations == ()
    assert answer.nearest and answer.best


def test_the_same_question_has_the_same_answer_every_time_and_in_every_thread(quoth: Quoth) -> None:
    questions = [qa["question"] for qa in QUESTIONS[:8]]

    def ask(question: str) -> Answer:
        return replace(quoth.ask(question), timings_ms={})

    alone = [ask(q) for q in questions]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, questions)) == alone


def test_filters_limit_the_articles(quoth: Quoth) -> None:
    answer = quoth.ask("Who was rescued?", Filters(since="2018-01-01", until="2018-12-31"), abstain=False)
    dates = {c.date for c in citations(answer)}
    assert dates and all(date is not None and date.startswith("2018") for date in dates)
    assert quoth.ask("Who was rescued?", Filters(since="2099-01-01")).text is None


@pytest.mark.parametrize("question", ["", "   ", "???", "x" * 10_000])
def test_an_empty_or_overlong_question_is_refused(quoth: Quoth, question: str) -> None:
    with pytest.raises(QuestionError):
        quoth.ask(question)


@pytest.mark.parametrize("question", ["who", "سؤال من هو؟", "💥 what?", "Who {x} ${y} <b>?", "a " * 490])
def test_odd_questions_get_an_answer_or_none(quoth: Quoth, question: str) -> None:
    for c in citations(quoth.ask(question, abstain=False)):
        assert quoth.articles[c.article_id].text[c.start : c.end] == c.quote


def test_a_threshold_of_zero_answers_and_one_of_one_does_not(quoth: Quoth) -> None:
    for threshold, answered in ((0.0, True), (1.0, False)):
        settings = quoth.settings.model_copy(update={"threshold": threshold})
        strict = Quoth(quoth.index, quoth.reader, quoth.confidence, settings)
        assert (strict.ask("What is the capital of Australia?").text is not None) is answered


def test_an_answer_deep_in_a_long_context_is_found(quoth: Quoth) -> None:
    filler = "The weather was calm and the harbor stayed quiet all afternoon. " * 150
    text = filler + "The lighthouse was built by Margaret Hollis in 1871. " + filler
    answer = quoth.read("Who built the lighthouse?", article_from_text(text, id="long", source="long"), abstain=False)
    assert answer.text == "Margaret Hollis"
    assert text[answer.citations[0].start : answer.citations[0].end] == answer.text


def test_the_saved_article_gives_up_the_second_man(saved_article: Path, tmp_path: Path) -> None:
    quoth = Quoth.open(saved_article, tmp_path / "index")
    (article,) = quoth.articles.values()
    answer = quoth.ask("Who was killed alongside Soleimani?")
    assert answer.text is not None and "Abu Mahdi al-Muhandis" in answer.text
    first = answer.citations[0]
    file = next(saved_article.glob("*.txt")).read_bytes().decode("utf-8-sig")
    assert file[first.start : first.end] == first.quote == answer.text
    assert article.title == "U.S. airstrike kills top Iran general, Qassem Soleimani, at Baghdad airport"
    assert quoth.ask("What is the capital of Australia?").text is None
