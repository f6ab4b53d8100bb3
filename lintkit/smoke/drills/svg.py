"""A plot as SVG: lines with points, or bars. Black on white by default, colours from the page's style sheet."""

import math
from collections.abc import Iterator
from html import escape

from lintkit.smoke.drills.outcome import Plot

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 76, 16, 12, 44
_COLOURS = ("#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed")
_FONT = 'font-size="11" font-family="system-ui, sans-serif" fill="currentColor"'
_TICKS = 5


def render(plot: Plot) -> str:
    points = [point for line in plot.lines.values() for point in line]
    if not points:
        return ""
    axes = _Axes(points, from_zero=plot.bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {_FONT}>',
        f"<title>{escape(plot.title)}</title>",
        *_frame(plot, axes),
    ]
    for number, (name, line) in enumerate(plot.lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        parts += _bars(line, axes, colour) if plot.bars else _line(line, axes, colour)
        if len(plot.lines) > 1:
            parts.append(f'<text x="{LEFT + 8 + number * 110}" y="{TOP + 10}" fill="{colour}">{escape(name)}</text>')
    return "".join((*parts, "</svg>"))


class _Axes:
    def __init__(self, points: list[tuple[float, float]], *, from_zero: bool) -> None:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self.x_ticks = ticks(min(xs), max(xs))
        self.y_ticks = ticks(min(0.0, *ys) if from_zero else min(ys), max(ys))

    def x(self, value: float) -> float:
        return LEFT + _share(value, self.x_ticks) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - _share(value, self.y_ticks) * (HEIGHT - TOP - BOTTOM)


def ticks(low: float, high: float) -> list[float]:
    """Round values that enclose a range."""
    if high <= low:
        margin = abs(low) / 2 or 1.0
        low, high = low - margin, high + margin
    step = 10 ** math.floor(math.log10((high - low) / _TICKS))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= _TICKS)
    first = math.floor(low / step)
    return [at * step for at in range(first, math.ceil(high / step) + 1)]


def _share(value: float, marks: list[float]) -> float:
    return (value - marks[0]) / (marks[-1] - marks[0])


def _frame(plot: Plot, axes: _Axes) -> Iterator[str]:
    for value in axes.y_ticks:
        y = axes.y(value)
        opacity = 0.6 if value == 0 else 0.15
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="currentColor" stroke-opacity="{opacity}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_label(value)}</text>'
    for value in axes.x_ticks:
        x = axes.x(value)
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{_label(value)}</text>'
    yield f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(plot.x_label)}</text>'
    middle = (TOP + HEIGHT - BOTTOM) / 2
    turn = f'text-anchor="middle" transform="rotate(-90 14 {middle})"'
    yield f'<text x="14" y="{middle}" {turn}>{escape(plot.y_label)}</text>'


def _label(value: float) -> str:
    return f"{value:,.10g}"


def _line(points: tuple[tuple[float, float], ...], axes: _Axes, colour: str) -> Iterator[str]:
    path = "L".join(f"{axes.x(x):.1f} {axes.y(y):.1f}" for x, y in points)
    yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y in points:
        at = f"{_label(x)}: {_label(y)}"
        yield f'<circle cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" r="3" fill="{colour}"><title>{at}</title></circle>'


def _bars(points: tuple[tuple[float, float], ...], axes: _Axes, colour: str) -> Iterator[str]:
    width = (axes.x(points[1][0]) - axes.x(points[0][0])) * 0.9 if len(points) > 1 else 40.0
    base = axes.y(0.0)
    for x, y in points:
        left, top = axes.x(x) - width / 2, axes.y(y)
        yield (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{base - top:.1f}" fill="{colour}">'
            f"<title>{_label(x)}: {_label(y)}</title></rect>"
        )
