"""What the library page asks of the server: the list, uploads, deletions, and how far an update is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from index.errors import QuothError
from index.library import pasted
from qa.interface import added_json, listed_json
from qa.web import article, markup
from qa.web.access import AccessError, check_change, visitor
from qa.web.loading import Ready
from qa.web.log import note
from qa.web.site import Site

UPLOADS_AT_ONCE = 2  # files in memory; more wait unread
UPLOAD = "/library/upload"
Handler = Callable[[Request], Awaitable[Response]]


class LibraryRoutes:
    """The requests of the library page. Those that change anything demand the right to change."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._uploads = asyncio.Semaphore(UPLOADS_AT_ONCE)

    def add_to(self, app: FastAPI) -> None:
        """Serve them."""
        for method, path, handler in (
            ("GET", "/library/me", self._me),
            ("GET", "/library/articles", self._articles),
            ("GET", "/library/update", self._update),
            ("GET", "/library/article", self._article),
            ("POST", UPLOAD, self._upload),
            ("POST", "/library/delete", self._delete),
            ("POST", "/library/restore", self._restore),
            ("POST", "/library/watching", self._watching),
        ):
            app.add_api_route(path, _in_sentences(handler), methods=[method], response_class=Response)

    async def _me(self, request: Request) -> Response:
        """Who this person is, and may do."""
        return JSONResponse(asdict(visitor(request)))

    async def _articles(self, request: Request) -> Response:
        """The list, what can be restored, and what this person may do."""
        state = self._site.loader.state
        engine = state.engine if isinstance(state, Ready) else None
        listed = [] if engine is None else await asyncio.to_thread(lambda: [listed_json(a) for a in engine.listed])
        return JSONResponse(
            {
                "version": self._version(),
                "articles": listed,
                "deleted": [] if engine is None else [asdict(each) for each in engine.deleted()],
                "watching": self._site.watcher.on,
                "largest_file": self._site.largest_file,
                "may_change": visitor(request).may_change,
            }
        )

    async def _update(self, request: Request) -> Response:
        """How far an update is, and which version of the articles is asked."""
        status = markup.status(self._site.loader.state)
        return JSONResponse({**asdict(self._site.updater.state), "version": self._version(), "status": status})

    async def _article(self, request: Request) -> Response:
        """One article to read."""
        found = self._site.loader.articles.get(request.query_params.get("id", ""))
        gone = article.nothing("This article is no longer among your articles.")
        return HTMLResponse(gone if found is None else article.article_view(found, {}, back="Back to the list"))

    async def _upload(self, request: Request) -> Response:
        """Take up one file called `name`, or a text that was pasted under a `title`."""
        check_change(request)
        async with self._uploads:
            body = await request.body()
            name, title = request.query_params.get("name", ""), request.query_params.get("title")
            if title is not None:
                name, body = pasted(title, body.decode("utf-8", "replace"))
            engine = await asyncio.to_thread(self._site.loader.wait)
            added = await asyncio.to_thread(engine.add, name, body)
        note("added", who=visitor(request).name, outcome=added.outcome, id=added.id)
        ticket = self._site.updater.request() if added.outcome in {"added", "changed"} else 0
        return JSONResponse({**added_json(added), "ticket": ticket})

    async def _delete(self, request: Request) -> Response:
        """Take articles out; with `cancel`, those of an upload that is not indexed yet."""
        check_change(request)
        sent = await _object(request)
        ids, cancel = sent.get("ids"), sent.get("cancel") is True
        engine = await asyncio.to_thread(self._site.loader.wait)
        for id_ in ids if isinstance(ids, list) else []:
            await asyncio.to_thread(engine.delete, str(id_))
            note("deleted", who=visitor(request).name, id=str(id_))
        return JSONResponse({"ticket": self._site.updater.request(cancel)})

    async def _restore(self, request: Request) -> Response:
        """Bring a deleted article back."""
        check_change(request)
        id_ = str((await _object(request)).get("id", ""))
        engine = await asyncio.to_thread(self._site.loader.wait)
        await asyncio.to_thread(engine.restore, id_)
        note("restored", who=visitor(request).name, id=id_)
        return JSONResponse({"ticket": self._site.updater.request()})

    async def _watching(self, request: Request) -> Response:
        """Turn the watching of the articles folder on or off."""
        check_change(request)
        on = (await _object(request)).get("on") is True
        self._site.watcher.turn(on)
        return JSONResponse({"watching": on, "ticket": self._site.updater.request() if on else 0})

    def _version(self) -> int:
        state = self._site.loader.state
        return state.version if isinstance(state, Ready) else -1


def _in_sentences(handler: Handler) -> Handler:
    """The handler, whose errors become sentences for the person."""

    async def handling(request: Request) -> Response:
        try:
            response = await handler(request)
        except AccessError as error:
            response = PlainTextResponse(str(error), 403)
        except QuothError as error:
            response = PlainTextResponse(str(error), 400)
        response.headers["Cache-Control"] = "no-store"
        return response

    return handling


async def _object(request: Request) -> dict[str, Any]:
    try:
        sent = await request.json()
    except ValueError:
        raise QuothError("This request is no JSON.") from None
    if not isinstance(sent, dict):
        raise QuothError("This request is no JSON object.")
    return sent
