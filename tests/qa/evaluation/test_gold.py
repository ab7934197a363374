from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.evaluation.gold import GoldError, articles_from_gold, as_article, read_gold

CONTEXT = "Ada Lovelace wrote the notes in 1843."


def squad(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"version": "v2.0", "data": list(entries)}


def entry(title: str, context: str, *qas: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "paragraphs": [{"context": context, "qas": list(qas)}]}


def qa(id_: str, *answers: str, context: str = CONTEXT, **more: object) -> dict[str, Any]:
    places = [{"text": a, "answer_start": context.index(a)} for a in answers]
    return {"id": id_, "question": f"Question {id_}?", "answers": places, **more}


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "gold.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_reads_version_one_without_any_flag(tmp_path: Path) -> None:
    gold = read_gold(written(tmp_path, {"data": [entry("Ada", CONTEXT, qa("1", "1843", "in 1843"))]}))
    (question,) = gold.questions
    assert question.answers == ("1843", "in 1843")
    assert question.answer_starts == (32, 29)
    assert (question.article, question.context, question.impossible) == ("Ada", CONTEXT, False)
    assert not gold.has_impossible


def test_reads_unanswerable_questions_of_version_two(tmp_path: Path) -> None:
    plausible = [{"text": "1843", "answer_start": 32}]
    content = squad(entry("Ada", CONTEXT, qa("1", "1843"), qa("2", is_impossible=True, plausible_answers=plausible)))
    gold = read_gold(written(tmp_path, content))
    assert [question.impossible for question in gold.questions] == [False, True]
    assert gold.questions[1].answers == ()
    assert gold.has_impossible


def test_a_byte_order_mark_is_no_part_of_the_json(tmp_path: Path) -> None:
    path = tmp_path / "gold.json"
    path.write_text("\ufeff" + json.dumps(squad(entry("Ada", CONTEXT, qa("1", "1843")))), encoding="utf-8")
    assert len(read_gold(path).questions) == 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "is not JSON: .* in line 1, column 2"),
        ([], "the file is not an object with 'data'"),
        ({}, "the file lacks 'data'"),
        ({"data": {}}, "data is dict, not list"),
        ({"data": ["x"]}, r"data\[0\] is not an object with 'title'"),
        ({"data": [{"title": "T", "paragraphs": [{"qas": []}]}]}, r"data\[0\].paragraphs\[0\] lacks 'context'"),
        (squad(entry("Ada", CONTEXT)), "holds no questions"),
        (squad(entry(" ", CONTEXT, qa("1", "1843"))), r"data\[0\].title is empty"),
        (squad(entry("Ada", CONTEXT, {"id": 7, "question": "Q?", "answers": []})), r"qas\[0\].id is int, not str"),
        (squad(entry("Ada", CONTEXT, {"id": "7", "question": "Q?"})), r"qas\[0\] lacks 'answers'"),
        (
            squad(entry("Ada", CONTEXT, {"id": "7", "question": "Q?", "answers": [{"text": "1843"}]})),
            r"data\[0\].paragraphs\[0\].qas\[0\].answers\[0\] lacks 'answer_start'",
        ),
        (
            squad(
                entry("Ada", CONTEXT, {"id": "7", "question": "Q?", "answers": [{"text": "1", "answer_start": True}]})
            ),
            r"answers\[0\].answer_start is bool, not int",
        ),
        (squad(entry("Ada", CONTEXT, qa("1", "1843", is_impossible=True))), r"qas\[0\] says is_impossible and yet"),
        (
            squad(entry("Ada", CONTEXT, qa("1", "1843"), qa("1", "Ada"))),
            "1 question ids stand more than once, first '1'",
        ),
    ],
)
def test_says_in_one_line_what_is_wrong_and_where(tmp_path: Path, content: object, complaint: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(GoldError, match=complaint) as caught:
        read_gold(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_folder_and_bytes_are_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"There is no file .*absent\.json"):
        read_gold(tmp_path / "absent.json")
    with pytest.raises(GoldError, match="cannot be read"):
        read_gold(tmp_path)
    path = tmp_path / "bytes.json"
    path.write_bytes(b'{"data": "\xff"}')
    with pytest.raises(GoldError, match="is not UTF-8"):
        read_gold(path)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldError):
        read_gold(written(tmp_path, '{"data":' + "[" * 100_000 + "]" * 100_000 + "}"))


def test_an_entry_becomes_one_article_with_paragraphs_apart(tmp_path: Path) -> None:
    second = "Charles Babbage designed the engine. It was never finished in his life."
    paragraphs = [
        {"context": CONTEXT, "qas": [qa("1", "1843")]},
        {"context": second, "qas": [qa("2", "Charles Babbage", context=second)]},
    ]
    content = squad({"title": "Engines", "paragraphs": paragraphs}, entry("Engines", CONTEXT, qa("3", "1843")))
    gold = read_gold(written(tmp_path, content))
    first, other = articles_from_gold(gold)
    assert first.text == f"{CONTEXT}\n\n{second}"
    assert [first.title, other.title] == ["Engines", "Engines"]
    assert first.id != other.id
    assert first.source == gold.source


def test_front_matter_of_a_context_is_skipped() -> None:
    head = "---\ntitle: Ada\n---\n\n"
    article = as_article(head + CONTEXT, "ada", "Ada", "gold.json")
    assert article.text == head + CONTEXT
    assert [article.text[start:end].strip() for start, end in article.skipped] == [head.strip()]


def test_a_context_that_only_repeats_the_title_is_still_read() -> None:
    article = as_article("Ada Lovelace", "ada", "Ada Lovelace", "gold.json")
    assert (article.text, article.skipped, article.headings) == ("Ada Lovelace", (), ())
