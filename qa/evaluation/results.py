"""One gold question judged, with the stage that lost it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.evaluation.gold import GoldQuestion
from qa.evaluation.metrics import exact_match, f1
from qa.records import Answer

# retrieval: no passage that was read holds an accepted answer; reading: one did, and another span was chosen;
# abstaining: the best span was right and withheld; answering: the question is unanswerable and got an answer.
Stage = Literal["retrieval", "reading", "abstaining", "answering"]


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
    rank: int | None  # of the first passage of the gold article that holds an accepted answer, from 1
    lost: Stage | None  # None: right
    latency_ms: float

    @property
    def impossible(self) -> bool:
        """Whether the question is unanswerable."""
        return not self.accepted


def judge(question: GoldQuestion, answer: Answer, rank: int | None, was_read: bool) -> Result:
    """Score an answer. `was_read` says whether a passage that was read holds an accepted answer."""
    given = answer.text or ""
    exact = exact_match(given, question.answers)
    best_exact = 0.0 if question.impossible else exact_match(answer.best, question.answers)
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
        rank=rank,
        lost=None if exact else _stage(question, answer, best_exact, was_read),
        latency_ms=answer.timings_ms["total"],
    )


def _stage(question: GoldQuestion, answer: Answer, best_exact: float, was_read: bool) -> Stage:
    if question.impossible:
        return "answering"
    if answer.text is None and best_exact:
        return "abstaining"
    return "reading" if was_read else "retrieval"
