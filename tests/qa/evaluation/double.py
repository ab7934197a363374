"""A system that finds paragraphs by the words they share with the question and answers from a given table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index.records import Article, Filters, Hit, Passage
from qa.evaluation.gold import Gold, GoldArticle, GoldQuestion
from qa.records import Answer, Citation, Nearest

Table = Mapping[str, tuple[str, float]]  # question to best span and confidence


def gold_question(id_: str, question: str, context: str, *answers: str, title: str = "Title") -> GoldQuestion:
    return GoldQuestion(
        id_, question, answers, tuple(context.index(a) for a in answers), title, context, impossible=not answers
    )


def gold_of(*entries: GoldArticle) -> Gold:
    return Gold("gold.json", entries)


def plain_article(id_: str, title: str, text: str) -> Article:
    return Article(id=id_, title=title, source=id_, text=text)


class WordOverlap:
    """`read_passages` of the ranked paragraphs count as read; it abstains below a confidence of one half."""

    def __init__(self, articles: Sequence[Article], table: Table, read_passages: int = 1) -> None:
        self.articles = {article.id: article for article in articles}
        self._paragraphs = [passage for article in articles for passage in paragraphs(article)]
        self._table = table
        self._read_passages = read_passages
        self.asked: list[tuple[str, bool | None]] = []
        self.contexts: list[str] = []

    @property
    def passages(self) -> int:
        return len(self._paragraphs)

    def ask(self, question: str, filters: Filters = Filters(), abstain: bool | None = True) -> Answer:
        self.asked.append((question, abstain))
        order = sorted(self._paragraphs, key=lambda p: -overlap(question, self._text(p)))
        hits = tuple(Hit(p, 1 / rank, 0.0, None, rank) for rank, p in enumerate(order, 1))
        return self._answer(question, bool(abstain), hits)

    def read(self, question: str, article: Article, abstain: bool) -> Answer:
        self.asked.append((question, abstain))
        self.contexts.append(article.text)
        return self._answer(question, abstain, ())

    def _answer(self, question: str, abstain: bool, hits: tuple[Hit, ...]) -> Answer:
        best, confidence = self._table[question]
        text = None if abstain and confidence < 0.5 else best
        cited = tuple(self._cite(hit.passage, best) for hit in hits if text and best in self._text(hit.passage))[:1]
        nearest = tuple(Nearest(self._citation(hit.passage), hit.score) for hit in hits[: self._read_passages])
        timings = {"retrieve": 2.0 * len(self.asked), "read": 8.0 * len(self.asked), "total": 10.0 * len(self.asked)}
        return Answer(question, text, confidence, cited, (), nearest, timings, best, hits)

    def passages_of(self, article_id: str) -> list[Passage]:
        return [passage for passage in self._paragraphs if passage.article_id == article_id]

    def _citation(self, passage: Passage) -> Citation:
        return self._cite(passage, self._text(passage))

    def _cite(self, passage: Passage, quote: str) -> Citation:
        article, context = self.articles[passage.article_id], self._text(passage)
        start = passage.start + context.index(quote)
        end = start + len(quote)
        return Citation(article.id, article.title, article.source, None, start, end, quote, context, passage.start)

    def _text(self, passage: Passage) -> str:
        return self.articles[passage.article_id].text[passage.start : passage.end]


def paragraphs(article: Article) -> list[Passage]:
    return [Passage(article.id, m.start(), m.end()) for m in re.finditer(r"[^\n]+", article.text)]


def overlap(question: str, text: str) -> int:
    return len(words(question) & words(text))


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
