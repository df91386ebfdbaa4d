"""V14 figures that moved far since the version that counted before. Runs on what was sent: a file that is
only tried has no earlier version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from planning.foundation.wording import signed
from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule, Tolerance
from planning.plan.rules import count
from planning.registry import periods
from planning.registry.lines import Line
from submissions.earlier import MOVED
from submissions.figures import shown
from submissions.parsing import Fault, Reading, Return


def figures_have_not_moved_far(
    parsed: Return,
    expected: Sequence[Line],
    plan: Plan,
    before: Mapping[str, int | None],
    version: int,
    rules: Sequence[Rule],
) -> Iterator[Fault]:
    """Once an entered line, at its plan cell. `before` holds the year's exact figure of each line in the
    version that counted before, None where it was blank or n/a; `version` is its number."""
    tolerance = next(rule.tolerance for rule in rules if rule.code == MOVED)
    readings = {reading.line: reading for reading in parsed.readings}
    for line in expected:
        earlier, reading = before.get(line.code), readings.get(line.code)
        now = plan.figure(plan.members[0].ods, line.code, periods.YEAR)
        if earlier is None or now is None or reading is None or line.formula_for(parsed.kind):
            continue
        if moved_far(earlier, now, line.unit, tolerance):
            yield _fault(parsed, line, reading, earlier, now, version)


def moved_far(before: int, now: int, unit: str, tolerance: Tolerance) -> bool:
    """Whether a stored figure moved by more than the share of what stood before, and by more than the unit's
    floor; exactly at either it did not."""
    moved = abs(now - before)
    floor = fraction(tolerance.by_unit.get(unit, tolerance.absolute)) * SCALE
    return moved > floor and moved > fraction(tolerance.relative) * abs(before)


def _fault(parsed: Return, line: Line, reading: Reading, before: int, now: int, version: int) -> Fault:
    period = periods.codes(parsed.round_code)[periods.YEAR]
    places = max(1, line.decimals)
    message = (
        f"{line.code} ({line.label}) is {count(now, places)} {line.unit} for {period}; version {version} had "
        f"{count(before, places)}{_share(before, now)}."
    )
    cell = parsed.cell(reading, periods.YEAR)
    return Fault(MOVED, reading.sheet, cell, line.code, period, shown(now), message)


def _share(before: int, now: int) -> str:
    """`: 33.3% more`, or nothing where a share would say nothing."""
    if not before or before * now < 0:
        return ""
    share = Fraction(abs(now) - abs(before), abs(before))
    return f": {signed(abs(share) * 100, 1)}% {'more' if share > 0 else 'less'}"
