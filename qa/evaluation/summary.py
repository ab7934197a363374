"""The figures over all results, under the names that `evaluate --json` writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from qa.evaluation.calibration import best_threshold
from qa.evaluation.results import STAGES, Result
from qa.evaluation.statistics import ACCURACIES, LATENCY, RECALL_DEPTHS, RETRIEVAL, SCORES, columns, figures, intervals


class Part(TypedDict):
    """Scores of one part of the questions, in percent; None where the part is empty."""

    questions: int
    exact_match: float | None
    f1: float | None


class Percentiles(TypedDict):
    """Median and 95th percentile, in milliseconds."""

    p50: float
    p95: float


class Latency(Percentiles):
    """Of the whole time for a question, and of each stage's."""

    stages: dict[str, Percentiles]


class BestThreshold(TypedDict):
    """The confidence at and above which answering would have scored best on these questions, and that F1."""

    confidence: float
    f1: float


class Summary(TypedDict):
    """All figures. `exact_match` and `f1` are percent; recall, reciprocal rank, coverage, calibration lie in 0..1."""

    questions: int
    exact_match: float | None
    f1: float | None
    intervals: dict[str, list[float] | None]  # 95 %, over articles, by the figure's name ("has_answer.f1")
    has_answer: Part
    no_answer: Part
    recall_at: dict[str, float] | None  # of answerable questions; None isolated or without such questions
    mrr: float | None  # the same, to the deepest of RECALL_DEPTHS
    citation_precision: float | None  # share of citations of given answers that lie in a passage with an accepted one
    lost: dict[str, int]  # wrong questions by the stage that lost them
    not_indexed: int  # answerable questions whose article is not among those that were searched
    latency_ms: Latency
    expected_calibration_error: float | None  # of confidence against exact match of the best span
    brier: float | None
    area_under_risk_coverage: float | None
    coverage_at_accuracy: dict[str, float | None]  # by percent: the most questions that can be answered so well
    best_threshold: BestThreshold | None  # None where no question is unanswerable
    passages: int  # searched; isolated: the contexts read
    articles: int


def summarise(results: Sequence[Result], *, isolated: bool, articles: int, passages: int) -> Summary:
    """The figures over at least one result."""
    table = columns(results)
    statistics = {**SCORES, **LATENCY, **({} if isolated else RETRIEVAL)}
    value = figures(table, statistics)
    count = sum(not r.impossible for r in results)
    recall = {str(k): value.get(f"recall_at.{k}") for k in RECALL_DEPTHS}
    return {
        "questions": len(results),
        "exact_match": value["exact_match"],
        "f1": value["f1"],
        "intervals": intervals(table, [r.article for r in results], statistics),
        "has_answer": _part(count, "has_answer", value),
        "no_answer": _part(len(results) - count, "no_answer", value),
        "recall_at": {k: share for k, share in recall.items() if share is not None} or None,
        "mrr": value.get("mrr"),
        "citation_precision": value.get("citation_precision"),
        "lost": {stage: sum(r.lost == stage for r in results) for stage in STAGES},
        "not_indexed": sum(not r.indexed for r in results),
        "latency_ms": _latency(value),
        "expected_calibration_error": value["expected_calibration_error"],
        "brier": value["brier"],
        "area_under_risk_coverage": value["area_under_risk_coverage"],
        "coverage_at_accuracy": {str(a): value[f"coverage_at_accuracy.{a}"] for a in ACCURACIES},
        "best_threshold": _best_threshold(results),
        "passages": passages,
        "articles": articles,
    }


def _part(questions: int, name: str, value: dict[str, float | None]) -> Part:
    return {"questions": questions, "exact_match": value[f"{name}.exact_match"], "f1": value[f"{name}.f1"]}


def _latency(value: dict[str, float | None]) -> Latency:
    def of(stage: str) -> Percentiles:
        p50, p95 = (value[f"latency_ms.{stage}.{p}"] for p in ("p50", "p95"))
        return {"p50": p50 or 0.0, "p95": p95 or 0.0}

    return {**of("total"), "stages": {stage: of(stage) for stage in ("retrieve", "read")}}


def _best_threshold(results: Sequence[Result]) -> BestThreshold | None:
    impossible = [r.impossible for r in results]
    if not any(impossible):
        return None
    found = best_threshold([r.confidence for r in results], [r.best_f1 for r in results], impossible)
    return None if found is None else {"confidence": found.confidence, "f1": found.score}
