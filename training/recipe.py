"""The recipe: which data, in which order, and the settings of the optimiser."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from index.settings import IndexSettings
from qa.evaluation.gold import read_gold
from training.data import Example, Group, crop, entries, held_out_titles, read_examples, with_negatives
from training.reports import NAMES, Asked, gold_reports, of_titles, retrieve

T = TypeVar("T")


@dataclass(frozen=True)
class Recipe:
    """Settings that all phases share."""

    seed: int = 13
    weight_decay: float = 0.01
    warm_up: float = 0.06  # share of the steps
    chunk: int = 1024  # groups sorted by length at a time, so that batches hold little padding
    longest: int = 320  # word pieces of question and context together
    most_words: int = 150  # of a context in the auxiliary data
    shared_weight: float = 1.0  # of the loss normalised over all contexts of a question


@dataclass(frozen=True)
class Share:
    """How much of a source a stage takes: `part` of its questions (may pass 1), a share of them with negatives."""

    part: float
    negatives: float


@dataclass(frozen=True)
class Phase:
    """One run of the trainer: its stages, one after the other, under one course of the learning rate."""

    learning_rate: float  # after the warm-up
    last_rate: float  # at the end; linear in between
    stages: tuple[dict[str, Share], ...]
    batch_tokens: int = 4096


# First everything together, then only what is nearest to encyclopaedias and news (arXiv 2401.09168).
FIRST = Phase(2e-4, 0.0, (
    {
        "qamr": Share(0.6, 0.0),
        "reddit": Share(1.0, 0.1),
        "amazon": Share(0.8, 0.1),
        "fairytale": Share(1.0, 0.0),
        "new-wiki": Share(1.0, 0.2),
        "train-a": Share(1.0, 0.2),
        "impossible": Share(1.0, 0.0),
    },
    {
        "new-wiki": Share(1.0, 0.4),
        "train-a": Share(2.0, 0.4),
        "impossible": Share(2.0, 0.0),
        "reddit": Share(0.15, 0.3),
        "qamr": Share(0.05, 0.0),
    },
))  # fmt: skip
# Then our own reports, in the passages that retrieval returns, beside a little of the rest.
_REPORTS = {
    "reports": Share(1.0, 0.0),
    "whole-reports": Share(0.2, 0.0),
    "new-wiki": Share(0.3, 0.4),
    "train-a": Share(0.7, 0.4),
    "impossible": Share(0.3, 0.0),
    "qamr": Share(0.1, 0.0),
    "reddit": Share(0.1, 0.3),
}
REPORTS = Phase(1e-4, 1e-4, (_REPORTS,), batch_tokens=8192)
LAST = Phase(1e-4, 0.0, (_REPORTS, {**_REPORTS, "reports": Share(0.6, 0.0)}), batch_tokens=8192)
_NEWS = {
    "news": Share(1.0, 0.0),
    "whole-news": Share(0.1, 0.0),
    "reports": Share(0.2, 0.0),
    "train-a-retrieved": Share(0.3, 0.0),
    "new-wiki": Share(0.15, 0.4),
    "train-a": Share(0.25, 0.0),
    "impossible": Share(0.2, 0.0),
    "qamr": Share(0.03, 0.0),
    "reddit": Share(0.03, 0.3),
}
NEWS = Phase(1e-4, 0.0, (_NEWS,), batch_tokens=8192)
PHASES = {"first": FIRST, "reports": REPORTS, "last": LAST, "news": NEWS}
NEAR = {"new-wiki", "train-a", "impossible"}  # read whole, as they are nearest to what is asked for


@dataclass(frozen=True)
class Sources:
    """The questions of each source by its name: beside one context, or with what retrieval returns."""

    squad: Mapping[str, Sequence[Example]]
    asked: Mapping[str, Sequence[Asked]]


def load_sources(data: Path, phase: Phase) -> Sources:
    """Every source that the phase names; articles of dev-A and the held-out reports are left out of all of them."""
    half_a = data / "dev" / "squad-v1.1-half-a.json"
    titles = titles_of(half_a)
    train_a = titles - set(held_out_titles(titles))
    squad = {
        "qamr": read_examples(data / "train" / "qamr.json"),
        "reddit": read_examples(data / "train" / "squadshifts-reddit.json"),
        "amazon": read_examples(data / "train" / "squadshifts-amazon.json"),
        "fairytale": read_examples(data / "train" / "fairytaleqa-spans.json"),
        "new-wiki": read_examples(data / "train" / "squadshifts-new-wiki.json", titled=True),
        "train-a": read_examples(half_a, train_a, titled=True),
        "impossible": read_examples(data / "dev" / "squad-v2.0-half-a.json", train_a, impossible=True, titled=True),
    }
    named = {name for stage in phase.stages for name in stage}
    asked = {name: retrieve(gold_reports(name), IndexSettings()) for name in NAMES if name in named}
    if (name := "train-a-retrieved") in named:
        asked[name] = retrieve(of_titles(read_gold(half_a), train_a), IndexSettings())
    whole = {f"whole-{name}": [a.whole for a in asked.get(name, ())] for name in NAMES}
    return Sources({**squad, **whole}, asked)


def titles_of(path: Path) -> set[str]:
    """Titles of the articles in a SQuAD file."""
    return {entry["title"] for entry in entries(path)}


def stage_groups(sources: Sources, stage: dict[str, Share], recipe: Recipe, rng: random.Random) -> list[Group]:
    """The groups of one stage, shuffled; a part above 1 repeats a source with new negatives."""
    groups: list[Group] = []
    for name, share in stage.items():
        if name in sources.asked:
            groups += [asked.group(rng) for taken in _passes(sources.asked[name], share.part, rng) for asked in taken]
            continue
        trim: Callable[[Example], Example] = (
            (lambda e: e) if name in NEAR else (lambda e: crop(e, recipe.most_words, rng))
        )
        for taken in _passes(sources.squad[name], share.part, rng):
            groups += [tuple(trim(e) for e in group) for group in with_negatives(taken, share.negatives, rng)]
    rng.shuffle(groups)
    return groups


def _passes(items: Sequence[T], part: float, rng: random.Random) -> Iterator[list[T]]:
    """All items once for each whole in `part`, then a random share of them."""
    yield from [list(items)] * int(part)
    if rest := round(part % 1 * len(items)):
        yield rng.sample(items, rest)
