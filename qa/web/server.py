"""Serves the page: the port first, then the page, then the engine."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable
from types import FrameType

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from qa.web.endpoints import Endpoints
from qa.web.library import UPLOAD, LibraryRoutes
from qa.web.loading import Failed, Ready, State
from qa.web.log import Logged, note
from qa.web.page import LOOK, build_page
from qa.web.security import Guard, Terms
from qa.web.site import Site

GRACE_SECONDS = 2  # that open pages get when the server ends


def build_app(site: Site, terms: Terms | None = None, mcp: bool = False) -> ASGIApp:
    """The guarded web application of a site; with `mcp`, language models get tools, too."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    LibraryRoutes(site).add_to(app)
    if mcp:
        _add_tools(app, site)
    app.add_api_route("/health", health(site), response_class=Response)
    gr.mount_gradio_app(
        app, build_page(site), path="/", footer_links=[], run_history=False, show_error=False, ssr_mode=False,
        max_file_size=1, enable_monitoring=False, pwa=False, mcp_server=False, **LOOK,
    )  # fmt: skip
    return Logged(Guard(app, terms, larger_bodies(site.largest_file)))


def larger_bodies(file: int) -> dict[str, int]:
    """Paths whose requests may be larger than others, and how large, in bytes; `file` is the largest file."""
    in_base64 = file * 4 // 3 + 10_000
    return {UPLOAD: file, "/gradio_api/call/add_article": in_base64, "/gradio_api/call/evaluate": in_base64}


def _add_tools(app: FastAPI, site: Site) -> None:
    from qa.web.tools import ADDRESS, ToolServer  # of a package that not everybody has

    tools = ToolServer(Endpoints(site.loader, site.updater, site.gold, site.longest_question))
    app.router.routes.append(Route(ADDRESS, tools))
    app.router.lifespan_context = tools.lifespan  # Gradio puts its own around it


def health(site: Site) -> Callable[[], Awaitable[Response]]:
    """For load balancers: 200 where questions are answered, 503 where not, or not yet."""

    async def answer() -> Response:
        state = site.loader.state
        name = {Ready: "ready", Failed: "failed"}.get(type(state), "loading")
        return JSONResponse({"status": name}, 200 if name == "ready" else 503, {"Cache-Control": "no-store"})

    return answer


def serve(site: Site, listening: socket.socket, terms: Terms, mcp: bool = False) -> None:
    """Serve until SIGTERM or Ctrl+C; the engine is opened meanwhile."""
    for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn finishes first, then raises the signal again
        signal.signal(number, _leave)
    try:
        with tempfile.TemporaryDirectory(prefix="quoth-") as private:
            os.environ["GRADIO_TEMP_DIR"] = private
            app = build_app(site, terms, mcp)
            config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=GRACE_SECONDS)
            host, port = listening.getsockname()[:2]
            print(f"Quoth is on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl+C ends it)", flush=True)
            if terms.door is not None and (users := terms.door.users):
                print(f"{users} user{'s' * (users > 1)} may log in.", flush=True)
            note("started")
            site.loader.start()
            _Server(config, site).run(sockets=[listening])
    except SystemExit as end:
        if site.loader.busy:  # models are loading in native code, which Python cannot interrupt and must not tear down
            sys.stdout.flush()
            os._exit(end.code if isinstance(end.code, int) else 1)
        raise


def _leave(number: int, frame: FrameType | None) -> None:
    """End with exit code 0: being asked to stop is no failure."""
    raise SystemExit(0)


class _Server(uvicorn.Server):
    """Lets waiting questions go before it waits for their connections to end."""

    def __init__(self, config: uvicorn.Config, site: Site) -> None:
        super().__init__(config)
        self._site = site

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the questions that wait for the engine, then the server."""
        note("stopped")
        self._site.loader.stop()
        self._site.watcher.turn(on=False)
        self._site.updater.stop()
        await super().shutdown(sockets)


def say(state: State) -> None:
    """Tell the terminal how opening the articles ended."""
    if isinstance(state, Ready):
        report = state.engine.report
        note("ready", articles=report.articles, passages=report.passages)
        print(f"Ready: {report.articles:,} articles, {report.passages:,} passages.", flush=True)
        for refusal in report.refused:
            print(f"Left out: {refusal.file} {refusal.reason}", flush=True)
    elif isinstance(state, Failed):
        print(state.reason, file=sys.stderr, flush=True)
