"""The report's charts as inline SVG, drawn with the page's own colours. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from qa.escaping import escape
from qa.evaluation.calibration import Bin

SIDE = 260.0  # of the square that is plotted, in SVG units
LEFT, TOP, RIGHT, BOTTOM = 46.0, 12.0, 12.0, 42.0
MOST_POINTS = 400
HISTOGRAM_BINS = 20
SHARES = tuple((tick, f"{tick:.2g}") for tick in (0.0, 0.25, 0.5, 0.75, 1.0))
BAR_HEIGHT = 30.0  # of a bar of `stage_bars`, with the space below it

Ticks = Sequence[tuple[float, str]]  # place on the axis, 0..1, and label


def reliability_diagram(bins: Sequence[Bin]) -> str:
    """Bars of accuracy per bin of confidence, beside the diagonal of perfect calibration (Guo et al. 2017)."""
    bars = []
    for b in bins:
        if b.accuracy is None or b.confidence is None:
            continue
        x, y = _point(b.confidence, b.accuracy)
        note = f"{b.count} answers of mean confidence {b.confidence:.2f}: {b.accuracy:.2f} right"
        bars.append(
            f"<g><title>{note}</title>{_bar(b.low, b.high, b.accuracy)}"
            f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/></g>'
        )
    diagonal = _line("ideal", [(0.0, 0.0), (1.0, 1.0)])
    return _chart("Reliability diagram", "Confidence", "Share that was right", "".join(bars) + diagonal)


def risk_coverage_curve(coverage: Sequence[float], risk: Sequence[float], in_force: tuple[float, float] | None) -> str:
    """Share of wrong answers among the most confident, over the share answered; `in_force` is the point we stand at."""
    step = max(1, -(-len(coverage) // MOST_POINTS))
    kept = sorted({*range(0, len(coverage), step), len(coverage) - 1}) if len(coverage) else []
    curve = _line("curve", [(float(coverage[i]), float(risk[i])) for i in kept])
    point = ""
    if in_force is not None:
        x, y = _point(*in_force)
        note = f"the threshold in force answers {in_force[0]:.0%} of the questions, {in_force[1]:.0%} of these wrong"
        point = (
            f'<g><title>{note}</title><line class="ideal" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{TOP + SIDE}"/>'
            f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/></g>'
        )
    return _chart("Risk–coverage curve", "Share of questions answered", "Share that was wrong", curve + point)


def recall_curve(recalls: Sequence[float]) -> str:
    """Recall at 1, 2, … passages, 0..1 each."""
    last = max(len(recalls) - 1, 1)
    points = [(k / last, share) for k, share in enumerate(recalls)]
    dots = "".join(
        '<g><title>{}</title><circle class="dot" cx="{:.1f}" cy="{:.1f}" r="3"/></g>'.format(
            f"recall at {k}: {share:.3f}", *_point(x, share)
        )
        for k, (x, share) in enumerate(points, 1)
    )
    wanted = [k for k in (1, 5, 10, 15, 20) if k <= len(recalls)]
    ticks = [((k - 1) / last, str(k)) for k in wanted]
    return _chart("Recall curve", "Passages", "Answer stands among them", _line("curve", points) + dots, ticks)


def latency_histogram(times: Sequence[float]) -> str:
    """How many questions took how long; `times` in milliseconds, the slowest hundredth in the last bar."""
    most = float(np.percentile(times, 99)) or 1.0
    counts, edges = np.histogram(np.minimum(times, most), bins=HISTOGRAM_BINS, range=(0.0, most))
    top = int(counts.max())
    bars = "".join(
        f"<g><title>{count} questions took {low:.0f} to {high:.0f} ms</title>"
        f"{_bar(low / most, high / most, count / top)}</g>"
        for count, low, high in zip(counts, edges[:-1], edges[1:], strict=True)
    )
    across = [(tick, f"{tick * most:.0f}") for tick, _ in SHARES]
    up = [(tick, f"{tick * top:.0f}") for tick, _ in SHARES]
    return _chart("Latency", "Milliseconds", "Questions", bars, across, up)


def stage_bars(counts: Mapping[str, int]) -> str:
    """A bar for each named stage, with its count and its share of all."""
    total = sum(counts.values()) or 1
    most = max(counts.values(), default=0) or 1
    rows = []
    for i, (name, count) in enumerate(counts.items()):
        y = TOP + i * BAR_HEIGHT
        width = count / most * SIDE * 0.6
        rows.append(
            f'<text class="name" x="0" y="{y + 16:.1f}">{escape(name)}</text>'
            f'<rect class="share" x="90" y="{y + 2:.1f}" width="{width:.1f}" height="20"/>'
            f'<text class="name" x="{width + 96:.1f}" y="{y + 16:.1f}">{count}, {count / total:.0%}</text>'
        )
    width, height = LEFT + SIDE + RIGHT, TOP + len(counts) * BAR_HEIGHT
    return f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="Lost by stage">{"".join(rows)}</svg>'


def _point(x: float, y: float) -> tuple[float, float]:
    return LEFT + x * SIDE, TOP + (1.0 - y) * SIDE


def _line(name: str, points: Sequence[tuple[float, float]]) -> str:
    places = " ".join("{:.1f},{:.1f}".format(*_point(x, y)) for x, y in points)
    return f'<polyline class="{name}" points="{places}"/>'


def _bar(low: float, high: float, share: float) -> str:
    left, top = _point(low, share)
    width, height = max((high - low) * SIDE - 2, 1.0), share * SIDE
    return f'<rect class="share" x="{left + 1:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _chart(title: str, across: str, up: str, drawing: str, x_ticks: Ticks = SHARES, y_ticks: Ticks = SHARES) -> str:
    ticks = []
    for place, label in x_ticks:
        x, _ = _point(place, 0.0)
        ticks.append(_line("grid", [(place, 0.0), (place, 1.0)]))
        ticks.append(f'<text x="{x:.1f}" y="{TOP + SIDE + 16:.1f}" text-anchor="middle">{label}</text>')
    for place, label in y_ticks:
        _, y = _point(0.0, place)
        ticks.append(_line("grid", [(0.0, place), (1.0, place)]))
        ticks.append(f'<text x="{LEFT - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    middle = TOP + SIDE / 2
    names = (
        f'<text x="{LEFT + SIDE / 2:.1f}" y="{TOP + SIDE + 36:.1f}" text-anchor="middle">{across}</text>'
        f'<text transform="translate(11 {middle:.1f}) rotate(-90)" text-anchor="middle">{up}</text>'
    )
    return (
        f'<svg viewBox="0 0 {LEFT + SIDE + RIGHT:.0f} {TOP + SIDE + BOTTOM:.0f}" role="img" aria-label="{title}">'
        f"{''.join(ticks)}{drawing}{names}</svg>"
    )
