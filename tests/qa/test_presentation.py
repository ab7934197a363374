"""What is said of an answer beside its words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.presentation import agreement
from qa.records import Citation

CITATION = Citation("a", "A", "a.txt", None, 0, 1, "A", "A", 0)


@pytest.mark.parametrize(
    ("articles", "says"), [("a", ""), ("aa", ""), ("aab", "Two articles agree."), ("abcdefghijk", "11 articles agree.")]
)
def test_agreement_counts_articles_and_not_places(articles: str, says: str) -> None:
    assert agreement([replace(CITATION, article_id=each) for each in articles]) == says
