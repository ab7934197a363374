"""An evaluation as one HTML file: nothing is fetched, everything is escaped, and one script of ours sorts the table."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from qa.escaping import escape
from qa.evaluation.calibration import reliability_bins, risk_coverage
from qa.evaluation.charts import (
    latency_histogram,
    recall_curve,
    reliability_diagram,
    risk_coverage_curve,
    stage_bars,
)
from qa.evaluation.evaluate import Evaluation
from qa.evaluation.metrics import recall_at
from qa.evaluation.results import STAGES, Excerpt, Result, Stage
from qa.evaluation.statistics import DEEPEST
from qa.evaluation.summary import Part, Summary

PAGE_STYLE = Path(__file__).with_name("report_page.css")
STYLE = Path(__file__).with_name("report.css")
SCRIPT = Path(__file__).with_name("report.js")
MEANINGS: dict[Stage, str] = {
    "cutting": "no passage of the article holds an accepted answer whole",
    "retrieval": "no passage that was read holds an accepted answer",
    "reading": "a passage that was read holds one, and another span was chosen",
    "abstaining": "the best span was right and was withheld",
    "answering": "the articles do not say, and an answer was given",
}
RIGHT = "right"
HEADS = ("Question", "Expected", "Answered", "Confidence", "Outcome")


def render(evaluation: Evaluation) -> str:
    """The whole page."""
    mode = "each question read in its own context" if evaluation.isolated else "answered from all articles"
    abstaining = "allowed to abstain" if evaluation.abstain else "made to answer"
    name = escape(Path(evaluation.source).name)
    script = SCRIPT.read_text(encoding="utf-8") + "sortable(document);\n"
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>Evaluation: {name}</title>"
        f"<style>{PAGE_STYLE.read_text(encoding='utf-8')}{STYLE.read_text(encoding='utf-8')}</style></head><body><header><h1>Evaluation</h1>"
        f"<p>{name}: {mode}, {abstaining}</p></header><main>{body(evaluation)}</main>"
        f"<script>{script}</script></body></html>\n"
    )


def body(evaluation: Evaluation, in_app: bool = False) -> str:
    """The figures, the charts and the table, without the page around them; `in_app` with a button to each article."""
    return (
        f"<h2>Figures</h2>{figures_table(evaluation.summary, evaluation.own_context)}"
        f"<h2>Charts</h2>{charts(evaluation)}"
        f"<h2>Questions</h2>{_questions(evaluation.results, in_app)}"
    )


def figures_table(summary: Summary, own_context: Summary | None) -> str:
    """Every figure with its 95 % interval over articles; beside them those of each question's own context alone."""
    beside = {} if own_context is None else {name: (value, ends) for name, value, ends in _rows(own_context)}
    rows = []
    for name, value, ends in _rows(summary):
        cells = _pair(value, ends) + (_pair(*beside.get(name, ("", ""))) if beside else "")
        rows.append(f'<tr><th scope="row">{name}</th>{cells}</tr>')
    heads = ['<th scope="col">Figure</th><th scope="col" class="number">Value</th><th scope="col">95 % interval</th>']
    if beside:
        heads.append('<th scope="col" class="number">Own context</th><th scope="col">95 % interval</th>')
    caption = (
        f"{summary['questions']:,} questions, {summary['articles']:,} articles, {summary['passages']:,} passages; "
        "intervals over articles"
    )
    return (
        f'<table class="figures"><caption>{caption}</caption><thead><tr>{"".join(heads)}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _pair(value: str, ends: str) -> str:
    return f'<td class="number">{value}</td><td>{ends}</td>'


def _rows(summary: Summary) -> list[tuple[str, str, str]]:
    """Name, value and interval of every figure."""
    rows = [
        ("Exact match", _percent(summary["exact_match"]), _ends(summary, "exact_match", "{:.1f}")),
        ("F1", _percent(summary["f1"]), _ends(summary, "f1", "{:.1f}")),
        *_part_rows("Answerable", "has_answer", summary["has_answer"], summary),
        *_part_rows("Unanswerable", "no_answer", summary["no_answer"], summary),
    ]
    if summary["recall_at"] is not None:
        rows += [
            (f"Recall at {k}", _decimal(share), _ends(summary, f"recall_at.{k}"))
            for k, share in summary["recall_at"].items()
        ]
        rows.append(("Mean reciprocal rank", _decimal(summary["mrr"]), _ends(summary, "mrr")))
    if summary["citation_precision"] is not None:
        rows.append(
            ("Citation precision", _decimal(summary["citation_precision"]), _ends(summary, "citation_precision"))
        )
    confidence = {
        "Expected calibration error": ("expected_calibration_error", summary["expected_calibration_error"]),
        "Brier score": ("brier", summary["brier"]),
        "Area under the risk–coverage curve": ("area_under_risk_coverage", summary["area_under_risk_coverage"]),
        **{
            f"Could answer with {percent} % right": (f"coverage_at_accuracy.{percent}", share)
            for percent, share in summary["coverage_at_accuracy"].items()
        },
    }
    rows += [(name, _decimal(value), _ends(summary, key)) for name, (key, value) in confidence.items()]
    threshold = summary["best_threshold"]
    if threshold is not None:
        gain = f"would have reached {_percent(threshold['f1'])} F1"
        rows.append(("Best threshold for these questions", _decimal(threshold["confidence"]), gain))
    latency = summary["latency_ms"]
    for stage, times in {"total": latency, **latency["stages"]}.items():
        name = "Latency" if stage == "total" else f"… {stage}"
        for label, p50_or_p95, value in (("median", "p50", times["p50"]), ("95th percentile", "p95", times["p95"])):
            ends = _ends(summary, f"latency_ms.{stage}.{p50_or_p95}", "{:.0f}")
            rows.append((f"{name}, {label}", f"{value:.0f} ms", ends))
    return rows


def _part_rows(name: str, key: str, part: Part, summary: Summary) -> list[tuple[str, str, str]]:
    if not part["questions"]:
        return []
    scores = (("exact match", "exact_match", part["exact_match"]), ("F1", "f1", part["f1"]))
    return [
        (f"{name} ({part['questions']:,}), {score}", _percent(value), _ends(summary, f"{key}.{field}", "{:.1f}"))
        for score, field, value in scores
    ]


def charts(evaluation: Evaluation) -> str:
    """All charts, each with what it says in a sentence."""
    results = evaluation.results
    confidence = [r.confidence for r in results]
    right = [r.best_exact_match for r in results]
    coverage, risk = risk_coverage(confidence, right)
    given = [r for r in results if r.text is not None]
    in_force = (len(given) / len(results), 1 - sum(r.best_exact_match for r in given) / len(given)) if given else None
    drawn = [
        (_lost(results), "Where the wrong answers were lost; the shares add up to all of them."),
        (
            reliability_diagram(reliability_bins(confidence, right)),
            "Bars on the dashed line would mean that confidence tells how often the best span is right.",
        ),
        (
            risk_coverage_curve(coverage.tolist(), risk.tolist(), in_force),
            "How often the best span is wrong when only the most confident are given. The dot on the dashed line is "
            "where the threshold in force stands.",
        ),
    ]
    if not evaluation.isolated and any(not r.impossible for r in results):
        ranks = [r.rank for r in results if not r.impossible]
        recalls = [recall_at(ranks, k) or 0.0 for k in range(1, DEEPEST + 1)]
        drawn.append((recall_curve(recalls), "How often an accepted answer stands in the first passages found."))
    drawn.append((latency_histogram([r.timings_ms["total"] for r in results]), "How long a question took."))
    return f'<div class="charts">{"".join(_figure(*each) for each in drawn)}</div>'


def _figure(drawing: str, caption: str) -> str:
    return f"<figure>{drawing}<figcaption>{caption}</figcaption></figure>"


def _lost(results: Sequence[Result]) -> str:
    return stage_bars({stage: sum(r.lost == stage for r in results) for stage in STAGES})


def _questions(results: Sequence[Result], in_app: bool) -> str:
    found = {r.lost for r in results}
    names = {RIGHT: RIGHT} if None in found else {}
    names |= {stage: f"lost by {stage}: {MEANINGS[stage]}" for stage in STAGES if stage in found}
    options = "".join(f'<option value="{value}">{name}</option>' for value, name in names.items())
    heads = "".join(f'<th scope="col"><button type="button">{name}</button></th>' for name in HEADS)
    return (
        '<form id="controls" hidden><label>Words <input id="words" type="search" autocomplete="off"></label>'
        f'<label>Outcome <select id="outcome"><option value="">all</option>{options}</select></label>'
        '<output id="count"></output></form>'
        f'<div id="questions"><table><thead><tr>{heads}</tr></thead><tbody>'
        f"{''.join(_row(i, r, in_app) for i, r in enumerate(results))}</tbody></table></div>"
    )


def _row(number: int, result: Result, in_app: bool) -> str:
    expected = " · ".join(f"<q>{escape(text)}</q>" for text in dict.fromkeys(result.accepted))
    outcome = result.lost or RIGHT
    sign, label = ("✓", RIGHT) if outcome == RIGHT else ("✗", f"lost by {outcome}")
    if result.text is not None:
        answered = f"<q>{escape(result.text)}</q>"
    else:
        answered = "abstained" + (f"; the best span was <q>{escape(result.best)}</q>" if result.best else "")
    show = f'<button type="button" class="show" data-result="{number}">Show in the article</button>' if in_app else ""
    cells = (
        f"<td><details><summary>{escape(result.question)}</summary>{_contexts(result)}{show}</details></td>",
        f"<td>{expected or 'the articles do not say'}</td>",
        f"<td>{answered}</td>",
        f'<td class="number" data-value="{result.confidence:.4f}">{result.confidence:.2f}</td>',
        f'<td><span class="sign" aria-hidden="true">{sign}</span> {label}</td>',
    )
    named = (cell.replace("<td", f'<td data-head="{head}"', 1) for cell, head in zip(cells, HEADS, strict=True))
    return f'<tr id="q{number + 1}" data-outcome="{outcome}">{"".join(named)}</tr>'


def _contexts(result: Result) -> str:
    rank = "" if result.rank is None else f"<p>Found at rank {result.rank}.</p>"
    return _context("Expected", "expected", result.expected) + _context("Best span", "found", result.found) + rank


def _context(label: str, kind: str, excerpt: Excerpt | None) -> str:
    if excerpt is None:
        return ""
    before, words, after = (
        escape(excerpt.text[a:b])
        for a, b in ((0, excerpt.start), (excerpt.start, excerpt.end), (excerpt.end, len(excerpt.text)))
    )
    return (
        f"<p><strong>{label}</strong>, {escape(excerpt.article)}, from character {excerpt.at}:</p><blockquote>"
        f'{before}<mark class="{kind}">{words}</mark>{after}</blockquote>'
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} %"


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _ends(summary: Summary, name: str, form: str = "{:.3f}") -> str:
    ends = summary["intervals"].get(name)
    return "" if ends is None else f"{form.format(ends[0])} to {form.format(ends[1])}"
