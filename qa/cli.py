"""The command line: index, ask, evaluate, compare, calibrate; gold, articles and user in modules of their own."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from index.errors import QuothError
from qa import environment, terminal
from qa.cli_articles import articles_commands
from qa.cli_gold import gold
from qa.cli_user import user
from qa.errors import QuestionError
from qa.styles import STYLES

if TYPE_CHECKING:
    from index.corpus import UpdateReport
    from index.library import Library
    from qa.evaluation.evaluate import Evaluation
    from qa.quoth import Quoth
    from qa.settings import Settings

WORSE = 1  # exit code of `compare --fail-if-worse`
BAD_INPUT = 2

app = typer.Typer(help="Exact quotations from your own articles that answer a question.", add_completion=False)

app.add_typer(gold, name="gold")
app.add_typer(articles_commands, name="articles")
app.add_typer(user, name="user")

Articles = Annotated[Path | None, typer.Option(help="Folder of articles, or one file.", show_default="seeds/")]
Index = Annotated[Path | None, typer.Option(help="Folder of the index.", show_default="a folder under var/")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


@app.command()
def index(
    articles: Articles = None,
    index: Index = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build from nothing, whatever lies there.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and take up what changes, until Ctrl+C.")] = False,
) -> None:
    """Build the index of your articles, or bring it up to date."""
    from index.articles import find_files
    from index.passage_index import open_index
    from qa.places import library_of, places
    from qa.quoth import load_encoder
    from qa.settings import load_settings

    settings = load_settings()
    root, folder = places(articles, index)
    library = library_of(root)
    find_files(root, may_be_empty=bool(library.uploads()))
    encoder = load_encoder(settings)

    def update(rebuild: bool = False) -> UpdateReport:
        with terminal.progress() as progress:
            return open_index(
                folder, root, encoder, settings,
                rebuild=rebuild, adopt_encoder=True, library=library, progress=progress,
            ).report  # fmt: skip

    report = update(rebuild)
    terminal.print_update(report, root, folder)
    if watch:
        _watch(root, folder, library, update, report)


def _watch(
    root: Path, folder: Path, library: Library, update: Callable[[], UpdateReport], report: UpdateReport
) -> None:
    """Take up what changes, and print it, until Ctrl+C."""
    from index.watching import changes

    print("Watching for changes (Ctrl+C ends it).", flush=True)
    with suppress(KeyboardInterrupt):
        for _ in changes(root, library, threading.Event()):
            try:
                now = update()
            except QuothError as error:
                terminal.err.print(str(error))
                continue
            if now.added or now.changed or now.removed or now.refused != report.refused:
                terminal.print_update(now, root, folder)
                sys.stdout.flush()
            report = now


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    articles: Articles = None,
    index: Index = None,
    as_json: Json = False,
    since: Annotated[str | None, typer.Option(help="Only articles dated YYYY-MM-DD or later.")] = None,
    until: Annotated[str | None, typer.Option(help="Only articles dated YYYY-MM-DD or earlier.")] = None,
    title: Annotated[
        list[str] | None, typer.Option(help="Only articles with these words in the title; may be repeated.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Only articles of this site, folder or section; may be repeated.")
    ] = None,
    style: Annotated[
        str | None, typer.Option("--cite", help=f"Print the citations alone: {', '.join(STYLES)}.", metavar="STYLE")
    ] = None,
) -> None:
    """Answer a question with a quotation from your articles, or say that they do not."""
    from qa.checks import checked_filters, checked_question
    from qa.conversation import Scope, chosen_articles, chosen_sources
    from qa.interface import answer_json
    from qa.settings import load_settings

    if style is not None and style not in STYLES:
        raise QuestionError(f"--cite knows no {style!r}, but {', '.join(STYLES)}.")
    if style is not None and as_json:
        raise QuestionError("--cite cannot go with --json; leave one of them out.")
    settings = load_settings()
    checked_question(question, settings.question_characters)
    checked_filters(since, until)
    quoth = _open(articles, index, settings)
    named = chosen_articles(title or [], quoth.articles), chosen_sources(source or [], quoth.articles)
    answer = quoth.ask(question, Scope(*named, since, until).filters(quoth.articles))
    if as_json:
        sys.stdout.write(json.dumps(answer_json(answer), ensure_ascii=False, indent=2) + "\n")
    elif style is None:
        terminal.print_answer(answer)
    elif answer.text is None:
        terminal.err.print("The articles do not say.")
    else:
        sys.stdout.write("\n\n".join(STYLES[style](citation) for citation in answer.citations) + "\n")


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Gold questions, SQuAD v1.1 or v2.0 JSON.")],
    articles: Articles = None,
    from_gold: Annotated[
        bool, typer.Option("--articles-from-gold", help="Index each entry of the gold file as one article.")
    ] = False,
    isolated: Annotated[bool, typer.Option("--isolated", help="Give the reader each question's own context.")] = False,
    both: Annotated[
        bool, typer.Option("--both", help="Also give the reader each question's own context, side by side.")
    ] = False,
    limit: Annotated[int | None, typer.Option(help="Ask only the first N questions.")] = None,
    abstain: Annotated[
        bool | None,
        typer.Option(
            "--abstain/--no-abstain", help="Whether it may abstain.", show_default="if the file has such questions"
        ),
    ] = None,
    predictions: Annotated[Path | None, typer.Option(help="Write {question id: text}.")] = None,
    confidences: Annotated[Path | None, typer.Option(help="Write {question id: confidence}.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a report to read in a browser.")] = None,
) -> None:
    """Ask gold questions and print how many of the answers are right."""
    from qa.evaluation.evaluate import evaluate as run
    from qa.evaluation.gold import GoldError, articles_from_gold, read_gold
    from qa.quoth import Quoth
    from qa.settings import load_settings

    settings = load_settings()
    if articles is not None and (from_gold or isolated):
        raise GoldError("--articles cannot go with --articles-from-gold or --isolated; leave one of them out.")
    if both and isolated:
        raise GoldError("--both cannot go with --isolated; leave one of them out.")
    questions = read_gold(gold)
    if from_gold or isolated:
        with terminal.progress() as progress:
            system = Quoth.in_memory([] if isolated else articles_from_gold(questions), settings, progress)
    else:
        system = _open(articles, None, settings)
    with terminal.progress() as progress:
        evaluation = run(
            questions, system, isolated=isolated, abstain=abstain, limit=limit,
            progress=lambda done, total: progress("Asking", done, total),
        )  # fmt: skip
        if both:
            alone = run(
                questions, system, isolated=True, abstain=abstain, limit=limit,
                progress=lambda done, total: progress("Reading alone", done, total),
            )  # fmt: skip
            evaluation = replace(evaluation, own_context=alone.summary)
    _write(evaluation, predictions, confidences, json_file, report)
    terminal.print_evaluation(evaluation)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="Figures that `evaluate --json` wrote.")],
    after: Annotated[Path, typer.Argument(help="The same questions, after a change.")],
    fail_if_worse: Annotated[
        bool, typer.Option("--fail-if-worse", help="Exit with 1 where the second is worse beyond noise.")
    ] = False,
) -> None:
    """Say which answers changed between two evaluations, and whether the difference is real."""
    from qa.evaluation.compare import compare as run
    from qa.evaluation.compare import read_rows

    comparison = run(read_rows(before), read_rows(after))
    terminal.print_comparison(comparison)
    if fail_if_worse and comparison.worse:
        raise typer.Exit(WORSE)


@app.command()
def calibrate(
    gold: Annotated[Path | None, typer.Argument(help="Your gold questions, SQuAD v1.1 or v2.0 JSON.")] = None,
    articles: Articles = None,
    index: Index = None,
    precision: Annotated[
        float | None,
        typer.Option(
            help="Share of given answers that must be right, 0 to 1.", min=0, max=1, show_default="the best F1"
        ),
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="Keep it without asking.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Remove what was kept, and use our own again.")] = False,
) -> None:
    """Fit confidence and threshold on your own gold questions, and keep them with the index."""
    from qa import fitted
    from qa.places import places

    _, folder = places(articles, index)
    if forget:
        print("Removed." if fitted.forget(folder) else "Nothing was kept for this index.")
        return
    if gold is None:
        raise TyperException("Name the file of gold questions, or --forget.")

    from qa.evaluation.evaluate import evaluate as run
    from qa.evaluation.fitting import fit, sample_of
    from qa.evaluation.gold import read_gold
    from qa.settings import load_settings

    settings = load_settings()
    questions = read_gold(gold)
    quoth = _open(articles, index, settings, own_confidence=False)
    with terminal.progress() as progress:
        evaluation = run(questions, quoth, abstain=False, progress=lambda done, total: progress("Asking", done, total))
    threshold = quoth.confidence.threshold
    found = fit(sample_of(evaluation.results), threshold, precision)
    terminal.print_fit(found, threshold)
    if settings.threshold is not None:
        terminal.err.print("The setting threshold is set and goes before a fitted one.")
    if not save and not (sys.stdin.isatty() and typer.confirm("Keep it for this index?")):
        print("Not kept; --save keeps it.")
        return
    belongs = fitted.origin(settings, quoth.index.encoder.fingerprint)
    file = fitted.save(folder, found.scaling.applied_to(quoth.confidence), belongs, gold.name)
    print(f"Kept in {file}; python -m qa calibrate --forget removes it.")


def _write(
    evaluation: Evaluation,
    predictions: Path | None,
    confidences: Path | None,
    figures: Path | None,
    report: Path | None,
) -> None:
    from qa.evaluation import writers
    from qa.evaluation.report import render

    if predictions is not None:
        writers.write_predictions(evaluation, predictions)
    if confidences is not None:
        writers.write_confidences(evaluation, confidences)
    if figures is not None:
        writers.write_summary(evaluation, figures)
    if report is not None:
        writers.write_text(render(evaluation), report)


def _open(articles: Path | None, index: Path | None, settings: Settings, own_confidence: bool = True) -> Quoth:
    from qa.quoth import Quoth

    with terminal.progress() as progress:
        quoth = Quoth.open(articles, index, settings, progress, own_confidence)
    terminal.print_warnings(quoth.warnings, quoth.report)
    return quoth


def main() -> None:
    """Run a command; an error becomes one line on standard error and exit code 2, never a traceback."""
    environment.prepare()
    try:
        code = app(standalone_mode=False)
    except QuothError as error:
        code = _fail(str(error))
    except TyperException as error:
        code = _fail(f"{error.format_message()} See: python -m qa --help")
    except (KeyboardInterrupt, typer.Abort):
        code = _fail("Stopped.")
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output left, as `head` does
        code = 0
    sys.exit(code)


def _fail(message: str) -> int:
    sys.stderr.write(" ".join(message.split()) + "\n")
    return BAD_INPUT
