"""Merging: one answer with several citations, different answers as alternatives."""

from __future__ import annotations

import math

import pytest

from index.records import Hit, Passage
from qa.answering import NO_RIVAL, Candidate, Weights, merge, same_answer, to_candidates
from qa.normalise import normalise
from qa.records import Span


def candidate(text: str, start: int, score: float, article: str = "a", retrieval: float = 1.0) -> Candidate:
    passage = Passage(article, 0, 1000)
    span = Span(passage, start, start + len(text), score + 1.0, 1.0)
    return Candidate(span, text, Hit(passage, retrieval, 0.5, 1, 1), score)


def test_the_same_answer_in_two_articles_is_one_with_two_places() -> None:
    ranked = merge(
        [candidate("Al Asad", 10, 5.0), candidate("al Asad.", 70, 4.0, "b"), candidate("Irbil", 90, 1.0)],
        temperature=0.0,
    )
    assert [[p.span.passage.article_id for p in answer.places] for answer in ranked] == [["a", "b"], ["a"]]
    assert [answer.margin for answer in ranked] == [4.0, -4.0]


def test_the_same_place_from_overlapping_passages_is_cited_once() -> None:
    ranked = merge([candidate("Al Asad", 10, 5.0), candidate("Al Asad", 10, 4.0)], temperature=0.0)
    assert len(ranked) == 1 and len(ranked[0].places) == 1
    assert ranked[0].margin == NO_RIVAL


def test_a_worse_cut_of_the_same_place_is_no_alternative() -> None:
    ranked = merge(
        [candidate("Abu Mahdi al-Muhandis", 10, 5.0), candidate("Mahdi al-Muhandis, said", 14, 4.0)], temperature=0.0
    )
    assert [answer.best.text for answer in ranked] == ["Abu Mahdi al-Muhandis"]


def test_the_fullest_name_is_quoted_first() -> None:
    short, full = candidate("al-Muhandis", 10, 6.0), candidate("Abu Mahdi al-Muhandis", 90, 4.0)
    (answer,) = merge([short, full], temperature=0.0)
    assert answer.places == (full, short)
    assert answer.log_odds == 6.0


def test_a_place_that_the_reader_does_not_believe_is_not_cited() -> None:
    ranked = merge(
        [candidate("Iran", 10, 6.0), candidate("Iran", 99, -3.0, "b"), candidate("Iran", 9, 0.5, "c")], temperature=0.0
    )
    assert [p.span.passage.article_id for p in ranked[0].places] == ["a", "c"]


def test_evidence_of_several_places_adds_up() -> None:
    candidates = [candidate("Asad", 10, 5.0), candidate("Irbil", 30, 4.5, "b"), candidate("Irbil", 60, 4.5, "c")]
    assert [a.best.text for a in merge(candidates, temperature=0.0)] == ["Asad", "Irbil"]
    irbil, asad = merge(candidates, temperature=2.0)
    assert (irbil.best.text, asad.best.text) == ("Irbil", "Asad")
    assert irbil.margin == pytest.approx(4.5 + 2.0 * math.log(2) - 5.0)


def test_candidates_are_ordered_by_reader_and_retriever_together() -> None:
    near, far = Passage("a", 0, 9), Passage("b", 0, 9)
    hits = [Hit(near, 1.0, 0.9, 1, 1), Hit(far, 0.2, 0.1, 2, 2)]
    spans = [[(Span(near, 0, 3, 2.0, 1.0), "one")], [(Span(far, 0, 3, 3.0, 3.0), "two")]]
    assert [c.text for c in to_candidates(hits, spans, Weights(0.0, 0.0, 0.0))] == ["two", "one"]
    assert [c.text for c in to_candidates(hits, spans, Weights(1.0, 0.0, 0.0))] == ["one", "two"]
    best = to_candidates(hits, spans, Weights(0.5, 4.0, 0.0))[0]
    assert (best.text, best.rank_score) == ("one", 2.0 - 0.5 * 1.0 + 4.0 * 1.0)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the embassy", "Embassy", True),
        ("Sullenberger", "Chesley Sullenberger", True),
        ("Gen. Qassem Soleimani", "Soleimani", True),
        ("al-Muhandis", "Abu Mahdi al-Muhandis", True),
        ("Kuwait", "the emir of Kuwait", False),
        ("2019", "June 20, 2019", False),
        ("10", "some 10 million", False),
        ("Chesley", "Chesley Sullenberger", False),
    ],
)
def test_which_quotes_say_the_same(one: str, other: str, same: bool) -> None:
    assert same_answer(one, other) is same
    assert same_answer(other, one) is same


def test_normalisation_is_the_official_one() -> None:
    assert normalise("The  U.S. Embassy, in a city!") == "us embassy in city"
