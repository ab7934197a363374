"""Our own invented news reports: their questions beside the passages that retrieval returns for them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.articles import article_from_text
from index.embedding import PACKAGED, SentenceEncoder
from index.passage_index import PassageIndex
from index.records import Article, Passage, Range
from index.settings import IndexSettings
from training.data import Example, Group

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


def load_reports(path: Path = REPORTS, held_out: bool = False) -> list[dict[str, Any]]:
    """Entries of the SQuAD file of reports: those to train on, or the held-out ones. Clusters are never divided."""
    entries = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [entry for entry in entries if (int(entry["cluster"].split("-")[1]) % HELD_OUT == 0) == held_out]


def retrieve(entries: Sequence[dict[str, Any]], settings: IndexSettings) -> list[Asked]:
    """Index the reports as Quoth does, search every question, and part what comes back by whether it answers."""
    articles, questions = _parse(entries)
    index = PassageIndex.from_articles(articles.values(), SentenceEncoder(PACKAGED), settings)
    passages: dict[str, list[Passage]] = {}
    for passage in index.passages:
        passages.setdefault(passage.article_id, []).append(passage)
    hits = index.search_all([q.text for q in questions], RETRIEVED)
    found = []
    for q, retrieved in zip(questions, hits, strict=True):
        own = [_example(q, articles[q.article], p) for p in passages[q.article]]
        others = [_example(q, articles[h.passage.article_id], h.passage) for h in retrieved]
        negatives = tuple(e for e in others if not any(a.lower() in e.context.lower() for a in q.accepted))
        article = articles[q.article]
        whole = _example(q, article, Passage(article.id, 0, len(article.text), article.title))
        found.append(Asked(tuple(e for e in own if e.spans), negatives, whole))
    return [asked for asked in found if len(asked.negatives) >= NEGATIVES]


@dataclass(frozen=True)
class _Question:
    text: str
    article: str
    spans: tuple[Range, ...]
    accepted: tuple[str, ...]


def _parse(entries: Sequence[dict[str, Any]]) -> tuple[dict[str, Article], list[_Question]]:
    articles: dict[str, Article] = {}
    questions = []
    for number, entry in enumerate(entries):
        (paragraph,) = entry["paragraphs"]
        id_ = f"report-{number}"
        articles[id_] = article_from_text(paragraph["context"], id=id_, source=id_, title=str(entry["title"]))
        for qa in paragraph["qas"]:
            spans = tuple((a["answer_start"], a["answer_start"] + len(a["text"])) for a in qa["answers"])
            questions.append(_Question(qa["question"], id_, spans, tuple({a["text"] for a in qa["answers"]})))
    return articles, questions


def _example(question: _Question, article: Article, passage: Passage) -> Example:
    spans = question.spans if article.id == question.article else ()
    inside = tuple((s - passage.start, e - passage.start) for s, e in spans if passage.start <= s and e <= passage.end)
    text = article.text[passage.start : passage.end]
    return Example(question.text, text, inside, question.accepted, passage.heading)
