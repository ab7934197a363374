"""Question-answer files in SQuAD form, turned into groups of training examples."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bm25s
import Stemmer

SPLIT_STRIDE = 3  # of the titles of half A in order, every third is held out as dev-A


@dataclass(frozen=True)
class Example:
    """A question beside a titled context; `spans` are character ranges of the context, none where nothing answers."""

    question: str
    context: str
    spans: tuple[tuple[int, int], ...]
    accepted: tuple[str, ...]
    title: str = ""


Group = tuple[Example, ...]  # the same question beside one or more contexts, normalised together


def held_out_titles(titles: Iterable[str]) -> list[str]:
    """Titles of dev-A: every third of the sorted titles of half A, beginning with the first."""
    return sorted(set(titles))[::SPLIT_STRIDE]


def entries(path: Path) -> list[dict[str, Any]]:
    """The entries of a file in SQuAD form, one an article."""
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["data"]
    return found


def read_examples(
    path: Path, titles: set[str] | None = None, impossible: bool = False, titled: bool = False
) -> list[Example]:
    """Examples of a SQuAD file, of the given articles only; `impossible` takes the unanswerable ones and no others.

    Only where `titled` do titles say what the contexts are about.
    """
    examples = []
    for entry in entries(path):
        if titles is not None and entry["title"] not in titles:
            continue
        title = entry["title"] if titled else ""
        for paragraph in entry["paragraphs"]:
            for qa in paragraph["qas"]:
                if bool(qa.get("is_impossible", False)) != impossible:
                    continue
                answers = [] if impossible else qa["answers"]
                spans = {(a["answer_start"], a["answer_start"] + len(a["text"])) for a in answers}
                accepted = tuple(sorted({a["text"] for a in answers}))
                question = qa["question"].strip()
                examples.append(Example(question, paragraph["context"], tuple(sorted(spans)), accepted, title))
    return examples


def crop(example: Example, most_words: int, rng: random.Random) -> Example:
    """The example with its context cut to a random window of at most `most_words` words around one of its spans.

    Retrieved passages are short; long contexts cost tokens and teach little that short ones do not.
    """
    starts = [
        i for i, c in enumerate(example.context) if not c.isspace() and (i == 0 or example.context[i - 1].isspace())
    ]
    if len(starts) <= most_words:
        return example
    first = 0
    if example.spans:
        start, end = rng.choice(example.spans)
        before = sum(s <= start for s in starts) - 1
        after = sum(s < end for s in starts)
        lowest, highest = max(0, after - most_words), min(before, len(starts) - most_words)
        first = rng.randint(min(lowest, highest), max(lowest, highest))
    left = starts[first]
    right = starts[first + most_words] if first + most_words < len(starts) else len(example.context)
    spans = tuple((s - left, e - left) for s, e in example.spans if left <= s and e <= right)
    return replace(example, context=example.context[left:right].rstrip(), spans=spans)


class Negatives:
    """Contexts that BM25 ranks high for a question and that hold none of its accepted answers."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self._titles = {e.context: e.title for e in examples}
        self._contexts = sorted(self._titles)
        self._stemmer = Stemmer.Stemmer("english")
        self._terms = bm25s.BM25()
        self._terms.index(
            bm25s.tokenize(self._contexts, stemmer=self._stemmer, show_progress=False), show_progress=False
        )

    def find(self, examples: Sequence[Example], rng: random.Random, depth: int = 8) -> list[Example | None]:
        """One negative an example, drawn from the first `depth` contexts; None where all of these could answer."""
        tokens = bm25s.tokenize([e.question for e in examples], stemmer=self._stemmer, show_progress=False)
        rows, _ = self._terms.retrieve(tokens, k=min(depth, len(self._contexts)), show_progress=False)
        found: list[Example | None] = []
        for example, row in zip(examples, rows, strict=True):
            answers = [a.lower() for a in example.accepted]
            fit = [
                c
                for c in (self._contexts[i] for i in row)
                if c != example.context and not any(a in c.lower() for a in answers)
            ]
            other = rng.choice(fit) if fit else None
            found.append(other and Example(example.question, other, (), example.accepted, self._titles[other]))
        return found


def with_negatives(examples: list[Example], share: float, rng: random.Random) -> list[Group]:
    """Groups of one; a `share` of the answerable ones (0..1) is paired with a negative from the same file."""
    chosen = [e for e in examples if e.spans and rng.random() < share]
    if not chosen:
        return [(e,) for e in examples]
    negatives = dict(zip(chosen, Negatives(examples).find(chosen, rng), strict=True))
    pairs = ((e, negatives.get(e)) for e in examples)
    return [(e,) if negative is None else (e, negative) for e, negative in pairs]
