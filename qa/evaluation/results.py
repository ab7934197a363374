"""One gold question judged, with the stage that lost it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from index.passages import sentences
from qa.evaluation.gold import GoldQuestion
from qa.evaluation.metrics import exact_match, f1
from qa.records import Answer, Citation

# cutting: no passage of the article holds an accepted answer whole; retrieval: none that was read does; reading: one
# does, and another span was chosen; abstaining: the best span was right and withheld; answering: the question is
# unanswerable and got an answer.
Stage = Literal["cutting", "retrieval", "reading", "abstaining", "answering"]
STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True)
class Excerpt:
    """Words in their sentence: `text[start:end]` are the words; `at` is where they begin in the article or context."""

    article: str  # title
    text: str
    start: int
    end: int
    at: int
    article_id: str | None = None  # None: of a gold file's context


@dataclass(frozen=True)
class Evidence:
    """Where an accepted answer was seen on the way to an answer."""

    indexed: bool  # whether the question's article is among those that were searched
    was_cut: bool  # in a passage of its own article
    was_read: bool  # in a passage that was read
    rank: int | None  # of the first such passage among the hits, from 1
    supported: float | None  # share, 0..1, of the citations that lie in such a passage; None: nothing was cited


@dataclass(frozen=True)
class Result:
    """One question with its answer and its scores (all 0..1)."""

    id: str
    question: str
    article: str  # title
    accepted: tuple[str, ...]  # empty where the question is unanswerable
    text: str | None  # None: abstained
    best: str  # the best span, also where the system abstained
    confidence: float
    exact_match: float
    f1: float
    best_exact_match: float  # of the best span; 0 for an unanswerable question
    best_f1: float
    rank: int | None  # as in `Evidence`
    supported: float | None
    indexed: bool  # as in `Evidence`
    lost: Stage | None  # None: right
    timings_ms: Mapping[str, float]
    expected: Excerpt | None  # the first accepted answer in its context
    found: Excerpt | None  # the best span in its article

    @property
    def impossible(self) -> bool:
        """Whether the question is unanswerable."""
        return not self.accepted


def judge(question: GoldQuestion, answer: Answer, evidence: Evidence) -> Result:
    """Score an answer and say which stage lost it."""
    given = answer.text or ""
    exact = exact_match(given, question.answers)
    best_exact = 0.0 if question.impossible else exact_match(answer.best, question.answers)
    cited = answer.citations or (answer.alternatives[0].citations if answer.alternatives else ())
    return Result(
        id=question.id,
        question=question.question,
        article=question.article,
        accepted=question.answers,
        text=answer.text,
        best=answer.best,
        confidence=answer.confidence,
        exact_match=exact,
        f1=f1(given, question.answers),
        best_exact_match=best_exact,
        best_f1=0.0 if question.impossible else f1(answer.best, question.answers),
        rank=evidence.rank,
        supported=evidence.supported,
        indexed=evidence.indexed,
        lost=None if exact else _stage(question, answer, best_exact, evidence),
        timings_ms=answer.timings_ms,
        expected=_expected(question),
        found=_found(cited[0]) if cited else None,
    )


def _stage(question: GoldQuestion, answer: Answer, best_exact: float, evidence: Evidence) -> Stage:
    if question.impossible:
        return "answering"
    if answer.text is None and best_exact:
        return "abstaining"
    if evidence.was_read:
        return "reading"
    return "retrieval" if evidence.was_cut else "cutting"


def _expected(question: GoldQuestion) -> Excerpt | None:
    if not question.answers:
        return None
    start = question.answer_starts[0]
    end = start + len(question.answers[0])
    around = [(s, e) for s, e in sentences(question.context, 0, len(question.context)) if s < end and start < e]
    first, last = (around[0][0], around[-1][1]) if around else (start, end)
    return Excerpt(question.article, question.context[first:last], start - first, end - first, start)


def _found(citation: Citation) -> Excerpt:
    start = citation.start - citation.context_start
    return Excerpt(
        citation.title, citation.context, start, start + len(citation.quote), citation.start, citation.article_id
    )
