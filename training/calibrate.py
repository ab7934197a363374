"""Fit the confidence and choose the weights: `python -m training.calibrate --data DIR`, on dev-A alone.

The questions of the held-out articles are asked of all of them. So that there are some that no article answers,
several are asked again of the other articles only, and those that SQuAD v2.0 calls unanswerable come in as well.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from index.records import Filters, Hit
from qa import environment
from qa.answering import RankedAnswer, Weights, merge, to_candidates
from qa.confidence import Confidence, Logistic, features
from qa.evaluation.calibration import expected_calibration_error
from qa.evaluation.evaluate import first_fitting
from qa.evaluation.gold import Gold, GoldQuestion, articles_from_gold, as_article, read_gold
from qa.evaluation.metrics import exact_match, f1
from qa.quoth import RANKED, Quoth, whole
from qa.reader import OWN_WEIGHTS
from qa.records import Span
from qa.settings import Settings, load_settings
from training.data import held_out_titles

RETRIEVED = ("log_odds", "margin", "cosine")
ISOLATED = ("log_odds", "margin")
SHARES = {"answerable": 0.75, "impossible": 0.25}  # of the questions we expect people to ask
NULL_WEIGHTS = (0.5, 0.75, 1.0)
RETRIEVAL_WEIGHTS = (0.0, 4.0, 8.0)
TEMPERATURES = (0.0, 3.0, 6.0)


@dataclass(frozen=True)
class Judged:
    """An answer's features, whether it is exactly right (0 or 1), its F1, and its question's article and kind."""

    values: Mapping[str, float]
    right: float
    f1: float
    article: str
    impossible: bool


def dev_a(data: Path) -> tuple[Gold, Gold]:
    """The held-out articles of SQuAD v1.1 and those of them that are in v2.0."""
    v1, v2 = (read_gold(data / "dev" / f"squad-{version}-half-a.json") for version in ("v1.1", "v2.0"))
    titles = set(held_out_titles(a.title for a in v1.articles))
    one, two = (replace(g, articles=tuple(a for a in g.articles if a.title in titles)) for g in (v1, v2))
    return one, two


@dataclass(frozen=True)
class Read:
    """A question with its hits and the spans read in them, kept so that weights can be tried without reading again."""

    question: GoldQuestion
    hits: Sequence[Hit]
    spans: Sequence[Sequence[tuple[Span, str]]]

    def judge(self, passages: int, weights: Weights) -> Judged | None:
        """The best answer from the first `passages` hits; None where nothing was found."""
        ranked = merge(to_candidates(self.hits[:passages], self.spans[:passages], weights), weights.temperature)
        return judged(ranked, self.question) if ranked else None


def judged(ranked: Sequence[RankedAnswer], question: GoldQuestion) -> Judged:
    """The first answer beside the accepted ones; none is right where the question is unanswerable."""
    text = ranked[0].best.text
    right, score = (
        (0.0, 0.0) if question.impossible else (exact_match(text, question.answers), f1(text, question.answers))
    )
    return Judged(features(ranked[0]), right, score, question.article, question.impossible)


def read_all(quoth: Quoth, questions: Sequence[GoldQuestion], passages: int, without_own: bool) -> list[Read]:
    """Search and read every question; `without_own` leaves its own article out, so that nothing answers it."""
    found = []
    for number, question in enumerate(questions, start=1):
        others = frozenset(quoth.articles) - {question.article}
        hits = quoth.index.search(
            question.question, passages, Filters(article_ids=others) if without_own else Filters()
        )
        asked = replace(question, answers=(), answer_starts=(), impossible=True) if without_own else question
        found.append(Read(asked, hits, quoth.spans(question.question, hits, quoth.articles)))
        if number % 100 == 0:
            print(f"  {number} of {len(questions)} questions read", flush=True)
    return found


def read_isolated(quoth: Quoth, questions: Sequence[GoldQuestion]) -> list[Judged]:
    """Every question in its own context."""
    found = []
    for question in questions:
        article = as_article(question.context, question.article, question.article, "dev-A")
        ranked = quoth.rank(question.question, [whole(article)], {article.id: article})
        if ranked:
            found.append(judged(ranked, question))
    return found


def fit(sample: Sequence[Judged], names: Sequence[str], shares: Mapping[str, float]) -> Logistic:
    """Logistic regression of `right` on the named features; `shares` weigh the kinds of questions."""
    inputs = np.array([[j.values[name] for name in names] for j in sample])
    kinds = ["impossible" if j.impossible else "answerable" for j in sample]
    weights = np.array([shares[k] / kinds.count(k) for k in kinds]) * len(sample)
    model = LogisticRegression(C=1.0, max_iter=1000).fit(inputs, [j.right for j in sample], weights)
    coefficients = {name: round(float(w), 5) for name, w in zip(names, model.coef_[0], strict=True)}
    return Logistic(round(float(model.intercept_[0]), 5), coefficients)


def cross_fitted(sample: Sequence[Judged], names: Sequence[str], shares: Mapping[str, float]) -> NDArray[np.float64]:
    """Probabilities [N], each from a fit that saw no question about the same article."""
    probabilities = np.zeros(len(sample))
    for article in {j.article for j in sample}:
        fitted = fit([j for j in sample if j.article != article], names, shares)
        for i, j in enumerate(sample):
            if j.article == article:
                probabilities[i] = fitted.probability(j.values)
    return probabilities


def best_threshold(probabilities: NDArray[np.float64], sample: Sequence[Judged], shares: Mapping[str, float]) -> float:
    """The probability below which to abstain, for the best mean F1 (an unanswerable question scores 1 if abstained)."""
    impossible = np.array([j.impossible for j in sample])
    f1s = np.array([j.f1 for j in sample])

    def score(threshold: float) -> float:
        answered = probabilities >= threshold
        right = float((f1s * answered)[~impossible].mean())
        return shares["answerable"] * right + shares["impossible"] * float((~answered)[impossible].mean())

    return max((round(t, 2) for t in np.arange(0.01, 1.0, 0.01)), key=score)


def report(name: str, sample: Sequence[Judged], probabilities: NDArray[np.float64], threshold: float) -> None:
    """Print how good a fit is, on articles that it did not see."""
    answerable = [(p, j) for p, j in zip(probabilities, sample, strict=True) if not j.impossible]
    kept = np.mean([p >= threshold for p, _ in answerable])
    score = 100 * np.mean([j.f1 * (p >= threshold) for p, j in answerable])
    error = expected_calibration_error([p for p, _ in answerable], [j.right for _, j in answerable])
    forced = 100 * np.mean([j.f1 for _, j in answerable])
    print(f"{name}: answerable F1 {forced:.1f} if it must answer, {score:.1f} with threshold {threshold:.3f}, "
          f"which answers {kept:.0%} of them; expected calibration error {error:.3f}")  # fmt: skip


def tune_search(quoth: Quoth, questions: Sequence[GoldQuestion]) -> float:
    """The share of the vectors in the fused score with the best mean reciprocal rank."""
    best = (0.0, 0.0)
    for weight in np.round(np.arange(0.0, 1.01, 0.1), 1):
        index = replace(quoth.index, dense_weight=float(weight))
        found = index.search_all([q.question for q in questions], RANKED)
        ranks = [first_fitting(h, q.answers, frozenset([q.article]), index.articles)
                 for h, q in zip(found, questions, strict=True)]  # fmt: skip
        recall = np.mean([rank is not None and rank <= 5 for rank in ranks])
        mrr = float(np.mean([0.0 if rank is None else 1 / rank for rank in ranks]))
        print(f"dense weight {weight}: recall@5 {recall:.4f}, MRR {mrr:.4f}")
        best = max(best, (mrr, float(weight)))
    return best[1]


def choose_weights(reads: Sequence[Read], passages: int) -> Weights:
    """The weights with the best F1 from `passages` passages."""
    scores = {}
    for values in itertools.product(NULL_WEIGHTS, RETRIEVAL_WEIGHTS, TEMPERATURES):
        weights = Weights(*values)
        by_count = {count: mean_f1(reads, count, weights) for count in (1, 3, 5, passages)}
        scores[weights] = by_count[passages]
        line = "  ".join(f"{count} passages {score:.2f}" for count, score in by_count.items())
        print(f"F1 with {weights}:  {line}", flush=True)
    return max(scores, key=lambda w: scores[w])


def mean_f1(reads: Sequence[Read], passages: int, weights: Weights) -> float:
    """Mean F1, percent, of the best answers from the first `passages` hits."""
    found = [read.judge(passages, weights) for read in reads]
    return 100 * float(np.mean([0.0 if judgement is None else judgement.f1 for judgement in found]))


def calibrate(data: Path, settings: Settings) -> Confidence:
    """All of it; prints what it finds."""
    v1, v2 = dev_a(data)
    impossible = [q for q in v2.questions if q.impossible]
    quoth = Quoth.in_memory(articles_from_gold(v1), settings)
    few = settings.read_passages
    reads = read_all(quoth, v1.questions[::4], few, without_own=False)
    weights = choose_weights(reads, few)
    reads += read_all(quoth, impossible[::6], few, without_own=False)
    reads += read_all(quoth, v1.questions[1::9], few, without_own=True)
    sample = [j for read in reads if (j := read.judge(few, weights)) is not None]
    alone = read_isolated(quoth, [*v1.questions[::3], *impossible[::4]])
    fits, thresholds = [], []
    for name, judgements, names in (("retrieved", sample, RETRIEVED), ("isolated", alone, ISOLATED)):
        probabilities = cross_fitted(judgements, names, SHARES)
        thresholds.append(best_threshold(probabilities, judgements, SHARES))
        report(name, judgements, probabilities, thresholds[-1])
        fits.append(fit(judgements, names, SHARES))
    return Confidence(fits[0], fits[1], thresholds[0], thresholds[1], weights)


def main() -> None:
    """Command line."""
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/ in SQuAD form")
    parser.add_argument(
        "--search", action="store_true", help="print the weight of the vectors that suits train-A, and stop"
    )
    args = parser.parse_args()
    settings = load_settings()
    if args.search:
        gold = read_gold(args.data / "dev" / "squad-v1.1-half-a.json")
        held_out = held_out_titles(a.title for a in gold.articles)
        train_a = replace(gold, articles=tuple(a for a in gold.articles if a.title not in held_out))
        print("best:", tune_search(Quoth.in_memory(articles_from_gold(train_a), settings), train_a.questions[::2]))
        return
    calibrate(args.data, settings).save(OWN_WEIGHTS)


if __name__ == "__main__":
    main()
