"""Our own invented news reports: their questions beside the passages that retrieval returns for them."""

from __future__ import annotations

import random
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.embedding import SentenceEncoder
from index.passage_index import PassageIndex
from index.records import Article, Hit, Passage, Range
from index.settings import IndexSettings
from qa.evaluation.gold import Gold, GoldQuestion, articles_from_gold, read_gold
from qa.stretches import join
from training.data import Example, Group, entries

FOLDER = Path(__file__).parent
NAMES = ("reports", "news")  # told at leisure; told soberly, as agencies do
HELD_OUT = 11  # clusters whose number this divides are held out
RETRIEVED = 20  # passages searched for a question
POSITIVES, NEGATIVES = 2, 3  # most of each in a group


@dataclass(frozen=True)
class Asked:
    """A question with the passages that hold its answer, and the others that retrieval returns, best first."""

    question: GoldQuestion
    articles: Mapping[str, Article]
    positives: tuple[Hit, ...]
    negatives: tuple[Hit, ...]

    def group(self, rng: random.Random) -> Group:
        """Some of both, joined as for reading; the better retrieval ranks a passage, the likelier it tempts here."""
        positives = rng.sample(self.positives, min(POSITIVES, len(self.positives)))
        keys = [rng.random() ** (rank + 3) for rank in range(len(self.negatives))]  # Efraimidis & Spirakis 2006
        tempting = sorted(zip(keys, self.negatives, strict=True), key=lambda pair: -pair[0])[:NEGATIVES]
        stretches = join([*positives, *(hit for _, hit in tempting)], self.articles)
        return tuple(example(self.question, self.articles[s.article_id], s.start, s.end, s.heading) for s in stretches)

    @property
    def whole(self) -> Example:
        """The question beside the whole of its own article."""
        article = self.articles[self.question.article]
        return example(self.question, article, 0, len(article.text), article.title)


def load_reports(name: str, held_out: bool = False) -> list[dict[str, Any]]:
    """Entries of a file of ours: those to train on, or the held-out ones. Clusters are never divided."""
    found = entries(FOLDER / f"{name}.json")
    return [entry for entry in found if (int(entry["cluster"].split("-")[1]) % HELD_OUT == 0) == held_out]


def gold_reports(name: str) -> Gold:
    """The reports of a file to train on, as gold questions."""
    return of_titles(read_gold(FOLDER / f"{name}.json"), {entry["title"] for entry in load_reports(name)})


def of_titles(gold: Gold, titles: Container[str]) -> Gold:
    """The articles with these titles, and their questions."""
    return replace(gold, articles=tuple(article for article in gold.articles if article.title in titles))


def retrieve(gold: Gold, settings: IndexSettings) -> list[Asked]:
    """Index the articles as Quoth does, search every question, and part what comes back by whether it answers."""
    index = PassageIndex.from_articles(articles_from_gold(gold), SentenceEncoder(settings.encoder), settings)
    passages: dict[str, list[Passage]] = {}
    for passage in index.passages:
        passages.setdefault(passage.article_id, []).append(passage)
    found = []
    for q, retrieved in zip(
        gold.questions, index.search_all([q.question for q in gold.questions], RETRIEVED), strict=True
    ):
        own = (Hit(p, 0.0, 0.0, None, None) for p in passages.get(q.article, ()))
        positives = tuple(hit for hit in own if _as_example(q, index, hit).spans)
        texts = ((hit, _as_example(q, index, hit).context.lower()) for hit in retrieved)
        negatives = tuple(hit for hit, text in texts if not any(a.lower() in text for a in q.answers))
        if len(negatives) >= NEGATIVES and (positives or q.impossible):
            found.append(Asked(q, index.articles, positives, negatives))
    return found


def _as_example(question: GoldQuestion, index: PassageIndex, hit: Hit) -> Example:
    p = hit.passage
    return example(question, index.articles[p.article_id], p.start, p.end, p.heading)


def example(question: GoldQuestion, article: Article, start: int, end: int, heading: str) -> Example:
    """The question beside `article.text[start:end]`, with the accepted spans that lie in it."""
    spans: list[Range] = []
    if article.id == question.article:
        context = article.text.index(question.context) - start
        spans = [
            (context + at, context + at + len(a))
            for a, at in zip(question.answers, question.answer_starts, strict=True)
        ]
    inside = tuple(sorted({(s, e) for s, e in spans if s >= 0 and e <= end - start}))
    return Example(question.question.strip(), article.text[start:end], inside, question.answers, heading)
