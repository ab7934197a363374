"""What programs get: JSON objects for the command line, the endpoints and the MCP server."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal, TypedDict, cast

from index.library import Added
from index.records import Article
from qa.citing import shown_path
from qa.listing import Listed
from qa.records import Answer, Citation, Nearest


class CitationJson(TypedDict):
    """Where a quote stands: characters `start` to `end` of the article. `context` is the sentence around it."""

    article_id: str
    title: str
    source: str
    date: str | None
    start: int
    end: int
    quote: str
    context: str
    context_start: int
    url: str | None
    passage: list[int] | None


class PassageJson(CitationJson):
    """A passage as a quote, and how near it is to the question, 0..1."""

    score: float


class AlternativeJson(TypedDict):
    """A different answer."""

    text: str
    confidence: float
    citations: list[CitationJson]


class AnswerJson(TypedDict):
    """An answer; `answer` is null where the articles do not say."""

    question: str
    understood: str | None
    answer: str | None
    confidence: float
    citations: list[CitationJson]
    alternatives: list[AlternativeJson]
    nearest: list[PassageJson]
    timings_ms: dict[str, float]


class ListedJson(TypedDict):
    """An article in the list; `added` is when it was uploaded, or when its file last changed."""

    id: str
    title: str
    date: str | None
    source: str
    words: int
    passages: int
    added: str
    uploaded: bool


class ArticleJson(TypedDict):
    """An article with its text, in whose characters citations count; `source` is its file."""

    id: str
    title: str
    source: str
    date: str | None
    url: str | None
    section: str | None
    text: str


class AddedJson(TypedDict):
    """What became of a file; `id` names its article, or the one with the same content."""

    name: str
    outcome: Literal["added", "changed", "already there", "refused"]
    id: str | None
    title: str
    reason: str


def answer_json(answer: Answer) -> AnswerJson:
    """The JSON object of an answer; its first fields are the interface that scripts rely on."""
    return {
        "question": answer.question,
        "understood": answer.understood,
        "answer": answer.text,
        "confidence": round(answer.confidence, 4),
        "citations": [citation_json(c) for c in answer.citations],
        "alternatives": [
            {"text": a.text, "confidence": round(a.confidence, 4), "citations": [citation_json(c) for c in a.citations]}
            for a in answer.alternatives
        ],
        "nearest": [passage_json(near) for near in answer.nearest],
        "timings_ms": answer.timings_ms,
    }


def citation_json(citation: Citation) -> CitationJson:
    """The JSON object of a citation."""
    return cast(CitationJson, asdict(citation))


def passage_json(near: Nearest) -> PassageJson:
    """The JSON object of a passage near a question."""
    return {**citation_json(near.citation), "score": round(near.score, 4)}


def listed_json(listed: Listed) -> ListedJson:
    """The JSON object of an article in the list."""
    return cast(ListedJson, asdict(listed))


def article_json(article: Article) -> ArticleJson:
    """The JSON object of an article."""
    found: dict[str, Any] = {name: getattr(article, name) for name in ("id", "title", "date", "url", "section", "text")}
    return cast(ArticleJson, {**found, "source": shown_path(article.source)})


def added_json(added: Added) -> AddedJson:
    """The JSON object of what became of a file."""
    return cast(AddedJson, asdict(added))
