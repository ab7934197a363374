"""Our own invented news reports: their questions beside the passages that retrieval returns for them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.embedding import SentenceEncoder
from index.passage_index import PassageIndex
from index.records import Article, Passage
from index.settings import IndexSettings
from qa.evaluation.gold import Gold, GoldQuestion, articles_from_gold, read_gold
from qa.quoth import whole
from training.data import Example, Group, entries

REPORTS = Path(__file__).parent / "reports.json"
HELD_OUT = 11  # clusters whose number this divides are held out
RETRIEVED = 16  # passages searched for a question
POSITIVES, NEGATIVES = 2, 2  # most of each in a group
TEMPTING = 8  # passages without the answer, best first, that negatives are drawn from


@dataclass(frozen=True)
class Asked:
    """A question beside the passages that hold its answer, and those that retrieval ranks high and that do not."""

    positives: tuple[Example, ...]
    negatives: tuple[Example, ...]
    whole: Example

    def group(self, rng: random.Random) -> Group:
        """Some of both; where nothing answers, the passage that retrieval ranks first is always among them."""
        if not self.positives:
            return (self.negatives[0], *rng.sample(self.negatives[1:TEMPTING], NEGATIVES - 1))
        few = rng.sample(self.positives, min(POSITIVES, len(self.positives)))
        return (*few, *rng.sample(self.negatives[:TEMPTING], NEGATIVES))


def load_reports(held_out: bool = False) -> list[dict[str, Any]]:
    """Entries of `reports.json`: those to train on, or the held-out ones. Clusters are never divided."""
    return [entry for entry in entries(REPORTS) if (int(entry["cluster"].split("-")[1]) % HELD_OUT == 0) == held_out]


def gold_reports() -> Gold:
    """The reports to train on, as gold questions."""
    titles = {entry["title"] for entry in load_reports()}
    gold = read_gold(REPORTS)
    return replace(gold, articles=tuple(article for article in gold.articles if article.title in titles))


def retrieve(gold: Gold, settings: IndexSettings) -> list[Asked]:
    """Index the reports as Quoth does, search every question, and part what comes back by whether it answers."""
    index = PassageIndex.from_articles(articles_from_gold(gold), SentenceEncoder(settings.encoder), settings)
    passages: dict[str, list[Passage]] = {}
    for passage in index.passages:
        passages.setdefault(passage.article_id, []).append(passage)
    hits = index.search_all([q.question for q in gold.questions], RETRIEVED)
    found = []
    for q, retrieved in zip(gold.questions, hits, strict=True):
        article = index.articles[q.article]
        own = (_example(q, article, p) for p in passages[q.article])
        others = (_example(q, index.articles[h.passage.article_id], h.passage) for h in retrieved)
        answering = tuple(e for e in own if e.spans)
        negatives = tuple(e for e in others if not any(a.lower() in e.context.lower() for a in q.answers))
        found.append(Asked(answering, negatives, _example(q, article, whole(article).passage)))
    return [asked for asked in found if len(asked.negatives) >= NEGATIVES]


def _example(question: GoldQuestion, article: Article, passage: Passage) -> Example:
    answers = zip(question.answer_starts, question.answers, strict=True) if article.id == question.article else ()
    spans = ((start - passage.start, start + len(text) - passage.start) for start, text in answers)
    context = article.text[passage.start : passage.end]
    inside = tuple((start, end) for start, end in spans if start >= 0 and end <= len(context))
    return Example(question.question, context, inside, question.answers, passage.heading)
