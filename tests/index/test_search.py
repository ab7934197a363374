"""Vectors, terms and their fusion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.fusion import convex, min_max
from index.terms import Terms
from index.vectors import Vectors

TEXTS = ["Iran fired missiles at Al Asad.", "The sheep Dolly was cloned in Scotland.", "Miners in Chile were rescued."]


def test_min_max_maps_to_zero_and_one() -> None:
    assert min_max(np.array([2, 4, 3], dtype=np.float32)).tolist() == [0, 1, 0.5]
    assert min_max(np.array([5, 5], dtype=np.float32)).tolist() == [0, 0]
    assert min_max(np.array([], dtype=np.float32)).tolist() == []


def test_convex_weighs_both_rankings() -> None:
    dense, terms = np.array([0, 1], dtype=np.float32), np.array([30, 10], dtype=np.float32)
    assert convex(dense, terms, 0.25) == pytest.approx([0.75 * 1, 0.25 * 1])


def test_terms_find_stemmed_words_and_know_when_they_know_nothing(tmp_path: Path) -> None:
    terms = Terms.from_texts(TEXTS)
    assert terms.scores("Who cloned a sheep?").argmax() == 1
    assert terms.scores("rescue of a miner").argmax() == 2
    assert not terms.scores("zzz ?").any()
    terms.save(tmp_path / "terms")
    loaded = Terms.load(tmp_path / "terms", 3)
    assert loaded.scores("Who cloned a sheep?").tolist() == terms.scores("Who cloned a sheep?").tolist()


@pytest.mark.parametrize("texts", [[], [""], ["the of and"]])
def test_terms_of_a_corpus_without_words(texts: list[str], tmp_path: Path) -> None:
    terms = Terms.from_texts(texts)
    terms.save(tmp_path / "terms")
    assert Terms.load(tmp_path / "terms", len(texts)).scores("anything").tolist() == [0] * len(texts)


def test_vectors_search_only_what_is_allowed(tmp_path: Path) -> None:
    rows = np.eye(4, dtype=np.float32)
    vectors = Vectors.from_array(rows)
    question = np.array([[0.9, 0.3, 0.2, 0.1]], dtype=np.float32)
    assert vectors.search(question, 2, None)[0].tolist() == [0, 1]
    assert vectors.search(question, 9, np.array([1, 3]))[0].tolist() == [1, 3]
    assert vectors.search(question, 2, np.array([], dtype=np.int64))[0].tolist() == []
    assert vectors.cosines(question[0], np.array([3, 0])).tolist() == pytest.approx([0.1, 0.9])
    vectors.save(tmp_path / "v.faiss")
    loaded = Vectors.load(tmp_path / "v.faiss")
    assert (len(loaded), loaded.dimension) == (4, 4)
    assert np.array_equal(loaded.all(), rows)
