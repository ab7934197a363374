"""Deterministic stand-ins for the encoder, so that tests without models can assert exact results."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedding import PROBE, Fingerprint
from index.progress import Progress, silent

DIMENSION = 64


class WordEncoder:
    """Each word adds one to a component that its checksum names: texts that share words are near."""

    def __init__(self, name: str = "words", weights: str = "one") -> None:
        self.name, self.weights = name, weights
        self.encoded: list[str] = []

    @property
    def fingerprint(self) -> Fingerprint:
        probe = [round(float(x), 4) for x in self._vector(PROBE)]
        return {"name": self.name, "weights": self.weights, "pooling": ["sum"], "longest": 10_000, "probe": probe}

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> NDArray[np.float32]:
        self.encoded += texts
        rows = [self._vector(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(rows), DIMENSION)

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(DIMENSION, 1e-3, dtype=np.float32)
        for word in text.lower().split():
            vector[zlib.crc32(word.strip(".,?!").encode()) % DIMENSION] += 1
        return vector / np.linalg.norm(vector)
