from __future__ import annotations

import numpy as np
import pytest

from qa.evaluation.statistics import LATENCY, RETRIEVAL, SCORES, Columns, figures, intervals


def table(exact: list[float]) -> Columns:
    values = np.array(exact)
    zeros, nothing = np.zeros(len(exact)), np.full(len(exact), np.nan)
    return Columns(values, values, values, values * 0.8, zeros, zeros + 1, nothing, nothing, nothing, zeros)


def test_intervals_resample_articles_not_questions() -> None:
    half = table([1.0] * 50 + [0.0] * 50)
    as_two = intervals(half, ["a"] * 50 + ["b"] * 50, SCORES)["exact_match"]
    as_hundred = intervals(half, [str(i) for i in range(100)], SCORES)["exact_match"]
    assert as_two == [0.0, 100.0]
    assert as_hundred is not None
    assert 35 < as_hundred[0] < 50 < as_hundred[1] < 65


def test_intervals_are_the_same_every_time_and_need_two_articles() -> None:
    few, articles = table([1.0, 0.0, 1.0, 1.0]), ["a", "b", "c", "c"]
    assert intervals(few, articles, SCORES) == intervals(few, articles, SCORES)
    assert set(intervals(few, ["a"] * 4, SCORES).values()) == {None}


def test_figures_worked_out_by_hand() -> None:
    rows = Columns(
        exact=np.array([1.0, 0.0, 0.0, 1.0]),
        f1=np.array([1.0, 0.5, 0.0, 1.0]),
        best_exact=np.array([1.0, 0.0, 1.0, 0.0]),
        confidence=np.array([0.9, 0.6, 0.4, 0.2]),
        impossible=np.array([0.0, 0.0, 0.0, 1.0]),
        rank=np.array([1.0, 4.0, np.inf, np.inf]),
        supported=np.array([1.0, 0.5, np.nan, np.nan]),
        retrieve=np.array([1.0, 2.0, 3.0, np.nan]),
        read=np.array([10.0, 20.0, 30.0, np.nan]),
        total=np.array([11.0, 22.0, 33.0, 0.0]),
    )
    value = figures(rows, {**SCORES, **RETRIEVAL, **LATENCY})
    assert value["latency_ms.total.p50"] == pytest.approx(16.5)
    assert value["latency_ms.read.p50"] == pytest.approx(20.0)
    assert value["latency_ms.read.p95"] == pytest.approx(29.0)
    assert value["exact_match"] == pytest.approx(50.0)
    assert value["has_answer.f1"] == pytest.approx(50.0)
    assert value["no_answer.exact_match"] == pytest.approx(100.0)
    assert value["recall_at.1"] == pytest.approx(1 / 3)
    assert value["recall_at.5"] == pytest.approx(2 / 3)
    assert value["mrr"] == pytest.approx((1 + 1 / 4) / 3)
    assert value["citation_precision"] == pytest.approx(0.75)
    assert value["brier"] == pytest.approx((0.1**2 + 0.6**2 + 0.6**2 + 0.2**2) / 4)
    assert value["coverage_at_accuracy.80"] == pytest.approx(1 / 4)


def test_a_part_without_questions_has_no_figure_and_no_interval() -> None:
    answered = table([1.0, 0.0])
    assert figures(answered, SCORES)["no_answer.f1"] is None
    assert intervals(answered, ["a", "b"], SCORES)["no_answer.f1"] is None
