from __future__ import annotations

import pytest

from qa.evaluation.calibration import (
    area_under_risk_coverage,
    best_threshold,
    brier_score,
    coverage_at,
    expected_calibration_error,
    reliability_bins,
    risk_coverage,
)


def test_expected_calibration_error_weighs_bins_by_their_answers() -> None:
    confidence, correct = [0.95, 0.91, 0.15, 0.12], [1, 0, 0, 0]
    by_hand = 2 / 4 * abs(1 / 2 - (0.95 + 0.91) / 2) + 2 / 4 * abs(0 - (0.15 + 0.12) / 2)
    assert expected_calibration_error(confidence, correct) == pytest.approx(by_hand)


def test_bins_are_open_below_and_closed_above() -> None:
    counts = [b.count for b in reliability_bins([0.0, 0.1, 0.100001, 0.5, 1.0], [0, 0, 0, 0, 1])]
    assert counts == [2, 1, 0, 0, 1, 0, 0, 0, 0, 1]


def test_a_sure_and_right_system_is_calibrated() -> None:
    assert expected_calibration_error([1.0, 1.0, 0.0], [1, 1, 0]) == 0.0
    assert brier_score([1.0, 1.0, 0.0], [1, 1, 0]) == 0.0


def test_brier_score_is_the_mean_square() -> None:
    assert brier_score([0.8, 0.3], [1, 0]) == pytest.approx((0.2**2 + 0.3**2) / 2)


def test_risk_falls_to_the_confident_half() -> None:
    coverage, risk = risk_coverage([0.2, 0.9, 0.4, 0.8], [0, 1, 0, 1])
    assert coverage.tolist() == [1 / 4, 2 / 4, 3 / 4, 4 / 4]
    assert risk.tolist() == pytest.approx([0, 0, 1 / 3, 2 / 4])
    assert area_under_risk_coverage([0.2, 0.9, 0.4, 0.8], [0, 1, 0, 1]) == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)


def test_equal_confidence_makes_order_irrelevant() -> None:
    one, other = risk_coverage([0.5, 0.5], [1, 0])[1], risk_coverage([0.5, 0.5], [0, 1])[1]
    assert one.tolist() == other.tolist() == [0.5, 0.5]


def test_best_threshold_lies_where_abstaining_pays() -> None:
    confidence, score = [0.9, 0.7, 0.6, 0.3], [1.0, 1.0, 0.0, 0.5]
    found = best_threshold(confidence, score, [False, False, True, False])
    assert found is not None
    # Answering the first two and no more: 1 + 1 + 1 + 0; answering all: 1 + 1 + 0 + 0.5.
    assert found.confidence == 0.7
    assert found.score == pytest.approx(100 * 3 / 4)


def test_best_threshold_never_parts_equal_confidences() -> None:
    found = best_threshold([0.5, 0.5, 0.2], [1.0, 0.0, 0.0], [False, True, True])
    assert found is not None
    # Abstaining from all: 0 + 1 + 1; answering at 0.5: 1 + 0 + 1. A tie, so it abstains more.
    assert found.confidence > 0.5
    assert found.score == pytest.approx(100 * 2 / 3)


def test_coverage_at_an_accuracy_answers_the_most_confident_first() -> None:
    confidence, correct = [0.9, 0.8, 0.7, 0.6, 0.5], [1, 1, 0, 1, 0]
    # right among the first 1..5: 1, 1, 2/3, 3/4, 3/5
    assert coverage_at(confidence, correct, 0.9) == pytest.approx(2 / 5)
    assert coverage_at(confidence, correct, 0.75) == pytest.approx(4 / 5)
    assert coverage_at([0.9, 0.8], [0, 0], 0.8) == 0.0


def test_coverage_never_parts_equal_confidences() -> None:
    assert coverage_at([0.9, 0.5, 0.5], [1, 1, 0], 0.8) == pytest.approx(1 / 3)


def test_nothing_has_no_figures() -> None:
    assert expected_calibration_error([], []) is None
    assert brier_score([], []) is None
    assert area_under_risk_coverage([], []) is None
    assert best_threshold([], [], []) is None
    assert coverage_at([], [], 0.9) is None
