"""Joining overlapping passages: nothing lost, nothing twice, every span with a passage that holds it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.records import Article, Hit, Passage
from qa.stretches import join

TEXT = " ".join(f"word{i}" for i in range(100))
ARTICLES = {name: Article(name, name, name, TEXT) for name in ("a", "b")}


def hit(article: str, start: int, end: int, score: float = 0.5, heading: str = "") -> Hit:
    return Hit(Passage(article, start, end, heading), score, score, None, None)


def test_overlapping_passages_become_one_text() -> None:
    first, second, apart = hit("a", 0, 40, 0.2), hit("a", 20, 60, 0.9), hit("b", 20, 60)
    joined, other = join([second, apart, first], ARTICLES)
    assert (joined.start, joined.end, joined.hits) == (0, 60, (first, second))
    assert other.hits == (apart,)
    assert joined.holder(25, 30) == second
    assert joined.holder(5, 30) == first
    assert joined.holder(5, 50) is None


def test_neither_neighbours_nor_other_headings_nor_too_many_words_are_joined() -> None:
    assert len(join([hit("a", 0, 40), hit("a", 40, 80)], ARTICLES)) == 2
    assert len(join([hit("a", 0, 40), hit("a", 20, 60, heading="Later")], ARTICLES)) == 2
    assert len(join([hit("a", 0, 40), hit("a", 20, 60)], ARTICLES, longest=5)) == 2


RANGES = st.tuples(st.integers(0, 600), st.integers(1, 200))


@given(st.lists(st.tuples(st.sampled_from("ab"), RANGES), unique=True), st.integers(1, 60))
def test_stretches_cover_exactly_the_passages(places: list[tuple[str, tuple[int, int]]], longest: int) -> None:
    hits = [hit(name, start, min(start + length, len(TEXT))) for name, (start, length) in places]
    stretches = join(hits, ARTICLES, longest)
    assert sorted(map(repr, hits)) == sorted(repr(h) for each in stretches for h in each.hits)
    for each in stretches:
        covered = {i for h in each.hits for i in range(h.passage.start, h.passage.end)}
        assert covered == set(range(each.start, each.end))
        assert all(each.holder(h.passage.start, h.passage.end) is not None for h in each.hits)
