"""Two charts as inline SVG, drawn with the page's own colours. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from qa.evaluation.calibration import Bin

SIDE = 260.0  # of the square that is plotted, in SVG units
LEFT, TOP, RIGHT, BOTTOM = 46.0, 12.0, 12.0, 42.0
MOST_POINTS = 400


def reliability_diagram(bins: Sequence[Bin]) -> str:
    """Bars of accuracy per bin of confidence, beside the diagonal of perfect calibration (Guo et al. 2017)."""
    bars = []
    for b in bins:
        if b.accuracy is None or b.confidence is None:
            continue
        left, top = _point(b.low, b.accuracy)
        width, height = (b.high - b.low) * SIDE - 2, b.accuracy * SIDE
        x, y = _point(b.confidence, b.accuracy)
        note = f"{b.count} answers of mean confidence {b.confidence:.2f}: {b.accuracy:.2f} right"
        bars.append(
            f'<g><title>{note}</title><rect class="bar" x="{left + 1:.1f}" y="{top:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}"/><circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/></g>'
        )
    diagonal = _line("ideal", [(0.0, 0.0), (1.0, 1.0)])
    return _chart("Reliability diagram", "Confidence", "Share that was right", "".join(bars) + diagonal)


def risk_coverage_curve(coverage: Sequence[float], risk: Sequence[float]) -> str:
    """Share of wrong answers among the most confident, over the share of questions answered."""
    step = max(1, -(-len(coverage) // MOST_POINTS))
    kept = sorted({*range(0, len(coverage), step), len(coverage) - 1}) if len(coverage) else []
    curve = _line("curve", [(float(coverage[i]), float(risk[i])) for i in kept])
    return _chart("Risk–coverage curve", "Share of questions answered", "Share that was wrong", curve)


def _point(x: float, y: float) -> tuple[float, float]:
    return LEFT + x * SIDE, TOP + (1.0 - y) * SIDE


def _line(name: str, points: Sequence[tuple[float, float]]) -> str:
    places = " ".join("{:.1f},{:.1f}".format(*_point(x, y)) for x, y in points)
    return f'<polyline class="{name}" points="{places}"/>'


def _chart(title: str, across: str, up: str, drawing: str) -> str:
    ticks = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = _point(tick, tick)
        ticks.append(_line("grid", [(0.0, tick), (1.0, tick)]) + _line("grid", [(tick, 0.0), (tick, 1.0)]))
        ticks.append(f'<text x="{x:.1f}" y="{TOP + SIDE + 16:.1f}" text-anchor="middle">{tick:.2g}</text>')
        ticks.append(f'<text x="{LEFT - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{tick:.2g}</text>')
    middle = TOP + SIDE / 2
    names = (
        f'<text x="{LEFT + SIDE / 2:.1f}" y="{TOP + SIDE + 36:.1f}" text-anchor="middle">{across}</text>'
        f'<text transform="translate(11 {middle:.1f}) rotate(-90)" text-anchor="middle">{up}</text>'
    )
    return (
        f'<svg viewBox="0 0 {LEFT + SIDE + RIGHT:.0f} {TOP + SIDE + BOTTOM:.0f}" role="img" aria-label="{title}">'
        f"{''.join(ticks)}{drawing}{names}</svg>"
    )
