from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.web.examples import example_questions


def entry(*questions: dict[str, object]) -> dict[str, object]:
    return {"title": "t", "paragraphs": [{"context": "c", "qas": list(questions)}]}


def asked(question: str, **more: object) -> dict[str, object]:
    return {"id": question, "question": question, "answers": [{"text": "a", "answer_start": 0}], **more}


def write(folder: Path, text: str) -> Path:
    (folder / "gold.json").write_text(text, encoding="utf-8")
    return folder


def test_examples_are_answerable_short_and_of_different_articles(tmp_path: Path) -> None:
    data = [entry(asked("no", is_impossible=True), asked("x" * 200), asked(f"q{n}"), asked("later")) for n in range(12)]
    chosen = example_questions(write(tmp_path, json.dumps({"data": data})))
    assert chosen == ("q1", "q4", "q7", "q10")


def test_few_articles_give_few_examples(tmp_path: Path) -> None:
    assert example_questions(write(tmp_path, json.dumps({"data": [entry(asked("q"))]}))) == ("q",)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"data": 3}', '{"data": [{"paragraphs": [3]}]}', '{"data": [3]}'])
def test_a_file_that_is_no_gold_gives_no_examples(tmp_path: Path, text: str) -> None:
    assert example_questions(write(tmp_path, text)) == ()


def test_a_folder_without_gold_has_no_examples(tmp_path: Path) -> None:
    assert example_questions(tmp_path) == ()
