"""Confidence: a probability, and a file that is read as it was written."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from index.errors import ModelError
from qa.answering import Weights, merge
from qa.confidence import FILE, Confidence, Logistic, features
from qa.reader import OWN_WEIGHTS
from tests.qa.test_answering import candidate

LOGISTIC = Logistic(-1.0, {"log_odds": 0.5, "margin": 0.25})


def test_probability_is_the_logistic_of_the_weighted_features() -> None:
    values = {"log_odds": 2.0, "margin": 4.0, "cosine": 9.0}
    assert LOGISTIC.probability(values) == pytest.approx(1 / (1 + math.exp(-(-1 + 0.5 * 2 + 0.25 * 4))))


@pytest.mark.parametrize("log_odds", [-1e6, 1e6])
def test_no_score_overflows(log_odds: float) -> None:
    assert 0 <= LOGISTIC.probability({"log_odds": log_odds, "margin": 0.0}) <= 1


def test_features_of_an_answer() -> None:
    answer = merge(
        [candidate("Irbil", 0, 30.0, retrieval=0.7), candidate("Irbil", 50, 29.0, "b"), candidate("Asad", 20, 28.0)],
        temperature=0.0,
    )[0]
    assert features(answer) == {"log_odds": 20.0, "null": 1.0, "margin": 2.0, "cosine": 0.5}


def test_load_reads_what_save_wrote(tmp_path: Path) -> None:
    written = Confidence(LOGISTIC, Logistic(0.0, {"margin": 1.0}), 0.4, 0.3, Weights(0.5, 2.0, 1.0))
    written.save(tmp_path)
    assert Confidence.load(tmp_path) == written


@pytest.mark.parametrize("content", ["", "{}", '{"retrieved": 3}'])
def test_a_damaged_file_is_an_error_that_says_how_to_mend_it(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ModelError, match=r"python -m training\.calibrate"):
        Confidence.load(tmp_path)


def test_our_own_is_there_and_surer_of_better_answers() -> None:
    fitted = Confidence.load(OWN_WEIGHTS).retrieved
    base = {"log_odds": 0.0, "null": 0.0, "margin": 0.0, "cosine": 0.6}
    assert fitted.probability({**base, "log_odds": 8.0, "margin": 6.0}) > fitted.probability(base)
