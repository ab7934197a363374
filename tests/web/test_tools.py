"""The MCP server, as a real client of the protocol sees it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from index.records import Filters
from qa.dialogue import Earlier
from qa.passwords import Cost
from qa.records import Answer
from qa.users import Users
from qa.web.security import terms_for
from tests.web.conftest import LONGEST, ROOT, running, served, site_over
from tests.web.double import MOON, Double, Slow
from tests.web.test_library import real

pytest.importorskip("mcp", reason='python -m pip install "gradio[mcp]"')
from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamablehttp_client

TOOLS = {"ask", "ask_within", "search", "articles", "article"}
QUESTION = {"question": "Who stayed in orbit?"}
T = TypeVar("T")


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with served(site_over(lambda progress: Double(), tmp_path), mcp=True) as address:
        yield address


def talk(url: str, say: Callable[[ClientSession], Awaitable[T]], headers: dict[str, str] | None = None) -> T:
    """What comes of a conversation with the server."""

    async def connected() -> T:
        async with (
            streamablehttp_client(f"{url}/mcp", headers=headers) as (receive, send, _),
            ClientSession(receive, send) as session,
        ):
            await session.initialize()
            return await say(session)

    return asyncio.run(asyncio.wait_for(connected(), 60))


def call(url: str, name: str, arguments: dict[str, Any]) -> tuple[bool, Any]:
    """Whether a tool failed, and what it said: its object, or its sentence."""
    result = talk(url, lambda session: session.call_tool(name, arguments))
    [content] = result.content
    assert content.type == "text"
    if result.isError:
        return True, content.text
    assert result.structuredContent == json.loads(content.text)
    return False, result.structuredContent


def test_the_tools_are_those_that_change_nothing(url: str) -> None:
    listed = talk(url, lambda session: session.list_tools()).tools
    assert {tool.name for tool in listed} == TOOLS
    for tool in listed:
        assert tool.annotations is not None and tool.annotations.readOnlyHint
        assert tool.description
        assert all(each["description"] for each in tool.inputSchema["properties"].values())


def test_each_tool_answers(url: str) -> None:
    failed, answer = call(url, "ask", QUESTION)
    assert not failed and answer["answer"] == "Michael Collins"
    assert call(url, "ask_within", {**QUESTION, "titles": ["moon"]})[1]["answer"] == "Michael Collins"
    assert call(url, "search", {**QUESTION, "passages": 1})[1]["result"][0]["article_id"] == MOON.id
    assert MOON.id in [each["id"] for each in call(url, "articles", {"words": ""})[1]["result"]]
    assert call(url, "article", {"id": MOON.id})[1]["text"] == MOON.text


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("ask", {"question": ""}, "The question is empty"),
        ("ask", {"question": "who " * LONGEST}, "shorten it"),
        ("ask", {}, "'question' is a required property"),
        ("ask", {"question": "Who?", "threshold": 0}, "threshold"),
        ("ask", {"question": "crash"}, "for a reason Quoth did not expect"),
        ("search", {"question": "Who?", "passages": 0}, "passages is 0"),
        ("article", {"id": "none.md"}, "No article has the id 'none.md'."),
        ("ask_within", {"question": "Who?", "since": "soon"}, "write a date as YYYY-MM-DD"),
    ],
)
def test_errors_are_sentences(url: str, name: str, arguments: dict[str, Any], sentence: str) -> None:
    failed, said = call(url, name, arguments)
    assert failed
    assert sentence in said
    assert "Traceback" not in said and "secret" not in said


@pytest.mark.parametrize("name", ["add_article", "delete_article", "restore_article", "evaluate", "answer"])
def test_what_changes_anything_is_no_tool(url: str, name: str) -> None:
    async def refused(session: ClientSession) -> bool:
        with pytest.raises(McpError, match="No tool is called"):
            await session.call_tool(name, {"id": MOON.id})
        return True

    assert talk(url, refused)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.model
def test_the_tools_leave_every_file_as_it_was(tmp_path: Path) -> None:
    site = site_over(real(tmp_path), tmp_path)
    (tmp_path / "articles" / "moon.md").write_bytes(MOON.text.encode())
    with served(site, mcp=True) as url:
        site.loader.wait()
        before = contents(tmp_path)
        assert any(name.startswith("index/") for name in before)
        for name, arguments in (
            ("ask", QUESTION),
            ("ask_within", {**QUESTION, "until": "1999-12-31"}),
            ("search", {**QUESTION, "passages": 3}),
            ("articles", {"words": "moon"}),
            ("article", {"id": MOON.id}),
        ):
            assert not call(url, name, arguments)[0], name
        assert contents(tmp_path) == before


@dataclass(frozen=True)
class Counting(Slow):
    """Notes how many questions it is asked at once."""

    asked: list[str] = field(default_factory=list)
    together: list[int] = field(default_factory=list)

    def ask(
        self,
        question: str,
        filters: Filters = Filters(),
        abstain: bool | None = True,
        earlier: Sequence[Earlier] = (),
    ) -> Answer:
        self.asked.append(question)
        self.together.append(len(self.asked))
        try:
            return super().ask(question, filters, abstain, earlier)
        finally:
            self.asked.remove(question)


def test_questions_take_turns_too_many_are_sent_away_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.web.tools.MOST_WAITING", 2)
    engine = Counting(go=threading.Event())

    async def crowd(session: ClientSession) -> list[str]:
        asking = [asyncio.create_task(session.call_tool("ask", QUESTION)) for _ in range(3)]
        asking.append(asyncio.create_task(session.call_tool("ask_within", QUESTION)))
        sent_away, _ = await asyncio.wait(asking, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        assert len(sent_away) == 1
        assert not (await session.call_tool("articles", {"words": ""})).isError
        engine.go.set()
        await asyncio.wait(asking)
        assert all(task.result().isError == (task in sent_away) for task in asking)
        return [task.result().content[0].text for task in sent_away]  # type: ignore[union-attr]

    with served(site_over(lambda progress: engine, tmp_path), mcp=True) as url:
        assert talk(url, crowd) == ["2 calls are waiting already; call again later."]
    assert engine.together == [1, 1, 1]


def test_the_app_serves_the_tools_where_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "moon.md").write_bytes(MOON.text.encode())
    with running("--articles", str(tmp_path), "--port", "0", "--mcp") as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[3]
        assert {tool.name for tool in talk(url, lambda session: session.list_tools()).tools} == TOOLS


def test_without_its_package_the_option_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "moon.md").write_bytes(MOON.text.encode())
    program = (
        "import runpy, sys; sys.modules['mcp'] = None; "  # as if it were not installed
        f"sys.argv = ['app.py', '--articles', {str(tmp_path)!r}, '--port', '0', '--mcp']; "
        "runpy.run_path('app.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, text=True, capture_output=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert 'python -m pip install "gradio[mcp]"' in done.stderr


def test_without_the_option_there_is_no_server(address: str) -> None:
    assert httpx.post(f"{address}/mcp", json={}, trust_env=False).status_code in {404, 405}


def test_whoever_must_log_in_must_do_so_here_too(tmp_path: Path) -> None:
    users = Users(tmp_path / "users.json", Cost(2**10, 8, 1))
    users.add("ann", "a long password", may_change=False)
    site = site_over(lambda progress: Double(), tmp_path)
    with served(site, terms_for(users, False, False, ""), mcp=True) as url:
        assert httpx.post(f"{url}/mcp", json={}, trust_env=False).status_code == 401
        header = httpx.BasicAuth("ann", "a long password")._auth_header
        listed = talk(url, lambda session: session.list_tools(), {"Authorization": header})
    assert {tool.name for tool in listed.tools} == TOOLS


@pytest.mark.parametrize(
    ("headers", "status"), [({"origin": "https://evil.example"}, 403), ({"host": "evil.example"}, 400)]
)
def test_other_pages_and_names_are_refused(url: str, headers: dict[str, str], status: int) -> None:
    assert httpx.post(f"{url}/mcp", json={}, headers=headers, trust_env=False).status_code == status
