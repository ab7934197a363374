"""Our own reports: what is held out, and which passages a question is trained with."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Any

import pytest

from index.settings import IndexSettings
from tests.conftest import SEEDS
from training.reports import NAMES, NEGATIVES, POSITIVES, gold_reports, load_reports, retrieve

ENTRIES = [entry for name in NAMES for entry in load_reports(name)]
HELD_OUT = [entry for name in NAMES for entry in load_reports(name, held_out=True)]


def texts(entries: list[dict[str, Any]]) -> list[str]:
    return [paragraph["context"] for entry in entries for paragraph in entry["paragraphs"]]


def test_every_answer_stands_at_its_offset() -> None:
    answered = impossible = 0
    for entry in [*ENTRIES, *HELD_OUT]:
        (paragraph,) = entry["paragraphs"]
        for qa in paragraph["qas"]:
            assert qa["is_impossible"] == (not qa["answers"])
            answered, impossible = answered + bool(qa["answers"]), impossible + (not qa["answers"])
            for answer in qa["answers"]:
                assert paragraph["context"][answer["answer_start"] :].startswith(answer["text"])
    assert answered > 3 * impossible > 1000


def test_no_cluster_is_divided_between_training_and_the_held_out() -> None:
    trained, held_out = ({e["cluster"] for e in part} for part in (ENTRIES, HELD_OUT))
    assert trained and held_out and not trained & held_out
    assert not set(texts(ENTRIES)) & set(texts(HELD_OUT))


def test_reports_and_seeds_share_no_run_of_eight_words() -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[i : i + 8]) for i in range(len(words) - 7)}

    seeds = set().union(*(runs(path.read_text(encoding="utf-8")) for path in SEEDS.glob("*.md")))
    assert seeds
    for text in texts([*ENTRIES, *HELD_OUT]):
        assert not runs(text) & seeds


@pytest.mark.model
def test_groups_hold_answers_and_tempting_passages_without_any() -> None:
    gold = gold_reports("news")
    found = retrieve(replace(gold, articles=gold.articles[:12]), IndexSettings())
    assert len(found) > 100
    for asked in found:
        group, accepted = asked.group(random.Random(0)), asked.question.answers
        assert any(e.spans for e in group) == bool(accepted)
        assert len(group) <= POSITIVES + NEGATIVES
        for e in group:
            assert e.title and e.question == asked.question.question
            assert all(e.context[s:t] in accepted for s, t in e.spans)
            if not e.spans:
                assert not any(answer.lower() in e.context.lower() for answer in accepted)
