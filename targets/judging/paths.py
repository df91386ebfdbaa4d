"""The way that a plan takes to a target: its measure month by month, from the outturn to March, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from planning.plan.array import Member, Plan
from planning.registry import periods
from targets.guidance.documents import DRAFT, EXPECTED
from targets.guidance.target import Target
from targets.judging.comparators import DIRECTIONS
from targets.judging.ledger import WHOLE_YEAR, YEAR_MEAN, Ledger, Wanting
from targets.judging.measuring import Measure, measure_of

_UNJUDGED = frozenset({DRAFT, EXPECTED, "query"})
_MORE_IS_BETTER = frozenset({">", ">=", "increase", "increase_toward", "increase_by"})
_MONTHLY = frozenset({"by_month", "from_month", "each_month"})


@dataclass(frozen=True)
class Path:
    """One measure of one organisation. Figures are in the target's unit, counts in their line's (a target may ask
    for a change of them in per cent)."""

    target: Target
    measure: Measure
    unit: str
    rises: bool  # whether more is better
    adds_up: bool
    window: int  # where the target judges the plan: a month's place, or a year
    months: tuple[Fraction, ...]  # twelve
    outturn: Fraction
    planned: Fraction  # over `window`
    periods: Sequence[str]  # the round's fifteen

    @property
    def year(self) -> Fraction:
        return sum(self.months, Fraction(0))

    def better(self, now: Fraction, then: Fraction) -> Fraction:
        """How much better `now` is than `then`; below zero where it is worse."""
        return now - then if self.rises else then - now


@dataclass(frozen=True)
class Test:
    """What is judged of a target, itself or one of its parts: {measure, comparator, threshold, unit, effect}."""

    target: Target
    judged: Mapping[str, Any]
    measure: Measure


def judged_of(ledger: Ledger, target: Target, o: int) -> list[Test]:
    """What is judged of the o-th organisation along a path: nothing where it is not asked in this round, where
    neither way is better, and where a year has one figure alone."""
    member = ledger.plan.members[o]
    if not _is_asked(target, member):
        return []
    whole = {name: getattr(target, name) for name in ("measure", "comparator", "threshold", "unit", "effect")}
    each = [{**whole, **part} for part in target.parts] or [whole]
    tests = [Test(target, judged, measure_of(judged["measure"], judged["unit"])) for judged in each]
    return [test for test in tests if _is_judged(ledger, test, member.kind)]


def _is_judged(ledger: Ledger, test: Test, kind: str) -> bool:
    if rises_of(test.judged) is None or not _is_due(ledger.plan, test):
        return False
    return _varies(ledger, test.measure, kind)


def returns_of(ledger: Ledger, tests: Iterable[Test], o: int) -> set[str]:
    """The returns that paths of the o-th organisation are read from."""
    kind, lines = ledger.plan.members[o].kind, ledger.plan.lines
    return {lines[code].return_kind for test in tests for code in test.measure.codes(ledger, kind, None)}


def paths_of(ledger: Ledger, tests: Iterable[Test], o: int) -> list[Path]:
    """The paths of what is judged of the o-th organisation: none where a month or the outturn has no figure."""
    found = (_path(ledger, test, o) for test in tests)
    return [path for path in found if path is not None]


def _is_asked(target: Target, member: Member) -> bool:
    """Of this organisation and in this round, by a document that holds."""
    if target.is_attested or target.status in _UNJUDGED:
        return False
    if "trust" not in target.levels | target.indicator_levels:
        return False
    return not target.types or member.kind in target.types


def _path(ledger: Ledger, test: Test, o: int) -> Path | None:
    plan, measure, judged = ledger.plan, test.measure, test.judged
    adds_up = not measure.is_ratio and any(plan.lines[code].over_time == "sum" for _, code in measure.top)
    window = _window(plan, test.target, judged["effect"], adds_up)
    outturn, planned = (_value(ledger, measure, o, place) for place in (periods.OUTTURN, window))
    months = [_value(ledger, measure, o, place) for place in range(periods.APRIL, periods.YEAR)]
    known = tuple(month for month in months if month is not None)
    if len(known) < len(months) or outturn is None or planned is None:
        return None
    return Path(
        target=test.target,
        measure=measure,
        unit=judged["unit"] if measure.bottom else plan.lines[measure.top[0][1]].unit,
        rises=bool(rises_of(judged)),
        adds_up=adds_up,
        window=window,
        months=known,
        outturn=outturn,
        planned=planned,
        periods=plan.periods,
    )


def rises_of(judged: Mapping[str, Any]) -> bool | None:
    """Whether more is better; None where neither way is."""
    comparator, threshold = judged["comparator"], judged["threshold"]
    if comparator != "=":
        return comparator in _MORE_IS_BETTER
    if threshold == 0:
        return False
    return True if threshold == 100 and judged["unit"] == "%" else None


def _is_due(plan: Plan, test: Test) -> bool:
    """An ambition of a later round asks nothing of this one, unless a direction."""
    effect = test.judged["effect"]
    begins = test.target.due or effect["to" if effect["kind"] == "by_month" else "from"]
    return test.judged["comparator"] in DIRECTIONS or begins <= plan.periods[periods.MARCH]


def _varies(ledger: Ledger, measure: Measure, kind: str) -> bool:
    """Whether the organisation holds its lines, and one at least has months."""
    if not (measure.is_known(ledger) and measure.held_by(ledger, kind, None)):
        return False
    return not all(ledger.plan.lines[code].is_annual for code in measure.codes(ledger, kind, None))


def _window(plan: Plan, target: Target, effect: Mapping[str, str], adds_up: bool) -> int:
    """The last month judged, or the year; a month of what adds up says little of it, so its year does."""
    if effect["kind"] == "year_mean":
        return YEAR_MEAN
    if adds_up or effect["kind"] not in _MONTHLY:
        return WHOLE_YEAR
    months = plan.periods[periods.MONTHS]
    return plan.periods.index(effect["to"]) if effect["to"] in months and not target.due else periods.MARCH


def _value(ledger: Ledger, measure: Measure, o: int, window: int) -> Fraction | None:
    """Yearly figures stand in the year's column whatever month is asked for."""
    found = measure.read(ledger, o, window, None)
    return None if isinstance(found, Wanting) else measure.value(found)
