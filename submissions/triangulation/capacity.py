"""Room for what is planned: T33 beds for the stays, T34 tests for the diagnostic waiting list."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    Breach,
    allowance,
    count,
    figures_at,
    judges,
    months_of,
    number,
    relative_size,
    subject,
)
from planning.registry import periods
from submissions.triangulation.days import calendar_days

SPELLS = (("E.M.11b", "LOC.LOSNEL"), ("E.M.10b", "LOC.LOSEL"))
BEDS = ("E.M.30g", "E.M.30h", "E.M.30i", "E.M.30j")
TESTS, REQUESTS, LISTED = "E.B.26", "LOC.DXREF", "E.B.28D"
_MONTHS = range(periods.APRIL, periods.YEAR)


@judges("T33")
def beds_hold_the_planned_stays(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`E.M.11b x LOC.LOSNEL + E.M.10b x LOC.LOSEL` of the year is at most the beds open times the days of
    each month."""
    days = calendar_days(plan)
    for o in range(len(plan.members)):
        needed = _bed_days(plan, o, periods.YEAR)
        months = [figures_at(plan, o, BEDS, place) for place in _MONTHS]
        beds = [sum(found) for found in months if found is not None]
        if needed is None or len(beds) < 12:
            continue
        held = sum((bed * day for bed, day in zip(beds, days, strict=True)), Fraction(0))
        if needed - allowance(needed, held, rule.tolerance) > held:
            yield _too_few_beds(
                plan, o, needed, held, [bed * day for bed, day in zip(beds, days, strict=True)]
            )


def _bed_days(plan: Plan, o: int, place: int) -> Fraction | None:
    """Spells times their stays, in ten-thousandths of a bed day."""
    found = figures_at(plan, o, [code for pair in SPELLS for code in pair], place)
    return None if found is None else Fraction(found[0] * found[1] + found[2] * found[3], SCALE)


def _too_few_beds(plan: Plan, o: int, needed: Fraction, held: Fraction, supply: list[Fraction]) -> Breach:
    short = needed - held
    beds = number(short / sum(calendar_days(plan)) / SCALE)
    months = [_bed_days(plan, o, place) for place in _MONTHS]
    return Breach(
        organisation=subject(plan.members[o]),
        line="LOC.LOSNEL",
        period=plan.periods[periods.YEAR],
        actual=float(needed / SCALE),
        expected=float(held / SCALE),
        gap=float(short / SCALE),
        unit="bed days",
        message=(
            f"The planned spells times their mean stays need {number(needed / SCALE)} bed days; the beds open in the "
            f"plan give {number(held / SCALE)}. {number(short / SCALE)} are wanting: {beds} beds through the year."
        ),
        inputs=(
            *((code, periods.YEAR) for pair in SPELLS for code in pair),
            *((bed, place) for bed in BEDS for place in _MONTHS),
        ),
        size=relative_size(short, held),
        closes_with=f"{beds} more beds open through the year, or shorter stays, or fewer spells",
        numbers=f"{number(needed / SCALE)} > {number(held / SCALE)} bed days",
        months=tuple(None if month is None else float(month / SCALE) for month in months),
        expected_months=tuple(float(month / SCALE) for month in supply),
    )


@judges("T34")
def tests_are_enough_for_the_list(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`E.B.26(y) >= E.B.28D(o) + LOC.DXREF(y) - E.B.28D(Mar)`; more tests than that are of other patients."""
    for o in range(len(plan.members)):
        year, march = figures_at(plan, o, (TESTS, REQUESTS), periods.YEAR), _listed(plan, o, periods.MARCH)
        before = _listed(plan, o, periods.OUTTURN)
        if year is None or before is None or march is None:
            continue
        tests, needed = year[0], before + year[1] - march
        if tests + allowance(tests, needed, rule.tolerance) < needed:
            yield _too_few_tests(plan, o, tests, (before, year[1], march))


def _listed(plan: Plan, o: int, place: int) -> int | None:
    return plan.figure(plan.members[o].ods, LISTED, place)


def _too_few_tests(plan: Plan, o: int, tests: int, flow: tuple[int, int, int]) -> Breach:
    before, requests, march = flow
    needed = before + requests - march
    gap = count(needed - tests)
    return Breach(
        organisation=subject(plan.members[o]),
        line=TESTS,
        period=plan.periods[periods.YEAR],
        actual=tests / SCALE,
        expected=needed / SCALE,
        gap=(needed - tests) / SCALE,
        unit=plan.lines[TESTS].unit,
        message=(
            f"{count(tests)} tests are planned. To come from a list of {count(before)} with {count(requests)} requests "
            f"to one of {count(march)} in March takes {count(needed)}: {gap} more."
        ),
        inputs=(
            (TESTS, periods.YEAR),
            (REQUESTS, periods.YEAR),
            (LISTED, periods.OUTTURN),
            (LISTED, periods.MARCH),
        ),
        size=relative_size(needed - tests, needed),
        closes_with=f"{gap} more tests, {gap} fewer requests, or a list {gap} longer in March",
        numbers=f"{count(tests)} < {count(before)} + {count(requests)} − {count(march)} = {count(needed)}",
        months=months_of(plan, o, TESTS),
    )
