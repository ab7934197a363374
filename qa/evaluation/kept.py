"""Gold questions that people keep while they use Quoth, and how their answers are found again in changed articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from index.records import Article, Range
from qa.evaluation.gold import Gold, GoldArticle, GoldError, GoldQuestion

AROUND = 80  # characters kept on either side of an answer, by which it is found again
UNPLACED = "(no article)"  # title of the entry for unanswerable questions that were asked about no article


@dataclass(frozen=True)
class Accepted:
    """The right words, where they stood when they were marked, and the characters around them."""

    quote: str
    start: int
    before: str
    after: str


@dataclass(frozen=True)
class KeptQuestion:
    """One gold question; no accepted answers means that the articles do not say. `made` is ISO 8601, UTC."""

    id: str
    question: str
    article_id: str | None
    accepted: tuple[Accepted, ...]
    made: str

    @property
    def impossible(self) -> bool:
        """Whether the articles do not say."""
        return not self.accepted


@dataclass(frozen=True)
class Located:
    """A kept question as it stands now: the ranges of its answers, and why it is stale where it cannot be asked."""

    kept: KeptQuestion
    ranges: tuple[Range, ...]
    stale: str | None  # None: up to date


def accept(article: Article, start: int, end: int) -> Accepted:
    """The words of an article from `start` to `end` as an accepted answer."""
    text = article.text
    return Accepted(text[start:end], start, text[max(0, start - AROUND) : start], text[end : end + AROUND])


def locate(kept: KeptQuestion, articles: Mapping[str, Article]) -> Located:
    """Find the accepted answers in the articles as they are now.

    It is stale where its article is gone, or where an answer's words stand there no longer.
    """
    if kept.impossible:
        return Located(kept, (), None)
    article = articles.get(kept.article_id or "")
    if article is None:
        return Located(kept, (), f"the article {kept.article_id} is gone")
    found = [find(article.text, accepted) for accepted in kept.accepted]
    lost = next((a.quote for a, at in zip(kept.accepted, found, strict=True) if at is None), None)
    if lost is not None:
        return Located(kept, (), f"“{lost}” no longer stands in {article.id}")
    ranges = (at for at in found if at is not None)
    return Located(kept, tuple((at, at + len(a.quote)) for at, a in zip(ranges, kept.accepted, strict=True)), None)


def find(text: str, accepted: Accepted) -> int | None:
    """Where the words stand now: of all their places the one most like the old in what surrounds it; None: nowhere."""
    best: tuple[int, int, int] | None = None
    at = text.find(accepted.quote)
    while at != -1:
        end = at + len(accepted.quote)
        alike = _shared_end(text[:at], accepted.before) + _shared_start(text[end : end + AROUND], accepted.after)
        best = max(best or (-1, 0, 0), (alike, -abs(at - accepted.start), at))
        at = text.find(accepted.quote, at + 1)
    return None if best is None else best[2]


def as_gold(located: Iterable[Located], articles: Mapping[str, Article], source: str) -> Gold:
    """Those that are up to date as gold questions, each article's whole text as the context."""
    questions: dict[str | None, list[GoldQuestion]] = {}
    for each in located:
        if each.stale is None:
            own = each.kept.article_id if each.kept.article_id in articles else None
            questions.setdefault(own, []).append(_gold_question(each, None if own is None else articles[own]))
    entries = []
    for id_, asked in sorted(questions.items(), key=lambda pair: pair[0] or ""):
        title, text = (UNPLACED, UNPLACED) if id_ is None else (articles[id_].title, articles[id_].text)
        entries.append(GoldArticle(title, (text,), tuple(asked)))
    return Gold(source, tuple(entries))


def kept_gold(kept: Iterable[KeptQuestion], articles: Mapping[str, Article]) -> Gold:
    """All kept questions that are up to date as gold questions; `GoldError` where there is none."""
    gold = as_gold((locate(each, articles) for each in kept), articles, "the gold questions kept from use")
    if not gold.questions:
        raise GoldError(
            "No gold question kept from use is up to date; keep some below answers, or edit the stale ones."
        )
    return gold


def _gold_question(each: Located, article: Article | None) -> GoldQuestion:
    title, text = (UNPLACED, UNPLACED) if article is None else (article.title, article.text)
    starts = tuple(start for start, _ in each.ranges)
    answers = tuple(text[start:end] for start, end in each.ranges)
    return GoldQuestion(each.kept.id, each.kept.question, answers, starts, title, text, impossible=not answers)


def _shared_end(one: str, other: str) -> int:
    """Length of the common end of two texts."""
    return _shared_start(one[-AROUND:][::-1], other[::-1])


def _shared_start(one: str, other: str) -> int:
    """Length of the common beginning of two texts."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
