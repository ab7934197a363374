"""Training data: what is held out, cropping, negatives, tokens and batches."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from transformers import AutoTokenizer

from index.embedding import PACKAGED, encoder_folder
from training.batches import collate, pack, tokenise
from training.data import Example, crop, held_out_titles, with_negatives
from training.recipe import Recipe

WORDS = " ".join(f"w{i}" for i in range(300))
CONTEXTS = [
    "The lighthouse was built by Margaret Hollis in 1871.",
    "The lighthouse keeper lived alone for years.",
    "A bridge was opened by the mayor of Port Ann.",
]


def example(question: str, context: str, answer: str) -> Example:
    at = context.index(answer)
    return Example(question, context, ((at, at + len(answer)),), (answer,))


def test_every_third_title_is_held_out() -> None:
    assert held_out_titles(["d", "a", "c", "b", "a", "e"]) == ["a", "d"]


@pytest.mark.parametrize("answer", ["w0", "w150", "w299", "w148 w149"])
@pytest.mark.parametrize("seed", range(5))
def test_a_cropped_context_keeps_its_answer(answer: str, seed: int) -> None:
    cropped = crop(example("Which?", WORDS, answer), 40, random.Random(seed))
    assert len(cropped.context.split()) == 40
    assert [cropped.context[s:e] for s, e in cropped.spans] == [answer]
    assert cropped.context in WORDS


def test_a_short_context_is_left_as_it_is() -> None:
    short = example("Who?", CONTEXTS[0], "Margaret Hollis")
    assert crop(short, 40, random.Random(0)) == short


def test_negatives_come_from_other_contexts_and_hold_no_answer() -> None:
    first = example("Who built the lighthouse?", CONTEXTS[0], "Margaret Hollis")
    second = example("Who lived alone?", CONTEXTS[1], "keeper")
    third = example("Who opened the bridge?", CONTEXTS[2], "the mayor")
    fourth = replace(first, context="Margaret Hollis built a lighthouse, too.", spans=((0, 15),))
    groups = with_negatives([first, second, third, fourth] * 3, 1.0, random.Random(0))
    assert len(groups) == 12
    for group in groups:
        assert all(part.question == group[0].question for part in group)
        for negative in group[1:]:
            assert negative.spans == () and negative.context != group[0].context
            assert not any(answer.lower() in negative.context.lower() for answer in group[0].accepted)
    assert sum(len(group) == 2 for group in groups) >= 6


@pytest.mark.model
def test_tokens_and_batches_keep_every_answer() -> None:
    recipe, most = Recipe(), 64
    tokenizer = AutoTokenizer.from_pretrained(encoder_folder(PACKAGED), local_files_only=True)
    groups = [
        (example("Who built it?", CONTEXTS[0], "Margaret Hollis"), Example("Who built it?", CONTEXTS[1], (), ())),
        (example("Who lived alone?", CONTEXTS[1], "keeper"),),
        (example("Who opened it?", CONTEXTS[2], "the mayor of Port Ann"),),
    ]
    rows = tokenise(groups, tokenizer, recipe)
    (first, last) = rows[0][0].spans[0]
    assert tokenizer.decode(rows[0][0].ids[first : last + 1]) == "margaret hollis"
    assert rows[0][1].spans == ((0, 0),)
    batches = pack(rows, most, recipe.chunk, random.Random(0))
    assert sorted(len(r.ids) for b in batches for g in b for r in g) == sorted(len(r.ids) for g in rows for r in g)
    for batch in batches:
        tensors = collate(batch, tokenizer.pad_token_id)
        assert tensors.ids.shape == tensors.mask.shape == tensors.types.shape
        assert tensors.ids.numel() <= most or len(batch) == 1
        assert int(tensors.group.max()) == len(batch) - 1
