"""`python app.py` in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from qa.web.address import listen
from tests.web.conftest import ROOT, Watched, running

ARTICLE = "The aircraft carrier Hornet picked up the crew of Apollo 11 in 1969.\n\nMichael Collins stayed in orbit.\n"
HAS_WEIGHTS = (ROOT / "qa" / "weights" / "model.safetensors").is_file()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "moon.txt").write_text(ARTICLE, encoding="utf-8")
    return articles


def refused(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "app.py", *arguments], cwd=ROOT, text=True, capture_output=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_missing_folder_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    assert "no-such-folder" in refused("--articles", str(tmp_path / "no-such-folder"))


def test_a_busy_port_is_one_line_and_exit_code_2(folder: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        assert port in refused("--articles", str(folder), "--port", port)


def test_the_network_is_one_line_and_exit_code_2(folder: Path) -> None:
    assert "--no-auth" in refused("--articles", str(folder), "--host", "0.0.0.0", "--port", "0")


def test_the_page_is_there_while_the_engine_loads_and_sigterm_ends_it_well(folder: Path) -> None:
    with running("--articles", str(folder), "--port", "0") as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[3]
        assert "quoth-turns" in httpx.get(address, trust_env=False, timeout=120).text
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0


def test_importing_the_page_does_not_import_the_models() -> None:
    program = "import sys, qa.web.server; print([m for m in ('torch', 'transformers', 'faiss') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, text=True, capture_output=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.model
@pytest.mark.browser
@pytest.mark.skipif(not HAS_WEIGHTS, reason="the reader's weights are not in qa/weights")
def test_a_person_asks_the_real_engine_and_follows_the_citation(browse: object, folder: Path) -> None:
    with running("--articles", str(folder), "--port", "0") as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[3]
        seen: Watched = browse(address)  # type: ignore[operator]
        seen.page.locator(".status.ready").wait_for()
        turn = seen.ask("Which aircraft carrier picked up the crew?")
        turn.locator("button.citation").first.click()
        seen.page.locator("#quoth-article mark").wait_for()
        if turn.locator("blockquote.quote").count():
            assert (
                seen.page.locator("#quoth-article mark").inner_text() == turn.locator("blockquote.quote").inner_text()
            )
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
