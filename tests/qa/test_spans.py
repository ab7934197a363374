"""Choosing spans: jointly, within the limit, on allowed tokens, beside the null span."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.spans import TokenSpan, best_spans


def logits(*values: float) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


def inside(size: int, first: int = 1) -> NDArray[np.bool_]:
    return np.arange(size) >= first


def test_the_null_span_is_kept_beside_each() -> None:
    start, end = logits(1.0, 5.0, 0.0, 0.0), logits(0.5, 0.0, 4.0, 0.0)
    best = best_spans(start, end, inside(4), inside(4), longest=30, count=2)
    assert best[0] == TokenSpan(1, 2, 5.0 + 4.0, null=1.5)
    assert best[1] == TokenSpan(1, 1, 5.0 + 0.0, null=1.5)


def test_start_and_end_are_chosen_jointly() -> None:
    """The best start stands after the best end: chosen apart, they would make no span."""
    start, end = logits(0, 1, 0, 9), logits(0, 9, 0, 1)
    assert best_spans(start, end, inside(4), inside(4), 30, 1) == [TokenSpan(1, 1, 10.0, 0.0)]


def test_the_length_limit_holds() -> None:
    start, end = logits(0, 9, 0, 0, 0), logits(0, 0, 0, 0, 9)
    assert best_spans(start, end, inside(5), inside(5), 3, 1)[0].last < 4
    assert best_spans(start, end, inside(5), inside(5), 4, 1) == [TokenSpan(1, 4, 18.0, 0.0)]


def test_a_span_stays_in_one_sentence_where_these_are_given() -> None:
    start, end = logits(0, 9, 0, 1, 0), logits(0, 0, 1, 0, 9)
    assert best_spans(start, end, inside(5), inside(5), 30, 1)[0] == TokenSpan(1, 4, 18.0, 0.0)
    sentence = np.array([0, 1, 1, 2, 2])
    found = best_spans(start, end, inside(5), inside(5), 30, 9, sentence)
    assert [(s.first, s.last) for s in found[:2]] == [(1, 2), (3, 4)]
    assert all(sentence[s.first] == sentence[s.last] for s in found)


def test_tokens_of_the_question_and_inner_pieces_of_words_are_never_edges() -> None:
    start, end = logits(0, 9, 9, 1, 2), logits(0, 9, 9, 2, 1)
    may_start, may_end = inside(5, 3), np.array([False, False, False, False, True])
    assert {(s.first, s.last) for s in best_spans(start, end, may_start, may_end, 30, 9)} == {(3, 4), (4, 4)}


def test_a_window_without_a_single_allowed_token_has_no_spans() -> None:
    none = np.zeros(3, dtype=bool)
    assert best_spans(logits(0, 1, 1), logits(0, 1, 1), none, none, 30, 5) == []


@given(st.integers(2, 25), st.integers(1, 8), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_it_agrees_with_trying_every_pair(size: int, longest: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    start, end = rng.normal(size=(2, size)).astype(np.float32)
    may_start, may_end = rng.random((2, size)) < 0.7
    every = sorted(
        (float(start[i] + end[j])
         for i in range(size) for j in range(i, min(size, i + longest)) if may_start[i] and may_end[j]),
        reverse=True,
    )  # fmt: skip
    found = [s.logit for s in best_spans(start, end, may_start, may_end, longest, count)]
    assert np.allclose(found, every[:count], atol=1e-5)
