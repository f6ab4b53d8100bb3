"""Draws how cost grows with lines, both axes by powers of ten: a slope of one is linear."""

import math
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

Points = Sequence[tuple[int, float]]
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 420, 60, 190, 40, 50
COLORS = ("#c0392b", "#2471a3", "#1e8449", "#7d3c98", "#b9770e", "#16a085", "#566573", "#884ea0")


def svg(title: str, unit: str, lines: Mapping[str, Points]) -> str:
    """One line for each name, over the number of lines of code."""
    points = [point for of in lines.values() for point in of if point[1] > 0]
    across = _scale([x for x, _ in points], LEFT, WIDTH - RIGHT)
    up = _scale([y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="15">{escape(title)}</text>',
    ]
    for power in _powers([x for x, _ in points]):
        x = across(10.0**power)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10**power:,}</text>')
    for power in _powers([y for _, y in points]):
        y = up(10.0**power)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">lines of code</text>')
    parts.append(f'<text x="{LEFT}" y="{TOP - 12}" text-anchor="end" fill="#555">{escape(unit)}</text>')
    ends: list[float] = []
    for color, (name, of) in zip(COLORS, sorted(lines.items(), key=lambda pair: pair[1][-1][1]), strict=False):
        drawn = [(across(x), up(y)) for x, y in of if y > 0]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in drawn]
        at = min(drawn[-1][1], ends[-1] - 14) if ends else drawn[-1][1]
        ends.append(at)
        parts.append(f'<text x="{WIDTH - RIGHT + 8}" y="{at + 4:.1f}" fill="{color}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _powers(values: Sequence[float]) -> range:
    return range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)


def _scale(values: Sequence[float], start: float, end: float) -> Callable[[float], float]:
    powers = _powers(values)
    low, high = powers[0], max(powers[-1], powers[0] + 1)
    return lambda value: start + (math.log10(value) - low) / (high - low) * (end - start)
