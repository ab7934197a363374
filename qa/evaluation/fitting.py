"""A confidence and a threshold fitted to somebody's own gold questions. Pure functions on results.

The confidence that comes with the reader orders answers well anywhere; how sure it should be differs from one
collection of articles to the next. So only its scale and shift are fitted (Platt 1999), for which some dozens of
questions suffice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from index.errors import QuothError
from qa.confidence import Confidence, Logistic
from qa.evaluation.calibration import best_threshold, expected_calibration_error
from qa.evaluation.results import Result

LEAST = 50  # questions
LEAST_OF_EACH = 10  # questions whose best span is right, and others
FOLDS = 10
MOST_LOGIT = 20.0

Numbers = NDArray[np.float64]


class FittingError(QuothError):
    """The gold questions do not suffice to fit a confidence."""


@dataclass(frozen=True)
class Sample:
    """Answers to n questions, as columns [n]; `impossible` and `right` are 0 or 1."""

    logit: Numbers  # of the confidence as it came
    right: Numbers  # whether the best span is exactly an accepted answer
    f1: Numbers  # of the best span, 0..1
    impossible: Numbers
    article: NDArray[np.str_]

    def take(self, rows: NDArray[np.bool_]) -> Sample:
        """These rows."""
        return Sample(self.logit[rows], self.right[rows], self.f1[rows], self.impossible[rows], self.article[rows])


@dataclass(frozen=True)
class Scaling:
    """P = 1 / (1 + exp(-(shift + scale * logit))), and the probability from which on to answer."""

    shift: float
    scale: float
    threshold: float

    def probability(self, logit: Numbers) -> Numbers:
        """Probabilities [n] of logits [n]."""
        return np.asarray(1 / (1 + np.exp(-np.clip(self.shift + self.scale * logit, -MOST_LOGIT, MOST_LOGIT))))

    def applied_to(self, confidence: Confidence) -> Confidence:
        """The confidence with this scale, shift and threshold for answers from the whole corpus."""
        old = confidence.retrieved
        scaled = Logistic(
            self.shift + self.scale * old.intercept, {name: self.scale * w for name, w in old.weights.items()}
        )
        return replace(confidence, retrieved=scaled, threshold=self.threshold)


@dataclass(frozen=True)
class Effect:
    """What a scaling does on questions it was not fitted on; shares are 0..1."""

    answered: float  # share of all questions
    precision: float | None  # share of given answers that are right; None where none is given
    left: float | None  # share of unanswerable questions left unanswered; None where there are none
    f1: float  # mean over all questions; an unanswerable one scores 1 if left unanswered
    calibration_error: float


@dataclass(frozen=True)
class Fit:
    """The scaling fitted on all questions, and the effects before and, cross-validated, after."""

    scaling: Scaling
    before: Effect
    after: Effect


def sample_of(results: Sequence[Result]) -> Sample:
    """The columns of results that came of the confidence as shipped."""
    sure = np.clip([r.confidence for r in results], 1e-9, 1 - 1e-9)
    return Sample(
        logit=np.clip(np.log(sure / (1 - sure)), -MOST_LOGIT, MOST_LOGIT),
        right=np.array([r.best_exact_match for r in results], dtype=float),
        f1=np.array([r.best_f1 for r in results], dtype=float),
        impossible=np.array([r.impossible for r in results], dtype=float),
        article=np.array([r.article for r in results], dtype=str),
    )


def fit(sample: Sample, threshold_before: float, precision: float | None) -> Fit:
    """Fit scale, shift and threshold: the one that answers most at `precision` (0..1), or, None, with the best F1.

    `FittingError` where the questions are too few, or do not tell right from wrong, or never reach the precision.
    """
    _check(sample)
    scaling = _scaling(sample, precision)
    probability, given = np.zeros(len(sample.logit)), np.zeros(len(sample.logit), dtype=bool)
    for held_out in _folds(sample.article):
        part = _scaling(sample.take(~held_out), precision)
        probability[held_out] = part.probability(sample.logit[held_out])
        given[held_out] = probability[held_out] >= part.threshold
    shipped = Scaling(0.0, 1.0, threshold_before).probability(sample.logit)
    before = _effect(sample, shipped, shipped >= threshold_before)
    return Fit(scaling, before, _effect(sample, probability, given))


def _check(sample: Sample) -> None:
    count, right = len(sample.logit), int(sample.right.sum())
    if count < LEAST or not LEAST_OF_EACH <= right <= count - LEAST_OF_EACH or len(set(sample.article)) < 2:
        raise FittingError(
            f"Fitting a confidence needs at least {LEAST} gold questions about two or more articles, of which at "
            f"least {LEAST_OF_EACH} are answered right and {LEAST_OF_EACH} wrong or unanswerable; these are {count} "
            f"about {len(set(sample.article))}, {right} right and {count - right} not. Add more questions."
        )


def _scaling(sample: Sample, precision: float | None) -> Scaling:
    model = LogisticRegression(C=1e6).fit(sample.logit.reshape(-1, 1), sample.right)
    unset = Scaling(float(model.intercept_[0]), float(model.coef_[0][0]), 0.0)
    if unset.scale <= 0:
        raise FittingError(
            "On these questions the right answers are no surer than the wrong ones, so no threshold can part them; "
            "check that the gold answers are right."
        )
    sure = unset.probability(sample.logit)
    if precision is not None:
        return replace(unset, threshold=_lowest_with(sure, sample.right, precision))
    best = best_threshold(sure, sample.f1, [bool(i) for i in sample.impossible])
    assert best is not None
    return replace(unset, threshold=best.confidence)


def _lowest_with(sure: Numbers, right: Numbers, precision: float) -> float:
    """The lowest probability at and above which the share of right answers is at least `precision`."""
    order = np.argsort(-sure, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last_of_tie = np.append(sure[order][1:] != sure[order][:-1], True)
    reached = np.flatnonzero(last_of_tie & (shares >= precision))
    if not reached.size:
        raise FittingError(
            f"No threshold reaches a precision of {precision:.0%} on these questions; the most is "
            f"{float(shares[last_of_tie].max()):.0%}. Ask for less."
        )
    return float(sure[order][reached[-1]])


def _folds(articles: NDArray[np.str_]) -> list[NDArray[np.bool_]]:
    """Which questions [n] each fold holds out; an article is never divided."""
    names = sorted(set(articles.tolist()))
    np.random.default_rng(0).shuffle(names)
    return [np.isin(articles, names[i::FOLDS]) for i in range(min(FOLDS, len(names)))]


def _effect(sample: Sample, probability: Numbers, given: NDArray[np.bool_]) -> Effect:
    impossible = sample.impossible == 1
    error = expected_calibration_error(probability, sample.right)
    assert error is not None
    return Effect(
        answered=float(given.mean()),
        precision=float(sample.right[given].mean()) if given.any() else None,
        left=float((~given[impossible]).mean()) if impossible.any() else None,
        f1=float(np.where(impossible, ~given, sample.f1 * given).mean()),
        calibration_error=error,
    )
