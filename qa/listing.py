"""The articles of a collection as a list: what a person wants to see of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from index.library import Upload
from index.records import Article
from qa.conversation import source_of

if TYPE_CHECKING:
    from index.passage_index import PassageIndex  # which imports faiss; the page opens before that


@dataclass(frozen=True)
class Listed:
    """One article: `words` can be quoted; `added` (ISO 8601) is when it was uploaded, or when its file last changed."""

    id: str
    title: str
    date: str | None
    source: str
    words: int
    passages: int
    added: str
    uploaded: bool


def list_articles(index: PassageIndex, uploads: Mapping[str, Upload]) -> tuple[Listed, ...]:
    """All articles of an index, by id."""
    passages = Counter(passage.article_id for passage in index.passages)
    files = index.contents.corpus.files
    return tuple(
        Listed(
            a.id, a.title, a.date, source_of(a), _words(a), passages[a.id],
            uploads[a.id].added if a.id in uploads else _time(files[a.id].modified_ns), a.id in uploads,
        )
        for a in index.articles.values()
    )  # fmt: skip


def matching(listed: Iterable[Listed], words: str) -> list[Listed]:
    """Those whose title or id has all the words, or parts of words, in any case."""
    wanted = words.lower().split()
    return [each for each in listed if all(word in f"{each.title} {each.id}".lower() for word in wanted)]


def _words(article: Article) -> int:
    """Words outside what is skipped."""
    skipped = sum(len(article.text[start:end].split()) for start, end in article.skipped)
    return len(article.text.split()) - skipped


def _time(nanoseconds: int) -> str:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC).isoformat(timespec="seconds")
