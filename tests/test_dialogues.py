"""The dialogues that follow-ups are measured on, and those that they were made with, keep their promises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.evaluation.gold import read_gold
from training.reports import load_reports

ROOT = Path(__file__).parents[1]
KINDS = {"first", "pronoun", "ellipsis", "noun", "omitted", "switch"}


def texts(file: str) -> dict[str, str]:
    """The articles' texts by title."""
    if file.startswith("seeds"):
        return {article.title: article.text for article in read_gold(ROOT / "seeds" / "gold.json").articles}
    return {entry["title"]: entry["paragraphs"][0]["context"] for entry in load_reports("news", held_out=True)}


@pytest.fixture(params=["seeds/dialogues.json", "training/dialogues.json"])
def file(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def dialogues(file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ROOT / file).read_text(encoding="utf-8"))["data"]
    return found


def test_there_are_enough_of_two_and_three_turns(dialogues: list[dict[str, Any]]) -> None:
    assert len(dialogues) >= 40
    assert {len(dialogue["turns"]) for dialogue in dialogues} == {2, 3}
    ids = [turn["id"] for dialogue in dialogues for turn in dialogue["turns"]]
    assert len(ids) == len(set(ids))


def test_every_answer_stands_at_its_place_in_an_article(file: str, dialogues: list[dict[str, Any]]) -> None:
    articles = texts(file)
    for dialogue in dialogues:
        for number, turn in enumerate(dialogue["turns"]):
            assert turn["kind"] in KINDS and (turn["kind"] == "first") == (number == 0)
            assert turn["is_impossible"] == (not turn["answers"])
            assert turn["question"].strip() and turn["resolved"].strip()
            for answer in turn["answers"]:
                assert articles[turn["article"]].startswith(answer["text"], answer["answer_start"])


def test_later_questions_leave_something_out_and_others_do_not(dialogues: list[dict[str, Any]]) -> None:
    for turn in (turn for dialogue in dialogues for turn in dialogue["turns"]):
        assert (turn["question"] == turn["resolved"]) == (turn["kind"] in ("first", "switch"))
