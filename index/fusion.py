"""Fusing two rankings: pure arithmetic on arrays of scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


def min_max(scores: Scores) -> Scores:
    """Scores [N] mapped to 0..1 by (s - min) / (max - min); all zero where they are all the same."""
    if len(scores) == 0:
        return scores
    low, high = float(scores.min()), float(scores.max())
    if high == low:
        return np.zeros_like(scores)
    return (scores - low) / (high - low)


def convex(dense: Scores, terms: Scores, dense_weight: float) -> Scores:
    """w * dense + (1 - w) * terms of min-max normalised scores [N]: convex combination (Bruch et al. 2022)."""
    return dense_weight * min_max(dense) + (1 - dense_weight) * min_max(terms)
