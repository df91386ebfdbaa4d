"""What a target needs of a plan, read from the organisations that are judged together."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from planning.plan.array import BLANK, NO_RETURN, Member, Plan
from planning.registry import periods
from targets.comparators import DIRECTIONS, against_baseline
from targets.guidance import Target
from targets.measuring import IN_PART, Measure, Parts, Wanting, input_places
from targets.windows import baseline_of, windows_of


@dataclass(frozen=True)
class Reading:
    """What a target needs of a plan: the rows that are added up, and the windows it is judged over."""

    plan: Plan
    target: Target
    measure: Measure
    rows: tuple[int, ...]
    counted: frozenset[str] | None  # a system's: the ODS codes that it adds up

    def parts(self, window: int) -> Parts | None:
        """Top and bottom summed over the rows; None where a row has no figure."""
        total: Parts | None = None
        for o in self.rows:
            found = self.measure.read(self.plan, o, window, self.counted)
            if isinstance(found, Wanting):
                return None
            total = found if total is None else total + found
        return total

    def value(self, window: int) -> Fraction | None:
        parts = self.parts(window)
        return None if parts is None else self.measure.value(parts)


def wanting_of(reading: Reading, o: int) -> Wanting | None:
    """The first thing that keeps a row from being judged over the target's windows and baseline."""
    baseline = baseline_of(reading.target)
    for window in [*windows_of(reading.plan, reading.target), *([] if baseline is None else [baseline])]:
        found = reading.measure.read(reading.plan, o, window, reading.counted)
        if isinstance(found, Wanting):
            return found
    return None


def why_of(plan: Plan, member: Member, wanting: Wanting) -> str:
    line, who = plan.lines[wanting.line], member.name or member.ods
    if wanting.state == NO_RETURN:
        return f"{who} has no current {line.return_kind} return."
    if wanting.state == BLANK:
        return f"{who} left “{line.label}” ({line.code}) blank."
    months = " in some months only" if wanting.state == IN_PART else ""
    return f"{who} marks “{line.label}” ({line.code}) as not applicable{months}."


def months_of(reading: Reading, base: Fraction | None) -> tuple[float | None, ...]:
    """The twelve months in the target's unit; against a year's baseline each month is held to a twelfth."""
    lines = [reading.plan.lines[code] for _, code in reading.measure.top]
    share = 12 if any(line.over_time == "sum" for line in lines) and not reading.measure.is_ratio else 1
    found: list[float | None] = []
    for place in range(periods.APRIL, periods.YEAR):
        value = reading.value(place)
        if value is not None and base and reading.target.comparator not in DIRECTIONS:
            value = against_baseline(reading.target, value * share, base)
        found.append(None if value is None else float(value))
    return tuple(found)


def inputs_of(reading: Reading, window: int, baseline: int | None) -> tuple[tuple[str, str, int], ...]:
    """The (organisation, line, period place) that the shown figure rests on."""
    found: list[tuple[str, str, int]] = []
    for o in reading.rows:
        member = reading.plan.members[o]
        for code in reading.measure.codes(reading.plan, member.kind, reading.counted):
            places = [*input_places(reading.plan, code, window), *([] if baseline is None else [baseline])]
            found.extend((member.ods, code, place) for place in places)
    return tuple(found)
