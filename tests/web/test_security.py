from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from qa.web.address import ServerError, is_loopback, listen
from qa.web.security import HEADERS, LARGEST_BODY, Guard

HOST = {"host": "127.0.0.1:7860"}
CALL = "/gradio_api/call/ask"


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


GUARDED = Guard(Starlette(routes=[Route("/{path:path}", echo, methods=["GET", "POST"])]))


def request(method: str, path: str, headers: dict[str, str], content: bytes = b"") -> httpx.Response:
    async def send() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(GUARDED), base_url="http://127.0.0.1:7860"
        ) as client:
            return await client.request(method, path, headers=headers, content=content)

    return asyncio.run(send())


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "localhost", "[::1]:7860"])
def test_loopback_names_are_answered(host: str) -> None:
    assert request("GET", "/", {"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "", "[::1"])
def test_other_host_names_are_not(host: str) -> None:
    assert request("GET", "/", {"host": host}).status_code == 400


def test_another_page_cannot_ask() -> None:
    assert request("POST", CALL, {**HOST, "origin": "https://evil.example"}).status_code == 403
    assert request("POST", CALL, {**HOST, "origin": "http://127.0.0.1:8000"}).status_code == 403
    assert request("POST", CALL, {**HOST, "origin": "null"}).status_code == 403
    assert (
        request("GET", CALL, {**HOST, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}).status_code == 403
    )
    assert (
        request("POST", CALL, {**HOST, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status_code == 403
    )


def test_our_page_programs_and_links_to_the_page_are_let_in() -> None:
    assert request("POST", CALL, {**HOST, "origin": "http://127.0.0.1:7860"}).status_code == 200
    assert request("POST", CALL, HOST).status_code == 200
    assert (
        request("GET", "/", {**HOST, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status_code == 200
    )


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/proxy=http://x"])
def test_what_the_page_does_not_need_is_shut(path: str) -> None:
    assert request("GET", path, HOST).status_code == 404


def test_large_bodies_are_refused_with_and_without_a_stated_length() -> None:
    assert request("POST", CALL, HOST, b"x" * LARGEST_BODY).text == str(LARGEST_BODY)
    assert request("POST", CALL, HOST, b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert request("POST", CALL, {**HOST, "content-length": "many"}).status_code == 413
    assert streamed_status(3) == 413


def streamed_status(chunks: int) -> int:
    """Status of a request whose body comes in half-sized chunks and states no length."""
    sent: list[Message] = []
    bodies = iter([{"type": "http.request", "body": b"x" * (LARGEST_BODY // 2), "more_body": True}] * chunks)

    async def receive() -> Message:
        return next(bodies)

    async def send(message: Message) -> None:
        sent.append(message)

    async def reads_all(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body", False):
            pass

    headers = [(b"host", b"localhost")]
    scope = {"type": "http", "method": "POST", "path": CALL, "headers": headers, "query_string": b""}
    asyncio.run(Guard(reads_all)(scope, receive, send))
    return int(sent[0]["status"])


def test_every_answer_carries_the_headers_refusals_too() -> None:
    for response in (request("GET", "/", HOST), request("GET", "/", {"host": "evil.example"})):
        for name, value in HEADERS.items():
            assert response.headers[name] == value


@pytest.mark.parametrize(
    ("host", "inside"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("a.org", False)]
)
def test_loopback_is_told_from_the_network(host: str, inside: bool) -> None:
    assert is_loopback(host) is inside


def test_the_network_must_be_asked_for() -> None:
    with pytest.raises(ServerError, match="--allow-network"):
        listen("0.0.0.0", 0)
    with listen("0.0.0.0", 0, allow_network=True) as open_socket:
        assert open_socket.getsockname()[1] > 0


def test_a_taken_port_is_named() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=f"port {port}"):
            listen("127.0.0.1", port)
