"""The figures over all results, under the names that `evaluate --json` writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from qa.evaluation.calibration import (
    area_under_risk_coverage,
    article_interval,
    best_threshold,
    brier_score,
    expected_calibration_error,
)
from qa.evaluation.metrics import mean_reciprocal_rank, percent, recall_at
from qa.evaluation.results import Result

RECALL_DEPTHS = (1, 5, 20)
LOSING_STAGES = ("retrieval", "reading", "abstaining")


class Part(TypedDict):
    """Scores of one part of the questions, in percent; None where the part is empty."""

    questions: int
    exact_match: float | None
    f1: float | None


class Latency(TypedDict):
    """Median and 95th percentile of the whole time for a question, in milliseconds."""

    p50: float
    p95: float


class Intervals(TypedDict):
    """95 % bootstrap intervals over articles, in percent; None below two articles."""

    exact_match: list[float] | None
    f1: list[float] | None


class BestThreshold(TypedDict):
    """The confidence at and above which answering would have scored best on these questions, and that F1."""

    confidence: float
    f1: float


class Summary(TypedDict):
    """All figures. `exact_match` and `f1` are percent; recall, reciprocal rank and calibration lie in 0..1."""

    questions: int
    exact_match: float | None
    f1: float | None
    intervals: Intervals
    has_answer: Part
    no_answer: Part
    recall_at: dict[str, float] | None  # of answerable questions; None isolated or without such questions
    mrr: float | None  # the same, to the deepest of RECALL_DEPTHS
    lost: dict[str, int]  # wrong answerable questions by the stage that lost them
    latency_ms: Latency
    expected_calibration_error: float | None  # of confidence against exact match of the best span
    brier: float | None
    area_under_risk_coverage: float | None
    best_threshold: BestThreshold | None  # None where no question is unanswerable
    passages: int  # searched; isolated: the contexts read
    articles: int


def summarise(results: Sequence[Result], *, isolated: bool, articles: int, passages: int) -> Summary:
    """The figures over at least one result."""
    confidence = [r.confidence for r in results]
    right = [r.best_exact_match for r in results]
    answerable = [r for r in results if not r.impossible]
    whole = _part(results)
    p50, p95 = np.percentile([r.latency_ms for r in results], [50, 95])
    recall, mrr = (None, None) if isolated else _retrieval(answerable)
    return {
        **whole,
        "intervals": _intervals(results),
        "has_answer": _part(answerable),
        "no_answer": _part([r for r in results if r.impossible]),
        "recall_at": recall,
        "mrr": mrr,
        "lost": {stage: sum(r.lost == stage for r in answerable) for stage in LOSING_STAGES},
        "latency_ms": {"p50": float(p50), "p95": float(p95)},
        "expected_calibration_error": expected_calibration_error(confidence, right),
        "brier": brier_score(confidence, right),
        "area_under_risk_coverage": area_under_risk_coverage(confidence, right),
        "best_threshold": _best_threshold(results),
        "passages": passages,
        "articles": articles,
    }


def _part(results: Sequence[Result]) -> Part:
    return {
        "questions": len(results),
        "exact_match": percent([r.exact_match for r in results]),
        "f1": percent([r.f1 for r in results]),
    }


def _retrieval(answerable: Sequence[Result]) -> tuple[dict[str, float] | None, float | None]:
    if not answerable:
        return None, None
    ranks = [r.rank for r in answerable]
    recall = {str(k): recall_at(ranks, k) or 0.0 for k in RECALL_DEPTHS}
    return recall, mean_reciprocal_rank(ranks, max(RECALL_DEPTHS))


def _intervals(results: Sequence[Result]) -> Intervals:
    titles = [r.article for r in results]

    def interval(values: list[float]) -> list[float] | None:
        found = article_interval(values, titles)
        return None if found is None else [100.0 * end for end in found]

    return {
        "exact_match": interval([r.exact_match for r in results]),
        "f1": interval([r.f1 for r in results]),
    }


def _best_threshold(results: Sequence[Result]) -> BestThreshold | None:
    impossible = [r.impossible for r in results]
    if not any(impossible):
        return None
    found = best_threshold([r.confidence for r in results], [r.best_f1 for r in results], impossible)
    return None if found is None else {"confidence": found.confidence, "f1": found.score}
