"""`python -m qa articles` and `index --watch` as a person types them, with the real encoder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERON = "# The heron\n\nA heron landed on the town hall of Graz on Monday.\n"
CRANE = "# The crane\n\nA crane fell over in the harbour of Trieste on Tuesday.\n"
pytestmark = pytest.mark.model


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "crane.md").write_text(CRANE)
    (tmp_path / "heron.md").write_text(HERON)
    return tmp_path


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "qa", *arguments, "--articles", "news"]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}


def run(home: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        command(*arguments), cwd=home, env=environment(), capture_output=True, text=True, check=False, timeout=300
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_an_article_comes_in_is_found_goes_and_comes_back(home: Path) -> None:
    code, said, _ = run(home, "articles", "add", "heron.md")
    assert (code, said.splitlines()[-1]) == (0, "1 added.")
    (home / "heron.md").unlink()
    question = ("ask", "What landed on the town hall of Graz?", "--json")
    assert json.loads(run(home, *question)[1])["citations"][0]["article_id"] == "uploads/heron.md"
    code, said, _ = run(home, "articles", "remove", "heron")
    assert code == 0 and "--articles news" in said
    answer = json.loads(run(home, *question)[1])
    assert not [each for each in answer["citations"] + answer["nearest"] if each["article_id"] == "uploads/heron.md"]
    assert "uploads/heron.md" in run(home, "articles", "list", "--deleted")[1]
    assert run(home, "articles", "restore", "uploads/heron.md")[:2] == (0, "Restored: The heron\n")
    assert json.loads(run(home, *question)[1])["citations"][0]["article_id"] == "uploads/heron.md"


def test_folders_are_taken_whole_and_each_file_gets_a_result(home: Path) -> None:
    (home / "more" / "birds").mkdir(parents=True)
    (home / "more" / "birds" / "heron.md").write_text(HERON)
    (home / "more" / "copy.md").write_text(CRANE)
    (home / "more" / "picture.png").write_bytes(b"\x89PNG")
    (home / "more" / ".hidden.md").write_text("Hidden words stand here.")
    code, said, _ = run(home, "articles", "add", "more", "nowhere.md")
    assert code == 0
    assert "added  more/birds/heron.md" in said
    assert "already there  more/copy.md as crane.md" in said
    assert "refused  more/picture.png: is none of" in said
    assert "refused  nowhere.md: cannot be read" in said
    assert ".hidden" not in said
    listed = json.loads(run(home, "articles", "list", "HERON", "--json")[1])
    assert [(each["id"], each["uploaded"], each["words"]) for each in listed] == [
        ("uploads/more/birds/heron.md", True, 14)
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("remove", "zebra"), "No article is called 'zebra'"),
        (("remove", "crane"), "These are all the articles"),
        (("show", ""), "No article is called ''"),
        (("restore", "crane.md"), "No deleted article is called 'crane.md'"),
        (("add",), "Missing argument"),
    ],
)
def test_mistakes_are_one_sentence(home: Path, arguments: tuple[str, ...], sentence: str) -> None:
    code, _, said = run(home, "articles", *arguments)
    assert code == 2
    assert sentence in said
    assert said.count("\n") == 1


def test_only_refusals_are_exit_code_two(home: Path) -> None:
    (home / "empty.txt").write_text("")
    assert run(home, "articles", "add", "empty.txt")[0] == 2


def test_an_article_is_shown_exactly(home: Path) -> None:
    assert run(home, "articles", "show", "crane")[1].endswith(f"\n{CRANE}")
    assert json.loads(run(home, "articles", "show", "crane", "--json")[1])["text"] == CRANE


def test_index_watch_takes_up_what_comes_and_goes(home: Path) -> None:
    watching = subprocess.Popen(
        command("index", "--watch"), cwd=home, env=environment(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert watching.stdout is not None
        lines = iter(watching.stdout.readline, "")
        next(line for line in lines if line.startswith("Watching"))
        (home / "heron.md").rename(home / "news" / "heron.md")
        began = time.monotonic()
        assert next(line for line in lines if "added" in line).split() == ["added", "heron.md"]
        assert time.monotonic() - began < 60
        (home / "news" / "heron.md").unlink()
        assert next(line for line in lines if "removed" in line).split() == ["removed", "heron.md"]
        watching.send_signal(signal.SIGINT)
        assert watching.wait(timeout=60) == 0
    finally:
        watching.kill()
        watching.wait()
