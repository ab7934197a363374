"""What a person sees in a terminal: progress on standard error, results on standard output."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from index.corpus import UpdateReport
from index.progress import Progress
from qa.citing import shown_path
from qa.presentation import agreement, in_words, percent
from qa.records import Answer, Citation

if TYPE_CHECKING:
    from index.library import Added, Deleted, Outcome
    from index.records import Article
    from qa.evaluation.compare import Comparison
    from qa.evaluation.evaluate import Evaluation
    from qa.evaluation.exchange import Unplaced
    from qa.evaluation.fitting import Fit
    from qa.evaluation.kept import Located
    from qa.listing import Listed

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar a stage, while the work lasts; nothing where standard error is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        tasks = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show


def print_answer(answer: Answer) -> None:
    """The quote, how sure we are, where it stands; or an honest no with the nearest passages."""
    sureness = f"{in_words(answer.confidence)}, {percent(answer.confidence)}"
    if answer.text is None:
        out.print(Text("The articles do not say.", style="bold yellow"))
        if answer.best:
            out.print(Text(f"The best guess would be “{answer.best}” ({sureness}).", style="dim"))
        if answer.nearest:
            out.print("\nNearest passages:")
        for near in answer.nearest[:3]:
            _print_citation(near.citation, mark=False)
        return
    out.print(Text(f"“{answer.text}”", style="bold green").append(f"   {sureness}", style="not bold default"))
    if said := agreement(answer.citations):
        out.print(said)
    for citation in answer.citations:
        _print_citation(citation, mark=True)
    if answer.alternatives:
        out.print("\nOther answers:")
    for other in answer.alternatives:
        where = other.citations[0]
        line = Text(f"  “{other.text}”").append(f"   {percent(other.confidence)}, {where.title}", style="dim")
        out.print(line)


def _print_citation(citation: Citation, mark: bool) -> None:
    context = Text(" ".join(citation.context.split()) if not mark else citation.context)
    if mark:
        at = citation.start - citation.context_start
        context.stylize("bold green", at, at + len(citation.quote))
    dated = f"{citation.title}, {citation.date}" if citation.date else citation.title
    out.print()
    out.print(context)
    out.print(Text(dated, style="cyan"))
    out.print(Text(f"{citation.source}, characters {citation.start} to {citation.end}", style="dim"), soft_wrap=True)


def print_update(report: UpdateReport, root: Path, folder: Path) -> None:
    """What an update added, changed, removed and refused."""
    out.print(f"{report.articles} articles of {root} in {report.passages} passages ({report.embedded} embedded now).")
    for verb, names in (("added", report.added), ("changed", report.changed), ("removed", report.removed)):
        for name in names:
            out.print(Text(f"  {verb}  {name}"), soft_wrap=True)
    for refusal in report.refused:
        out.print(Text(f"  refused  {refusal.file}: {refusal.reason}", style="yellow"), soft_wrap=True)
    if not (report.added or report.changed or report.removed):
        out.print("  nothing changed")
    for warning in report.warnings:
        err.print(Text(warning, style="yellow"), soft_wrap=True)
    out.print(Text(f"Index: {folder}", style="dim"), soft_wrap=True)


def print_warnings(warnings: Sequence[str], report: UpdateReport) -> None:
    """What a person should know before trusting an answer."""
    for warning in warnings:
        err.print(Text(warning, style="yellow"), soft_wrap=True)
    if report.refused and (report.added or report.changed):
        first = report.refused[0]
        more = f" and {len(report.refused) - 1} more; see: python -m qa index" if len(report.refused) > 1 else ""
        err.print(Text(f"Not indexed: {first.file}: {first.reason}{more}", style="yellow"), soft_wrap=True)


def print_evaluation(evaluation: Evaluation) -> None:
    """The figures as a table."""
    figures = evaluation.summary
    table = Table("", "questions", "exact match", "F1", box=None)
    parts = (("all", figures), ("answerable", figures["has_answer"]), ("unanswerable", figures["no_answer"]))
    for name, part in parts:
        if part["questions"]:
            table.add_row(name, str(part["questions"]), _percent(part["exact_match"]), _percent(part["f1"]))
    out.print(table)
    if evaluation.own_context is not None:
        alone = evaluation.own_context
        out.print(
            f"each question in its own context: exact match {_percent(alone['exact_match'])}, "
            f"F1 {_percent(alone['f1'])}, answerable ones F1 {_percent(alone['has_answer']['f1'])}"
        )
    interval = figures["intervals"].get("f1")
    if interval is not None:
        out.print(f"F1, 95 % interval over articles: {interval[0]:.1f} to {interval[1]:.1f}")
    if figures["recall_at"] is not None and figures["mrr"] is not None:
        recalls = ", ".join(f"recall@{k} {value:.3f}" for k, value in figures["recall_at"].items())
        out.print(
            f"{recalls}, MRR {figures['mrr']:.3f}, {figures['articles']} articles, {figures['passages']} passages"
        )
    if figures["not_indexed"]:
        titles = list(dict.fromkeys(r.article for r in evaluation.results if not r.indexed))
        more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
        err.print(
            Text(
                f"{figures['not_indexed']} questions are about articles that are not indexed ({titles[0]}{more}); "
                "they count as lost by retrieval.",
                style="yellow",
            ),
            soft_wrap=True,
        )
    lost = {stage: count for stage, count in figures["lost"].items() if count}
    if lost:
        wrong = sum(lost.values())
        out.print("lost by " + ", ".join(f"{stage} {n} ({n / wrong:.0%})" for stage, n in lost.items()))
    if figures["citation_precision"] is not None:
        out.print(f"citation precision {figures['citation_precision']:.3f}")
    if figures["expected_calibration_error"] is not None and figures["area_under_risk_coverage"] is not None:
        coverage = ", ".join(
            f"{share:.0%} of the questions with {percent_} % right"
            for percent_, share in figures["coverage_at_accuracy"].items()
            if share is not None
        )
        out.print(f"expected calibration error {figures['expected_calibration_error']:.3f}, "
                  f"area under the risk–coverage curve {figures['area_under_risk_coverage']:.3f}")  # fmt: skip
        out.print(f"it could answer {coverage}")
    out.print(f"latency p50 {figures['latency_ms']['p50']:.0f} ms, p95 {figures['latency_ms']['p95']:.0f} ms")


def print_fit(fit: Fit, threshold_before: float) -> None:
    """What a fitted confidence changes, on questions that it was not fitted on."""
    table = Table("", "as it is", "fitted", box=None)
    before, after = fit.before, fit.after
    for name, one, other in (
        ("answers from a confidence of", threshold_before, fit.scaling.threshold),
        ("questions answered", before.answered, after.answered),
        ("given answers that are right", before.precision, after.precision),
        ("unanswerable questions left unanswered", before.left, after.left),
        ("F1", before.f1, after.f1),
    ):
        table.add_row(name, *("–" if share is None else f"{100 * share:.1f} %" for share in (one, other)))
    table.add_row("expected calibration error", f"{before.calibration_error:.3f}", f"{after.calibration_error:.3f}")
    out.print(table)
    out.print("The right column is cross-validated: each article's questions with a fit that did not see them.")


def print_listed(listed: Sequence[Listed], of: int) -> None:
    """Articles with their facts."""
    table = Table("title", "date", "source", "words", "added", "id", box=None)
    for each in listed:
        facts = each.title, each.date or "", each.source, f"{each.words:,}", each.added[:10], each.id
        table.add_row(*(Text(fact, overflow="fold") for fact in facts))
    if listed:
        out.print(table)
    out.print(f"{len(listed):,} of {of:,}." if len(listed) != of else f"{of:,} in all.")


def print_deleted(deleted: Sequence[Deleted]) -> None:
    """Articles that can be restored."""
    for each in deleted:
        out.print(Text(each.id).append(f"   {each.title}, deleted {each.deleted[:10]}", style="dim"), soft_wrap=True)
    out.print(f"{len(deleted):,} in all." if deleted else "Nothing was deleted.")


def print_article(article: Article) -> None:
    """The facts of an article, and its text as it is."""
    out.print(Text(article.title, style="bold"), soft_wrap=True)
    for fact in (article.date, article.url, article.section, shown_path(article.source), article.id):
        if fact:
            out.print(Text(fact, style="dim"), soft_wrap=True)
    sys.stdout.write(f"\n{article.text.rstrip()}\n")


def print_added(added: Added) -> None:
    """What became of a file."""
    style = "yellow" if added.outcome == "refused" else "default"
    known_as = f" as {added.id}" if added.outcome == "already there" and added.id else ""
    reason = f": {added.reason}" if added.reason else ""
    out.print(Text(f"  {added.outcome}  {added.name}{known_as}{reason}", style=style), soft_wrap=True)


def print_outcomes(outcomes: Sequence[Outcome]) -> None:
    """How many files were added, changed, and so on."""
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in Counter(outcomes).items())
    out.print(f"{counts}." if counts else "There was no file to add.")


def print_gold(located: Sequence[Located], file: Path) -> None:
    """Kept gold questions with their answers; the stale ones with the reason."""
    for each in located:
        kept = each.kept
        answers = " · ".join(f"“{a.quote}”" for a in kept.accepted) or "the articles do not say"
        out.print(Text(f"{kept.id}  ", style="dim").append(kept.question, style="default"), soft_wrap=True)
        out.print(Text(f"              {answers}", style="green").append(f"  {kept.article_id or ''}", style="cyan"))
        if each.stale is not None:
            out.print(Text(f"              stale: {each.stale}", style="yellow"))
    stale = sum(each.stale is not None for each in located)
    out.print(f"{len(located)} gold questions, {stale} stale.")
    out.print(Text(str(file), style="dim"), soft_wrap=True)


def print_unplaced(unplaced: Sequence[Unplaced]) -> None:
    """Questions that were left out, and why."""
    for each in unplaced[:MOST_CHANGES]:
        out.print(Text(f"  left out  {each.question}: {each.reason}", style="yellow"), soft_wrap=True)
    if len(unplaced) > MOST_CHANGES:
        out.print(f"  … and {len(unplaced) - MOST_CHANGES} more")


MOST_CHANGES = 20  # shown of each comparison


def print_comparison(comparison: Comparison) -> None:
    """The differences with their intervals, then the questions whose answers changed."""
    table = Table("", "", "questions", "before", "after", "change", "95 % interval", "", box=None)
    for d in comparison.differences:
        ends = "" if d.ends is None else f"{d.ends[0]:+.1f} to {d.ends[1]:+.1f}"
        name = "F1" if d.score == "f1" else "exact match"
        table.add_row(
            d.part, name, str(d.questions), f"{d.before:.1f}", f"{d.after:.1f}", f"{d.change:+.1f}", ends, d.verdict
        )
    out.print(table)
    if comparison.unpaired:
        out.print(f"{len(comparison.unpaired)} questions stand in one file only and do not count.")
    if not comparison.changed:
        out.print("No answer changed.")
        return
    out.print(f"\n{len(comparison.changed)} answers changed:")
    for before, after in comparison.changed[:MOST_CHANGES]:
        gain = after.scores["f1"] - before.scores["f1"]
        sign, style = ("worse ", "red") if gain < 0 else ("better", "green") if gain > 0 else ("same  ", "dim")
        line = Text(f"  {sign}  ", style=style).append(after.question, style="default")
        line.append(f"   {_quoted(before.answer)} → {_quoted(after.answer)}", style="dim")
        out.print(line)
    if len(comparison.changed) > MOST_CHANGES:
        out.print(f"  … and {len(comparison.changed) - MOST_CHANGES} more")


def _quoted(answer: str | None) -> str:
    return "abstained" if answer is None else f"“{' '.join(answer.split())}”"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
