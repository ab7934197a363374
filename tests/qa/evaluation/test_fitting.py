from __future__ import annotations

import numpy as np
import pytest

from qa.answering import Weights
from qa.confidence import Confidence, Logistic
from qa.evaluation.fitting import FittingError, Sample, Scaling, fit


def sample(count: int = 400, too_sure: float = 3.0, articles: int = 20, seed: int = 1) -> Sample:
    """Answers whose true log-odds are normal, told too sure by a factor; a quarter are unanswerable and wrong."""
    random = np.random.default_rng(seed)
    truth = random.normal(0.5, 2.0, count)
    impossible = (random.random(count) < 0.25).astype(float)
    truth = np.where(impossible == 1, truth - 3.0, truth)
    right = (random.random(count) < 1 / (1 + np.exp(-truth))) * (1 - impossible)
    names = np.array([f"a{i % articles}" for i in range(count)])
    return Sample(too_sure * truth, right, right, impossible, names)


def test_undoes_a_confidence_that_is_too_sure() -> None:
    found = fit(sample(), 0.5, precision=None)
    assert 0.2 < found.scaling.scale < 0.6
    assert found.after.calibration_error < found.before.calibration_error / 2


def test_reaches_the_wanted_precision_on_questions_it_did_not_see() -> None:
    found = fit(sample(2000), 0.5, precision=0.9)
    assert found.after.precision is not None
    assert found.after.precision > 0.87
    assert found.before.precision is not None
    assert found.before.precision < 0.85
    assert found.after.answered < found.before.answered


def test_best_f1_beats_a_poor_threshold() -> None:
    found = fit(sample(1000), 0.999, precision=None)
    assert found.after.f1 > found.before.f1


def test_effects_worked_out_by_hand() -> None:
    count = 100
    right = np.array([1.0] * 60 + [0.0] * 40)
    impossible = np.array([0.0] * 80 + [1.0] * 20)
    logit = np.where(right == 1, 2.0, -2.0)
    articles = np.array([str(i % 10) for i in range(count)])
    before = fit(Sample(logit, right, right, impossible, articles), 0.5, precision=None).before
    assert (before.answered, before.precision, before.left) == (0.6, 1.0, 1.0)
    assert before.f1 == pytest.approx(0.8)
    assert before.calibration_error == pytest.approx(1 / (1 + np.exp(2.0)))


def test_the_scaled_confidence_is_the_scaled_probability() -> None:
    shipped = Confidence(
        Logistic(-1.0, {"log_odds": 0.5}), Logistic(0.0, {"log_odds": 1.0}), 0.4, 0.3, Weights(0.5, 12, 1)
    )
    scaled = Scaling(0.25, 0.5, 0.6).applied_to(shipped)
    logit = -1.0 + 0.5 * 3.0
    assert scaled.retrieved.probability({"log_odds": 3.0}) == pytest.approx(1 / (1 + np.exp(-(0.25 + 0.5 * logit))))
    assert (scaled.threshold, scaled.isolated, scaled.isolated_threshold) == (0.6, shipped.isolated, 0.3)


@pytest.mark.parametrize(("count", "articles"), [(30, 10), (400, 1)])
def test_too_few_questions_or_articles_are_said(count: int, articles: int) -> None:
    with pytest.raises(FittingError, match=f"at least 50 gold questions .* these are {count} about {articles}"):
        fit(sample(count, articles=articles), 0.5, None)


def test_questions_that_are_all_answered_right_do_not_suffice() -> None:
    easy = sample()
    with pytest.raises(FittingError, match="400 right and 0 not"):
        fit(Sample(easy.logit, easy.right * 0 + 1, easy.f1, easy.impossible, easy.article), 0.5, None)


def test_a_confidence_that_tells_nothing_is_refused() -> None:
    odd = sample()
    with pytest.raises(FittingError, match="no surer"):
        fit(Sample(-odd.logit, odd.right, odd.f1, odd.impossible, odd.article), 0.5, None)


def test_a_precision_out_of_reach_names_the_most_that_is_not() -> None:
    hard = sample()
    surest_wrong = np.where(hard.logit > np.quantile(hard.logit, 0.9), 0.0, hard.right)
    with pytest.raises(FittingError, match="the most is"):
        fit(Sample(hard.logit, surest_wrong, hard.f1, hard.impossible, hard.article), 0.5, 0.99)
