"""The command line as people type it, each time in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORY = "A lighthouse for Port Ann\n\nThe lighthouse was built by Margaret Hollis in 1871. It stands in Port Ann.\n"


def run(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "qa", *map(str, words)]
    env = {**os.environ, "COLUMNS": "300", **variables}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    folder = tmp_path / "my articles"
    folder.mkdir()
    (folder / "lighthouse.txt").write_text(STORY, encoding="utf-8")
    return folder


def fails(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 2, done
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stdout == ""
    for part in parts:
        assert part in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "--help"),
        (("aks", "Who?"), "aks"),
        (("ask",), "--help"),
        (("ask", "Who?", "--nope"), "--nope"),
        (("ask", ""), "empty"),
        (("ask", "?!"), "empty"),
        (("ask", "x" * 10_000), "10,000 characters"),
        (("ask", "Who?", "--since", "yesterday"), "YYYY-MM-DD"),
        (("ask", "Who?", "--since", "2021-01-01", "--until", "2020-01-01"), "later"),
        (("ask", "Who?", "--articles", "no/such/folder"), "no/such/folder"),
        (("index", "--articles", "no/such/folder"), "no/such/folder"),
        (("evaluate", "no-gold.json"), "no-gold.json"),
        (("evaluate", "README.md"), "README.md"),
        (("evaluate", "seeds/gold.json", "--limit", "some"), "--limit"),
        (("evaluate", "seeds/gold.json", "--isolated", "--articles", "seeds"), "--isolated"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(words: tuple[str, ...], says: str) -> None:
    fails(run(*words), says)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUOTH_THRESHOLD", "3"),
        ("QUOTH_READ_PASSAGES", "many"),
        ("QUOTH_PASSAGE_WORDS", "0"),
        ("QUOTH_ENCODER", "no/such"),
    ],
)
def test_a_bad_setting_is_named(name: str, value: str) -> None:
    fails(run("ask", "Who?", **{name: value}), value)


def test_an_empty_folder_is_one_line_and_leaves_no_index(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    fails(run("index", "--articles", tmp_path / "empty", "--index", tmp_path / "index"), str(tmp_path / "empty"))
    assert not (tmp_path / "index").exists()


@pytest.mark.model
def test_index_then_ask_then_change(stories: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    first = run("index", "--articles", stories, "--index", index)
    assert first.returncode == 0 and "added  lighthouse.txt" in first.stdout
    done = run("ask", "Who built the lighthouse?", "--index", index, "--json")  # the index knows its articles
    answer = json.loads(done.stdout)
    assert done.returncode == 0 and done.stderr == ""
    assert answer["answer"] == "Margaret Hollis"
    citation = answer["citations"][0]
    assert STORY[citation["start"] : citation["end"]] == citation["quote"] == "Margaret Hollis"
    assert citation["context"] == "The lighthouse was built by Margaret Hollis in 1871."
    assert (citation["article_id"], citation["title"], citation["date"]) == (
        "lighthouse.txt", "A lighthouse for Port Ann", None,
    )  # fmt: skip
    assert Path(ROOT, citation["source"]).read_text(encoding="utf-8") == STORY
    assert set(answer["timings_ms"]) == {"retrieve", "read", "total"}

    (stories / "lighthouse.txt").write_text(STORY.replace("Margaret Hollis", "Edith Crane"), encoding="utf-8")
    (stories / "broken.pdf").write_bytes(b"not a PDF")
    changed = run("ask", "Who built the lighthouse?", "--articles", stories, "--index", index)
    assert "Edith Crane" in changed.stdout and "Traceback" not in changed.stderr
    assert "broken.pdf" in changed.stderr


@pytest.mark.model
def test_a_corrupt_index_is_one_line_that_says_how_to_rebuild(stories: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    assert run("index", "--articles", stories, "--index", index).returncode == 0
    vectors = next(index.rglob("vectors.faiss"))
    vectors.write_bytes(vectors.read_bytes()[:-1])
    fails(
        run("ask", "Who built the lighthouse?", "--articles", stories, "--index", index),
        "vectors.faiss",
        "python -m qa index",
    )
    assert (stories / "lighthouse.txt").read_text(encoding="utf-8") == STORY
    rebuilt = run("index", "--articles", stories, "--index", index, "--rebuild")
    assert rebuilt.returncode == 0
    assert "Margaret Hollis" in run("ask", "Who built the lighthouse?", "--index", index).stdout


@pytest.mark.model
def test_an_index_folder_that_cannot_be_written_is_one_line(stories: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    fails(run("index", "--articles", stories, "--index", tmp_path / "file" / "index"), str(tmp_path / "file"))
    fails(run("index", "--articles", stories, "--index", stories), "my articles")
    assert sorted(p.name for p in stories.iterdir()) == ["lighthouse.txt"]


@pytest.mark.model
def test_evaluate_writes_what_it_promises(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("predictions", "confidences", "figures", "report.html")}
    done = run(
        "evaluate", "seeds/gold.json", "--articles-from-gold", "--limit", "9", "--predictions", files["predictions"],
        "--confidences", files["confidences"], "--json", files["figures"], "--report", files["report.html"],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    predictions, confidences, figures = (
        json.loads(files[n].read_text()) for n in ("predictions", "confidences", "figures")
    )
    assert len(predictions) == len(confidences) == figures["questions"] == 9
    assert all(0 <= c <= 1 for c in confidences.values())
    assert figures["articles"] == 42 and figures["passages"] > 42
    assert {
        "exact_match",
        "f1",
        "has_answer",
        "no_answer",
        "recall_at",
        "mrr",
        "latency_ms",
        "expected_calibration_error",
    } <= set(figures)
    assert "<html" in files["report.html"].read_text(encoding="utf-8")
