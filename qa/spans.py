"""Choosing answer spans from start and end logits: pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class TokenSpan:
    """First and last token, the sum of their start and end logit, and that of the null span."""

    first: int
    last: int
    logit: float
    null: float


def best_spans(
    start: Logits,
    end: Logits,
    may_start: Flags,
    may_end: Flags,
    longest: int,
    count: int,
    sentence: NDArray[np.int64] | None = None,
) -> list[TokenSpan]:
    """The `count` best spans of one window of T tokens, best first; all arrays are [T] and token 0 is [CLS].

    Start and end are chosen jointly: over all pairs with first <= last < first + `longest`, by start[first] + end[last]
    (Devlin et al. 2019, section 4.2); the null span is start[0] + end[0] (section 4.3). Where the `sentence` of
    each token is given, [T], both lie in one.
    """
    size = len(start)
    starts = np.where(may_start, start, -np.inf)
    ends = np.where(may_end, end, -np.inf)
    table = np.full((min(longest, size), size), -np.inf, dtype=np.float32)  # [length - 1, first]
    for extra in range(len(table)):
        table[extra, : size - extra] = starts[: size - extra] + ends[extra:]
        if sentence is not None:
            table[extra, : size - extra][sentence[: size - extra] != sentence[extra:]] = -np.inf
    flat = table.ravel()
    few = min(count, flat.size)
    order = np.argpartition(-flat, few - 1)[:few]
    order = order[np.argsort(-flat[order], kind="stable")]
    null = float(start[0] + end[0])
    return [
        TokenSpan(int(i % size), int(i % size + i // size), float(flat[i]), null) for i in order if np.isfinite(flat[i])
    ]
