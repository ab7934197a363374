"""What stands between the network and the page: hosts, origins, paths, sizes, people and headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.users import Users
from qa.web.access import ALONE, KEY, Visitor
from qa.web.door import Door
from qa.web.headers import HEADERS, LOGIN_HEADERS
from qa.web.hosts import Hosts, hosts_for
from qa.web.log import WHO
from qa.web.login import LARGEST_FORM, LOGIN, LOGOUT

LARGEST_BODY = 1_000_000  # bytes

# Everything else that Gradio serves (uploads, files, proxies, streams) is of no use here and stays shut.
OPEN_PATHS = frozenset(
    {
        "/",
        "/config",
        "/theme.css",
        "/favicon.ico",
        "/manifest.json",
        "/robots.txt",
        "/health",
        LOGIN,
        LOGOUT,
        "/mcp",
    }
)
OPEN_FOLDERS = (
    "/assets/",
    "/static/",
    "/svelte/",
    "/library/",
    "/gradio_api/call/",
    "/gradio_api/queue/",
    "/gradio_api/run/predict",
    "/gradio_api/heartbeat/",
    "/gradio_api/info",
    "/gradio_api/openapi.json",
    "/gradio_api/startup-events",
    "/gradio_api/app_id",
    "/gradio_api/cancel",
    "/gradio_api/reset",
)


class BodyTooLargeError(Exception):
    """A body without a stated length grew past the limit."""


@dataclass(frozen=True)
class Terms:
    """On which terms requests are answered: under which host names, and to whom; without a door, to everybody."""

    hosts: Hosts = field(default_factory=Hosts)
    door: Door | None = None


def terms_for(users: Users, network: bool, no_auth: bool, further_hosts: str) -> Terms:
    """Where users exist, everybody must log in, from this computer too: a proxy may forward others to it.

    `network` says that other computers reach the server, and `no_auth` that nobody is asked to log in;
    `further_hosts` is the setting `hosts`.
    """
    door = None if no_auth else Door(users, open_while_empty=not network)
    asks = door is not None and door.users > 0
    return Terms(hosts_for(network or asks, further_hosts), door)


class Guard:
    """ASGI middleware that refuses what no page of ours asks for, and adds the headers of `HEADERS`.

    What it lets in carries a `Visitor` in its scope. `larger` allows larger bodies, in bytes, by the beginning of the
    path.
    """

    def __init__(self, app: ASGIApp, terms: Terms | None = None, larger: Mapping[str, int] | None = None) -> None:
        self._app, self._terms = app, Terms() if terms is None else terms
        self._limits = {**({} if larger is None else larger), LOGIN: LARGEST_FORM}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":  # no websockets: nothing here uses them
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._limit(scope["path"])
        refusal = refused(scope["method"], scope["path"], Headers(scope=scope), self._terms.hosts, limit)
        if refusal is not None:
            status, reason = refusal
            await _answer(PlainTextResponse(reason, status), scope, receive, send)
            return
        capped = _capped(receive, limit)
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await _with_headers(send, HEADERS)(message)

        try:
            who = await self._admit(Request(scope, capped))
            if isinstance(who, Response):
                await _answer(who, scope, receive, send, LOGIN_HEADERS)
            else:
                scope.get(WHO, []).append(who.name)
                await self._app({**scope, KEY: who}, capped, send_with_headers)
        except BodyTooLargeError as error:
            if not started:  # else the application has answered with an error of its own
                await _answer(PlainTextResponse(str(error), 413), scope, receive, send)

    async def _admit(self, request: Request) -> Visitor | Response:
        if self._terms.door is not None:
            return await self._terms.door.admit(request)
        return RedirectResponse("/", 303) if request.scope["path"] in (LOGIN, LOGOUT) else ALONE

    def _limit(self, path: str) -> int:
        return next((limit for start, limit in self._limits.items() if path.startswith(start)), LARGEST_BODY)


def refused(method: str, path: str, headers: Headers, hosts: Hosts, limit: int) -> tuple[int, str] | None:
    """HTTP status and reason for refusing a request, whoever sends it; None lets it pass."""
    host = headers.get("host", "")
    if not hosts.answers(host):
        return 400, "Quoth does not answer to this host name; the setting hosts can add one."
    if path not in OPEN_PATHS and not path.startswith(OPEN_FOLDERS):
        return 404, "There is nothing here."
    if _is_foreign(method, headers, host):
        return 403, "Quoth answers only its own page and programs, not other web pages."
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > limit:
        return 413, _too_large(limit)
    return None


async def _answer(
    response: Response, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str] = HEADERS
) -> None:
    await response(scope, receive, _with_headers(send, headers))


def _with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return sending


def _is_foreign(method: str, headers: Headers, host: str) -> bool:
    """Whether another web page is behind the request; programs send neither of the two headers."""
    origin = headers.get("origin")
    if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
        return True
    opened_by_hand = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
    return headers.get("sec-fetch-site") in ("cross-site", "same-site") and not opened_by_hand


def _capped(receive: Receive, limit: int) -> Receive:
    total = 0

    async def receive_at_most() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > limit:
            raise BodyTooLargeError(_too_large(limit))
        return message

    return receive_at_most


def _too_large(limit: int) -> str:
    return f"A request to this address may have {limit:,} bytes."
