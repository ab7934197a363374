"""Unanswerable questions made from answerable ones, by one change: another name, another number, an opposite, a "not".

Annotators who were to write questions that only seem answerable did so most often by such changes (Rajpurkar et al.
2018, arXiv 1806.03822, table 2). A few of those made here are answerable by chance; they are too few to harm.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from training.data import Example

_NAME = re.compile(r"(?<![.!?] )(?<!^)[A-Z][\w’'-]*[a-z](?:[ -](?:of |de |van |al-)?[A-Z][\w’-]*[a-z])*")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w.,]*\d)")
_WORD = re.compile(r"[a-z]+")
_NEGATED = re.compile(r"\b(was|were|is|are|did|does|do|has|have|had|can|could|would|will)\b")
_NEGATE = 0.3  # of the questions where it is possible
_NOT_NAMES = (
    "a an and as at but by during for from he her his how if in it its of on or she since some that the their there "
    "these they this those to under was were what when where which while who whom whose why with"
)
_OPPOSITES = (
    "first last, before after, more less, more fewer, most least, most fewest, largest smallest, highest lowest, "
    "oldest youngest, oldest newest, longest shortest, best worst, earliest latest, early late, earlier later, "
    "north south, east west, northern southern, eastern western, increase decrease, increased decreased, win lose, "
    "won lost, wins loses, begin end, began ended, started stopped, start stop, son daughter, father mother, "
    "brother sister, husband wife, male female, men women, boys girls, bought sold, buy sell, opened closed, "
    "open close, accepted refused, approved rejected, supported opposed, support oppose, rise fall, rose fell, "
    "always never, day night, minimum maximum, inside outside, above below, "
    "arrived left, gained lost, joined left, founded dissolved, allowed forbidden, strong weak, large small, "
    "high low, old new, rich poor, public private, internal external, major minor, common rare, positive negative, "
    "hired dismissed, appointed dismissed, born buried, attacked defended, enemy ally, import export, "
    "imported exported, borrowed lent, built demolished, raised lowered, upper lower, hot cold, warm cold"
)
_OPPOSITE_OF: dict[str, list[str]] = {}
for _one, _other in (pair.split() for pair in _OPPOSITES.split(", ")):
    _OPPOSITE_OF.setdefault(_one, []).append(_other)
    _OPPOSITE_OF.setdefault(_other, []).append(_one)


def names(text: str) -> list[str]:
    """Runs of words with a capital letter inside sentences, where it means something; in their order."""
    return [name for name in _NAME.findall(text) if name.split(" ")[0].lower() not in _NOT_NAMES.split()]


def swapped(example: Example, elsewhere: Sequence[str], rng: random.Random) -> Example | None:
    """The example with a question that its context most likely does not answer; None where no change fits.

    A name gives way to another of the same context, or to one of `elsewhere`; where several changes fit, one is drawn.
    """
    question = example.question
    asked = names(question)
    inside = [n for n in names(example.context) if not _shares_a_word(n, question, *example.accepted)]
    changes: list[Callable[[], str]] = []
    if asked and inside:
        changes += [lambda: question.replace(rng.choice(asked), rng.choice(inside))] * 3
    if asked and elsewhere:
        changes.append(lambda: question.replace(rng.choice(asked), rng.choice(elsewhere)))
    if numbers := _NUMBER.findall(question):
        changes += [lambda: question.replace(one := rng.choice(numbers), _other_number(one, example.context, rng))] * 3
    if opposed := [word for word in _WORD.findall(question) if word in _OPPOSITE_OF]:
        changes += [lambda: _replaced(question, one := rng.choice(opposed), rng.choice(_OPPOSITE_OF[one]))] * 3
    if _NEGATED.search(question) and rng.random() < _NEGATE:
        changes.append(lambda: _NEGATED.sub(r"\1 not", question, count=1))
    made = rng.choice(changes)() if changes else question
    return None if made == question else replace(example, question=made, spans=(), accepted=())


def all_swapped(examples: Sequence[Example], rng: random.Random) -> list[Example]:
    """Every answerable example that a change fits, changed."""
    elsewhere = sorted({name for example in examples for name in names(example.question)})
    made = (swapped(example, elsewhere, rng) for example in examples if example.spans)
    return [example for example in made if example is not None]


def _shares_a_word(name: str, *texts: str) -> bool:
    words = {word for text in texts for word in text.lower().split()}
    return any(word in words for word in name.lower().split())


def _replaced(text: str, word: str, by: str) -> str:
    return re.sub(rf"\b{word}\b", by, text, count=1)


def _other_number(number: str, context: str, rng: random.Random) -> str:
    """Another number of as many characters in the context; where there is none, one near it."""
    alike: list[str] = [n for n in _NUMBER.findall(context) if len(n) == len(number) and n != number]
    if alike:
        return rng.choice(alike)
    return number[:-1] + rng.choice("123456789".replace(number[-1], ""))
