"""Vectors in FAISS. The only module that imports it."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

METRIC = "inner product of unit vectors"


class Vectors:
    """Unit vectors, one a passage, searched exactly (flat inner product: the best choice up to 10^5 passages)."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def from_array(cls, vectors: NDArray[np.float32]) -> Vectors:
        """From unit vectors [N, dimension]."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    def save(self, file: Path) -> None:
        """Write in FAISS's own format; a disk that refuses raises OSError, as FAISS's own writing does not."""
        file.write_bytes(faiss.serialize_index(self._index).tobytes())

    @classmethod
    def load(cls, file: Path) -> Vectors:
        """Read what `save` wrote; the caller has checked its hash."""
        return cls(faiss.deserialize_index(np.frombuffer(file.read_bytes(), dtype=np.uint8)))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return int(self._index.d)

    def all(self) -> NDArray[np.float32]:
        """All vectors [N, dimension]."""
        found: NDArray[np.float32] = self._index.reconstruct_n(0, len(self))
        return found

    def cosines(self, question: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Cosines, -1..1, of one unit vector [dimension] with the given rows, in their order."""
        found: NDArray[np.float32] = self._index.reconstruct_batch(rows) @ question
        return found

    def search(
        self, questions: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None
    ) -> list[NDArray[np.int64]]:
        """For each unit vector [Q, dimension] its best rows, at most `k` and best first, of the `allowed` ones."""
        most = min(k, len(self) if allowed is None else len(allowed))
        if most == 0:
            return [np.empty(0, dtype=np.int64) for _ in questions]
        selector = None if allowed is None else faiss.IDSelectorBatch(allowed)  # must outlive the search
        parameters = None if selector is None else faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        _, rows = self._index.search(np.ascontiguousarray(questions), most, params=parameters)
        return list(rows)
