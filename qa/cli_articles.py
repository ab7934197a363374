"""`python -m qa articles`: the collection in a terminal, with uploads and deletions as in the page."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import ArticlesError, QuothError
from qa import terminal

if TYPE_CHECKING:
    from index.embedding import Encoder
    from index.library import Library
    from index.passage_index import PassageIndex
    from index.records import Article
    from qa.settings import Settings

articles_commands = typer.Typer(help="The articles of a collection: listed, read, added, removed and restored.")

Articles = Annotated[Path | None, typer.Option(help="Folder of articles, or one file.", show_default="seeds/")]
Index = Annotated[Path | None, typer.Option(help="Folder of the index.", show_default="a folder under var/")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
NONE_TAKEN = 2  # exit code where every file was refused


class ArticleCommandError(QuothError):
    """No article, or more than one, is called so."""


@articles_commands.command("list")
def list_(
    words: Annotated[str, typer.Argument(help="Only articles whose title or id has all these words.")] = "",
    deleted: Annotated[bool, typer.Option("--deleted", help="Those that can be restored.")] = False,
    as_json: Json = False,
    articles: Articles = None,
    index: Index = None,
) -> None:
    """Show the articles, or those that were deleted."""
    from qa.listing import list_articles, matching

    collection = _open(articles, index)
    if deleted:
        gone = collection.library.deleted()
        if as_json:
            _print_json([asdict(each) for each in gone])
        else:
            terminal.print_deleted(gone)
        return
    found = matching(list_articles(collection.opened, collection.library.uploads()), words)
    if as_json:
        _print_json([asdict(each) for each in found])
    else:
        terminal.print_listed(found, len(collection.opened.articles))


@articles_commands.command()
def show(
    name: Annotated[str, typer.Argument(help="An article's id, or words of its title.")],
    as_json: Json = False,
    articles: Articles = None,
    index: Index = None,
) -> None:
    """Print an article with its facts; the text is exactly that in which citations count."""
    from qa.interface import article_json

    found = _one(name, _open(articles, index).opened.articles)
    if as_json:
        _print_json(article_json(found))
    else:
        terminal.print_article(found)


@articles_commands.command()
def add(
    files: Annotated[list[Path], typer.Argument(help="Files, or folders with all the files in them.")],
    articles: Articles = None,
    index: Index = None,
) -> None:
    """Take copies of files into the collection; the originals may go afterwards."""
    from index.articles import content_key
    from index.library import Added

    collection = _open(articles, index, may_be_empty=True)
    known = {content_key(article): article.id for article in collection.opened.articles.values()}
    found = []
    for name, file in [each for path in files for each in _below(path)]:
        try:
            found.append(collection.library.add(name, file.read_bytes(), collection.settings, known))
        except OSError as error:
            found.append(Added(str(file), "refused", reason=f"cannot be read ({error.strerror})"))
        terminal.print_added(found[-1])
    if any(each.outcome in {"added", "changed"} for each in found):
        collection.updated()
    terminal.print_outcomes([each.outcome for each in found])
    if found and all(each.outcome == "refused" for each in found):
        raise typer.Exit(NONE_TAKEN)


@articles_commands.command()
def remove(
    names: Annotated[list[str], typer.Argument(help="Ids of articles, or words of their titles.")],
    articles: Articles = None,
    index: Index = None,
) -> None:
    """Take articles out of the collection; no file is deleted, and `restore` brings them back."""
    collection = _open(articles, index)
    chosen = [_one(name, collection.opened.articles) for name in names]
    if len({each.id for each in chosen}) == len(collection.opened.articles):
        raise ArticleCommandError("These are all the articles; leave one, or name another folder with --articles.")
    for each in chosen:
        collection.library.delete(each.id, each.title)
    collection.updated()
    where = "" if articles is None else f" --articles {articles}"
    for each in chosen:
        print(f"Removed: {each.title} (python -m qa articles restore {each.id!r}{where} brings it back)")


@articles_commands.command()
def restore(
    ids: Annotated[list[str], typer.Argument(help="Ids, as `list --deleted` shows them.")],
    articles: Articles = None,
    index: Index = None,
) -> None:
    """Bring removed articles back."""
    collection = _open(articles, index, may_be_empty=True)
    restored = [collection.library.restore(id_) for id_ in ids]
    collection.updated()
    for each in restored:
        print(f"Restored: {each.title or each.id}")


@dataclass(frozen=True)
class _Collection:
    opened: PassageIndex
    library: Library
    settings: Settings
    updated: Callable[[], object]


def _open(articles: Path | None, index: Path | None, may_be_empty: bool = False) -> _Collection:
    """The articles as they are now, and a way to bring their index up to date again."""
    from index.passage_index import open_index
    from qa.places import library_of, places
    from qa.quoth import load_encoder
    from qa.settings import load_settings

    settings = load_settings()
    root, folder = places(articles, index)
    library = library_of(root)

    def opened(encoder: Encoder) -> PassageIndex:
        with terminal.progress() as progress:
            return open_index(
                folder, root, encoder, settings,
                adopt_encoder=True, may_be_empty=may_be_empty, library=library, progress=progress,
            )  # fmt: skip

    if not root.exists():
        raise ArticlesError(f"There is no file or folder {root}: check the path, or name another with --articles.")
    encoder = load_encoder(settings)
    return _Collection(opened(encoder), library, settings, lambda: opened(encoder))


def _one(name: str, articles: Mapping[str, Article]) -> Article:
    """The article with this id, or with these words in its title."""
    if name in articles:
        return articles[name]
    words = name.lower().split()
    fits = [each for each in articles.values() if words and all(word in each.title.lower() for word in words)]
    if len(fits) == 1:
        return fits[0]
    if not fits:
        raise ArticleCommandError(f"No article is called {name!r}; python -m qa articles list shows them.")
    some, more = "; ".join(each.id for each in fits[:4]), " …" if len(fits) > 4 else ""
    raise ArticleCommandError(f"{len(fits)} articles are called {name!r}: {some}{more}; give one id.")


def _below(path: Path) -> Iterator[tuple[str, Path]]:
    """The files at a path with the names they get; those in a folder begin with its own."""
    if not path.is_dir():
        yield path.name, path
        return
    home = path.resolve().parent
    for file in sorted(path.resolve().rglob("*")):
        name = file.relative_to(home)
        if file.is_file() and not any(part.startswith(".") for part in name.parts):
            yield name.as_posix(), file


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
