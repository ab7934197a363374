from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from index.errors import SettingsError
from qa.passwords import Cost
from qa.users import Users, UsersError
from qa.web.access import ALONE, visitor
from qa.web.address import ServerError, is_loopback, listen
from qa.web.headers import HEADERS
from qa.web.hosts import Hosts, hosts_for
from qa.web.security import LARGEST_BODY, Guard, Terms, terms_for

HOST = {"host": "127.0.0.1:7860"}
CALL = "/gradio_api/call/ask"


async def echo(request: Request) -> PlainTextResponse:
    assert visitor(request) == ALONE
    return PlainTextResponse(str(len(await request.body())))


LARGER = {"/library/upload": LARGEST_BODY + 10}
APP = Starlette(routes=[Route("/{path:path}", echo, methods=["GET", "POST"])])
GUARDED = Guard(APP, larger=LARGER)


def request(
    method: str, path: str, headers: dict[str, str], content: bytes = b"", guarded: Guard = GUARDED
) -> httpx.Response:
    async def send() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(guarded), base_url="http://127.0.0.1:7860"
        ) as client:
            return await client.request(method, path, headers=headers, content=content)

    return asyncio.run(send())


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "localhost", "[::1]:7860"])
def test_loopback_names_are_answered(host: str) -> None:
    assert request("GET", "/", {"host": host}).status_code == 200


FOREIGN = ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "", "[::1", "2130706433", "0x7f.1"]


@pytest.mark.parametrize("host", [*FOREIGN, "192.0.2.1", "192.0.2.1:7860", "[2001:db8::1]", socket.gethostname()])
def test_other_host_names_are_not(host: str) -> None:
    assert request("GET", "/", {"host": host}).status_code == 400


def test_in_a_network_addresses_and_own_names_are_answered_and_no_others() -> None:
    hosts = hosts_for(network=True, further="Quoth.Example.org, other.example,, 192.0.2.9")
    guarded = Guard(APP, Terms(hosts))
    own = [socket.gethostname(), socket.gethostname().upper(), f"{socket.gethostname().split('.')[0]}.local:7860"]
    addresses = ["127.0.0.1:7860", "192.0.2.1", "192.0.2.1:7860", "[2001:db8::1]:7860", "localhost"]
    for host in (*own, *addresses, "quoth.example.org", "QUOTH.example.org:443", "other.example"):
        assert request("GET", "/", {"host": host}, guarded=guarded).status_code == 200, host
    for host in (*FOREIGN, "example.org", "x.quoth.example.org"):
        assert request("GET", "/", {"host": host}, guarded=guarded).status_code == 400, host


def test_further_names_are_answered_on_the_loopback_too() -> None:
    hosts = hosts_for(network=False, further="quoth.example.org,192.0.2.9")
    names = ("quoth.example.org", "192.0.2.9:80", "localhost", "192.0.2.1", "evil.example")
    assert [hosts.answers(name) for name in names] == [True, True, True, False, False]


@pytest.mark.parametrize("wrong", ["https://quoth.example.org", "quoth.example.org:443", "a b", "*"])
def test_a_further_name_that_is_none_is_named(wrong: str) -> None:
    with pytest.raises(SettingsError, match="QUOTH_HOSTS") as failure:
        hosts_for(network=False, further=f"good.example,{wrong}")
    assert repr(wrong) in str(failure.value)


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


@pytest.mark.parametrize(
    "path", ["/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/proxy=http://x", "/healthy"]
)
def test_what_the_page_does_not_need_is_shut(path: str) -> None:
    assert request("GET", path, HOST).status_code == 404


def test_large_bodies_are_refused_with_and_without_a_stated_length() -> None:
    assert request("POST", CALL, HOST, b"x" * LARGEST_BODY).text == str(LARGEST_BODY)
    assert request("POST", CALL, HOST, b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert request("POST", CALL, {**HOST, "content-length": "many"}).status_code == 413
    assert streamed_status(3) == 413


def test_some_paths_may_have_larger_bodies_and_the_login_a_small_one() -> None:
    assert request("POST", "/library/upload?name=a.txt", HOST, b"x" * (LARGEST_BODY + 10)).status_code == 200
    assert request("POST", "/library/upload", HOST, b"x" * (LARGEST_BODY + 11)).status_code == 413
    assert request("POST", "/library/delete", HOST, b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert request("POST", "/login", HOST, b"x" * 4_001).status_code == 413


@pytest.mark.parametrize("path", ["/health", "/library/articles", "/mcp"])
def test_what_the_library_and_programs_need_is_open(path: str) -> None:
    assert request("GET", path, HOST).status_code == 200


def test_where_nobody_logs_in_the_login_leads_to_the_page() -> None:
    for method, path in (("GET", "/login"), ("POST", "/login"), ("POST", "/logout")):
        response = request(method, path, HOST)
        assert (response.status_code, response.headers["location"]) == (303, "/")


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


def test_terms_follow_from_who_exists_and_where_the_server_is(tmp_path: Path) -> None:
    users = Users(tmp_path / "users.json", Cost(2, 1, 1))
    everywhere = hosts_for(network=True, further="")
    assert terms_for(users, network=False, no_auth=True, further_hosts="") == Terms()
    assert terms_for(users, network=True, no_auth=True, further_hosts="") == Terms(everywhere)
    alone = terms_for(users, network=False, no_auth=False, further_hosts="")
    assert alone.hosts == Hosts()
    assert request("GET", "/config", HOST, guarded=Guard(APP, alone)).status_code == 200
    closed = terms_for(users, network=True, no_auth=False, further_hosts="")
    assert closed.hosts == everywhere
    assert request("GET", "/config", HOST, guarded=Guard(APP, closed)).status_code == 401
    users.add("ann", "a good password")
    assert request("GET", "/config", HOST, guarded=Guard(APP, alone)).status_code == 401
    behind_a_proxy = terms_for(users, network=False, no_auth=False, further_hosts="quoth.example")
    assert behind_a_proxy.hosts == replace(everywhere, names=everywhere.names | {"quoth.example"})
    assert request("GET", "/config", HOST, guarded=Guard(APP, behind_a_proxy)).status_code == 401
    assert terms_for(users, network=False, no_auth=True, further_hosts="") == Terms()


def test_damaged_users_stop_the_start_unless_nobody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text("{", encoding="utf-8")
    users = Users(tmp_path / "users.json", Cost(2, 1, 1))
    with pytest.raises(UsersError):
        terms_for(users, network=False, no_auth=False, further_hosts="")
    assert terms_for(users, network=False, no_auth=True, further_hosts="") == Terms()


def test_the_network_must_be_asked_for() -> None:
    with pytest.raises(ServerError, match="python -m qa user add NAME, or say --no-auth"):
        listen("0.0.0.0", 0)
    with listen("0.0.0.0", 0, network=True) as open_socket:
        assert open_socket.getsockname()[1] > 0


def test_a_taken_port_is_named() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=f"port {port}"):
            listen("127.0.0.1", port)
