from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qa.cli import app
from qa.evaluation.compare import CompareError, Row, compare, read_rows


def row(id_: str, answer: str | None, right: bool, article: str = "a", accepted: tuple[str, ...] = ("x",)) -> Row:
    return Row(id_, f"Question {id_}?", article, accepted, answer, {"exact_match": float(right), "f1": float(right)})


def rows(right: list[bool]) -> list[Row]:
    return [row(str(i), "x" if ok else "y", ok, article=str(i % 10)) for i, ok in enumerate(right)]


def test_the_same_answers_do_not_differ() -> None:
    found = compare(rows([True, False] * 20), rows([True, False] * 20))
    assert not found.changed
    assert {d.verdict for d in found.differences} == {"no real difference"}
    assert not found.worse


def test_a_loss_everywhere_is_real_and_one_question_is_noise() -> None:
    before = rows([True] * 40)
    assert compare(before, rows([True] * 20 + [False] * 20)).worse
    assert compare(rows([False] * 40), before).differences[0].verdict == "better"
    one_lost = compare(before, rows([False] + [True] * 39))
    assert one_lost.differences[0].change == pytest.approx(-100 / 40)
    assert not one_lost.worse


def test_pairs_by_id_whatever_the_order_and_names_the_rest() -> None:
    before = [row("1", "x", True), row("2", "y", False), row("only", "x", True)]
    after = [row("2", "x", True), row("1", None, False)]
    found = compare(before, after)
    assert [(one.id, other.answer) for one, other in found.changed] == [("1", None), ("2", "x")]
    assert found.unpaired == ("only",)
    assert found.differences[0].questions == 2


def test_parts_stand_beside_the_whole_where_there_are_both() -> None:
    mixed = [row("1", "x", True), row("2", None, True, accepted=())]
    assert [d.part for d in compare(mixed, mixed).differences[::2]] == ["all", "answerable", "unanswerable"]


def test_files_without_a_common_question_are_an_error() -> None:
    with pytest.raises(CompareError, match="no question in common"):
        compare(rows([True]), [row("other", "x", True)])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("nonsense", "is not JSON"),
        ("[]", "has no results"),
        ('{"questions": 3}', "evaluate GOLD --json"),
        ('{"results": [{"id": 3}]}', r"results\[0\] has no fitting id"),
        (None, "There is no file"),
    ],
)
def test_a_file_of_another_form_is_named(tmp_path: Path, content: str | None, says: str) -> None:
    path = tmp_path / "a.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CompareError, match=says):
        read_rows(path)


def test_the_command_fails_only_where_it_is_asked_to(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    for path, right in ((good, True), (bad, False)):
        results = [
            {"id": str(i), "question": "Q?", "article": str(i), "accepted": ["x"], "answer": "x" if right else None,
             "exact_match": float(right), "f1": float(right)}
            for i in range(20)
        ]  # fmt: skip
        path.write_text(json.dumps({"results": results}), encoding="utf-8")
    run = CliRunner().invoke
    assert run(app, ["compare", str(good), str(bad)]).exit_code == 0
    failed = run(app, ["compare", str(good), str(bad), "--fail-if-worse"])
    assert failed.exit_code == 1
    assert "worse" in failed.stdout
    assert run(app, ["compare", str(bad), str(good), "--fail-if-worse"]).exit_code == 0
