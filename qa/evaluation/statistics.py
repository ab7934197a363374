"""The figures of an evaluation as functions of its columns, and their bootstrap intervals over articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.calibration import (
    area_under_risk_coverage,
    brier_score,
    coverage_at,
    expected_calibration_error,
)
from qa.evaluation.results import Result

RESAMPLES = 1000
DEEPEST = 20  # passages that are searched for an accepted answer
RECALL_DEPTHS = (1, 5, DEEPEST)
ACCURACIES = (80, 90)  # percent

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """One number a question, [n] each; nan where a question has none."""

    exact: Numbers  # 0 or 1
    f1: Numbers  # 0..1
    best_exact: Numbers  # of the best span, given or withheld; 0 for an unanswerable question
    confidence: Numbers  # 0..1
    impossible: Numbers  # 0 or 1
    rank: Numbers  # of the first passage with an accepted answer, from 1; infinite where none was found
    supported: Numbers  # share of the citations of a given answer that an accepted answer supports; nan: none given
    retrieve: Numbers  # milliseconds, as `read` and `total`; nan where a question was refused
    read: Numbers
    total: Numbers

    def take(self, rows: NDArray[np.int64]) -> Columns:
        """These rows, repeats included."""
        return Columns(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def answerable(self) -> Columns:
        """The questions that the articles answer."""
        return self.take(np.flatnonzero(self.impossible == 0))

    @property
    def unanswerable(self) -> Columns:
        """The others."""
        return self.take(np.flatnonzero(self.impossible == 1))


Statistic = Callable[[Columns], float | None]


def columns(results: Sequence[Result]) -> Columns:
    """The columns of results."""

    def times(stage: str) -> Numbers:
        return np.array([r.timings_ms.get(stage, np.nan) for r in results], dtype=float)

    return Columns(
        exact=np.array([r.exact_match for r in results], dtype=float),
        f1=np.array([r.f1 for r in results], dtype=float),
        best_exact=np.array([r.best_exact_match for r in results], dtype=float),
        confidence=np.array([r.confidence for r in results], dtype=float),
        impossible=np.array([r.impossible for r in results], dtype=float),
        rank=np.array([np.inf if r.rank is None else r.rank for r in results], dtype=float),
        supported=np.array([np.nan if r.supported is None else r.supported for r in results], dtype=float),
        retrieve=times("retrieve"),
        read=times("read"),
        total=times("total"),
    )


def _percent(values: Numbers) -> float | None:
    return 100.0 * float(values.mean()) if values.size else None


def _mean(values: Numbers) -> float | None:
    return float(values.mean()) if values.size else None


def _recall(k: int) -> Statistic:
    return lambda c: _mean((c.answerable.rank <= k).astype(float))


def _reciprocal_rank(c: Columns) -> float | None:
    ranks = c.answerable.rank
    return _mean(np.where(ranks <= DEEPEST, 1.0 / ranks, 0.0))


def _percentile(stage: str, percent: int) -> Statistic:
    def statistic(c: Columns) -> float | None:
        times = getattr(c, stage)
        return None if np.isnan(times).all() else float(np.nanpercentile(times, percent))

    return statistic


def _coverage(percent: int) -> Statistic:
    return lambda c: coverage_at(c.confidence, c.best_exact, percent / 100)


SCORES: Mapping[str, Statistic] = {
    "exact_match": lambda c: _percent(c.exact),
    "f1": lambda c: _percent(c.f1),
    "has_answer.exact_match": lambda c: _percent(c.answerable.exact),
    "has_answer.f1": lambda c: _percent(c.answerable.f1),
    "no_answer.exact_match": lambda c: _percent(c.unanswerable.exact),
    "no_answer.f1": lambda c: _percent(c.unanswerable.f1),
    "expected_calibration_error": lambda c: expected_calibration_error(c.confidence, c.best_exact),
    "brier": lambda c: brier_score(c.confidence, c.best_exact),
    "area_under_risk_coverage": lambda c: area_under_risk_coverage(c.confidence, c.best_exact),
    **{f"coverage_at_accuracy.{percent}": _coverage(percent) for percent in ACCURACIES},
}
RETRIEVAL: Mapping[str, Statistic] = {
    **{f"recall_at.{k}": _recall(k) for k in RECALL_DEPTHS},
    "mrr": _reciprocal_rank,
    "citation_precision": lambda c: _mean(c.supported[~np.isnan(c.supported)]),
}

LATENCY: Mapping[str, Statistic] = {
    f"latency_ms.{stage}.p{percent}": _percentile(stage, percent)
    for stage in ("total", "retrieve", "read")
    for percent in (50, 95)
}


def figures(table: Columns, statistics: Mapping[str, Statistic]) -> dict[str, float | None]:
    """Every statistic of the whole table; None where it has no question to look at."""
    return {name: statistic(table) for name, statistic in statistics.items()}


def intervals(
    table: Columns, articles: Sequence[str], statistics: Mapping[str, Statistic], seed: int = 0
) -> dict[str, list[float] | None]:
    """95 % bootstrap intervals, resampling whole articles [n]; None below two articles or where a statistic is None.

    Questions about one article rise and fall together, so that resampling single questions would claim too much
    (the cluster bootstrap, Davison & Hinkley 1997, section 3.8). Same input and seed, same intervals.
    """
    drawn: dict[str, list[float]] = {name: [] for name in statistics}
    for rows in resamples(articles, seed):
        for name, value in figures(table.take(rows), statistics).items():
            if value is not None:
                drawn[name].append(value)
    return {name: interval(values) if len(values) == RESAMPLES else None for name, values in drawn.items()}


def resamples(articles: Sequence[str], seed: int) -> list[NDArray[np.int64]]:
    """`RESAMPLES` lists of row numbers, each of as many articles as there are, drawn with replacement; [] below two."""
    _, group = np.unique(np.asarray(articles, dtype=str), return_inverse=True)
    count = int(group.max()) + 1 if group.size else 0
    if count < 2:
        return []
    rows = [np.flatnonzero(group == g) for g in range(count)]
    random = np.random.default_rng(seed)
    return [np.concatenate([rows[g] for g in random.integers(count, size=count)]) for _ in range(RESAMPLES)]


def interval(values: Sequence[float]) -> list[float]:
    """The middle 95 % of the values."""
    low, high = np.percentile(values, [2.5, 97.5])
    return [float(low), float(high)]
