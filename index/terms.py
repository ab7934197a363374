"""BM25 over stemmed words, with bm25s."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

STOP_WORDS = "en_plus"  # with question words: "who" and "when" say nothing of the passage


class Terms:
    """BM25 scores of passages (Lucene's variant, k1 = 1.5, b = 0.75; English stemmer and stop words)."""

    def __init__(self, index: bm25s.BM25 | None, size: int) -> None:
        self._index, self._size = index, size
        self._stemmer = Stemmer.Stemmer("english")

    @classmethod
    def from_texts(cls, texts: Sequence[str]) -> Terms:
        """From the texts of all passages, in the order of their vectors."""
        words = _words(texts, Stemmer.Stemmer("english"))
        if not any(words):  # bm25s cannot index a corpus without a word; its scores are all zero
            return cls(None, len(texts))
        index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        index.index(words, show_progress=False)
        return cls(index, len(texts))

    def save(self, folder: Path) -> None:
        """Write in bm25s's own format (NumPy arrays and JSON)."""
        folder.mkdir(exist_ok=True)
        if self._index is not None:
            self._index.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> Terms:
        """Read what `save` wrote for `size` passages; the caller has checked its hash."""
        return cls(bm25s.BM25.load(folder) if any(folder.iterdir()) else None, size)

    def scores(self, question: str) -> NDArray[np.float32]:
        """BM25 scores [N], zero where a passage shares no word with the question."""
        if self._index is None:
            return np.zeros(self._size, dtype=np.float32)
        known = [word for word in _words([question], self._stemmer)[0] if word in self._index.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        found: NDArray[np.float32] = self._index.get_scores(known)
        return found


def _words(texts: Sequence[str], stemmer: Stemmer.Stemmer) -> list[list[str]]:
    if not texts:
        return []
    words: list[list[str]] = bm25s.tokenize(
        list(texts), stopwords=STOP_WORDS, stemmer=stemmer, return_ids=False, show_progress=False
    )
    return words
