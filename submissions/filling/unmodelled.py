"""An answer for a line that the other modules do not know yet, so that adding a line stays adding data."""

from __future__ import annotations

from planning.registry import periods
from planning.registry.lines import Line
from submissions.filling.profiles import Dice, Row, Rows

_USUAL = {"£000": 500.0, "WTE": 40.0}


def plausible(dice: Dice, line: Line, rows: Rows) -> Row:
    """Blank for an optional line; nine tenths of the whole for a numerator or a part of another line; else a
    middling figure of the right sign that moves a little from month to month."""
    if line.required == "optional":
        return [None] * periods.COUNT
    whole = rows.get(line.denominator or line.of_which)
    if whole is not None:
        return [_part(line, figure) for figure in whole]
    size = dice.about(_USUAL.get(line.unit, 300.0), 0.2) * (-1 if line.sign == "-" else 1)
    months = [_rounded(line, dice.about(size, 0.04)) for _ in range(periods.COUNT)]
    if line.over_time == "sum":
        months[: periods.APRIL] = [_rounded(line, size * 12 * factor) for factor in (0.95, 0.98)]
    return [*months]


def _part(line: Line, figure: object) -> float | int | None:
    return _rounded(line, figure * 0.9) if isinstance(figure, int | float) else None


def _rounded(line: Line, value: float) -> float | int:
    return round(value, line.decimals) if line.decimals else int(value)
