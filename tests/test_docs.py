"""Every example of the documentation for programs runs, and prints what stands below it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.users import Users
from qa.web.security import terms_for
from tests.web.conftest import served, site_over
from tests.web.test_library import real

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = re.compile(r"^```(sh|python|js)\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:7860"
RUN = {"sh": ["bash", "-euc"], "python": [sys.executable, "-c"], "js": ["node", "--input-type=module", "-e"]}
pytestmark = pytest.mark.model


def examples(name: str) -> list[tuple[str, str, str]]:
    """Language, program and output of each example in a page of the documentation."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    found = EXAMPLE.findall(text)
    assert len(found) == len(re.findall(r"^```(?:sh|python|js)$", text, re.MULTILINE)), "each says what it prints"
    return found


def with_seeds(folder: Path) -> Path:
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    return folder


def run(language: str, program: str, folder: Path) -> str:
    """What an example prints, run where only the seeds are."""
    if shutil.which(RUN[language][0]) is None:
        pytest.skip(f"{RUN[language][0]} is not on this computer")
    found = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": found, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        [*RUN[language], program], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real thing over the seeds; ann may log in, and nobody has to."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(ROOT / "seeds", folder / "articles")
    site = site_over(real(folder), folder)
    with served(site) as url:
        site.loader.wait()
        yield url


@pytest.mark.parametrize(
    ("language", "program", "printed"), examples("interfaces.md"), ids=lambda text: text if text in RUN else ""
)
def test_the_interfaces_are_as_documented(
    address: str, tmp_path: Path, language: str, program: str, printed: str
) -> None:
    assert ADDRESS in program
    assert run(language, program.replace(ADDRESS, address), with_seeds(tmp_path)) == printed


@pytest.mark.parametrize(
    ("language", "program", "printed"), examples("python.md"), ids=lambda text: text if text in RUN else ""
)
def test_the_python_interface_is_as_documented(tmp_path: Path, language: str, program: str, printed: str) -> None:
    assert run(language, program, with_seeds(tmp_path)) == printed


def test_logging_in_is_as_documented(tmp_path: Path) -> None:
    [(language, program, printed)] = [each for each in examples("interfaces.md") if "Authorization" in each[1]]
    users = Users(tmp_path / "users.json")
    users.add("ann", "a long password", may_change=False)
    (tmp_path / "articles").mkdir()
    for each in (ROOT / "seeds").glob("2020-05-18*"):
        shutil.copy(each, tmp_path / "articles")
    site = site_over(real(tmp_path), tmp_path)
    with served(site, terms_for(users, False, False, "")) as url:
        site.loader.wait()
        assert run(language, program.replace(ADDRESS, url), tmp_path) == printed
