"""From hits and spans to ranked answers: the same answer in several places is one, others are alternatives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.records import Hit
from qa.normalise import normalise
from qa.records import Span

CITED_MARGIN = 4.0  # log-odds below an answer's best span at which another place is still cited, unless it beats null
ANSWERS = 4  # the best one and its alternatives
CONSIDERED = 12  # before their support is summed
MOST_NAMES = 4  # words of a full name, with a rank or title
NO_RIVAL = 10.0  # margin of an answer that has no rival, and the most that counts of any


@dataclass(frozen=True)
class Candidate:
    """A span with its text and hit; `rank_score` orders the spans of all passages."""

    span: Span
    text: str
    hit: Hit
    rank_score: float


@dataclass(frozen=True)
class RankedAnswer:
    """One answer: its places, and its margin over the best different answer (negative below the first).

    The first place is the one to quote: where a person is named, the fullest name.
    """

    places: tuple[Candidate, ...]
    margin: float

    @property
    def best(self) -> Candidate:
        """The place to quote."""
        return self.places[0]

    @property
    def log_odds(self) -> float:
        """The reader's margin over the null span where it is highest."""
        return max(place.span.log_odds for place in self.places)


@dataclass(frozen=True)
class Weights:
    """How spans are ordered: logit - `null` * null logit + `retrieval` * fused score; `temperature` see `support`."""

    null: float
    retrieval: float
    temperature: float


def to_candidates(
    hits: Sequence[Hit], spans: Sequence[Sequence[tuple[Span, str]]], weights: Weights
) -> list[Candidate]:
    """All spans, best first by the weighted sum."""
    candidates = [
        Candidate(span, text, hit, span.logit - weights.null * span.null + weights.retrieval * hit.score)
        for hit, found in zip(hits, spans, strict=True)
        for span, text in found
    ]
    return sorted(candidates, key=lambda c: (-c.rank_score, c.span.passage.article_id, c.span.start, c.span.end))


def merge(candidates: Sequence[Candidate], temperature: float, most: int = ANSWERS) -> list[RankedAnswer]:
    """The best `most` answers of candidates in order, best first.

    A span joins an answer that says the same. One that merely overlaps a place of a better answer is a worse cut of it,
    and is dropped. Answers are ordered by `support` over their places.
    """
    answers: list[list[Candidate]] = []
    for candidate in candidates:
        if any(_overlap(place, candidate) for answer in answers for place in answer):
            continue
        same = next((a for a in answers if all(same_answer(place.text, candidate.text) for place in a)), None)
        if same is None:
            if len(answers) < CONSIDERED and normalise(candidate.text):
                answers.append([candidate])
        elif candidate.span.log_odds > min(0.0, same[0].span.log_odds - CITED_MARGIN):
            same.append(candidate)
    scored = sorted(((support(a, temperature), a) for a in answers), key=lambda pair: -pair[0])
    scores = [score for score, _ in scored]
    return [
        RankedAnswer(_fullest_name_first(answer), score - max(scores[:i] + scores[i + 1 :], default=score - NO_RIVAL))
        for i, (score, answer) in enumerate(scored[:most])
    ]


def support(places: Sequence[Candidate], temperature: float) -> float:
    """T * ln(sum of exp(score / T)) over the places of an answer: evidence adds up; at T = 0 the best counts alone.

    The reader is surer than it should be, by about the factor T (Wang et al. 2018, arXiv 1711.05116, sum likewise).
    """
    scores = [place.rank_score for place in places]
    best = max(scores)
    if temperature == 0:
        return best
    return best + temperature * math.log(sum(math.exp((score - best) / temperature) for score in scores))


def same_answer(one: str, other: str) -> bool:
    """Whether two quotes say the same: equal when normalised, or a full name and its surname."""
    a, b = normalise(one).split(), normalise(other).split()
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    longer = one if len(a) > len(b) else other
    return len(short) > 0 and long[-len(short) :] == short and _is_name(longer)


def _fullest_name_first(places: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Places best first, but a full name before its surname; "Abu Mahdi al-Muhandis" tells more than "al-Muhandis"."""
    quoted = max(places, key=lambda place: len(normalise(place.text).split()))  # the best of the longest
    return (quoted, *(place for place in places if place is not quoted))


def _is_name(text: str) -> bool:
    """Whether every word of a few has a capital letter and letters alone, as in "Abu Mahdi al-Muhandis"."""
    words = [word.replace(".", "").replace("-", "") for word in text.split()]
    return len(words) <= MOST_NAMES and all(word.isalpha() and word.lower() != word for word in words)


def _overlap(one: Candidate, other: Candidate) -> bool:
    a, b = one.span, other.span
    return a.passage.article_id == b.passage.article_id and a.start < b.end and b.start < a.end
