"""What a target needs of a plan, read from the organisations that are judged together."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from planning.plan.array import BLANK, NO_RETURN, Member, Plan
from planning.registry import periods
from planning.registry.lines import REFERENCE
from targets.guidance.target import Target
from targets.judging.comparators import CHANGES, against_baseline, is_against_baseline
from targets.judging.ledger import IN_PART, Counted, Ledger, Wanting, input_places
from targets.judging.measuring import Measure, Sides
from targets.judging.windows import aim_place_of, baseline_of, windows_of


@dataclass(frozen=True)
class Reading:
    """What a target needs of a plan: the rows that are added up, and the windows it is judged over."""

    ledger: Ledger
    target: Target
    measure: Measure
    rows: tuple[int, ...]
    counted: Counted  # a system's: the ODS codes that it adds up
    body: str = ""  # whose own figure counts, where one is set: an organisation, a system, a group
    _read: dict[int, Sides | None] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        return self.ledger.plan

    @cached_property
    def windows(self) -> list[int]:
        return windows_of(self.plan, self.target)

    @cached_property
    def baseline(self) -> int | None:
        return baseline_of(self.target)

    @cached_property
    def needed(self) -> list[int]:
        """Every window without which there is no verdict: those judged, the baseline, what sets the threshold."""
        aim = None if self.body in self.target.local else aim_place_of(self.target)
        return list(dict.fromkeys([*self.windows, *(p for p in (self.baseline, aim) if p is not None)]))

    def sides(self, window: int) -> Sides | None:
        """Top and bottom summed over the rows; None where a row has no figure."""
        if window not in self._read:
            self._read[window] = self._sum(window)
        return self._read[window]

    def remember(self, window: int, sides: Sides) -> None:
        """What has been read of its one row already."""
        self._read[window] = sides

    def _sum(self, window: int) -> Sides | None:
        total: Sides | None = None
        for o in self.rows:
            found = self.measure.read(self.ledger, o, window, self.counted)
            if isinstance(found, Wanting):
                return None
            total = found if total is None else total + found
        return total

    def value(self, window: int) -> Fraction | None:
        sides = self.sides(window)
        return None if sides is None else self.measure.value(sides)


def wanting_of(reading: Reading, o: int) -> Wanting | None:
    """The first thing that keeps a row from being judged over the target's windows and baseline."""
    for window in reading.needed:
        found = reading.measure.read(reading.ledger, o, window, reading.counted)
        if isinstance(found, Wanting):
            return found
        if reading.rows == (o,):
            reading.remember(window, found)
    return None


def why_of(plan: Plan, member: Member, wanting: Wanting) -> str:
    """`Royal Berkshire left “All attendances” (E.M.13D) blank in March 2024 (“A&E”, R41).`"""
    line, who = plan.lines[wanting.line], member.name or member.ods
    if line.required == REFERENCE:
        return f"“{line.label}” ({line.code}) of {who} is not known: it is a figure of the service's own."
    if wanting.state == NO_RETURN:
        return f"{who} has no current {line.return_kind} return."
    where = where_of(plan, member.ods, wanting.line, wanting.place)
    if wanting.state == BLANK:
        return f"{who} left “{line.label}” ({line.code}) blank{where}."
    months = f" in some months only, first{where}" if wanting.state == IN_PART else ""
    return f"{who} marks “{line.label}” ({line.code}) as not applicable{months}."


def where_of(plan: Plan, ods: str, code: str, place: int) -> str:
    """` in March 2024 (sheet Activity, cell R41)`: the cell where one is known of it."""
    when = f" {period_words(plan, place)}"
    origin = plan.origins.get((ods, code))
    cell = origin.cell(place) if origin is not None else ""
    return f"{when} (sheet {origin.sheet}, cell {cell})" if origin is not None and cell else when


def period_words(plan: Plan, place: int) -> str:
    """`in March 2024`, `for 2023/24`."""
    period = plan.periods[place]
    return f"for {period}" if "/" in period else f"in {periods.month_label(period)}"


def before_words(reading: Reading) -> str:
    """What the plan is held against: `the outturn`, `2019/20`."""
    place = reading.baseline if reading.baseline is not None else periods.OUTTURN
    return "the outturn" if place == periods.OUTTURN else reading.plan.periods[place]


def months_of(reading: Reading, base: Fraction | None) -> tuple[float | None, ...]:
    """The twelve months in the target's unit; against a year's baseline each month is held to a twelfth. Nothing
    for lines that have one value a year."""
    lines = [reading.plan.lines[code] for _, code in reading.measure.top if code in reading.plan.lines]
    if lines and all(line.is_annual for line in lines):
        return (None,) * 12
    share = 12 if any(line.over_time == "sum" for line in lines) and not reading.measure.is_ratio else 1
    found: list[float | None] = []
    for place in range(periods.APRIL, periods.YEAR):
        value = reading.value(place)
        if value is not None and base is not None and is_against_baseline(reading.target):
            value = _changed(reading.target, value * share, base)
        found.append(None if value is None else float(value))
    return tuple(found)


def _changed(target: Target, value: Fraction, base: Fraction) -> Fraction | None:
    divides = target.comparator not in CHANGES or target.unit == "%"
    return None if divides and base == 0 else against_baseline(target, value, base)


def inputs_of(reading: Reading, window: int) -> tuple[tuple[str, str, int], ...]:
    """The (organisation, line, period place) that the shown figure rests on."""
    beside = [place for place in reading.needed if place not in reading.windows]
    found: dict[tuple[str, str, int], None] = {}
    for o in reading.rows:
        member = reading.plan.members[o]
        for code in reading.measure.codes(reading.ledger, member.kind, reading.counted):
            line = reading.plan.lines[code]
            places = dict.fromkeys(p for w in (window, *beside) for p in input_places(line, w))
            found.update(((member.ods, code, place), None) for place in places)
    return tuple(found)
