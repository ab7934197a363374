"""Groups of examples, tokenised and packed into batches of about the same number of word pieces."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedTokenizerBase

from qa.reader import with_title
from training.data import Group
from training.recipe import Recipe


@dataclass(frozen=True)
class Row:
    """One tokenised example: `spans` are (first, last) token pairs, (0, 0) alone where the context holds no answer."""

    ids: list[int]
    types: list[int]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Batch:
    """Tensors of R rows and L tokens; `group` has each row's group number, `answers` (row, first, last) triples."""

    ids: torch.Tensor  # [R, L]
    types: torch.Tensor  # [R, L]
    mask: torch.Tensor  # [R, L]
    group: torch.Tensor  # [R]
    answers: torch.Tensor  # [A, 3]

    def to(self, device: torch.device) -> Batch:
        """The batch on another device."""
        return Batch(*(getattr(self, f).to(device) for f in ("ids", "types", "mask", "group", "answers")))


def tokenise(groups: Sequence[Group], tokenizer: PreTrainedTokenizerBase, recipe: Recipe) -> list[list[Row]]:
    """Rows of each group. A span that is cut off counts as not there: the row then teaches to abstain."""
    flat = [e for group in groups for e in group]
    encoded = tokenizer(
        [with_title(e.question, e.title) for e in flat],
        [e.context for e in flat],
        truncation="only_second",
        max_length=recipe.longest,
        return_offsets_mapping=True,
    )
    rows = []
    for i, example in enumerate(flat):
        types, offsets = encoded["token_type_ids"][i], encoded["offset_mapping"][i]
        inside = [t for t in range(len(types)) if types[t] == 1 and offsets[t][1] > offsets[t][0]]
        spans = set()
        for start, end in example.spans:
            first = next((t for t in inside if offsets[t][0] <= start < offsets[t][1]), None)
            last = next((t for t in reversed(inside) if offsets[t][0] < end <= offsets[t][1]), None)
            if first is not None and last is not None and first <= last:
                spans.add((first, last))
        rows.append(Row(encoded["input_ids"][i], types, tuple(sorted(spans)) or ((0, 0),)))
    cursor = iter(rows)
    return [[next(cursor) for _ in group] for group in groups]


def pack(groups: list[list[Row]], batch_tokens: int, chunk: int, rng: random.Random) -> list[list[list[Row]]]:
    """Batches of groups in a random order, each sorted by length within its chunk and filled to `batch_tokens`."""
    batches: list[list[list[Row]]] = []
    for at in range(0, len(groups), chunk):
        batch: list[list[Row]] = []
        longest = rows = 0
        for group in sorted(groups[at : at + chunk], key=lambda g: max(len(r.ids) for r in g)):
            longest_now = max(longest, *(len(r.ids) for r in group))
            if batch and (rows + len(group)) * longest_now > batch_tokens:
                batches.append(batch)
                batch, rows, longest_now = [], 0, max(len(r.ids) for r in group)
            batch.append(group)
            longest, rows = longest_now, rows + len(group)
        batches.append(batch)
    rng.shuffle(batches)
    return batches


def collate(batch: list[list[Row]], pad: int) -> Batch:
    """The tensors of one batch."""
    rows = [(g, row) for g, group in enumerate(batch) for row in group]
    length = max(len(row.ids) for _, row in rows)

    def padded(values: list[list[int]], fill: int) -> torch.Tensor:
        return torch.tensor([v + [fill] * (length - len(v)) for v in values])

    return Batch(
        ids=padded([row.ids for _, row in rows], pad),
        types=padded([row.types for _, row in rows], 0),
        mask=padded([[1] * len(row.ids) for _, row in rows], 0),
        group=torch.tensor([g for g, _ in rows]),
        answers=torch.tensor([(i, a, b) for i, (_, row) in enumerate(rows) for a, b in row.spans]),
    )
