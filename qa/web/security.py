"""What stands between the network and the page: hosts, origins, paths, sizes and headers."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1_000_000  # bytes
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})

# Gradio puts scripts into the page and evaluates its templates, so these two 'unsafe' must stay; attributes such as
# onerror=… never run, nothing is loaded from or sent to another host, and no other page may frame this one.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# Everything else that Gradio serves (uploads, files, proxies, streams) is of no use here and stays shut.
OPEN_PATHS = frozenset({"/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt"})
OPEN_FOLDERS = (
    "/assets/",
    "/static/",
    "/svelte/",
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


class Guard:
    """ASGI middleware that refuses what no page of ours asks for, and adds the headers of `HEADERS`.

    `hosts` are the names the server answers to (against DNS rebinding); None answers to every name.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None = LOOPBACK_NAMES) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":  # no websockets: nothing here uses them
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = refused(scope["method"], scope["path"], Headers(scope=scope), self._hosts)
        if refusal is not None:
            status, reason = refusal
            await PlainTextResponse(reason, status)(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, _capped(receive), send_with_headers)
        except BodyTooLargeError as error:
            if started:
                return  # the application has answered with an error of its own
            await PlainTextResponse(str(error), 413)(scope, receive, send_with_headers)


def refused(method: str, path: str, headers: Headers, hosts: frozenset[str] | None) -> tuple[int, str] | None:
    """HTTP status and reason for refusing a request; None lets it pass."""
    host = headers.get("host", "")
    if hosts is not None and _name(f"//{host}") not in hosts:
        return 400, "Quoth does not answer to this host name."
    if path not in OPEN_PATHS and not path.startswith(OPEN_FOLDERS):
        return 404, "There is nothing here."
    if _is_foreign(method, headers, host):
        return 403, "Quoth answers only its own page and programs on this computer."
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        return 413, f"A request may have {LARGEST_BODY:,} bytes."
    return None


def _is_foreign(method: str, headers: Headers, host: str) -> bool:
    """Whether another web page is behind the request; programs send neither of the two headers."""
    origin = headers.get("origin")
    if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
        return True
    opened_by_hand = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
    return headers.get("sec-fetch-site") in ("cross-site", "same-site") and not opened_by_hand


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _capped(receive: Receive) -> Receive:
    total = 0

    async def receive_at_most() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > LARGEST_BODY:
            raise BodyTooLargeError(f"A request may have {LARGEST_BODY:,} bytes.")
        return message

    return receive_at_most
