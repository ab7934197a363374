"""What people say of an answer becomes a gold question: it is right, other words are, or the articles do not say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from index.errors import QuothError
from index.records import Article, Range
from qa.conversation import Kept
from qa.evaluation.gold_store import GoldStore
from qa.evaluation.kept import Accepted, accept
from qa.records import Answer

LONGEST = 400  # characters of an accepted answer


class FeedbackError(QuothError):
    """What was said cannot be kept; the message is for the person."""


def keep_right(
    store: GoldStore, articles: Mapping[str, Article], question: str, answer: Answer, before: Kept | None
) -> Kept:
    """The quoted words are right, in every cited place of their article."""
    if not answer.citations:
        raise FeedbackError("There is no answer to call right.")
    first = answer.citations[0].article_id
    places = [c for c in answer.citations if c.article_id == first]
    for c in places:
        if first not in articles or articles[first].text[c.start : c.end] != c.quote:
            raise FeedbackError("The article has changed since; ask the question again.")
    accepted = [accept(articles[first], c.start, c.end) for c in places]
    return Kept("right", _keep(store, question, first, accepted, before))


def keep_nothing(store: GoldStore, question: str, before: Kept | None) -> Kept:
    """The articles do not say."""
    return Kept("nothing", _keep(store, question, None, [], before))


def keep_words(
    store: GoldStore, article: Article | None, question: str, words: str, near: int, before: Kept | None
) -> Kept:
    """Other words of an article are right: those nearest to the character `near`, as they stand there."""
    words = words.strip()
    if article is None:
        raise FeedbackError("Open an article first, by one of its citations.")
    if not words:
        raise FeedbackError("Select the right words in the article, or type them.")
    if len(words) > LONGEST:
        raise FeedbackError(
            f"An answer may have {LONGEST} characters, and these words have {len(words)}; choose fewer."
        )
    found = find_words(article, words, near)
    if found is None:
        raise FeedbackError(f"“{words}” does not stand in “{article.title}” word for word.")
    accepted = accept(article, *found)
    return replace(Kept("words", _keep(store, question, article.id, [accepted], before)), words=accepted.quote)


def find_words(article: Article, words: str, near: int) -> Range | None:
    """Of all places of the words, however the white space between them, the one nearest to `near`; None: nowhere.

    Lines that are no article are not quoted.
    """
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words.split()))
    places = [
        match.span()
        for match in pattern.finditer(article.text)
        if not any(start < match.end() and match.start() < end for start, end in article.skipped)
    ]
    return min(places, key=lambda place: abs(place[0] - near), default=None)


def _keep(
    store: GoldStore, question: str, article_id: str | None, accepted: list[Accepted], before: Kept | None
) -> str:
    """Keep it, in the place of what was said before of the same turn."""
    if before is None:
        return store.add(question, article_id, accepted).id
    return store.edit(before.id, None, article_id, accepted).id
