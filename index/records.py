"""What flows through the index: articles, passages and hits. Every offset counts characters of `Article.text`."""

from __future__ import annotations

from dataclasses import dataclass

Range = tuple[int, int]  # start and end in characters of the article's text, end exclusive


@dataclass(frozen=True)
class Article:
    """One article. `text` holds exactly the characters that citations count in; for text files it is the file's own."""

    id: str  # path below the folder of articles, with forward slashes; stable while the file stays where it is
    title: str
    source: str  # the file as the person would open it
    text: str
    date: str | None = None  # ISO 8601, YYYY-MM-DD
    url: str | None = None  # where it was published, as far as the file says so
    section: str | None = None
    skipped: tuple[Range, ...] = ()  # ordered, disjoint: front matter and lines that are no article; never quoted
    headings: tuple[Range, ...] = ()  # ordered, disjoint: the title and subheadings; searched with, never quoted alone


@dataclass(frozen=True)
class Passage:
    """A run of whole sentences of one article; the unit that is retrieved and read."""

    article_id: str
    start: int
    end: int
    heading: str = ""  # the article's title and the subheading above; searched and read with, never quoted


@dataclass(frozen=True)
class Refusal:
    """A file that was not indexed, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class Hit:
    """A retrieved passage. `score` is the fused score, 0..1; ranks begin at 1, None where a ranking lacks it."""

    passage: Passage
    score: float
    cosine: float  # of question and passage, -1..1
    vector_rank: int | None
    term_rank: int | None


@dataclass(frozen=True)
class Filters:
    """What a search is limited to, applied before it. Dates are ISO 8601 and inclusive; undated articles fail them."""

    since: str | None = None
    until: str | None = None
    article_ids: frozenset[str] | None = None
