"""Pay by staff group: T04, a WTE of a group costs what it did last year and the pay award."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, agree, figures_at, judges, number, per_cent, pounds, subject
from planning.registry import periods

PAY, AVERAGE, IN_POST = "F.PAY.SUB.", "W.AVG.", "W.SUB."


@judges("T04")
def a_wte_of_each_group_costs_last_years_pay_and_the_award(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`c = |F.PAY.SUB.g| / W.AVG.g`: `c(y) = c(o) x (1 + pay_award)` for groups with the WTE of the limit `staff`
    in both years; the relative tolerance is of the larger side. Raises KeyError where the round has no pay
    award."""
    award = fraction(rule.parameters["pay_award"])
    least = max(fraction(rule.limits["staff"]) * SCALE, Fraction(1))
    groups = [code.removeprefix(PAY) for code in plan.groups(PAY)]
    for o in range(len(plan.members)):
        for group in groups:
            now = figures_at(plan, o, (PAY + group, AVERAGE + group), periods.YEAR)
            before = figures_at(plan, o, (PAY + group, AVERAGE + group), periods.OUTTURN)
            if now is None or before is None or min(now[1], before[1]) < least:
                continue
            was = Fraction(abs(before[0]), before[1])
            if not agree(Fraction(abs(now[0]), now[1]), was * (1 + award), rule.tolerance):
                yield _breach(plan, rule, (o, group), now, was, award)


def _breach(
    plan: Plan, rule: Rule, whose: tuple[int, str], now: list[int], was: Fraction, award: Fraction
) -> Breach:
    (o, group), (pay, staff) = whose, (abs(now[0]), now[1])
    cost, expected = Fraction(pay, staff), was * (1 + award)
    apart = abs(cost - expected) / max(cost, expected)
    line = plan.lines[PAY + group]
    return Breach(
        organisation=subject(plan.members[o]),
        line=line.code,
        period=plan.periods[periods.YEAR],
        actual=float(cost),
        expected=float(expected),
        gap=float(abs(cost - expected)),
        unit="£000 a WTE",
        message=(
            f"“{line.label}” ({line.code}) comes to {_a_head(cost)} a WTE in the plan. Last year's {_a_head(was)} and "
            f"a pay award of {per_cent(award)} make {_a_head(expected)}: {per_cent(apart)} "
            f"{'more' if cost > expected else 'less'}, where {per_cent(fraction(rule.tolerance.relative), 0)} of the "
            "larger is allowed."
        ),
        inputs=tuple(
            (code + group, place) for code in (PAY, AVERAGE) for place in (periods.YEAR, periods.OUTTURN)
        ),
        size=float(apart),
        closes_with=_closes_with(pay, staff, expected),
        numbers=(
            f"{pounds(pay)} / {number(Fraction(staff, SCALE), 1)} WTE = {_a_head(cost)} a WTE; expected "
            f"{_a_head(was)} × (1 + {per_cent(award)}) = {_a_head(expected)}"
        ),
        months=_costs(plan, o, group),
        expected_months=(float(expected) / 12,) * 12,
    )


def _closes_with(pay: int, staff: int, expected: Fraction) -> str:
    """The £ that would bring pay to what the WTE explain, or the WTE that would explain the pay."""
    over = pay - expected * staff
    less, more = ("less", "more") if over > 0 else ("more", "fewer")
    money = f"{pounds(round(abs(over)))} {less} pay of the group"
    if expected == 0:
        return money
    return f"{money}, or {number(abs(pay / expected - staff) / SCALE, 1)} WTE {more} on average"


def _costs(plan: Plan, o: int, group: str) -> tuple[float | None, ...]:
    """£000 a WTE each month, of staff in post at its end; for reading alone."""
    found: list[float | None] = []
    for place in range(periods.APRIL, periods.YEAR):
        month = figures_at(plan, o, (PAY + group, IN_POST + group), place)
        found.append(None if month is None or month[1] == 0 else abs(month[0]) / month[1])
    return tuple(found)


def _a_head(cost: Fraction) -> str:
    """£000 a WTE in words."""
    return pounds(round(cost * SCALE))
