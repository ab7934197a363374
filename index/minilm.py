"""all-MiniLM-L6-v2 in numpy: a few texts get their vectors without the seconds and the memory that torch takes.

The layers are those of BERT (Devlin et al. 2019, arXiv 1810.04805); the vector is the mean over the word pieces
(Reimers & Gurevych 2019, arXiv 1908.10084), as sentence-transformers computes it.
"""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from scipy.special import erf
from threadpoolctl import ThreadpoolController
from tokenizers import Tokenizer

LAYERS, HEADS = 6, 12
LONGEST = 256  # word pieces of a text; what follows does not count
EPSILON = 1e-12  # of the layer normalisations

Matrix = NDArray[np.float32]


class MiniLM:
    """The model of a folder with `model.safetensors` and `tokenizer.json`. Encoding in several threads is safe."""

    def __init__(self, folder: Path) -> None:
        self._weights: dict[str, Matrix] = load_file(folder / "model.safetensors")
        self._pools, self._alone = ThreadpoolController(), Lock()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return int(self._weights["embeddings.word_embeddings.weight"].shape[1])

    def encode(self, text: str) -> Matrix:
        """The unit vector [384] of a text.

        On one thread: further ones would go on spinning afterwards, and slow down whoever reads next by half. One text
        at a time: the limit is the whole process's, and with another number of threads the last digits differ.
        """
        with self._alone, self._pools.limit(limits=1, user_api="blas"):
            return self._encode(text)

    def _encode(self, text: str) -> Matrix:
        ids = self._tokenizer.encode(text.strip()).ids
        states = (
            self._weights["embeddings.word_embeddings.weight"][ids]
            + self._weights["embeddings.position_embeddings.weight"][: len(ids)]
            + self._weights["embeddings.token_type_embeddings.weight"][0]
        )
        states = self._normalised(states, "embeddings.LayerNorm")
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}"
            heard = self._linear(self._attention(states, f"{layer}.attention.self"), f"{layer}.attention.output.dense")
            states = self._normalised(states + heard, f"{layer}.attention.output.LayerNorm")
            inner = self._linear(states, f"{layer}.intermediate.dense")
            inner *= 0.5 * (1 + erf(inner / sqrt(2)))  # GELU
            states = self._normalised(
                states + self._linear(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm"
            )
        mean: Matrix = states.mean(0)
        return mean / np.linalg.norm(mean)

    def _attention(self, states: Matrix, name: str) -> Matrix:
        """What each word piece takes from the others, [T, 384]."""
        query, key, value = (
            self._linear(states, f"{name}.{part}").reshape(len(states), HEADS, -1).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )  # [heads, T, 32] each
        scores = query @ key.swapaxes(1, 2) / np.float32(sqrt(query.shape[2]))
        weights = np.exp(scores - scores.max(2, keepdims=True))
        weights /= weights.sum(2, keepdims=True)
        mixed: Matrix = (weights @ value).swapaxes(0, 1).reshape(states.shape)
        return mixed

    def _linear(self, states: Matrix, name: str) -> Matrix:
        product: Matrix = states @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return product

    def _normalised(self, states: Matrix, name: str) -> Matrix:
        centred = states - states.mean(1, keepdims=True)
        spread = np.sqrt((centred**2).mean(1, keepdims=True) + np.float32(EPSILON))
        scaled: Matrix = centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return scaled
