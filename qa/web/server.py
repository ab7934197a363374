"""Serves the page: the port first, then the page, then the engine."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from index.progress import Progress
from qa.conversation_store import ConversationStore
from qa.evaluation.gold_store import GoldStore
from qa.web.loading import Engine, Failed, Loader, Ready, State
from qa.web.page import LOOK, build_page
from qa.web.security import LOOPBACK_NAMES, Guard

GRACE_SECONDS = 2  # that open pages get when the server ends


def build_app(
    loader: Loader,
    store: GoldStore,
    chats: ConversationStore,
    examples: Sequence[str],
    longest_question: int,
    corpus: Path | None = None,
    any_host: bool = False,
) -> ASGIApp:
    """The guarded web application over a loader; the rest as for `build_page`."""
    page = build_page(loader, store, chats, examples, longest_question, corpus)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gr.mount_gradio_app(
        app, page, path="/", footer_links=[], run_history=False, show_error=False, ssr_mode=False,
        max_file_size=1, enable_monitoring=False, pwa=False, mcp_server=False, **LOOK,
    )  # fmt: skip
    return Guard(app, None if any_host else LOOPBACK_NAMES)


def serve(
    open_engine: Callable[[Progress], Engine],
    listening: socket.socket,
    store: GoldStore,
    chats: ConversationStore,
    examples: Sequence[str],
    longest_question: int,
    corpus: Path | None = None,
    any_host: bool = False,
) -> None:
    """Serve until SIGTERM or Ctrl+C; the engine is opened meanwhile."""
    loader = Loader(open_engine, on_end=_say)
    for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn finishes first, then raises the signal again
        signal.signal(number, _leave)
    try:
        with tempfile.TemporaryDirectory(prefix="quoth-") as private:
            os.environ["GRADIO_TEMP_DIR"] = private
            app = build_app(loader, store, chats, examples, longest_question, corpus, any_host)
            config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=GRACE_SECONDS)
            host, port = listening.getsockname()[:2]
            print(f"Quoth is on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl+C ends it)", flush=True)
            loader.start()
            _Server(config, loader).run(sockets=[listening])
    except SystemExit as end:
        if loader.busy:  # models are loading in native code, which Python cannot interrupt and must not tear down
            sys.stdout.flush()
            os._exit(end.code if isinstance(end.code, int) else 1)
        raise


def _leave(number: int, frame: FrameType | None) -> None:
    """End with exit code 0: being asked to stop is no failure."""
    raise SystemExit(0)


class _Server(uvicorn.Server):
    """Lets waiting questions go before it waits for their connections to end."""

    def __init__(self, config: uvicorn.Config, loader: Loader) -> None:
        super().__init__(config)
        self._loader = loader

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the questions that wait for the engine, then the server."""
        self._loader.stop()
        await super().shutdown(sockets)


def _say(state: State) -> None:
    if isinstance(state, Ready):
        report = state.engine.report
        print(f"Ready: {report.articles:,} articles, {report.passages:,} passages.", flush=True)
        for refusal in report.refused:
            print(f"Left out: {refusal.file} {refusal.reason}", flush=True)
    elif isinstance(state, Failed):
        print(state.reason, file=sys.stderr, flush=True)
