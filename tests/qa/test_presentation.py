"""What is said of an answer beside its words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.presentation import agreement, disagreement, why_abstained
from qa.records import Alternative, Answer, Citation, Nearest

CITATION = Citation("a", "A", "a.txt", None, 0, 1, "A", "A", 0)


@pytest.mark.parametrize(
    ("articles", "says"), [("a", ""), ("aa", ""), ("aab", "Two articles agree."), ("abcdefghijk", "11 articles agree.")]
)
def test_agreement_counts_articles_and_not_places(articles: str, says: str) -> None:
    assert agreement([replace(CITATION, article_id=each) for each in articles]) == says


def answered(text: str | None, confidence: float, *others: Alternative) -> Answer:
    return Answer(
        "q", text, confidence, (CITATION,), others, (Nearest(CITATION, 0.5),), {}, text or "best", (), None, 0.4
    )


def other(text: str, confidence: float, article: str = "b") -> Alternative:
    return Alternative(text, confidence, (replace(CITATION, article_id=article),))


@pytest.mark.parametrize(
    ("alternative", "differs"),
    [
        (other("30", 0.5), True),
        (other("30", 0.2), False),  # far less sure
        (other("30", 0.5, article="a"), False),  # of the same article
        (other("16 rockets", 0.5), False),  # the same in other words
    ],
)
def test_other_articles_disagree_where_they_say_something_else_and_are_nearly_as_sure(
    alternative: Alternative, differs: bool
) -> None:
    assert disagreement(answered("16", 0.6, alternative)) == ((alternative,) if differs else ())
    assert disagreement(answered(None, 0.3, alternative)) == ()


def test_an_abstention_says_how_far_it_was_from_an_answer() -> None:
    assert "probability of 30 %; Quoth answers from 40 % on" in why_abstained(answered(None, 0.3))
    assert "No passage" in why_abstained(replace(answered(None, 0.0), nearest=()))
    assert "None of the passages" in why_abstained(replace(answered(None, 0.0), best=""))
