"""The packaged encoder: the same vectors with and without sentence-transformers, which a question does without."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from index.embedding import FEW, PACKAGED, PACKAGED_POOLING, SentenceEncoder, encoder_folder

pytestmark = pytest.mark.model
TEXTS = [
    "Which town on the coast was hit hardest by the storm of 1953?",
    "  x\n",
    "",
    "Ünïcödé “quotes”\nand a new line, 中文, 😀, and U.S.-led talks at 9.30 p.m.",
    "The [SEP] token and [CLS], [MASK] too.",
    "word " * 600,
]


def test_vectors_and_pooling_are_those_of_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    library = SentenceTransformer(str(encoder_folder(PACKAGED)), device="cpu", local_files_only=True)
    expected = library.encode(TEXTS, normalize_embeddings=True)
    assert len(TEXTS) <= FEW
    assert np.abs(SentenceEncoder(PACKAGED).encode(TEXTS) - expected).max() < 1e-5
    assert [str(getattr(module, "pooling_mode", "")) for module in library] == PACKAGED_POOLING["pooling"]
    assert library.max_seq_length == PACKAGED_POOLING["longest"]


def test_many_texts_and_few_get_the_same_vectors() -> None:
    encoder = SentenceEncoder(PACKAGED)
    few = encoder.encode(TEXTS)
    many = encoder.encode(TEXTS * FEW)
    assert few.shape == (len(TEXTS), encoder.dimension)
    assert np.abs(np.tile(few, (FEW, 1)) - many).max() < 1e-5


def test_a_question_or_nothing_is_encoded_without_torch() -> None:
    program = f"""
import sys
from index.embedding import SentenceEncoder
encoder = SentenceEncoder({PACKAGED!r})
assert encoder.encode(["Who?"]).shape == (1, len(encoder.fingerprint["probe"]))
assert encoder.encode([]).shape == (0, encoder.dimension)
assert not {{"torch", "transformers"}} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
