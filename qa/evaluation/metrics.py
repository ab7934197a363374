"""Official SQuAD scores of answers, and recall and reciprocal rank of retrieved passages. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from qa.normalise import normalise


def exact_match(prediction: str, accepted: Sequence[str]) -> float:
    """1.0 where the normalised prediction equals an accepted answer, else 0.0 (Rajpurkar et al. 2016).

    No accepted answer means unanswerable: then "" is right and all else is wrong (Rajpurkar et al. 2018).
    """
    given = normalise(prediction)
    return float(any(given == right for right in _targets(accepted)))


def f1(prediction: str, accepted: Sequence[str]) -> float:
    """Token F1 against the best accepted answer, 0..1: 2PR / (P + R) over the bags of normalised words.

    Where either side has no words, 1.0 if both have none, else 0.0 (Rajpurkar et al. 2018).
    """
    given = normalise(prediction).split()
    return max(_token_f1(given, right.split()) for right in _targets(accepted))


def holds(text: str, accepted: Iterable[str]) -> bool:
    """Whether an accepted answer stands in the text, character for character: nothing is normalised."""
    return any(answer in text for answer in accepted)


def recall_at(ranks: Sequence[int | None], k: int) -> float | None:
    """Share of questions, 0..1, whose first fitting passage has rank k or better; None without questions."""
    return mean([float(rank is not None and rank <= k) for rank in ranks])


def mean_reciprocal_rank(ranks: Sequence[int | None], depth: int) -> float | None:
    """Mean of 1 / rank of the first fitting passage, 0 where it is missing or below `depth`; None without questions."""
    return mean([1.0 / rank if rank is not None and rank <= depth else 0.0 for rank in ranks])


def mean(values: Sequence[float]) -> float | None:
    """Arithmetic mean, or None of nothing."""
    return sum(values) / len(values) if values else None


def percent(values: Sequence[float]) -> float | None:
    """Mean of scores in 0..1 as percent, 0..100, or None of nothing."""
    average = mean(values)
    return None if average is None else 100.0 * average


def _targets(accepted: Sequence[str]) -> list[str]:
    # As the official v2.0 script: an answer that normalises to nothing does not count.
    return [right for right in map(normalise, accepted) if right] or [""]


def _token_f1(given: list[str], right: list[str]) -> float:
    if not given or not right:
        return float(given == right)
    shared = (Counter(given) & Counter(right)).total()
    # 2PR / (P + R) with P = shared / |given| and R = shared / |right|.
    return 2.0 * shared / (len(given) + len(right))
