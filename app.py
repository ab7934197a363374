"""Starts the web chat: `python app.py`, then open http://127.0.0.1:7860."""

from __future__ import annotations

import sys
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from qa import environment

environment.prepare()  # nothing may leave this computer; libraries look there when they are imported


def main(
    articles: Annotated[Path, typer.Option(help="Folder or file of articles.")] = Path("seeds"),
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on; 0 takes a free one.", min=0, max=65535)] = 7860,
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="Let whoever reaches this address read and change everything.")
    ] = False,
    mcp: Annotated[
        bool, typer.Option("--mcp", help="Also let language models ask and read, over MCP at /mcp.")
    ] = False,
) -> None:
    """Ask your articles in a web page."""
    from index.articles import find_files
    from index.errors import QuothError

    try:
        find_files(articles, may_be_empty=True)
        _serve(articles, host, port, no_auth, mcp)
    except QuothError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None


def _serve(articles: Path, host: str, port: int, no_auth: bool, mcp: bool) -> None:
    from qa.settings import load_settings
    from qa.users import Users
    from qa.web.address import ServerError, is_loopback, listen

    if mcp and find_spec("mcp") is None:
        raise ServerError('--mcp needs a package that is not installed; run: python -m pip install "gradio[mcp]"')
    settings, users, network = load_settings(), Users(), not is_loopback(host)
    listening = listen(host, port, no_auth or bool(users.all()))  # before the slow imports, which take seconds
    if network and no_auth:
        print(f"Nobody is asked to log in: whoever reaches {host} may read and change everything.", file=sys.stderr)

    from index.progress import Progress
    from qa import conversation_store
    from qa.evaluation import gold_store
    from qa.places import library_of, places
    from qa.web.examples import GOLD, example_questions
    from qa.web.loading import Engine, Loader
    from qa.web.log import begin
    from qa.web.security import terms_for
    from qa.web.server import say, serve
    from qa.web.site import Site
    from qa.web.updating import Updater
    from qa.web.watcher import Watcher

    index, library = places(articles, None)[1], library_of(articles)

    def open_engine(progress: Progress) -> Engine:
        progress("Loading libraries", 0, 0)
        from qa.quoth import Quoth

        quoth = Quoth.open(articles, settings=settings, progress=progress, library=library, may_be_empty=True)
        for warning in quoth.warnings:
            print(warning, file=sys.stderr, flush=True)
        return quoth

    loader = Loader(open_engine, on_end=say)
    updater = Updater(loader)
    watcher = Watcher(updater, articles, library)
    site = Site(
        loader, updater, watcher, gold_store.store_for(index), cache(partial(conversation_store.store_for, index)),
        examples=tuple(example_questions(articles)),
        corpus=articles / GOLD if (articles / GOLD).is_file() else None,
        longest_question=settings.question_characters,
        largest_file=int(settings.file_megabytes * 1e6),
    )  # fmt: skip
    if settings.log:
        begin(Path(settings.log))
    watcher.turn(settings.watch)
    serve(site, listening, terms_for(users, network, no_auth, settings.hosts), mcp)


if __name__ == "__main__":
    typer.run(main)
