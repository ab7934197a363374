"""What flows from the reader to the person: spans, citations and answers."""

from __future__ import annotations

from dataclasses import dataclass

from index.records import Hit, Passage, Range


@dataclass(frozen=True)
class Span:
    """A candidate answer: `start` and `end` in characters of the article.

    `logit` is the sum of its start and end logit, `null` that of the null span ("this passage does not answer").
    """

    passage: Passage
    start: int
    end: int
    logit: float
    null: float

    @property
    def log_odds(self) -> float:
        """Margin over the null span of the same window; comparable across passages."""
        return self.logit - self.null


@dataclass(frozen=True)
class Citation:
    """Where a quote stands: `article.text[start:end] == quote`. `context` is the sentence around it."""

    article_id: str
    title: str
    source: str
    date: str | None
    start: int
    end: int
    quote: str
    context: str
    context_start: int  # where `context` begins in the article
    url: str | None = None
    passage: Range | None = None  # what was retrieved and read around it


@dataclass(frozen=True)
class Alternative:
    """A different answer, with its own confidence and citations."""

    text: str
    confidence: float
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Nearest:
    """A passage near the question, shown where the articles do not say."""

    citation: Citation  # the passage as a quote
    score: float  # fused retrieval score, 0..1


@dataclass(frozen=True)
class Answer:
    """An answer, or an honest none: `text` is None where the articles do not say.

    `confidence` is the probability, 0..1, that the best span is right, for abstained answers too. `nearest` holds the
    passages that were read, best first. `timings_ms` has `retrieve`, `read` and `total`, in milliseconds.
    """

    question: str
    text: str | None
    confidence: float
    citations: tuple[Citation, ...]
    alternatives: tuple[Alternative, ...]
    nearest: tuple[Nearest, ...]
    timings_ms: dict[str, float]
    best: str  # the best span's text even where `text` is None; "" where no span was found
    hits: tuple[Hit, ...] = ()
    understood: str | None = None  # the question with what it left out, where earlier ones supplied that
    threshold: float = 0.0  # confidence below which the articles do not say
