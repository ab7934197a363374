"""A page that is really served, and a real browser where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from index.library import Library
from index.progress import Progress
from qa.conversation_store import ConversationStore
from qa.evaluation.gold_store import GoldStore
from qa.web.address import listen
from qa.web.loading import Engine, Loader
from qa.web.security import Terms
from qa.web.server import build_app
from qa.web.site import Site
from qa.web.updating import Updater
from qa.web.watcher import Watcher
from tests.web.double import Double

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("Who stayed in orbit?", "Who is hostile?")
LONGEST = 200
LARGEST_FILE = 300_000
PATIENCE = 120_000  # milliseconds until a busy machine counts as a broken page
BROWSER_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def site_over(open_engine: Callable[[Progress], Engine], folder: Path, corpus: Path | None = None) -> Site:
    """A site that keeps everything in a folder; nothing is watched until its watcher is turned on."""
    loader = Loader(open_engine)
    updater = Updater(loader)
    articles, library = folder / "articles", Library(folder / "library")
    articles.mkdir(exist_ok=True)
    return Site(
        loader, updater, Watcher(updater, articles, library), GoldStore(folder / "gold.sqlite"),
        cache(lambda name: ConversationStore(folder / f"chats{name}.sqlite")), EXAMPLES, corpus, LONGEST, LARGEST_FILE,
    )  # fmt: skip


@contextmanager
def serving(
    open_engine: Callable[[Progress], Engine], gold: Path | None = None, corpus: Path | None = None
) -> Iterator[str]:
    """The address of a page over an engine, on a free port; everything is kept beside `gold`, called gold.sqlite."""
    with ExitStack() as stack:
        folder = gold.parent if gold is not None else Path(stack.enter_context(TemporaryDirectory()))
        yield stack.enter_context(served(site_over(open_engine, folder, corpus)))


@contextmanager
def served(site: Site, terms: Terms | None = None, mcp: bool = False) -> Iterator[str]:
    """The address of a site, on a free port."""
    with closing(listen("127.0.0.1", 0)) as listening:
        app = build_app(site, terms, mcp)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        site.loader.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            site.loader.stop()
            site.watcher.turn(on=False)
            site.updater.stop()
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session", autouse=True)
def private_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Gradio keeps its files out of the person's folders, and tells nobody."""
    os.environ["GRADIO_TEMP_DIR"] = str(tmp_path_factory.mktemp("gradio"))
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A page whose engine is the double, ready."""
    with serving(lambda progress: Double()) as url:
        yield url


@dataclass
class Watched:
    """A browser page, and what went wrong or out of the computer while it was used."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", self._note_dialog)

    def _note_console(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.errors.append(said.text)

    def _note_dialog(self, dialog: Dialog) -> None:
        self.errors.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def ask(self, question: str) -> Locator:
        """Type a question, press Enter, and return the turn once it has come to something."""
        count = self.page.locator(".turn").count()
        self.page.get_by_label("Your question").fill(question)
        self.page.keyboard.press("Enter")
        turn = self.page.locator(".turn").nth(count)
        turn.locator(".answer, .problem").wait_for()
        return turn


@pytest.fixture(scope="module")  # while it is open, Playwright holds this thread's event loop
def chromium() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium on this computer")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=list(BROWSER_FLAGS))
        yield browser
        browser.close()


Serve = Callable[..., str]
Browse = Callable[..., Watched]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serving` until the test is over."""
    with ExitStack() as stack:
        yield lambda *args: stack.enter_context(serving(*args))


@pytest.fixture
def browse(chromium: Browser, serve: Serve) -> Iterator[Browse]:
    """Open an address in a fresh browser page; afterwards, nothing may have gone wrong or left the loopback.

    It asks for `serve` so that pages close before their server does: an open one would miss it, and say so.
    """
    opened: list[Watched] = []

    def open_page(url: str, **context: Any) -> Watched:  # noqa: ANN401 - passed on to playwright
        watched = Watched(chromium.new_context(**context).new_page())
        watched.page.set_default_timeout(PATIENCE)
        watched.watch()
        opened.append(watched)
        watched.page.goto(url)
        watched.page.locator("#quoth-turns [data-chat]:not([data-chat=''])").wait_for(state="attached")
        return watched

    yield open_page
    for each in opened:
        each.page.context.close()
        assert each.errors == []
        assert each.requests
        assert [url for url in each.requests if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))] == []


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`python app.py` as a person starts it."""
    process = subprocess.Popen(
        [sys.executable, "app.py", *arguments], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
