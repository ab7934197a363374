"""The recipe: which data, in which order, and the settings of the optimiser."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from training.data import Example, Group, crop, held_out_titles, read_examples, with_negatives


@dataclass(frozen=True)
class Recipe:
    """Settings of a run; all that decides its result besides the data."""

    seed: int = 13
    learning_rate: float = 2e-4
    weight_decay: float = 0.01
    warm_up: float = 0.06  # share of the steps
    batch_tokens: int = 4096
    chunk: int = 1024  # groups sorted by length at a time, so that batches hold little padding
    longest: int = 320  # word pieces of question and context together
    most_words: int = 150  # of a context in the auxiliary data
    shared_weight: float = 0.5  # of the loss normalised over all contexts of a question


@dataclass(frozen=True)
class Share:
    """How much of a source a stage takes: `part` of its questions (may pass 1), a share of them with negatives."""

    part: float
    negatives: float


# First everything together, then only what is nearest to encyclopaedias and news (arXiv 2401.09168).
STAGES: tuple[dict[str, Share], ...] = (
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
)
NEAR = {"new-wiki", "train-a", "impossible"}  # read whole, as they are nearest to what is asked for


def load_sources(data: Path) -> dict[str, list[Example]]:
    """Every source by name; articles of dev-A are left out of all of them."""
    half_a = data / "dev" / "squad-v1.1-half-a.json"
    titles = titles_of(half_a)
    train_a = titles - set(held_out_titles(titles))
    return {
        "qamr": read_examples(data / "train" / "qamr.json"),
        "reddit": read_examples(data / "train" / "squadshifts-reddit.json"),
        "amazon": read_examples(data / "train" / "squadshifts-amazon.json"),
        "fairytale": read_examples(data / "train" / "fairytaleqa-spans.json"),
        "new-wiki": read_examples(data / "train" / "squadshifts-new-wiki.json"),
        "train-a": read_examples(half_a, train_a),
        "impossible": read_examples(data / "dev" / "squad-v2.0-half-a.json", train_a, impossible=True),
    }


def titles_of(path: Path) -> set[str]:
    """Titles of the articles in a SQuAD file."""
    return {entry["title"] for entry in json.loads(path.read_text(encoding="utf-8"))["data"]}


def stage_groups(
    sources: dict[str, list[Example]], stage: dict[str, Share], recipe: Recipe, rng: random.Random
) -> list[Group]:
    """The groups of one stage, shuffled; a part above 1 repeats a source with new negatives."""
    groups: list[Group] = []
    for name, share in stage.items():
        trim: Callable[[Example], Example] = (
            (lambda e: e) if name in NEAR else (lambda e: crop(e, recipe.most_words, rng))
        )
        left = share.part
        while left > 0:
            taken = sources[name] if left >= 1 else rng.sample(sources[name], round(left * len(sources[name])))
            paired = with_negatives(taken, share.negatives, rng)
            groups += [tuple(trim(e) for e in group) for group in paired]
            left -= 1
    rng.shuffle(groups)
    return groups
