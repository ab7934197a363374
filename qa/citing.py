"""Citations: where a quote stands, in the characters of its article, with the sentence around it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from index.passages import sentences
from index.records import Article, Passage
from qa.answering import Candidate
from qa.records import Citation


def cite(articles: Mapping[str, Article], place: Candidate) -> Citation:
    """The citation of one place of an answer."""
    span = place.span
    article = articles[span.passage.article_id]
    start, end = context_of(article, span.passage, span.start, span.end)
    return _citation(article, span.start, span.end, start, end, span.passage)


def cite_passage(articles: Mapping[str, Article], passage: Passage) -> Citation:
    """A whole passage as a quote."""
    article = articles[passage.article_id]
    return _citation(article, passage.start, passage.end, passage.start, passage.end, passage)


def context_of(article: Article, passage: Passage, start: int, end: int) -> tuple[int, int]:
    """Range of the sentence, or sentences, of the passage in which `start` to `end` lies."""
    around = [(s, e) for s, e in sentences(article.text, passage.start, passage.end) if s < end and start < e]
    return (around[0][0], around[-1][1]) if around else (start, end)


def _citation(
    article: Article, start: int, end: int, context_start: int, context_end: int, passage: Passage
) -> Citation:
    return Citation(
        article_id=article.id,
        title=article.title,
        source=shown_path(article.source),
        date=article.date,
        start=start,
        end=end,
        quote=article.text[start:end],
        context=article.text[context_start:context_end],
        context_start=context_start,
        url=article.url,
        passage=(passage.start, passage.end),
    )


def shown_path(source: str) -> str:
    """The path as one would type it here: relative where that is shorter."""
    if not Path(source).is_absolute():
        return source
    try:
        relative = os.path.relpath(source)
    except ValueError:  # another drive on Windows
        return source
    return min(relative, source, key=len)
