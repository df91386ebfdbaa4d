"""COVID-19 income: F-16, none of its own once it is in baseline allocations."""

from __future__ import annotations

from collections.abc import Iterator

from planning.foundation import wording
from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, judges, months_of, pounds, subject
from planning.registry import periods

INCOME = "F.INC.COVID"


@judges("F-16")
def no_income_is_for_covid(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`F.INC.COVID = 0` in each month that is known; the outturn is last year's."""
    known, income = plan.known(INCOME)[:, periods.MONTHS], plan.exact(INCOME)[:, periods.MONTHS]
    for o in range(len(plan.members)):
        paid = [month for month in range(12) if known[o, month] and income[o, month]]
        if paid:
            yield _breach(plan, o, paid, sum(int(income[o, month]) for month in paid))


def _breach(plan: Plan, o: int, paid: list[int], total: int) -> Breach:
    first = plan.periods[periods.APRIL + paid[0]]
    return Breach(
        organisation=subject(plan.members[o]),
        line=INCOME,
        period=first,
        actual=total / SCALE,
        expected=0.0,
        gap=abs(total) / SCALE,
        unit="£000",
        message=(
            f"The plan takes {pounds(total)} of income for COVID-19, in {wording.count(len(paid), 'month')} from "
            f"{periods.month_label(first)}. From this year it is part of baseline allocations."
        ),
        inputs=tuple((INCOME, periods.APRIL + month) for month in paid),
        size=1.0,
        closes_with=f"{pounds(abs(total))} less income for COVID-19",
        numbers=f"{pounds(total)} ≠ £0",
        months=months_of(plan, o, INCOME),
        expected_months=(0.0,) * 12,
    )
