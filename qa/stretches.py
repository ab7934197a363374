"""Stretches: overlapping retrieved passages of one article, joined so that what they share is read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.passages import count_words
from index.records import Article, Hit

LONGEST = 200  # words of a stretch; more text around it helps the reader up to about here


@dataclass(frozen=True)
class Stretch:
    """Characters `start` to `end` of an article, which the passages of `hits` cover without a gap."""

    article_id: str
    start: int
    end: int
    heading: str
    hits: tuple[Hit, ...]

    def holder(self, start: int, end: int) -> Hit | None:
        """The best hit whose passage holds a range of the article whole."""
        holding = [hit for hit in self.hits if hit.passage.start <= start and end <= hit.passage.end]
        return max(holding, key=lambda hit: hit.score, default=None)


def join(hits: Sequence[Hit], articles: Mapping[str, Article], longest: int = LONGEST) -> list[Stretch]:
    """Join passages under one heading that overlap, as long as at most `longest` words come together."""
    stretches: list[Stretch] = []
    for hit in sorted(hits, key=lambda hit: (hit.passage.article_id, hit.passage.start, hit.passage.end)):
        passage, last = hit.passage, stretches[-1] if stretches else None
        if (
            last is not None
            and (last.article_id, last.heading) == (passage.article_id, passage.heading)
            and passage.start < last.end
            and count_words(articles[passage.article_id].text, last.start, passage.end) <= longest
        ):
            end = max(last.end, passage.end)
            stretches[-1] = Stretch(last.article_id, last.start, end, last.heading, (*last.hits, hit))
        else:
            stretches.append(Stretch(passage.article_id, passage.start, passage.end, passage.heading, (hit,)))
    return stretches
