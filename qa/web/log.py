"""What happened, one JSON object a line: who did what, how it ended and how long it took.

Never what was asked or answered, nor what stands in articles, passwords, cookies or queries of addresses.
"""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.records import Answer
from qa.web.address import ServerError

FILE = Path("var") / "log" / "quoth.jsonl"
LARGEST, OLD_FILES = 5_000_000, 3  # bytes of the file, and how many full ones are kept
WHO = "quoth.who"  # in the ASGI scope: a list that the guard puts the person's name into
UNREMARKABLE = "/"  # the only address whose successful GET is worth a line
_events = logging.getLogger("quoth.events")
_events.propagate = False
_events.setLevel(logging.INFO)


def note(event: str, **facts: str | float | bool | None) -> None:
    """Write one line; nowhere until `begin`."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    _events.info(json.dumps({"time": now, "event": event, **facts}, ensure_ascii=False))


def noted(answer: Answer) -> Answer:
    """The answer, once it is noted that a question was asked."""
    note("asked", answered=answer.text is not None, ms=answer.timings_ms["total"])
    return answer


def begin(file: Path) -> None:
    """Write into a file, which is turned over when it is full; `ServerError` where that cannot be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(file, maxBytes=LARGEST, backupCount=OLD_FILES, encoding="utf-8")
    except OSError as error:
        raise ServerError(
            f"The log {file} cannot be written ({error.strerror}); set QUOTH_LOG to another file."
        ) from None
    handler.setFormatter(logging.Formatter("%(message)s"))
    _events.addHandler(handler)


class Logged:
    """ASGI middleware that notes every request but those that only read what a page needs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, who = time.perf_counter(), 500, list[str]()

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app({**scope, WHO: who}, receive, send_and_look)
        finally:
            if scope["method"] != "GET" or status >= 400 or scope["path"] == UNREMARKABLE:
                client = scope.get("client") or ("",)
                note(
                    "request", who="".join(who), address=client[0], method=scope["method"], path=scope["path"],
                    status=status, ms=round((time.perf_counter() - began) * 1000, 1),
                )  # fmt: skip
