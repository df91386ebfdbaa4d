"""Additional roles in primary care: T25, the people planned cost what is planned for them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    Breach,
    agree,
    figures_at,
    judges,
    months_of,
    number,
    pounds,
    relative_size,
    subject,
)
from planning.registry import periods

PEOPLE, SPEND = "W.ARRS", "F.ICB.ARRS"
_MONTHS = range(periods.APRIL, periods.YEAR)


@judges("T25")
def additional_roles_cost_what_is_planned_for_them(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`mean of W.ARRS(t) x arrs_rate = F.ICB.ARRS`, £000 by size; the rate is £000 per FTE a year. Raises KeyError
    where the round has no rate."""
    rate = fraction(rule.parameters["arrs_rate"])
    for o, member in enumerate(plan.members):
        months = [plan.figure(member.ods, PEOPLE, place) for place in _MONTHS]
        people = [figure for figure in months if figure is not None]
        spend = figures_at(plan, o, (SPEND,), periods.YEAR)
        if spend is None or len(people) < len(months):
            continue
        mean = Fraction(sum(people), len(people))
        if not agree(mean * rate, abs(spend[0]), rule.tolerance):
            yield _breach(plan, o, mean, rate, abs(spend[0]))


def _breach(plan: Plan, o: int, mean: Fraction, rate: Fraction, spend: int) -> Breach:
    cost, people = mean * rate, number(mean / SCALE, 1)
    gap, each = abs(cost - spend), pounds(round(rate * SCALE))
    return Breach(
        organisation=subject(plan.members[o]),
        line=SPEND,
        period=plan.periods[periods.YEAR],
        actual=spend / SCALE,
        expected=float(cost / SCALE),
        gap=float(gap / SCALE),
        unit="£000",
        message=(
            f"{people} FTE in additional roles on average, at {each} each, cost {_money(cost)}; the plan spends "
            f"{_money(spend)} on them. They are {_money(gap)} apart."
        ),
        inputs=((SPEND, periods.YEAR), *((PEOPLE, place) for place in _MONTHS)),
        size=relative_size(gap, cost),
        closes_with=_closes_with(cost, spend, mean, rate),
        numbers=f"{people} × {each} = {_money(cost)}, not {_money(spend)}",
        months=tuple(None if month is None else abs(month) for month in months_of(plan, o, SPEND)),
        expected_months=tuple(_cost(month, rate) for month in months_of(plan, o, PEOPLE)),
    )


def _cost(people: float | None, rate: Fraction) -> float | None:
    """Of a month, £000, for reading."""
    return None if people is None else people * float(rate) / 12


def _closes_with(cost: Fraction, spend: int, mean: Fraction, rate: Fraction) -> str:
    less, more = ("less", "more") if spend > cost else ("more", "fewer")
    money = f"{_money(abs(cost - spend))} {less} spend on additional roles"
    return f"{money}, or {number(abs(spend / rate - mean) / SCALE, 1)} FTE {more}" if rate else money


def _money(value: Fraction | int) -> str:
    return pounds(round(value))
