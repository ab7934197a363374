"""Fit the confidence and choose the weights: `python -m training.calibrate`, on dev-A and the held-out reports.

The questions of each set are asked of all its articles. So that there are some that no article answers, several are
asked again of unrelated articles only, and those that are unanswerable come in as well.
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
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
from training.data import entries
from training.reports import NAMES
from training.split import DEV

RETRIEVED = ("log_odds", "null", "margin", "cosine")
ISOLATED = ("log_odds", "null", "margin")
DEV_A = "dev-A"
UNANSWERABLE = 0.25  # share of the questions we expect people to ask
LEFT = 0.8  # least share of the unanswerable ones that must be left unanswered
NULL_WEIGHTS = (0.5, 0.75, 1.0)
RETRIEVAL_WEIGHTS = (4.0, 8.0, 12.0, 16.0)
TEMPERATURES = (1.0, 3.0, 6.0)


@dataclass(frozen=True)
class Judged:
    """An answer's features, whether it is exactly right (0 or 1), its F1, and its question's family, set and kind."""

    values: Mapping[str, float]
    right: float
    f1: float
    family: str
    held_out: str
    impossible: bool


@dataclass(frozen=True)
class HeldOut:
    """A set of articles that nothing was trained on; articles of one family tell of the same thing."""

    name: str
    gold: Gold
    family: Mapping[str, str]  # by title
    answerable: Sequence[GoldQuestion]
    absent: Sequence[GoldQuestion]  # asked of other families only
    impossible: Sequence[GoldQuestion]

    def unrelated(self, question: GoldQuestion) -> Filters:
        """All articles but those of the question's family."""
        own = self.family[question.article]
        return Filters(article_ids=frozenset(t for t, family in self.family.items() if family != own))


def held_out_sets(folder: Path) -> list[HeldOut]:
    """dev-A and the held-out reports, as `training.split` writes them, with as many questions as time allows."""
    v1, v2 = (read_gold(folder / name) for name in ("dev-a-v1.1.json", "dev-a-v2.0.json"))
    titles = {a.title: a.title for a in v1.articles}
    impossible = [q for q in v2.questions if q.impossible]
    dev_a = HeldOut(DEV_A, v1, titles, v1.questions[::4], v1.questions[1::9], impossible[::6])
    return [dev_a, *(held_out_reports(folder / f"{name}.json", name) for name in NAMES)]


def held_out_reports(file: Path, name: str) -> HeldOut:
    """The held-out reports of one of our files; those of a cluster are a family."""
    gold = read_gold(file)
    clusters = {entry["title"]: entry["cluster"] for entry in entries(file)}
    told = [q for q in gold.questions if not q.impossible]
    return HeldOut(name, gold, clusters, told[::2], told[1::8], [q for q in gold.questions if q.impossible])


@dataclass(frozen=True)
class Read:
    """A question with its hits and the spans read in them, kept so that weights can be tried without reading again."""

    held_out: HeldOut
    question: GoldQuestion
    hits: Sequence[Hit]
    spans: Sequence[Sequence[tuple[Span, str]]]

    def judge(self, weights: Weights) -> Judged | None:
        """The best answer; None where nothing was found."""
        ranked = merge(to_candidates(self.hits, self.spans, weights), weights.temperature)
        return judged(ranked, self.question, self.held_out) if ranked else None


def judged(ranked: Sequence[RankedAnswer], question: GoldQuestion, held_out: HeldOut) -> Judged:
    """The first answer beside the accepted ones; none is right where the question is unanswerable."""
    text = ranked[0].best.text
    right, score = (
        (0.0, 0.0) if question.impossible else (exact_match(text, question.answers), f1(text, question.answers))
    )
    family = held_out.family[question.article]
    return Judged(features(ranked[0]), right, score, family, held_out.name, question.impossible)


def read_all(quoth: Quoth, held_out: HeldOut, passages: int) -> list[Read]:
    """Search and read every question of a set."""
    absent = [(replace(q, answers=(), answer_starts=(), impossible=True), held_out.unrelated(q))
              for q in held_out.absent]  # fmt: skip
    found = []
    for question, filters in [*((q, Filters()) for q in (*held_out.answerable, *held_out.impossible)), *absent]:
        hits = quoth.index.search(question.question, passages, filters)
        found.append(Read(held_out, question, hits, quoth.spans(question.question, hits, quoth.articles)))
        if len(found) % 100 == 0:
            print(f"  {len(found)} questions of {held_out.name} read", flush=True)
    return found


def read_isolated(quoth: Quoth, held_out: HeldOut) -> list[Judged]:
    """Every question in its own context."""
    found = []
    for question in (*held_out.answerable, *held_out.impossible):
        article = as_article(question.context, question.article, question.article, held_out.name)
        ranked = quoth.rank(question.question, [whole(article)], {article.id: article})
        if ranked:
            found.append(judged(ranked, question, held_out))
    return found


def weights_of(sample: Sequence[Judged]) -> NDArray[np.float64]:
    """How much each counts [N], mean 1: every set the same, and in it `UNANSWERABLE` of the questions."""
    counts = Counter((j.held_out, j.impossible) for j in sample)
    weights = np.array(
        [(UNANSWERABLE if j.impossible else 1 - UNANSWERABLE) / counts[j.held_out, j.impossible] for j in sample]
    )
    return np.asarray(weights / weights.mean())


def fit(sample: Sequence[Judged], names: Sequence[str]) -> Logistic:
    """Logistic regression of `right` on the named features."""
    inputs = np.array([[j.values[name] for name in names] for j in sample])
    model = LogisticRegression(C=1.0, max_iter=1000).fit(inputs, [j.right for j in sample], weights_of(sample))
    coefficients = {name: round(float(w), 5) for name, w in zip(names, model.coef_[0], strict=True)}
    return Logistic(round(float(model.intercept_[0]), 5), coefficients)


def cross_fitted(sample: Sequence[Judged], names: Sequence[str]) -> NDArray[np.float64]:
    """Probabilities [N], each from a fit that saw no question of the same family."""
    probabilities = np.zeros(len(sample))
    for family in {j.family for j in sample}:
        fitted = fit([j for j in sample if j.family != family], names)
        for i, j in enumerate(sample):
            if j.family == family:
                probabilities[i] = fitted.probability(j.values)
    return probabilities


def best_threshold(probabilities: NDArray[np.float64], sample: Sequence[Judged]) -> float:
    """The probability below which to abstain: with the best mean F1 (an unanswerable question scores 1 if left
    unanswered) among those that leave `LEFT` of the unanswerable ones unanswered; on the held-out reports alone, which
    are nearest to what people bring (SQuAD's unanswerable questions were written to deceive)."""
    told = [i for i, j in enumerate(sample) if j.held_out in NAMES]
    probabilities, sample = probabilities[told], [sample[i] for i in told]
    weights, impossible = weights_of(sample), np.array([j.impossible for j in sample])
    f1s = np.array([j.f1 for j in sample])

    def score(threshold: float) -> tuple[bool, float]:
        abstained = probabilities < threshold
        left = float(abstained[impossible].mean())
        return left >= LEFT, float(np.average(np.where(impossible, abstained, f1s * ~abstained), weights=weights))

    return max((round(t, 2) for t in np.arange(0.01, 1.0, 0.01)), key=score)


def report(name: str, sample: Sequence[Judged], probabilities: NDArray[np.float64], threshold: float) -> None:
    """Print how good a fit is, on articles that it did not see."""
    left = np.mean([p < threshold for p, j in zip(probabilities, sample, strict=True) if j.impossible])
    answerable = [(p, j) for p, j in zip(probabilities, sample, strict=True) if not j.impossible]
    kept = np.mean([p >= threshold for p, _ in answerable])
    score = 100 * np.mean([j.f1 * (p >= threshold) for p, j in answerable])
    error = expected_calibration_error([p for p, _ in answerable], [j.right for _, j in answerable])
    forced = 100 * np.mean([j.f1 for _, j in answerable])
    print(f"{name}: answerable F1 {forced:.1f} if it must answer, {score:.1f} with threshold {threshold:.3f}, "
          f"which answers {kept:.0%} of them and leaves {left:.0%} of the others; "
          f"expected calibration error {error:.3f}")  # fmt: skip


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


def choose_weights(reads: Sequence[Read]) -> Weights:
    """The weights with the best mean F1 over the sets."""
    scores = {}
    for values in itertools.product(NULL_WEIGHTS, RETRIEVAL_WEIGHTS, TEMPERATURES):
        weights = Weights(*values)
        by_set = mean_f1(reads, weights)
        scores[weights] = float(np.mean(list(by_set.values())))
        print(f"{weights}: F1", ", ".join(f"{name} {score:.2f}" for name, score in by_set.items()), flush=True)
    return max(scores, key=lambda w: scores[w])


def mean_f1(reads: Sequence[Read], weights: Weights) -> dict[str, float]:
    """Mean F1, percent, of the best answers to answerable questions, by set."""
    scores: dict[str, list[float]] = {}
    for read in reads:
        if not read.question.impossible:
            judgement = read.judge(weights)
            scores.setdefault(read.held_out.name, []).append(0.0 if judgement is None else judgement.f1)
    return {name: 100 * float(np.mean(each)) for name, each in scores.items()}


def calibrate(dev: Path, settings: Settings) -> Confidence:
    """All of it; prints what it finds."""
    sets = [(Quoth.in_memory(articles_from_gold(h.gold), settings), h) for h in held_out_sets(dev)]
    reads = [read for quoth, held_out in sets for read in read_all(quoth, held_out, settings.read_passages)]
    weights = choose_weights(reads)
    sample = [j for read in reads if (j := read.judge(weights)) is not None]
    alone = [j for quoth, held_out in sets for j in read_isolated(quoth, held_out)]
    fits, thresholds = [], []
    for name, judgements, names in (("retrieved", sample, RETRIEVED), ("isolated", alone, ISOLATED)):
        probabilities = cross_fitted(judgements, names)
        thresholds.append(best_threshold(probabilities, judgements))
        for held_out in (DEV_A, *NAMES):
            own = [i for i, j in enumerate(judgements) if j.held_out == held_out]
            report(f"{name}, {held_out}", [judgements[i] for i in own], probabilities[own], thresholds[-1])
        fits.append(fit(judgements, names))
    return Confidence(fits[0], fits[1], thresholds[0], thresholds[1], weights)


def main() -> None:
    """Command line."""
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", type=Path, default=DEV, help="folder that training.split wrote")
    parser.add_argument(
        "--search", action="store_true", help="print the weight of the vectors that suits train-A, and stop"
    )
    args = parser.parse_args()
    settings = load_settings()
    if args.search:
        train_a = read_gold(args.dev / "train-a-v1.1.json")
        print("best:", tune_search(Quoth.in_memory(articles_from_gold(train_a), settings), train_a.questions[::2]))
        return
    calibrate(args.dev, settings).save(OWN_WEIGHTS)


if __name__ == "__main__":
    main()
