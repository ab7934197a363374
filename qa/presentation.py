"""Answers in the forms that programs and people read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from qa.normalise import normalise
from qa.records import Alternative, Answer, Citation

NUMBERS = dict(enumerate(["Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"], 2))

DISAGREES = 0.4  # share of the answer's confidence from which a different one of another article counts
LEAST_DISAGREES = 0.1


def day_of(iso: str | None) -> date | None:
    """The day of an ISO 8601 date; None where it is none."""
    try:
        return date.fromisoformat(iso or "")
    except ValueError:
        return None


def written(day: date) -> str:
    """A day as people write it: "3 January 2020"."""
    return f"{day.day} {day:%B %Y}"


def agreement(citations: Sequence[Citation]) -> str:
    """How many articles give an answer, as a sentence; "" where it is one."""
    count = len({citation.article_id for citation in citations})
    return f"{NUMBERS.get(count, f'{count:,}')} articles agree." if count > 1 else ""


def disagreement(answer: Answer) -> tuple[Alternative, ...]:
    """Alternatives that other articles give with like confidence, and that are not the answer in other words."""
    if answer.text is None:
        return ()
    said, cited = set(normalise(answer.text).split()), {citation.article_id for citation in answer.citations}
    return tuple(
        each
        for each in answer.alternatives
        if each.confidence >= max(DISAGREES * answer.confidence, LEAST_DISAGREES)
        and not cited & {citation.article_id for citation in each.citations}
        and not said & set(normalise(each.text).split())
    )


def why_abstained(answer: Answer) -> str:
    """Why an answer is none, as a sentence."""
    if not answer.nearest:
        return "No passage was found to read."
    if not answer.best:
        return "None of the passages read holds words that could answer."
    return (
        f"The best words found are right with a probability of {percent(answer.confidence)}; "
        f"Quoth answers from {percent(answer.threshold)} on."
    )


def in_words(confidence: float) -> str:
    """A probability, 0..1, as people say it."""
    for least, words in ((0.9, "almost certain"), (0.75, "quite sure"), (0.5, "likely"), (0.25, "uncertain")):
        if confidence >= least:
            return words
    return "a guess"


def percent(confidence: float) -> str:
    """A probability, 0..1, in figures; never "0 %" or "100 %", which would claim certainty."""
    if confidence < 0.01:
        return "under 1 %"
    if confidence > 0.99:
        return "over 99 %"
    return f"{round(100 * confidence)} %"
