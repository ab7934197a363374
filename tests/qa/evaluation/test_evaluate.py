from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from index.records import Article, Hit
from qa.errors import QuestionError
from qa.evaluation.evaluate import Evaluation, evaluate, owners
from qa.evaluation.gold import Gold, GoldArticle, GoldError, articles_from_gold
from qa.evaluation.writers import OutputError, write_confidences, write_predictions, write_summary
from qa.records import Answer
from tests.qa.evaluation.double import Table, WordOverlap, gold_of, gold_question, plain_article

BRIDGE = "The bridge was opened in 1932 by the premier."
COST = "Its cost was 10 million pounds at the time."
TOWER = "The tower is 324 metres tall and made of iron."

ENTRIES = (
    GoldArticle(
        "Bridge",
        (BRIDGE, COST),
        (
            gold_question("right", "When was the bridge opened?", BRIDGE, "1932", "in 1932", title="Bridge"),
            gold_question("withheld", "By whom was the bridge opened?", BRIDGE, "the premier", title="Bridge"),
            gold_question("unfound", "How many pounds for the tower and bridge?", COST, "10 million", title="Bridge"),
            gold_question("absent", "Who painted the bridge?", BRIDGE, title="Bridge"),
        ),
    ),
    GoldArticle(
        "Tower",
        (TOWER,),
        (
            gold_question("misread", "How tall is the tower?", TOWER, "324 metres", title="Tower"),
            gold_question("invented", "Who is the tower of?", TOWER, title="Tower"),
        ),
    ),
)
GOLD = gold_of(*ENTRIES)
TABLE: Table = {
    "When was the bridge opened?": ("1932", 0.9),
    "By whom was the bridge opened?": ("premier", 0.3),
    "How many pounds for the tower and bridge?": ("1932", 0.6),
    "Who painted the bridge?": ("the premier", 0.1),
    "How tall is the tower?": ("324 metres tall", 0.8),
    "Who is the tower of?": ("iron", 0.7),
}
ARTICLES = [plain_article(f"{e.title}.md", e.title, e.text) for e in ENTRIES]


def asked(gold: Gold = GOLD, abstain: bool | None = None, limit: int | None = None) -> Evaluation:
    return evaluate(gold, WordOverlap(ARTICLES, TABLE), abstain=abstain, limit=limit)


def test_scores_both_parts_and_the_whole() -> None:
    summary = asked().summary
    assert summary["questions"] == 6
    assert summary["exact_match"] == pytest.approx(100 * 2 / 6)
    assert summary["has_answer"]["questions"] == 4
    assert summary["has_answer"]["exact_match"] == pytest.approx(100 * 1 / 4)
    misread_f1 = 2 * (2 / 3) * (2 / 2) / (2 / 3 + 2 / 2)
    assert summary["has_answer"]["f1"] == pytest.approx(100 * (1 + 0 + 0 + misread_f1) / 4)
    assert summary["no_answer"] == {"questions": 2, "exact_match": pytest.approx(50.0), "f1": pytest.approx(50.0)}


def test_names_the_stage_that_lost_each_wrong_question() -> None:
    evaluation = asked()
    assert {r.id: r.lost for r in evaluation.results} == {
        "right": None,
        "withheld": "abstaining",
        "unfound": "retrieval",
        "absent": None,
        "misread": "reading",
        "invented": "answering",
    }
    assert evaluation.summary["lost"] == {"cutting": 0, "retrieval": 1, "reading": 1, "abstaining": 1, "answering": 1}


def test_an_answer_that_no_passage_holds_whole_is_lost_by_cutting() -> None:
    across = gold_question("across", "What spans both paragraphs of it?", f"{BRIDGE}\n\n{COST}", "premier.\n\nIts cost")
    entry = GoldArticle("Bridge", (f"{BRIDGE}\n\n{COST}",), (across,))
    evaluation = evaluate(gold_of(entry), WordOverlap(ARTICLES, {across.question: ("1932", 0.9)}))
    assert evaluation.results[0].lost == "cutting"


def test_every_wrong_question_has_one_stage() -> None:
    evaluation = asked()
    wrong = sum(r.exact_match < 1 for r in evaluation.results)
    assert sum(evaluation.summary["lost"].values()) == wrong


def test_a_citation_counts_where_its_passage_holds_an_accepted_answer() -> None:
    supported = {r.id: r.supported for r in asked().results}
    assert supported == {
        "right": 1.0,  # quotes the right words
        "withheld": None,  # quotes nothing
        "unfound": 0.0,  # quotes another paragraph
        "absent": None,
        "misread": 1.0,  # other words, but of the right passage
        "invented": 0.0,  # nothing supports an answer to an unanswerable question
    }
    assert asked().summary["citation_precision"] == pytest.approx(2 / 4)


def test_shows_expected_and_found_words_in_their_sentences() -> None:
    misread = next(r for r in asked().results if r.id == "misread")
    assert misread.expected is not None
    assert misread.found is not None
    for excerpt, words in ((misread.expected, "324 metres"), (misread.found, "324 metres tall")):
        assert excerpt.text[excerpt.start : excerpt.end] == words
        assert excerpt.at == TOWER.index(words)
        assert excerpt.article == "Tower"


def test_recall_and_reciprocal_rank_look_for_the_answer_in_the_gold_article() -> None:
    evaluation = asked()
    ranks = {r.id: r.rank for r in evaluation.results}
    assert ranks["right"] == ranks["withheld"] == ranks["misread"] == 1
    unfound = ranks["unfound"]
    assert unfound is not None
    assert unfound > 1
    assert evaluation.summary["recall_at"] == {"1": 3 / 4, "5": 1.0, "20": 1.0}
    assert evaluation.summary["mrr"] == pytest.approx((1 + 1 + 1 + 1 / unfound) / 4)


def test_the_answer_in_another_article_is_no_hit() -> None:
    elsewhere = plain_article("copy.md", "Copy", "When was the bridge opened? In 1932 it was.")
    evaluation = evaluate(GOLD, WordOverlap([*ARTICLES, elsewhere], TABLE), limit=1)
    assert evaluation.results[0].rank == 2


def test_calibration_counts_the_best_span_of_an_unanswerable_question_as_wrong() -> None:
    summary = asked().summary
    # Right best spans: 0.9 and 0.3. Each answer has a bin of its own.
    gaps = [1 - 0.9, 1 - 0.3, 0.6, 0.1, 0.8, 0.7]
    assert summary["expected_calibration_error"] == pytest.approx(sum(gaps) / 6)
    assert summary["brier"] == pytest.approx(sum(gap**2 for gap in gaps) / 6)


def test_abstains_only_where_the_file_has_unanswerable_questions() -> None:
    answerable = replace(ENTRIES[0], questions=ENTRIES[0].questions[:3])
    assert asked().abstain is True
    assert asked(gold_of(answerable)).abstain is False
    assert asked(gold_of(answerable), abstain=True).abstain is True
    made_to_answer = asked(abstain=False)
    assert all(r.text is not None for r in made_to_answer.results)
    assert made_to_answer.summary["no_answer"]["exact_match"] == 0.0


def test_the_rule_for_abstaining_looks_at_the_whole_file_and_not_at_the_limit() -> None:
    system = WordOverlap(ARTICLES, TABLE)
    evaluation = evaluate(GOLD, system, limit=2)
    assert system.asked == [("When was the bridge opened?", True), ("By whom was the bridge opened?", True)]
    assert evaluation.summary["no_answer"] == {"questions": 0, "exact_match": None, "f1": None}
    assert evaluation.summary["best_threshold"] is None


def test_limit_takes_the_first_and_must_be_positive() -> None:
    assert [r.id for r in asked(limit=5).results] == ["right", "withheld", "unfound", "absent", "misread"]
    assert len(asked(limit=100).results) == 6
    with pytest.raises(GoldError, match="The limit is 0 questions"):
        asked(limit=0)


def test_isolated_reads_each_context_and_reports_no_retrieval() -> None:
    system = WordOverlap([], TABLE)
    evaluation = evaluate(GOLD, system, isolated=True)
    assert system.contexts == [BRIDGE, BRIDGE, COST, BRIDGE, TOWER, TOWER]
    assert evaluation.summary["recall_at"] is None
    assert evaluation.summary["mrr"] is None
    assert (evaluation.summary["articles"], evaluation.summary["passages"]) == (2, 3)
    assert evaluation.summary["lost"] == {"cutting": 0, "retrieval": 0, "reading": 2, "abstaining": 1, "answering": 1}


def test_says_what_was_searched_and_how_long_it_took() -> None:
    summary = asked().summary
    assert (summary["articles"], summary["passages"]) == (2, 3)
    assert summary["latency_ms"]["p50"] == pytest.approx((30 + 40) / 2)
    assert summary["latency_ms"]["p95"] == pytest.approx(50 + 0.75 * 10)
    assert summary["latency_ms"]["stages"]["read"]["p50"] == pytest.approx(28)
    assert summary["latency_ms"]["stages"]["read"]["p95"] == pytest.approx(40 + 0.75 * 8)


def test_intervals_hold_the_score_and_need_two_articles() -> None:
    summary = asked().summary
    interval = summary["intervals"]["exact_match"]
    assert interval is not None
    assert summary["exact_match"] is not None
    assert interval[0] <= summary["exact_match"] <= interval[1]
    assert set(asked(limit=2).summary["intervals"].values()) == {None}


def test_progress_counts_every_question() -> None:
    seen: list[tuple[int, int]] = []
    evaluate(GOLD, WordOverlap(ARTICLES, TABLE), limit=3, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_an_entry_belongs_to_the_article_with_its_text_or_else_its_title() -> None:
    by_text = Article(id="x.md", title="Renamed", source="x.md", text=ENTRIES[0].text)
    namesake = plain_article("y.md", "Bridge", "Other words.")
    edited = plain_article("z.md", "Tower", "The tower, revised.")
    found = owners(ENTRIES, {a.id: a for a in (by_text, namesake, edited)})
    assert found == {ENTRIES[0].text: {"x.md"}, ENTRIES[1].text: {"z.md"}}


def test_articles_that_the_questions_are_not_about_are_an_error() -> None:
    with pytest.raises(GoldError, match=r"None of the 1 articles .*'Bridge'"):
        evaluate(GOLD, WordOverlap([plain_article("cats.md", "Cats", "Cats sleep.")], TABLE))


def test_an_entry_without_article_scores_as_not_found() -> None:
    evaluation = evaluate(GOLD, WordOverlap(ARTICLES[:1], TABLE))
    assert {r.id: r.lost for r in evaluation.results}["misread"] == "retrieval"
    assert evaluation.summary["not_indexed"] == 1
    assert asked().summary["not_indexed"] == 0


@pytest.mark.parametrize("isolated", [True, False])
def test_a_question_that_is_refused_counts_as_abstained(isolated: bool) -> None:
    class Refuses(WordOverlap):
        def _answer(self, question: str, abstain: bool, hits: tuple[Hit, ...]) -> Answer:
            if question.startswith("Who"):
                raise QuestionError("The question is refused.")
            return super()._answer(question, abstain, hits)

    evaluation = evaluate(GOLD, Refuses(ARTICLES, TABLE), isolated=isolated)
    refused = [r for r in evaluation.results if r.question.startswith("Who")]
    assert [(r.text, r.confidence) for r in refused] == [(None, 0.0), (None, 0.0)]
    assert evaluation.summary["questions"] == 6


def test_articles_made_of_the_gold_file_are_found_again() -> None:
    system = WordOverlap(articles_from_gold(GOLD), TABLE)
    assert evaluate(GOLD, system).summary["recall_at"] == asked().summary["recall_at"]


def test_writes_predictions_confidences_and_figures(tmp_path: Path) -> None:
    evaluation = asked()
    write_predictions(evaluation, tmp_path / "new" / "predictions.json")
    write_confidences(evaluation, tmp_path / "confidences.json")
    write_summary(evaluation, tmp_path / "figures.json")
    predictions = json.loads((tmp_path / "new" / "predictions.json").read_text(encoding="utf-8"))
    assert predictions["right"] == "1932"
    assert predictions["withheld"] == predictions["absent"] == ""
    confidences = json.loads((tmp_path / "confidences.json").read_text(encoding="utf-8"))
    assert confidences == {r.id: r.confidence for r in evaluation.results}
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    rows = figures.pop("results")
    assert figures == evaluation.summary
    assert [row["id"] for row in rows] == [r.id for r in evaluation.results]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_summary(asked(), tmp_path)
