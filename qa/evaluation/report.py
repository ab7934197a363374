"""An evaluation as one HTML file: no scripts, nothing fetched, everything escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from qa.evaluation.calibration import reliability_bins, risk_coverage
from qa.evaluation.charts import reliability_diagram, risk_coverage_curve
from qa.evaluation.evaluate import Evaluation
from qa.evaluation.results import Result, Stage
from qa.evaluation.summary import Part, Summary

STYLE = Path(__file__).with_name("report.css")
STAGES: dict[Stage, tuple[str, str]] = {
    "retrieval": ("Lost by retrieval", "No passage that was read holds an accepted answer."),
    "reading": ("Lost by reading", "A passage that was read holds an accepted answer, and another span was chosen."),
    "abstaining": ("Lost by abstaining", "The best span was right and was withheld."),
    "answering": ("Lost by answering", "The articles do not say, and an answer was given."),
}


def render(evaluation: Evaluation) -> str:
    """The whole page."""
    mode = "each question read in its own context" if evaluation.isolated else "answered from all articles"
    abstaining = "allowed to abstain" if evaluation.abstain else "made to answer"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Evaluation: {escape(Path(evaluation.source).name)}</title>"
        f"<style>{STYLE.read_text(encoding='utf-8')}</style></head><body><header><h1>Evaluation</h1>"
        f"<p>{escape(Path(evaluation.source).name)}: {mode}, {abstaining}</p></header><main>"
        f"<h2>Figures</h2>{_figures(evaluation.summary)}"
        f"<h2>Confidence</h2>{_charts(evaluation.results)}"
        f"{_wrong(evaluation.results)}</main></body></html>\n"
    )


def _figures(summary: Summary) -> str:
    intervals = summary["intervals"]
    rows = [
        ("Exact match", _percent(summary["exact_match"]), _interval(intervals["exact_match"])),
        ("F1", _percent(summary["f1"]), _interval(intervals["f1"])),
        *_part_row("Answerable questions", summary["has_answer"]),
        *_part_row("Unanswerable questions", summary["no_answer"]),
    ]
    if summary["recall_at"] is not None:
        rows += [
            (f"Recall at {k}", _percent(100 * share), "answerable questions")
            for k, share in summary["recall_at"].items()
        ]
        rows.append(("Mean reciprocal rank", _decimal(summary["mrr"]), ""))
    threshold = summary["best_threshold"]
    if threshold is not None:
        rows.append(
            ("Best threshold", _decimal(threshold["confidence"]), f"would have reached {_percent(threshold['f1'])} F1")
        )
    rows += [
        ("Expected calibration error", _decimal(summary["expected_calibration_error"]), "10 bins of equal width"),
        ("Brier score", _decimal(summary["brier"]), ""),
        ("Area under the risk–coverage curve", _decimal(summary["area_under_risk_coverage"]), ""),
        ("Latency, median", f"{summary['latency_ms']['p50']:.0f} ms", ""),
        ("Latency, 95th percentile", f"{summary['latency_ms']['p95']:.0f} ms", ""),
    ]
    cells = (f'<tr><th scope="row">{a}</th><td class="number">{b}</td><td>{c}</td></tr>' for a, b, c in rows)
    caption = f"{summary['questions']:,} questions, {summary['articles']:,} articles, {summary['passages']:,} passages"
    return f"<table><caption>{caption}</caption><tbody>{''.join(cells)}</tbody></table>"


def _part_row(name: str, part: Part) -> list[tuple[str, str, str]]:
    if not part["questions"]:
        return []
    return [
        (name, f"{_percent(part['exact_match'])} EM", f"{_percent(part['f1'])} F1, {part['questions']:,} questions")
    ]


def _charts(results: Sequence[Result]) -> str:
    confidence = [r.confidence for r in results]
    right = [r.best_exact_match for r in results]
    coverage, risk = risk_coverage(confidence, right)
    return (
        f'<div class="charts"><figure>{reliability_diagram(reliability_bins(confidence, right))}'
        "<figcaption>Bars on the dashed line would mean that confidence tells how often the best span is right."
        f"</figcaption></figure><figure>{risk_coverage_curve(coverage.tolist(), risk.tolist())}"
        "<figcaption>How often the best span is wrong when only the most confident answers are given."
        "</figcaption></figure></div>"
    )


def _wrong(results: Sequence[Result]) -> str:
    wrong = {stage: [r for r in results if r.lost == stage] for stage in STAGES}
    total = sum(map(len, wrong.values()))
    links = "".join(
        f'<a href="#{stage}">{STAGES[stage][0]} ({len(lost):,})</a>' for stage, lost in wrong.items() if lost
    )
    sections = "".join(_stage(stage, lost) for stage, lost in wrong.items() if lost)
    return (
        f'<h2 id="wrong">Wrong answers ({total:,})</h2><nav aria-label="By stage"><a href="#wrong">All</a>{links}</nav>'
        f'<div class="stages">{sections}</div>'
    )


def _stage(stage: Stage, lost: Sequence[Result]) -> str:
    name, meaning = STAGES[stage]
    return f'<section class="stage" id="{stage}"><h3>{name}</h3><p>{meaning}</p>{"".join(map(_entry, lost))}</section>'


def _entry(result: Result) -> str:
    gold = " · ".join(f"<q>{escape(text)}</q>" for text in dict.fromkeys(result.accepted)) or "the articles do not say"
    if result.text is None:
        ours = f"abstained; the best span was <q>{escape(result.best)}</q>" if result.best else "abstained"
    else:
        ours = f"<q>{escape(result.text)}</q>"
    rows = {"Gold": gold, "Ours": ours, "Confidence": f"{result.confidence:.2f}", "Article": escape(result.article)}
    if result.rank is not None:
        rows["Found at rank"] = str(result.rank)
    pairs = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows.items())
    return f"<article><h4>{escape(result.question)}</h4><dl>{pairs}</dl></article>"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} %"


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _interval(ends: Sequence[float] | None) -> str:
    return "" if ends is None else f"95 % interval over articles: {ends[0]:.2f} to {ends[1]:.2f}"
