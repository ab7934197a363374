"""Asks a system every gold question and judges what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from index.records import Article, Filters, Hit, Passage
from qa.errors import QuestionError
from qa.evaluation.gold import Gold, GoldArticle, GoldError, GoldQuestion, as_article
from qa.evaluation.metrics import holds
from qa.evaluation.results import Evidence, Result, judge
from qa.evaluation.summary import Summary, summarise
from qa.records import Answer

Progress = Callable[[int, int], None]  # questions done, questions in all
Asked = Sequence[tuple[GoldArticle, GoldQuestion]]
NO_FILTERS = Filters()


class Asks(Protocol):
    """What can be evaluated. Isolated mode uses `read` and nothing else; end to end, `read` is not used."""

    @property
    def articles(self) -> Mapping[str, Article]:
        """The articles that are searched, by id."""
        ...

    @property
    def passages(self) -> int:
        """How many passages are searched."""
        ...

    def passages_of(self, article_id: str) -> Sequence[Passage]:
        """The passages that an article was cut into."""
        ...

    def ask(self, question: str, filters: Filters = ..., abstain: bool | None = ...) -> Answer:
        """The answer from all articles, with at least 20 hits where there are so many."""
        ...

    def read(self, question: str, article: Article, abstain: bool) -> Answer:
        """The answer from the given article alone."""
        ...


@dataclass(frozen=True)
class Evaluation:
    """Every question's result, in the order of the file, and the figures over all of them.

    `own_context` are the figures of the same questions isolated, where both were wanted.
    """

    source: str  # the file of gold questions
    isolated: bool
    abstain: bool  # whether the system was allowed to
    results: tuple[Result, ...]
    summary: Summary
    own_context: Summary | None = None


def evaluate(
    gold: Gold,
    system: Asks,
    *,
    isolated: bool = False,
    abstain: bool | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Ask the first `limit` questions (all where None): of all articles, or isolated, each of its own context.

    `abstain` None abstains only where the file holds unanswerable questions. Raises `GoldError` where end to end no
    asked entry belongs to any of the system's articles: then the file is about other articles.
    """
    if limit is not None and limit < 1:
        raise GoldError(f"The limit is {limit} questions; it must be at least 1.")
    may_abstain = gold.has_impossible if abstain is None else abstain
    asked = [(entry, question) for entry in gold.articles for question in entry.questions][:limit]
    answers = _read_each(gold, asked, system, may_abstain) if isolated else _ask_each(asked, system, may_abstain)
    results = []
    for result in answers:
        results.append(result)
        if progress is not None:
            progress(len(results), len(asked))
    articles = len({id(entry) for entry, _ in asked}) if isolated else len(system.articles)
    passages = len({question.context for _, question in asked}) if isolated else system.passages
    summary = summarise(results, isolated=isolated, articles=articles, passages=passages)
    return Evaluation(gold.source, isolated, may_abstain, tuple(results), summary)


def owners(entries: Sequence[GoldArticle], articles: Mapping[str, Article]) -> dict[str, frozenset[str]]:
    """Per text of an entry the ids of the articles it belongs to: those with its text, or else with its title.

    An entry that fits none gets no ids; `GoldError` where that is so of all entries.
    """
    by_text: dict[str, set[str]] = {}
    by_title: dict[str, set[str]] = {}
    for id_, article in articles.items():
        by_text.setdefault(article.text, set()).add(id_)
        by_title.setdefault(article.title, set()).add(id_)
    found = {e.text: frozenset(by_text.get(e.text) or by_title.get(e.title) or ()) for e in entries}
    if found and not any(found.values()):
        raise GoldError(
            f"None of the {len(articles)} articles has the text or the title of a gold entry (the first is "
            f"{entries[0].title!r}); give the articles that the questions are about, or take them from the gold file."
        )
    return found


def first_fitting(
    hits: Sequence[Hit], answers: Sequence[str], ids: frozenset[str], articles: Mapping[str, Article]
) -> int | None:
    """Place, from 1, of the first passage of the articles `ids` whose own characters hold an accepted answer."""
    for place, hit in enumerate(hits, 1):
        passage = hit.passage
        if passage.article_id not in ids:
            continue
        if holds(articles[passage.article_id].text[passage.start : passage.end], answers):
            return place
    return None


def _read_each(gold: Gold, asked: Asked, system: Asks, abstain: bool) -> Iterator[Result]:
    """Lazily, the judged answers from each question's own context."""
    for entry, question in asked:
        context = as_article(question.context, entry.title, entry.title, gold.source)
        try:
            answer = system.read(question.question, context, abstain)
        except QuestionError:
            answer = _no_answer(question)
        yield judge(question, answer, Evidence(indexed=True, was_cut=True, was_read=True, rank=None, supported=None))


def _ask_each(asked: Asked, system: Asks, abstain: bool) -> Iterator[Result]:
    """Lazily, the judged answers from all articles."""
    articles = system.articles
    owned = owners([entry for entry, question in asked if not question.impossible], articles)
    passages_of = cache(system.passages_of)
    for entry, question in asked:
        try:
            answer = system.ask(question.question, NO_FILTERS, abstain)
        except QuestionError:
            answer = _no_answer(question)
        ids = owned.get(entry.text, frozenset())
        cut = [passage for id_ in sorted(ids) for passage in passages_of(id_)]
        yield judge(question, answer, _evidence(question, answer, ids, cut, articles))


def _evidence(
    question: GoldQuestion,
    answer: Answer,
    ids: frozenset[str],
    cut: Sequence[Passage],
    articles: Mapping[str, Article],
) -> Evidence:
    """Where an accepted answer was seen in the articles `ids` that the question is about, `cut` into passages."""
    holding = [p for p in cut if holds(articles[p.article_id].text[p.start : p.end], question.answers)]
    read = (near.citation for near in answer.nearest)
    supports = [
        any(p.article_id == c.article_id and p.start <= c.start and c.end <= p.end for p in holding)
        for c in answer.citations
    ]
    return Evidence(
        indexed=bool(ids) or question.impossible,
        was_cut=bool(holding) or not ids,  # an article that is not there was not found, whatever its passages
        was_read=any(c.article_id in ids and holds(c.quote, question.answers) for c in read),
        rank=first_fitting(answer.hits, question.answers, ids, articles),
        supported=sum(supports) / len(supports) if supports else None,
    )


def _no_answer(question: GoldQuestion) -> Answer:
    """What a question that the system refuses counts as: real files hold a few, and leaving them out would flatter."""
    return Answer(question.question, None, 0.0, (), (), (), {"total": 0.0}, best="")
