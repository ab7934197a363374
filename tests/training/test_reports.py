"""Our own reports: what is held out, and which passages a question is trained with."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Any

import pytest

from index.settings import IndexSettings
from tests.conftest import SEEDS
from training.reports import NEGATIVES, POSITIVES, gold_reports, load_reports, retrieve

ENTRIES = load_reports()


def texts(entries: list[dict[str, Any]]) -> list[str]:
    return [paragraph["context"] for entry in entries for paragraph in entry["paragraphs"]]


def test_every_answer_stands_at_its_offset() -> None:
    answered = impossible = 0
    for entry in [*ENTRIES, *load_reports(held_out=True)]:
        (paragraph,) = entry["paragraphs"]
        for qa in paragraph["qas"]:
            assert qa["is_impossible"] == (not qa["answers"])
            answered, impossible = answered + bool(qa["answers"]), impossible + (not qa["answers"])
            for answer in qa["answers"]:
                assert paragraph["context"][answer["answer_start"] :].startswith(answer["text"])
    assert answered > 3 * impossible > 1000


def test_no_cluster_is_divided_between_training_and_the_held_out() -> None:
    trained, held_out = ({e["cluster"] for e in load_reports(held_out=flag)} for flag in (False, True))
    assert trained and held_out and not trained & held_out
    assert not set(texts(ENTRIES)) & set(texts(load_reports(held_out=True)))


def test_reports_and_seeds_share_no_run_of_eight_words() -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[i : i + 8]) for i in range(len(words) - 7)}

    seeds = set().union(*(runs(path.read_text(encoding="utf-8")) for path in SEEDS.glob("*.md")))
    assert seeds
    for text in texts([*ENTRIES, *load_reports(held_out=True)]):
        assert not runs(text) & seeds


@pytest.mark.model
def test_groups_hold_answers_and_tempting_passages_without_any() -> None:
    gold = gold_reports()
    found = retrieve(replace(gold, articles=gold.articles[:12]), IndexSettings())
    assert len(found) > 100
    for asked in found:
        group = asked.group(random.Random(0))
        answering = [e for e in group if e.spans]
        assert len(answering) == min(POSITIVES, len(asked.positives))
        assert len(group) - len(answering) == NEGATIVES
        for example in group:
            assert example.title and example.question == asked.whole.question
            assert all(example.context[s:e] in example.accepted for s, e in example.spans)
            if not example.spans:
                assert not any(answer.lower() in example.context.lower() for answer in example.accepted)
