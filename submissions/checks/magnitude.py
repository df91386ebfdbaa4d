"""V15 a plan in another unit than its outturn, V17 past years that hold a month where the line holds a year.

Of activity and workforce, by size alone; finance has its own rule, T42.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from planning.plan.exact import SCALE
from planning.plan.rules import count
from planning.registry import periods
from planning.registry.lines import Line
from submissions.checks.shares import lines_typed_as_shares
from submissions.figures import shown
from submissions.layout.places import is_entered
from submissions.parsing import Fault, Reading, Return

_RETURNS = frozenset({"activity", "workforce"})
_ADDS_UP, _AVERAGES = frozenset({"sum", "ratio"}), frozenset({"avg", "ratio_avg"})
_NEAR = Fraction(4, 3)  # how far growth may carry a slip from its round figure
_SLIPS = (
    (Fraction(1000), "1,000 times", "one of the two looks typed in thousands"),
    (Fraction(100), "100 times", "one of the two looks like a percentage, or its decimal point has moved"),
    (Fraction(1, 1000), "a thousandth of", "the plan looks typed in thousands"),
)
_TWELVE = (Fraction(12), "12 times", "each month looks like twelve months added up")
# Below these a line is too small to tell. By whether it adds up: (smaller side, larger side) of V15, plan of V17.
_FLOOR = {True: (12 * SCALE, 1_000 * SCALE), False: (SCALE, 100 * SCALE)}
_LEAST = {True: 600 * SCALE, False: 20 * SCALE}


@dataclass(frozen=True)
class _Row:
    """A line as entered, its twelve months all there: the year they make, sum or mean, exact."""

    line: Line
    reading: Reading
    plan: Fraction

    @property
    def adds_up(self) -> bool:
        return self.line.over_time in _ADDS_UP

    @property
    def planned(self) -> str:
        """The year in words; a stock or a mean is told by the average of its months."""
        figure = _shown(round(self.plan, -4)) if self.line.decimals == 0 else _shown(self.plan)
        return f"{figure} {self.line.unit}{'' if self.adds_up else ' on average'}"

    def past(self, place: int) -> int:
        """The outturn or 2019/20; 0 where there is none to compare with."""
        return self.reading.figures[place] or 0


def past_years_are_of_the_plans_size(parsed: Return, expected: Sequence[Line]) -> Iterator[Fault]:
    """Once a line: what V16 tells of it is not told again here, nor what V15 tells by V17."""
    for row in _rows(parsed, expected):
        fault = _another_unit(parsed, row) or _month_for_year(parsed, row)
        if fault is not None:
            yield fault


def _rows(parsed: Return, expected: Sequence[Line]) -> Iterator[_Row]:
    if parsed.identity.return_kind not in _RETURNS:
        return
    lines, told = {line.code: line for line in expected}, lines_typed_as_shares(parsed, expected)
    for reading in parsed.readings:
        line = lines[reading.line]
        months = [figure for figure in reading.figures[periods.MONTHS] if figure is not None]
        if line.code in told or len(months) < 12 or not is_entered(line, parsed.kind, periods.APRIL):
            continue
        total = Fraction(sum(months))
        yield _Row(line, reading, total if line.over_time in _ADDS_UP else total / 12)


def _is_near(ratio: Fraction, factor: Fraction) -> bool:
    return factor / _NEAR <= ratio <= factor * _NEAR


def _another_unit(parsed: Return, row: _Row) -> Fault | None:
    outturn = row.past(periods.OUTTURN)
    smaller, larger = sorted((row.plan, Fraction(outturn)))
    least, most = _FLOOR[row.adds_up]
    if smaller < least or larger < most:
        return None
    for factor, times, looks in _SLIPS if row.adds_up else (*_SLIPS, _TWELVE):
        if _is_near(row.plan / outturn, factor):
            message = (
                f"{row.line.code} ({row.line.label}) is planned at {row.planned}, about {times} its outturn of "
                f"{_shown(outturn)}: {looks}. Enter both in {row.line.unit}."
            )
            return _fault(parsed, row, "V15", periods.APRIL, message)
    return None


def _month_for_year(parsed: Return, row: _Row) -> Fault | None:
    if row.line.over_time not in _ADDS_UP | _AVERAGES or row.plan < _LEAST[row.adds_up]:
        return None
    for place in (periods.BASELINE, periods.OUTTURN):
        past = row.past(place)
        looks = _looks(row, Fraction(past)) if past > 0 else ""
        if looks:
            year = periods.codes(parsed.round_code)[place]
            message = (
                f"{row.line.code} ({row.line.label}) is {_shown(past)} {row.line.unit} for {year} and "
                f"{row.planned} in the plan: {looks}"
            )
            return _fault(parsed, row, "V17", place, message)
    return None


def _looks(row: _Row, past: Fraction) -> str:
    if row.adds_up and _is_near(row.plan / past, Fraction(12)):
        return "it looks like one month's figure. Enter the whole year's."
    if _is_near(past / row.plan, Fraction(12)):
        right = "the year's total once" if row.adds_up else "the average of the twelve months, not their sum"
        return f"it looks twelve times too large. Enter {right}."
    return ""


def _shown(figure: Fraction | int) -> str:
    return count(round(figure), 1)


def _fault(parsed: Return, row: _Row, rule: str, place: int, message: str) -> Fault:
    figure, cell = row.reading.figures[place] or 0, parsed.cell(row.reading, place)
    period = periods.codes(parsed.round_code)[place]
    return Fault(rule, row.reading.sheet, cell, row.line.code, period, shown(figure), message)
