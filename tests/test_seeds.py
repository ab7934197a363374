"""The corpus and its gold questions keep their promises."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from qa.evaluation.gold import Gold, read_gold

SEEDS = Path(__file__).parents[1] / "seeds"
SHARED_SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
HEAD = re.compile(r"---\ntitle: (.+)\ndate: (\d{4}-\d\d-\d\d)\nsection: (.+)\n---\n\n")
RUN = 8  # words in a row that no seed may share with the article it was prompted by


class Seed(NamedTuple):
    """A seed article: its whole file, and where the body begins."""

    title: str
    date: str
    section: str
    text: str
    body_start: int


def seed(path: Path) -> Seed:
    text = path.read_text(encoding="utf-8")
    head = HEAD.match(text)
    assert head is not None, f"{path.name} does not begin with title, date and section"
    return Seed(head[1], head[2], head[3], text, head.end())


@pytest.fixture(scope="module")
def seeds() -> list[Seed]:
    return [seed(path) for path in sorted(SEEDS.glob("*.md"))]


@pytest.fixture(scope="module")
def gold() -> Gold:
    return read_gold(SEEDS / "gold.json")


def test_thirty_articles_or_more_of_fair_length(seeds: list[Seed]) -> None:
    assert len(seeds) >= 30
    lengths = {s.title: len(s.text[s.body_start :].split()) for s in seeds}
    assert {title: words for title, words in lengths.items() if not 250 <= words <= 700} == {}


def test_every_article_has_title_real_date_and_section(seeds: list[Seed]) -> None:
    assert len({s.title for s in seeds}) == len(seeds)
    for s in seeds:
        assert s.title.strip()
        assert s.section.strip()
        assert date.fromisoformat(s.date) <= date.today()


def test_enough_questions_of_both_kinds(gold: Gold) -> None:
    assert sum(not question.impossible for question in gold.questions) >= 200
    assert sum(question.impossible for question in gold.questions) >= 50


def test_ids_and_questions_are_unique(gold: Gold) -> None:
    assert len({question.id for question in gold.questions}) == len(gold.questions)
    assert len({" ".join(question.question.casefold().split()) for question in gold.questions}) == len(gold.questions)


def test_every_context_is_a_whole_file_under_its_title(gold: Gold, seeds: list[Seed]) -> None:
    text_of = {s.title: s.text for s in seeds}
    assert [entry.title for entry in gold.articles if entry.paragraphs != (text_of.get(entry.title),)] == []
    assert {entry.title for entry in gold.articles} == set(text_of)


def test_every_answer_stands_at_its_place_in_the_body(gold: Gold, seeds: list[Seed]) -> None:
    body_start = {s.title: s.body_start for s in seeds}
    wrong = [
        (question.id, answer)
        for question in gold.questions
        for answer, start in zip(question.answers, question.answer_starts, strict=True)
        if start < body_start.get(question.article, len(question.context))
        or question.context[start : start + len(answer)] != answer
    ]
    assert wrong == []


@pytest.mark.skipif(not SHARED_SEEDS.is_dir(), reason="../shared/seeds is absent")
def test_no_run_of_eight_words_is_borrowed(seeds: list[Seed]) -> None:
    source = set().union(*(runs(path.read_text(encoding="utf-8")) for path in SHARED_SEEDS.iterdir()))
    assert source
    assert {s.title: shared for s in seeds if (shared := runs(s.text) & source)} == {}


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
