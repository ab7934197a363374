"""Cutting: whole sentences, exact offsets, overlap, and nothing that is no article."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import find_files, read_article
from index.passages import count_words, cut, sentences, windows
from index.records import Article
from index.settings import IndexSettings

SEEDS = Path(__file__).parents[2] / "seeds"


def article(text: str, **fields: object) -> Article:
    return Article(id="a", title="The title", source="a.txt", text=text, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "sentence",
    [
        "The U.S. said so on Dec. 27 in a statement.",
        "Gen. Qassem Soleimani was killed near the airport.",
        "Sen. Tom Cotton, R-Ark., said the general got what he deserved.",
        "Sen. Chris Murphy, D-Conn., asked whether Congress had been told.",
        "It rose 3.5 percent to $1.1 billion at St. Helens, Mr. Jones said.",
    ],
)
def test_abbreviations_do_not_end_a_sentence(sentence: str) -> None:
    text = f"He came. {sentence} She went."
    assert [text[s:e] for s, e in sentences(text, 0, len(text))] == ["He came.", sentence, "She went."]


def test_a_paragraph_ends_a_sentence_without_a_full_stop() -> None:
    text = "A line without a stop\n\nAnother one\r\n\r\nA third"
    assert [text[s:e] for s, e in sentences(text, 0, len(text))] == ["A line without a stop", "Another one", "A third"]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=40), st.integers(10, 100), st.integers(0, 60))
def test_windows_cover_everything_and_overlap_no_more_than_asked(counts: list[int], words: int, overlap: int) -> None:
    found = list(windows(counts, words, overlap))
    assert found[0][0] == 0 and found[-1][1] == len(counts) - 1
    for first, last in found:
        assert first == last or sum(counts[first : last + 1]) <= words
    for (a, b), (c, d) in pairwise(found):
        assert a < c <= b + 1 and d > b
        assert sum(counts[c : b + 1]) <= overlap


def test_windows_of_known_counts() -> None:
    assert list(windows([40, 40, 40, 40], words=100, overlap=50)) == [(0, 1), (1, 2), (2, 3)]
    assert list(windows([40, 40, 40, 40], words=100, overlap=0)) == [(0, 1), (2, 3)]
    assert list(windows([300, 5], words=100, overlap=50)) == [(0, 0), (1, 1)]


def test_skipped_lines_and_headings_are_in_no_passage() -> None:
    text = "Intro here.\n\nDownload the app\n\nMiddle part.\n\n## Aftermath\n\nThe end came."
    skipped = (text.index("Download"), text.index("\n\nMiddle"))
    heading = (text.index("##"), text.index("\n\nThe end"))
    passages = cut(article(text, skipped=(skipped,), headings=(heading,)), words=100, overlap=50)
    assert [text[p.start : p.end] for p in passages] == ["Intro here.", "Middle part.", "The end came."]
    assert [p.heading for p in passages] == ["The title", "The title", "The title. Aftermath"]


def test_a_text_without_full_stops_is_cut_all_the_same() -> None:
    text = " ".join(f"word{i}" for i in range(1000))
    passages = cut(article(text), words=100, overlap=50)
    assert all(count_words(text, p.start, p.end) <= 100 for p in passages)
    assert {w for p in passages for w in text[p.start : p.end].split()} == set(text.split())


@pytest.mark.parametrize("path", find_files(SEEDS), ids=lambda p: p.stem)
def test_every_word_of_a_seed_stands_in_a_passage(path: Path) -> None:
    found = read_article(path, path.name, IndexSettings())
    passages = cut(found, words=100, overlap=50)
    covered = set()
    for p in passages:
        covered |= set(range(p.start, p.end))
        assert found.text[p.start : p.end] == found.text[p.start : p.end].strip()
    apart = {i for start, end in (*found.skipped, *found.headings) for i in range(start, end)}
    assert not covered & apart
    assert all(c.isspace() for i, c in enumerate(found.text) if i not in covered | apart)
