"""V16 a numerator typed as a fraction or a percentage of its denominator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.lines import Line
from submissions.figures import shown
from submissions.parsing import Fault, Reading, Return

_HUNDREDS = 100 * SCALE  # with smaller denominators a count may itself be as small as a share


def counts_are_no_shares(parsed: Return, expected: Sequence[Line]) -> Iterator[Fault]:
    """Once a line, at its first month."""
    readings, typed = (
        {reading.line: reading for reading in parsed.readings},
        lines_typed_as_shares(parsed, expected),
    )
    for line in expected:
        if line.code in typed:
            yield _fault(parsed, line, readings[line.code], typed[line.code])


def lines_typed_as_shares(parsed: Return, expected: Sequence[Line]) -> dict[str, str]:
    """The numerators that are none, and what they look like: "fraction" or "percentage". All twelve months of
    both are there, and the denominator counts hundreds."""
    readings = {reading.line: reading for reading in parsed.readings}
    found = {}
    for line in expected:
        part, whole = readings.get(line.code), readings.get(line.denominator)
        if part is not None and whole is not None and (looks := _looks(line, _months(part), _months(whole))):
            found[line.code] = looks
    return found


def _months(reading: Reading) -> list[int]:
    """The twelve figures; nothing where one of them is missing."""
    months = [figure for figure in reading.figures[periods.MONTHS] if figure is not None]
    return months if len(months) == 12 else []


def _looks(line: Line, part: list[int], whole: list[int]) -> str:
    """Some month must not be whole: counts of 0, 1 or 76 are counts. A line that may have decimals, such as
    beds, is told by fractions alone."""
    if (
        not part
        or not whole
        or min(whole) < _HUNDREDS
        or min(part) < 0
        or all(month % SCALE == 0 for month in part)
    ):
        return ""
    if max(part) <= SCALE:
        return "fraction"
    return "percentage" if max(part) <= 100 * SCALE and line.decimals == 0 else ""


def _fault(parsed: Return, line: Line, reading: Reading, looks: str) -> Fault:
    figure, period = reading.figures[periods.APRIL] or 0, periods.codes(parsed.round_code)[periods.APRIL]
    message = (
        f"{line.code} ({line.label}) is {shown(figure)} for {periods.month_label(period)}, and no larger than "
        f"{1 if looks == 'fraction' else 100} in any month: it looks like a {looks} of {line.denominator}. Type the "
        "count, not the share."
    )
    cell = parsed.cell(reading, periods.APRIL)
    return Fault("V16", reading.sheet, cell, line.code, period, shown(figure), message)
