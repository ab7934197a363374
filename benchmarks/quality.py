"""The README's table of quality, as it stands there: `python -m benchmarks.quality` (some minutes).

Rows whose file is missing are left out; `python -m training.split --data DIR` writes those under var/dev/.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qa import environment
from qa.evaluation.evaluate import Evaluation, evaluate
from qa.evaluation.gold import articles_from_gold, read_gold
from qa.evaluation.summary import Part
from qa.quoth import Quoth
from qa.settings import load_settings


@dataclass(frozen=True)
class Run:
    """One row: what is measured, on which gold questions, with which options of `python -m qa evaluate`."""

    what: str
    gold: Path
    options: str = ""


RUNS = (
    Run("reading alone, dev-A", Path("var/dev/dev-a-v1.1.json"), "--isolated"),
    Run("reading alone, dev-A with unanswerable questions", Path("var/dev/dev-a-v2.0.json"), "--isolated"),
    Run("the whole path, dev-A", Path("var/dev/dev-a-v1.1.json"), "--articles-from-gold"),
    Run("the whole path, held-out news", Path("var/dev/news.json"), "--articles-from-gold"),
    Run("the whole path, held-out reports", Path("var/dev/reports.json"), "--articles-from-gold"),
    Run("the whole path, seeds", Path("seeds/gold.json")),
)
HEAD = ("what", "questions", "exact match", "F1 (95 % interval over articles)", "given answers right", "command")


def measure(run: Run) -> Evaluation:
    """Ask all questions of a run."""
    gold, settings = read_gold(run.gold), load_settings()
    isolated = run.options == "--isolated"
    if run.options:
        system = Quoth.in_memory([] if isolated else articles_from_gold(gold), settings)
    else:
        system = Quoth.open(settings=settings, own_confidence=False)
    return evaluate(gold, system, isolated=isolated)


def rows(run: Run, evaluation: Evaluation) -> list[str]:
    """The rows of a run; both parts where some of its questions are unanswerable."""
    figures = evaluation.summary
    ends = figures["intervals"]["f1"]
    f1 = _number(figures["f1"]) + ("" if ends is None else f" ({ends[0]:.1f} to {ends[1]:.1f})")
    given = [r for r in evaluation.results if r.text is not None]
    right = sum(r.exact_match for r in given)
    share = f"{right / len(given):.1%} of {len(given):,}" if given else "–"
    command = f"`python -m qa evaluate {' '.join(filter(None, (str(run.gold), run.options)))}`"
    whole = [run.what, f"{figures['questions']:,}", _number(figures["exact_match"]), f1, share, command]
    parts: list[tuple[str, Part]] = []
    if figures["no_answer"]["questions"] and figures["has_answer"]["questions"]:
        parts = [
            ("… answerable ones", figures["has_answer"]),
            ("… unanswerable ones, left unanswered", figures["no_answer"]),
        ]
    table = [whole]
    for name, part in parts:
        table.append(
            [name, f"{part['questions']:,}", _number(part["exact_match"]), _number(part["f1"]), "", "the same"]
        )
    return [f"| {' | '.join(cells)} |" for cells in table]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def main() -> None:
    """Print the table, and below it what else the README tells of each run."""
    environment.prepare()
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    notes = []
    for run in RUNS:
        if not run.gold.exists():
            notes.append(f"{run.what}: {run.gold} is missing")
            continue
        evaluation = measure(run)
        print("\n".join(rows(run, evaluation)), flush=True)
        figures = evaluation.summary
        notes.append(
            f"{run.what}: recall@5 {(figures['recall_at'] or {}).get('5')}, MRR {figures['mrr']}, "
            f"citation precision {figures['citation_precision']}, "
            f"calibration error {figures['expected_calibration_error']}, "
            f"area under risk–coverage {figures['area_under_risk_coverage']}, "
            f"could answer {figures['coverage_at_accuracy']}, lost {figures['lost']}, "
            f"best threshold {figures['best_threshold']}, passages {figures['passages']}"
        )
    print("\n" + "\n".join(notes))


if __name__ == "__main__":
    main()
