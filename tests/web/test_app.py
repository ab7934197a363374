"""`python app.py` in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from qa.passwords import Cost
from qa.users import FILE, Users
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


def refused(*arguments: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(
        [sys.executable, ROOT / "app.py", *arguments], cwd=cwd, text=True, capture_output=True, timeout=120, check=False
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


def test_the_network_without_users_is_one_line_and_exit_code_2(folder: Path) -> None:
    said = refused("--articles", str(folder), "--host", "0.0.0.0", "--port", "0", cwd=folder.parent)
    assert "0.0.0.0 can be reached" in said
    assert "python -m qa user add NAME, or say --no-auth" in said


def test_damaged_users_are_one_line_and_exit_code_2(folder: Path) -> None:
    (folder.parent / FILE).parent.mkdir()
    (folder.parent / FILE).write_text("{", encoding="utf-8")
    assert "users.json cannot be read" in refused("--articles", str(folder), "--port", "0", cwd=folder.parent)


def test_a_host_that_is_no_name_is_one_line_and_exit_code_2(folder: Path) -> None:
    (folder.parent / "quoth.toml").write_text('hosts = "https://quoth.example"', encoding="utf-8")
    said = refused("--articles", str(folder), "--port", "0", cwd=folder.parent)
    assert "'https://quoth.example'" in said


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[tuple[list[str], httpx.Client, list[str]]]:
    """The app beside its articles: the lines it says first, a client, and what it said on standard error at the end."""
    process = subprocess.Popen(
        [sys.executable, ROOT / "app.py", "--articles", folder, "--port", "0", *arguments],
        cwd=folder.parent, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    errors: list[str] = []
    try:
        assert process.stdout is not None
        said = [process.stdout.readline()]
        if (folder.parent / FILE).exists() and "--no-auth" not in arguments:
            said.append(process.stdout.readline())
        port = said[0].split()[3].rpartition(":")[2]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=120) as client:
            yield said, client, errors
    finally:
        process.kill()
        errors.extend(process.communicate()[1].splitlines())


def test_users_let_the_network_in_and_must_log_in(folder: Path) -> None:
    Users(folder.parent / FILE, Cost(2, 1, 1)).add("ann", "a good password")
    with started(folder, "--host", "0.0.0.0") as (said, client, errors):
        assert said[1] == "1 user may log in.\n"
        assert client.get("/config").status_code == 401
        assert client.get("/config", headers={"host": "192.0.2.1"}).status_code == 401
        assert client.get("/config", headers={"host": "evil.example"}).status_code == 400
        assert client.get("/config", auth=("ann", "a good password")).status_code == 200
    assert [line for line in errors if "Nobody is asked" in line] == []


def test_users_must_log_in_on_this_computer_too_unless_no_auth_is_said(folder: Path) -> None:
    users = Users(folder.parent / FILE, Cost(2, 1, 1))
    for name in ("ann", "bob"):
        users.add(name, "a good password")
    with started(folder) as (said, client, _):
        assert said[1] == "2 users may log in.\n"
        assert client.get("/config").status_code == 401
    with started(folder, "--no-auth") as (_, client, errors):
        assert client.get("/config").status_code == 200
        assert client.get("/config", headers={"host": "192.0.2.1"}).status_code == 400
    assert [line for line in errors if "Nobody is asked" in line] == []


def test_no_auth_in_a_network_warns_in_one_line(folder: Path) -> None:
    with started(folder, "--host", "0.0.0.0", "--no-auth") as (_, client, errors):
        assert client.get("/config").status_code == 200
    assert len([line for line in errors if "Nobody is asked to log in: whoever reaches 0.0.0.0" in line]) == 1


def test_the_first_user_closes_a_running_app(folder: Path) -> None:
    with started(folder) as (_, client, _):
        assert client.get("/config").status_code == 200
        Users(folder.parent / FILE, Cost(2, 1, 1)).add("ann", "a good password")
        assert client.get("/config").status_code == 401
        assert client.get("/health").status_code in (200, 503)


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
