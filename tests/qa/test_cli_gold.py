"""`python -m qa gold` as people type it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Typed:
    """Runs commands in a folder with one article."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "articles").mkdir()
        text = "A lighthouse for Port Ann\n\nThe lighthouse was built by Margaret Hollis in 1871. It is white.\n"
        (folder / "articles" / "light.txt").write_text(text, encoding="utf-8")

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "qa", "gold", *words, "--articles", "articles"]
        env = {**os.environ, "COLUMNS": "300", "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, text=True, timeout=120, check=False
        )

    def says(self, *words: str) -> str:
        done = self(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def typed(tmp_path: Path) -> Typed:
    return Typed(tmp_path)


def test_keep_list_export_change_delete_restore_and_import(typed: Typed) -> None:
    id_ = typed.says("add", "Who built it?", "--answer", "Margaret Hollis", "--answer", "Hollis").split()[-1].strip(".")
    typed.says("add", "Who painted it?", "--nothing")
    listed = typed.says("list")
    assert "Who built it?" in listed
    assert "“Margaret Hollis” · “Hollis”" in listed
    assert "2 gold questions, 0 stale" in listed
    typed.says("edit", id_, "--question", "Who built the lighthouse?")
    typed.says("export", "mine.json")
    (light,) = [e for e in json.loads((typed.folder / "mine.json").read_text())["data"] if "Port Ann" in e["title"]]
    assert light["paragraphs"][0]["qas"][0]["question"] == "Who built the lighthouse?"
    assert "restore" in typed.says("delete", id_)
    assert "Who built" not in typed.says("list")
    assert "0 kept, 1 there already" not in typed.says("import", "mine.json")
    assert "0 kept, 2 there already" in typed.says("import", "mine.json")
    typed.says("restore", id_)
    assert "3 gold questions" in typed.says("list")


def test_a_changed_article_shows_in_the_list(typed: Typed) -> None:
    typed.says("add", "Who built it?", "--answer", "Margaret Hollis")
    file = typed.folder / "articles" / "light.txt"
    file.write_text(file.read_text(encoding="utf-8").replace("Margaret Hollis", "nobody"), encoding="utf-8")
    assert "stale: “Margaret Hollis” no longer stands in light.txt" in typed.says("list")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "Who?"), "--nothing"),
        (("add", " ", "--nothing"), "empty"),
        (("add", "Who?", "--answer", "nobody at all"), "does not stand in any article"),
        (("add", "Who?", "--answer", "1871", "--nothing"), "--nothing"),
        (("edit", "abc"), "Nothing to change"),
        (("delete", "abc"), "no gold question 'abc'"),
        (("import", "missing.csv"), "missing.csv"),
        (("export", "mine.json"), "no gold questions"),
        (("liste",), "liste"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(typed: Typed, words: tuple[str, ...], says: str) -> None:
    done = typed(*words)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert says in done.stderr
