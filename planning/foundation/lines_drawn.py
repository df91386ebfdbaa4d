"""Several series of twelve months on one scale, drawn at once as SVG: no worker, no library, nothing kept.

Colour is the last of what tells the lines apart: each has its name at its end, its own dash, and the odd one is thick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 800, 320
LEFT, RIGHT, TOP, BOTTOM = 62, 96, 40, 40
APART = 19  # between the names of lines that end close together
COLOURS, DASHES, ODD = ("#005eb8", "#425563", "#007f3b"), ("none", "9 5", "2 4"), "#d5281b"
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
MOST_STEPS = 6


@dataclass(frozen=True)
class Lines:
    """`series` by name, twelve values each, None for a month that is not known; `odd` names the one that stands out,
    and `level` is what all are held against."""

    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[float | None]]]
    unit: str
    level: float
    odd: str = ""


def drawn(lines: Lines) -> SafeString:
    """The picture. Series without a figure have no line and no name; with none at all it is empty."""
    values = [value for _, months in lines.series for value in months if value is not None]
    if not values:
        return SafeString("")
    scale = Scale.of([*values, lines.level])
    parts = [*_grid(lines, scale), *_months(lines)]
    for place, (name, months) in enumerate(lines.series):
        is_odd = name == lines.odd
        colour = ODD if is_odd else COLOURS[place % len(COLOURS)]
        parts += _line(months, scale, colour, DASHES[place % len(DASHES)], 5 if is_odd else 3)
    return _svg([*parts, *_names(lines, scale)])


@dataclass(frozen=True)
class Scale:
    """From the lowest to the highest line of the grid, in whole steps."""

    low: float
    high: float
    step: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Scale:
        least, most = min(values), max(values)
        step = next((one for one in STEPS if (most - least) / one <= MOST_STEPS - 1), STEPS[-1])
        low, high = floor(least / step) * step, ceil(most / step) * step
        return cls(low, high if high > low else low + step, step)

    def y(self, value: float) -> float:
        height = HEIGHT - TOP - BOTTOM
        return round(TOP + height * (1 - (value - self.low) / (self.high - self.low)), 1)

    def ticks(self) -> list[float]:
        return [
            self.low + self.step * place for place in range(round((self.high - self.low) / self.step) + 1)
        ]


def _x(place: int) -> float:
    return round(LEFT + 20 + (WIDTH - LEFT - RIGHT - 40) * place / 11, 1)


def _grid(lines: Lines, scale: Scale) -> list[SafeString]:
    parts = [_text(lines.unit, 8, 18, "start", bold=True)]
    for tick in scale.ticks():
        y, is_level = scale.y(tick), abs(tick - lines.level) < scale.step / 1000
        colour = "#4c6272" if is_level else "#d8dde0"
        parts.append(_rule(LEFT, WIDTH - RIGHT, y, colour))
        parts.append(_text(f"{tick:,.{0 if scale.step >= 1 else 1}f}", LEFT - 8, y + 5, "end"))
    return parts


def _rule(start: float, end: float, y: float, colour: str) -> SafeString:
    return format_html('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}"/>', start, end, y, y, colour)


def _months(lines: Lines) -> list[SafeString]:
    return [_text(label, _x(place), HEIGHT - 12, "middle") for place, label in enumerate(lines.labels)]


def _line(
    months: Sequence[float | None], scale: Scale, colour: str, dash: str, width: int
) -> list[SafeString]:
    """One stroke for each run of months that are known; a month by itself is a dot."""
    parts, run = [], []
    for place, value in enumerate([*months, None]):
        if value is not None:
            run.append((_x(place), scale.y(value)))
            continue
        if len(run) == 1:
            parts.append(format_html('<circle cx="{}" cy="{}" r="4" fill="{}"/>', *run[0], colour))
        elif run:
            points = " ".join(f"{x},{y}" for x, y in run)
            form = '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>'
            parts.append(format_html(form, points, colour, width, dash))
        run = []
    return parts


def _names(lines: Lines, scale: Scale) -> list[SafeString]:
    """Each name beside the last month that is known, the highest first, none nearer to another than can be read."""
    ends = []
    for place, (name, months) in enumerate(lines.series):
        known = [(at, value) for at, value in enumerate(months) if value is not None]
        if known:
            colour = ODD if name == lines.odd else COLOURS[place % len(COLOURS)]
            ends.append((scale.y(known[-1][1]), name, colour, _x(known[-1][0]) + 10))
    found, above = [], float("-inf")
    for y, name, colour, x in sorted(ends):
        above = max(y + 5, above + APART)
        found.append(_text(name, x, above, "start", colour, bold=True))
    return found


def _text(
    words: str, x: float, y: float, anchor: str, colour: str = "#212b32", bold: bool = False
) -> SafeString:
    form = '<text x="{}" y="{}" text-anchor="{}" font-size="{}" font-weight="{}" fill="{}">{}</text>'
    return format_html(form, x, y, anchor, 16 if bold else 15, "bold" if bold else "normal", colour, words)


def _svg(parts: Sequence[SafeString]) -> SafeString:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="Arial">'
    back = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    return mark_safe(f"{head}{back}{''.join(parts)}</svg>")  # noqa: S308 of parts that are escaped already
