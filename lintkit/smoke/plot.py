"""A line chart with marks, as SVG text."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 1000, 260, 90, 22, 8
POINTS = 2000
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """Points (ns, value) in the order of time. `side` is its style's class. With `steps` a value holds on."""

    points: Sequence[tuple[int, float]]
    side: str
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    time_ns: int
    value: float
    side: str
    is_up: bool
    title: str


class _Scale:
    def __init__(self, times: list[int], values: list[float]) -> None:
        self.start, self.end = min(times), max(times)
        self.low, self.high = min(values), max(values)
        margin = (self.high - self.low) * 0.05 or max(abs(self.high) * 0.001, 1e-9)
        self.low, self.high = self.low - margin, self.high + margin

    def x(self, time_ns: int) -> float:
        return LEFT + (WIDTH - LEFT - 10) * (time_ns - self.start) / max(1, self.end - self.start)

    def y(self, value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (self.high - value) / (self.high - self.low)


def plot(lines: Sequence[Line], marks: Sequence[Mark]) -> str:
    times = [t for line in lines for t, _ in line.points] + [mark.time_ns for mark in marks]
    values = [v for line in lines for _, v in line.points] + [mark.value for mark in marks]
    if not times:
        return "<p>nothing</p>"
    scale = _Scale(times, values)
    parts = [*_axes(scale), *(_line(line, scale) for line in lines), *(_mark(mark, scale) for mark in marks)]
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{"".join(parts)}</svg>'


def _axes(scale: _Scale) -> Iterator[str]:
    step = 10 ** math.floor(math.log10((scale.high - scale.low) / _TICKS))
    step *= next(n for n in (1, 2, 5, 10) if (scale.high - scale.low) / (step * n) <= _TICKS)
    digits = max(0, -math.floor(math.log10(step)))
    for number in range(math.ceil(scale.low / step), math.floor(scale.high / step) + 1):
        y = scale.y(number * step)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 10}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number * step:,.{digits}f}</text>'
    for part in range(_TICKS):
        at = scale.start + (scale.end - scale.start) * part // (_TICKS - 1)
        moment = datetime.fromtimestamp(at // 10**9, timezone.utc)
        anchor = "start" if part == 0 else "end" if part == _TICKS - 1 else "middle"
        yield f'<text x="{scale.x(at):.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{moment:%Y-%m-%d %H:%M:%S}</text>'


def _line(line: Line, scale: _Scale) -> str:
    points: list[str] = []
    before: float | None = None
    for time_ns, value in _thin(line.points):
        x, y = scale.x(time_ns), scale.y(value)
        if line.steps and before is not None and before != y:
            points.append(f"{x:.1f},{before:.1f}")
        points.append(f"{x:.1f},{y:.1f}")
        before = y
    if line.steps and before is not None:
        points.append(f"{scale.x(scale.end):.1f},{before:.1f}")
    return f'<g class="{line.side}"><polyline points="{" ".join(points)}"/></g>'


def _thin(points: Sequence[tuple[int, float]]) -> Iterator[tuple[int, float]]:
    """Few enough points to draw; of each stretch the lowest and the highest, so that no spike is lost."""
    if len(points) <= POINTS:
        yield from points
        return
    width = math.ceil(len(points) * 2 / POINTS)
    for start in range(0, len(points), width):
        stretch = points[start : start + width]
        ends = {min(stretch, key=lambda p: p[1]), max(stretch, key=lambda p: p[1])}
        yield from sorted(ends)


def _mark(mark: Mark, scale: _Scale) -> str:
    x, y, size = scale.x(mark.time_ns), scale.y(mark.value), 5 if mark.side == "then" else 4
    tip, base = (y - size, y + size) if mark.is_up else (y + size, y - size)
    shape = f"M{x:.1f} {tip:.1f}L{x - size:.1f} {base:.1f}L{x + size:.1f} {base:.1f}Z"
    return f'<path class="{mark.side}" d="{shape}"><title>{escape(mark.title)}</title></path>'
