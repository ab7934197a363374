"""The MCP server, as a real client of the protocol sees it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from qa.passwords import Cost
from qa.users import Users
from qa.web.security import terms_for
from tests.web.conftest import LONGEST, served, site_over
from tests.web.double import MOON, Double

pytest.importorskip("mcp", reason='python -m pip install "gradio[mcp]"')
from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamablehttp_client

TOOLS = {"ask", "ask_within", "search", "articles", "article"}
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
    question = {"question": "Who stayed in orbit?"}
    failed, answer = call(url, "ask", question)
    assert not failed and answer["answer"] == "Michael Collins"
    assert call(url, "ask_within", {**question, "titles": ["moon"]})[1]["answer"] == "Michael Collins"
    assert call(url, "search", {**question, "passages": 1})[1]["result"][0]["article_id"] == MOON.id
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
