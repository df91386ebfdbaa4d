"""Computed lines and plan columns of one return, as the plan computes them (planning/plan/array.py), in plain
Python: what a filled workbook shows before a spreadsheet has opened it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from planning.plan.exact import SCALE, rounded, scaled
from planning.registry import periods
from planning.registry.lines import Line
from submissions.layout.places import parts_of

NOT_APPLICABLE = "n/a"
Figure = float | int | str | None
Figures = Mapping[str, Sequence[Figure]]  # line code -> fifteen figures; None blank, "n/a" not applicable
_Cell = int | str | None  # ten-thousandths, "n/a", blank


def complete(lines: Sequence[Line], kind: str, figures: Figures) -> dict[str, list[Figure]]:
    """The figures with every computed line and plan column filled in, in each line's unit. Blank stays
    blank: a total with a required part blank is blank. Raises KeyError for figures of a line not in `lines`."""
    catalogue = {line.code: line for line in lines}
    unknown = sorted(set(figures) - set(catalogue))
    if unknown:
        raise KeyError(f"{unknown[0]} is not a line of this return.")
    cells = {code: _entered(figures.get(code)) for code in catalogue}
    done: set[str] = set()
    for code in catalogue:
        _fill(code, catalogue, kind, cells, done)
    return {code: [_shown(cell) for cell in row] for code, row in cells.items()}


def _entered(row: Sequence[Figure] | None) -> list[_Cell]:
    if row is None:
        return [None] * periods.COUNT
    return [cell if cell is None or isinstance(cell, str) else scaled(Decimal(str(cell))) for cell in row]


def in_unit(figure: int) -> float | int:
    """A stored figure in its line's unit, as a sheet holds it."""
    whole, rest = divmod(figure, SCALE)
    return figure / SCALE if rest else whole


def _shown(cell: _Cell) -> Figure:
    return cell if cell is None or isinstance(cell, str) else in_unit(cell)


def _fill(
    code: str, lines: Mapping[str, Line], kind: str, cells: dict[str, list[_Cell]], done: set[str]
) -> None:
    """Compute one line after all that it rests on."""
    if code in done:
        return
    done.add(code)
    line = lines[code]
    parts = parts_of(line, kind, lines)
    for needed in [part.code for _, part in parts] + ([line.weight] if line.weight in lines else []):
        _fill(needed, lines, kind, cells, done)
    if line.formula_for(kind):
        for place in (
            range(periods.COUNT) if line.formula_scope == "all" else range(periods.APRIL, periods.YEAR)
        ):
            cells[code][place] = _sum_of([(sign, part, cells[part.code][place]) for sign, part in parts])
    added_up = (
        bool(line.formula_for(kind)) and line.formula_scope == "all" and line.over_time in ("sum", "ratio")
    )
    if line.has_year_of_months and not added_up:
        cells[code][periods.YEAR] = _year(line, cells)


def _sum_of(parts: Sequence[tuple[int, Line, _Cell]]) -> _Cell:
    blank = [part for _, part, cell in parts if cell is None]
    known = [sign * cell for sign, _, cell in parts if isinstance(cell, int)]
    if any(part.required != "optional" for part in blank) or (blank and not known):
        return None
    return sum(known) if known else NOT_APPLICABLE


def _year(line: Line, cells: Mapping[str, list[_Cell]]) -> _Cell:
    months = cells[line.code][periods.MONTHS]
    if line.over_time in ("last", "ratio_last"):
        return months[-1]
    if any(month is None for month in months):
        return None
    known = [month for month in months if isinstance(month, int)]
    if not known:
        return NOT_APPLICABLE
    if line.over_time == "wmean":
        return _weighted(months, cells[line.weight][periods.MONTHS])
    if line.over_time in ("avg", "ratio_avg"):
        return rounded(Fraction(sum(known), len(known)))
    return sum(known)


def _weighted(values: Sequence[_Cell], weights: Sequence[_Cell]) -> _Cell:
    """The mean by weights; blank where a weight is missing or all are zero."""
    pairs = [(value, weight) for value, weight in zip(values, weights, strict=True) if isinstance(value, int)]
    known = [(value, weight) for value, weight in pairs if isinstance(weight, int)]
    total = sum(weight for _, weight in known)
    if len(known) < len(pairs) or total <= 0:
        return None
    return rounded(Fraction(sum(value * weight for value, weight in known), total))
