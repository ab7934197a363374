from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.evaluation.gold import read_gold
from qa.evaluation.metrics import exact_match, f1, holds, mean_reciprocal_rank, percent, recall_at
from qa.normalise import normalise

DEV = Path(__file__).parents[4] / "shared" / "data" / "dev"

PUBLISHED = [
    ("squad-v1.1-half-a", "v1.1-logistic-regression", 39.57, 50.28),
    ("squad-v1.1-half-a", "v1.1-match-lstm-ensemble", 66.63, 76.41),
    ("squad-v1.1-half-a", "v1.1-slqa-ensemble", 81.68, 87.93),
    ("squad-v1.1-half-a", "v1.1-rnet-ensemble", 82.29, 88.28),
    ("squad-v1.1-half-a", "v1.1-bert-ensemble", 85.83, 91.79),
    ("squad-v2.0-half-a", "v2.0-bidaf-elmo", 66.44, 68.24),
    ("squad-v2.0-half-a", "v2.0-nlnet", 76.09, 78.79),
    ("squad-v2.0-half-a", "v2.0-bert-single", 78.14, 80.84),
]


@pytest.mark.skipif(not DEV.is_dir(), reason="../shared/data/dev is absent")
@pytest.mark.parametrize(("gold", "system", "published_em", "published_f1"), PUBLISHED)
def test_published_predictions_score_what_their_authors_reported(
    gold: str, system: str, published_em: float, published_f1: float
) -> None:
    given = json.loads((DEV / "predictions" / f"{system}.json").read_text(encoding="utf-8"))
    questions = read_gold(DEV / f"{gold}.json").questions
    found = [(given[q.id], q.answers) for q in questions if q.id in given]
    missing = [0.0] * (len(questions) - len(found))
    em = percent([exact_match(text, answers) for text, answers in found] + missing)
    mean_f1 = percent([f1(text, answers) for text, answers in found] + missing)
    assert em is not None
    assert mean_f1 is not None
    assert (round(em, 2), round(mean_f1, 2)) == (published_em, published_f1)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  U.S. Army", "us army"),
        ("a\tcat,\nan owl", "cat owl"),
        ("Theory of another", "theory of another"),
        ("“Quoted” – 5 %", "“quoted” – 5"),
        ("the", ""),
    ],
)
def test_normalises_as_the_official_script(text: str, normal: str) -> None:
    assert normalise(text) == normal


def test_the_best_accepted_answer_counts() -> None:
    assert exact_match("the Eiffel Tower!", ["Tower", "Eiffel tower"]) == 1.0
    assert f1("Eiffel Tower in Paris", ["Rome", "Eiffel Tower"]) == pytest.approx(
        2 * (2 / 4) * (2 / 2) / (2 / 4 + 2 / 2)
    )


def test_repeated_words_count_as_often_as_both_have_them() -> None:
    assert f1("new new york", ["new york"]) == pytest.approx(2 * (2 / 3) * (2 / 2) / (2 / 3 + 2 / 2))


@pytest.mark.parametrize(
    ("prediction", "accepted", "score"), [("", [], 1.0), ("Paris", [], 0.0), ("", ["Paris"], 0.0), ("the", [], 1.0)]
)
def test_unanswerable_questions_want_nothing(prediction: str, accepted: list[str], score: float) -> None:
    assert exact_match(prediction, accepted) == score
    assert f1(prediction, accepted) == score


def test_holds_compares_raw_characters() -> None:
    assert holds("signed on Jan. 3, 2020.", ["Jan. 3"])
    assert not holds("signed on Jan 3, 2020.", ["Jan. 3"])
    assert not holds("anything", [])


def test_recall_and_reciprocal_rank_are_means_over_questions() -> None:
    ranks = [1, 4, None, 25]
    assert recall_at(ranks, 1) == 1 / 4
    assert recall_at(ranks, 5) == 2 / 4
    assert recall_at(ranks, 20) == 2 / 4
    assert mean_reciprocal_rank(ranks, 20) == pytest.approx((1 / 1 + 1 / 4) / 4)
    assert mean_reciprocal_rank(ranks, 25) == pytest.approx((1 / 1 + 1 / 4 + 1 / 25) / 4)


def test_nothing_has_no_mean() -> None:
    assert percent([]) is None
    assert recall_at([], 5) is None
