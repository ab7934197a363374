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
        (("ask", "Who?", "--title", "no such title"), "'no such title'"),
        (("ask", "Who?", "--source", "Sports"), "Science"),
        (("ask", "Who?", "--cite", "bibtext"), "bibtex"),
        (("ask", "Who?", "--cite", "apa", "--json"), "--json"),
        (("index", "--articles", "no/such/folder"), "no/such/folder"),
        (("evaluate", "no-gold.json"), "no-gold.json"),
        (("evaluate", "README.md"), "README.md"),
        (("evaluate", "seeds/gold.json", "--limit", "some"), "--limit"),
        (("evaluate", "seeds/gold.json", "--isolated", "--articles", "seeds"), "--isolated"),
        (("evaluate", "seeds/gold.json", "--isolated", "--both"), "--both"),
        (("compare", "no-a.json", "no-b.json"), "no-a.json"),
        (("compare", "seeds/gold.json", "seeds/gold.json"), "evaluate GOLD --json"),
        (("calibrate",), "--forget"),
        (("calibrate", "no-gold.json"), "no-gold.json"),
        (("calibrate", "seeds/gold.json", "--precision", "90"), "--precision"),
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
    cited = run("ask", "Who built the lighthouse?", "--index", index, "--cite", "markdown").stdout
    assert cited.startswith("> Margaret Hollis\n\nA lighthouse for Port Ann, ")
    silent = run("ask", "What is the capital of Australia?", "--index", index, "--cite", "markdown")
    assert (silent.returncode, silent.stdout, silent.stderr) == (0, "", "The articles do not say.\n")

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


@pytest.mark.model
def test_calibrate_keeps_a_confidence_with_the_index_and_refuses_it_for_other_settings(tmp_path: Path) -> None:
    data = json.loads((ROOT / "seeds" / "gold.json").read_text(encoding="utf-8"))["data"]
    for entry in data:
        for paragraph in entry["paragraphs"]:
            paragraph["qas"] = paragraph["qas"][:2] + paragraph["qas"][-1:]
    gold, few, index = tmp_path / "gold.json", tmp_path / "few.json", tmp_path / "index"
    gold.write_text(json.dumps({"data": data}), encoding="utf-8")
    few.write_text(json.dumps({"data": data[:3]}), encoding="utf-8")
    fails(run("calibrate", few, "--articles", "seeds", "--index", index), "at least 50 gold questions")

    shown = run("calibrate", gold, "--articles", "seeds", "--index", index)
    assert shown.returncode == 0, shown.stderr
    assert "Not kept" in shown.stdout
    assert not list(tmp_path.glob("*.confidence.json"))
    kept = run("calibrate", gold, "--articles", "seeds", "--index", index, "--precision", "0.8", "--save")
    assert "questions answered" in kept.stdout
    (file,) = tmp_path.glob("*.confidence.json")
    assert json.loads(file.read_text(encoding="utf-8"))["gold"] == "gold.json"

    question = "How many people died when Mount St. Helens erupted?"
    own = run("ask", question, "--articles", "seeds", "--index", index, "--json")
    other = run("ask", question, "--articles", "seeds", "--index", index, "--json", QUOTH_READ_PASSAGES="5")
    assert own.stderr == ""
    assert "is not used: it was fitted with another read_passages" in other.stderr
    assert "Removed" in run("calibrate", "--articles", "seeds", "--index", index, "--forget").stdout
    shipped = run("ask", question, "--articles", "seeds", "--index", index, "--json")
    first, last = (json.loads(done.stdout)["confidence"] for done in (own, shipped))
    assert first != last
