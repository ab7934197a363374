"""`python -m qa user` as people type it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from qa.users import Users

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "qa", "user"]
ENV = {**os.environ, "COLUMNS": "300", "PYTHONPATH": str(ROOT)}


class Typed:
    """Runs commands in a folder that has no users yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *words], cwd=self.folder, env=ENV, input=given, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip

    def says(self, *words: str, given: str = "") -> str:
        done = self(*words, given=given)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def refuses(self, *words: str, given: str = "") -> str:
        done = self(*words, given=given)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        return done.stderr

    def prompted(self, *words: str, typing: list[str]) -> tuple[int, str]:
        """Exit code and screen of a command in a terminal, where each line is typed after a prompt."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [*COMMAND, *words], cwd=self.folder, env=ENV, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        screen, waiting = "", list(typing)
        with suppress(OSError):  # Linux ends a terminal whose program has ended with an error
            while part := os.read(ours, 1000).decode():
                screen += part
                if waiting and screen.endswith(": "):
                    os.write(ours, f"{waiting.pop(0)}\n".encode())
        os.close(ours)
        return process.wait(120), screen

    @property
    def users(self) -> Users:
        return Users(self.folder / "var" / "users.json")


@pytest.fixture
def typed(tmp_path: Path) -> Typed:
    return Typed(tmp_path)


def test_add_list_change_and_remove(typed: Typed) -> None:
    assert "There are no users" in typed.says("list")
    assert "From now on the page asks" in typed.says(
        "add", "ann", "--may", "change", "--stdin", given="ann's password\n"
    )
    assert "From now on" not in typed.says("add", "bob", "--stdin", given="bob's password\n")
    assert typed.says("list").splitlines() == [
        "ann may read, ask and change everything",
        "bob may read and ask, and change nothing",
    ]
    typed.says("may", "bob", "change")
    typed.says("may", "ann", "read")
    typed.says("password", "ann", "--stdin", given="a new password\n")
    assert [(user.name, user.right) for user in typed.users.all()] == [("ann", "read"), ("bob", "change")]
    assert typed.users.verify("ann", "a new password") is not None
    assert typed.users.verify("ann", "ann's password") is None
    assert "last one" not in typed.says("remove", "ann")
    assert "That was the last one" in typed.says("remove", "bob")
    assert typed.users.all() == ()


def test_what_cannot_be_is_one_line_and_exit_code_2(typed: Typed) -> None:
    assert "nobody was added yet" in typed.refuses("remove", "bob")
    typed.says("add", "ann", "--stdin", given="ann's password\n")
    assert "'ann' already" in typed.refuses("add", "ann")
    assert "users are ann" in typed.refuses("password", "bob")
    assert "users are ann" in typed.refuses("may", "bob", "read")
    assert "5 characters" in typed.refuses("add", "bob", "--stdin", given="short\n")
    assert "0 characters" in typed.refuses("add", "bob", "--stdin")
    assert "'write'" in typed.refuses("add", "bob", "--may", "write")
    assert "'write'" in typed.refuses("may", "ann", "write")
    assert "'b b'" in typed.refuses("add", "b b")
    assert [user.name for user in typed.users.all()] == ["ann"]


def test_a_password_is_asked_for_twice_and_never_shown(typed: Typed) -> None:
    code, screen = typed.prompted("add", "ann", typing=["a good password", "a bad password"] + ["a good password"] * 2)
    assert code == 0, screen
    assert "do not match" in screen
    assert "password" not in screen.replace("Password", "").replace("a name and a password", "")
    assert typed.users.verify("ann", "a good password") is not None


def test_a_damaged_file_is_one_line(typed: Typed) -> None:
    (typed.folder / "var").mkdir()
    (typed.folder / "var" / "users.json").write_text("{", encoding="utf-8")
    assert "cannot be read" in typed.refuses("list")
