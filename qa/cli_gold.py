"""`python -m qa gold`: gold questions of your own, listed, added, changed, brought in and taken out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import QuothError
from qa import terminal

if TYPE_CHECKING:
    from index.records import Article
    from qa.evaluation.gold_store import GoldStore
    from qa.evaluation.kept import Accepted

gold = typer.Typer(help="Gold questions of your own: what was asked, and which words are right.")

Articles = Annotated[Path | None, typer.Option(help="Folder of articles, or one file.", show_default="seeds/")]
Id = Annotated[str, typer.Argument(help="The question's id, or its beginning.")]
Answers = Annotated[
    list[str] | None, typer.Option("--answer", help="The right words, exactly as they stand; may be given again.")
]
Named = Annotated[str | None, typer.Option("--article", help="Id or title of the article they stand in.")]
Nothing = Annotated[bool, typer.Option("--nothing", help="The articles do not say.")]


class GoldCommandError(QuothError):
    """The options do not go together."""


@gold.command("list")
def list_(articles: Articles = None) -> None:
    """Show all, and which are stale."""
    from qa.evaluation.kept import locate

    store, found = _open(articles)
    terminal.print_gold([locate(kept, found) for kept in store.all()], store.file)


@gold.command()
def add(
    question: Annotated[str, typer.Argument(help="The question.")],
    answer: Answers = None,
    article: Named = None,
    nothing: Nothing = False,
    articles: Articles = None,
) -> None:
    """Keep a question with its right words, or that the articles do not say."""
    store, found = _open(articles)
    if not question.strip():
        raise GoldCommandError("The question is empty; type what was asked.")
    article_id, accepted = _given(question, answer, article, nothing, found)
    print(f"Kept as {store.add(question, article_id, accepted).id}.")


@gold.command()
def edit(
    id_: Id,
    question: Annotated[str | None, typer.Option(help="Other words for the question.")] = None,
    answer: Answers = None,
    article: Named = None,
    nothing: Nothing = False,
    articles: Articles = None,
) -> None:
    """Change a question, or its answers."""
    store, found = _open(articles)
    if question is not None and not question.strip():
        raise GoldCommandError("The question is empty; type what was asked.")
    if answer is None and not nothing:
        if question is None:
            raise GoldCommandError("Nothing to change; give --question, --answer or --nothing.")
        store.edit(id_, question, None, None)
    else:
        kept = store.get(id_)
        store.edit(
            id_, question, *_given(question or kept.question, answer, article or kept.article_id, nothing, found)
        )
    print("Changed.")


@gold.command()
def delete(id_: Id, articles: Articles = None) -> None:
    """Take a question out."""
    store, _ = _open(articles)
    kept = store.delete(id_)
    print(f"Deleted: {kept.question} (python -m qa gold restore {kept.id} brings it back)")


@gold.command()
def restore(id_: Id, articles: Articles = None) -> None:
    """Bring a deleted question back."""
    store, _ = _open(articles)
    print(f"Restored: {store.restore(id_).question}")


@gold.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="SQuAD JSON, or CSV with the columns question, answer, article.")],
    articles: Articles = None,
) -> None:
    """Bring questions in; those that are there already are left as they are."""
    from qa.evaluation.exchange import read_incoming
    from qa.evaluation.gold_store import added

    store, found = _open(articles)
    incoming, unplaced = read_incoming(file, found)
    new = added(store.all(), incoming)
    store.write(new)
    print(f"{len(new)} kept, {len(incoming) - len(new)} there already, {len(unplaced)} left out.")
    terminal.print_unplaced(unplaced)


@gold.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write: .json for SQuAD v2.0, .csv for a spreadsheet.")],
    articles: Articles = None,
) -> None:
    """Write all questions to a file, for `evaluate`, `calibrate` or a spreadsheet."""
    from qa.evaluation.exchange import CSV_SUFFIX, to_csv, to_squad
    from qa.evaluation.kept import as_gold, locate
    from qa.evaluation.writers import write_text

    store, found = _open(articles)
    located = [locate(kept, found) for kept in store.all()]
    if not located:
        raise GoldCommandError("There are no gold questions to export; python -m qa gold add keeps one.")
    if file.suffix.lower() == CSV_SUFFIX:
        write_text(to_csv(located), file)
        print(f"{len(located)} questions written to {file}.")
        return
    fresh = as_gold(located, found, str(file))
    write_text(json.dumps(to_squad(fresh), ensure_ascii=False, indent=1) + "\n", file)
    stale = len(located) - len(fresh.questions)
    print(f"{len(fresh.questions)} questions written to {file}." + (f" {stale} stale ones left out." if stale else ""))


def _open(articles: Path | None) -> tuple[GoldStore, Mapping[str, Article]]:
    """The store that belongs to the articles, and the articles themselves, read from their files."""
    from index.corpus import scan
    from qa.evaluation.gold_store import store_for
    from qa.places import library_of, places
    from qa.settings import load_settings

    root, folder = places(articles, None)
    return store_for(folder), scan(root, load_settings(), library=library_of(root)).articles


def _given(
    question: str, answers: Sequence[str] | None, article: str | None, nothing: bool, articles: Mapping[str, Article]
) -> tuple[str | None, tuple[Accepted, ...]]:
    """The article and the accepted answers that the options name."""
    from qa.evaluation.exchange import placed
    from qa.evaluation.kept import Accepted

    if bool(answers) == nothing:
        raise GoldCommandError("Give the right words with --answer, or --nothing where the articles do not say.")
    found = placed(question, article or "", [Accepted(words, 0, "", "") for words in answers or ()], articles)
    return found.article_id, found.accepted
