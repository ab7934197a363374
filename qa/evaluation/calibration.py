"""How far confidence can be trusted, and how sure the scores are. Pure functions on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

BINS = 10

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Bin:
    """Answers whose confidence lies in (low, high]; the means are 0..1 and None where the bin is empty."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Threshold:
    """A confidence at and above which to answer, and the mean score in percent that it reaches."""

    confidence: float
    score: float


def reliability_bins(confidence: ArrayLike, correct: ArrayLike, bins: int = BINS) -> list[Bin]:
    """Equal-width bins of confidence [n] (0..1) against correctness [n] (0 or 1); confidence 0 is in the first."""
    sure, right = _pair(confidence, correct)
    edges = np.linspace(0.0, 1.0, bins + 1)
    bin_of = np.digitize(sure, edges[1:-1], right=True)
    found = []
    for i in range(bins):
        inside = bin_of == i
        count = int(inside.sum())
        means = (float(sure[inside].mean()), float(right[inside].mean())) if count else (None, None)
        found.append(Bin(float(edges[i]), float(edges[i + 1]), count, *means))
    return found


def expected_calibration_error(confidence: ArrayLike, correct: ArrayLike, bins: int = BINS) -> float | None:
    """Expected calibration error, 0..1; None of nothing.

    ECE = sum over bins of |B| / n * |accuracy(B) - confidence(B)|, equal-width bins
    (Guo et al. 2017, arXiv 1706.04599).
    """
    filled = [b for b in reliability_bins(confidence, correct, bins) if b.count]
    total = sum(b.count for b in filled)
    if not total:
        return None
    return sum(b.count * abs((b.accuracy or 0.0) - (b.confidence or 0.0)) for b in filled) / total


def brier_score(confidence: ArrayLike, correct: ArrayLike) -> float | None:
    """Mean of (confidence - correct)^2 over n answers, 0..1, smaller is better (Brier 1950); None of nothing."""
    sure, right = _pair(confidence, correct)
    return float(np.mean((sure - right) ** 2)) if sure.size else None


def risk_coverage(confidence: ArrayLike, correct: ArrayLike) -> tuple[Numbers, Numbers]:
    """Coverage [n] and risk [n], both 0..1: the share of wrong answers among the k most confident, k = 1..n.

    El-Yaniv & Wiener 2010. Answers of equal confidence count with their common mean, so that order does not matter.
    """
    sure, right = _pair(confidence, correct)
    _, group = np.unique(-sure, return_inverse=True)
    sizes = np.bincount(group)
    group_means = np.bincount(group, weights=right) / sizes
    count = np.arange(1, sure.size + 1)
    risk = 1.0 - np.cumsum(np.repeat(group_means, sizes)) / count
    return count / max(sure.size, 1), np.clip(risk, 0.0, 1.0)


def area_under_risk_coverage(confidence: ArrayLike, correct: ArrayLike) -> float | None:
    """Mean risk over all coverages, 0..1, smaller is better (Geifman et al. 2019, AURC); None of nothing."""
    _, risk = risk_coverage(confidence, correct)
    return float(risk.mean()) if risk.size else None


def coverage_at(confidence: ArrayLike, correct: ArrayLike, accuracy: float) -> float | None:
    """The largest share of questions, 0..1, that can be answered with at least this accuracy (0..1); None of nothing.

    The most confident are answered first (Kamath et al. 2020, arXiv 2006.09462, section 3).
    """
    coverage, risk = risk_coverage(confidence, correct)
    if not coverage.size:
        return None
    sure = np.sort(np.asarray(confidence, dtype=float))[::-1]
    last_of_tie = np.append(sure[1:] != sure[:-1], True)  # answers of equal confidence are given together or not at all
    reached = coverage[last_of_tie & (risk <= 1 - accuracy + 1e-12)]
    return float(reached.max(initial=0.0))


def best_threshold(confidence: ArrayLike, score: ArrayLike, impossible: Sequence[bool]) -> Threshold | None:
    """The threshold with the highest mean score, as the official SQuAD v2.0 script finds it; None of nothing.

    `score` [n] is the best span's F1 (or exact match), 0..1; a question below the threshold scores 1 where it is
    impossible and 0 otherwise. Of thresholds that tie, the highest, which abstains most; 1.0 at most.
    """
    sure, gain = _pair(confidence, score)
    if not sure.size:
        return None
    unanswerable = np.asarray(impossible, dtype=bool)
    order = np.argsort(-sure, kind="stable")
    # Answering one more question gains its score, or loses the point that abstaining had earned.
    change = np.where(unanswerable, -1.0, gain)[order]
    totals = unanswerable.sum() + np.concatenate([[0.0], np.cumsum(change)])
    ranked = sure[order]
    last_of_tie = np.append(ranked[1:] != ranked[:-1], True)
    cuts = np.concatenate([[0], np.flatnonzero(last_of_tie) + 1])
    best = int(cuts[np.argmax(totals[cuts])])
    confidence_at = float(ranked[best - 1]) if best else min(1.0, float(np.nextafter(ranked[0], 2.0)))
    return Threshold(confidence_at, 100.0 * float(totals[best]) / sure.size)


def _pair(first: ArrayLike, second: ArrayLike) -> tuple[Numbers, Numbers]:
    return np.asarray(first, dtype=float).reshape(-1), np.asarray(second, dtype=float).reshape(-1)
