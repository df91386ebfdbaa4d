"""Follow-up attendances: T23, they earn nothing above the fixed contract."""

from __future__ import annotations

from collections.abc import Iterator

from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, judges, months_of, pounds, subject
from planning.registry import periods

INCOME = "F.INC.OPFUV"


@judges("T23")
def follow_ups_earn_no_variable_income(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`F.INC.OPFUV = 0` in each month that is known; the outturn is of other rules."""
    known, income = plan.known(INCOME)[:, periods.MONTHS], plan.exact(INCOME)[:, periods.MONTHS]
    for o in range(len(plan.members)):
        paid = [month for month in range(12) if known[o, month] and income[o, month]]
        if paid:
            yield _breach(plan, o, paid, sum(int(income[o, month]) for month in paid))


def _breach(plan: Plan, o: int, paid: list[int], total: int) -> Breach:
    first = periods.APRIL + paid[0]
    month = periods.month_label(plan.periods[first])
    when = f"from {month}, in {len(paid)} months" if len(paid) > 1 else f"in {month}"
    return Breach(
        organisation=subject(plan.members[o]),
        line=INCOME,
        period=plan.periods[first],
        actual=total / SCALE,
        expected=0.0,
        gap=abs(total) / SCALE,
        unit="£000",
        message=(
            f"The plan takes {pounds(total)} of variable income for outpatient follow-ups, {when}. From 2023/24 they "
            "are paid within the fixed element alone."
        ),
        inputs=tuple((INCOME, periods.APRIL + month) for month in paid),
        size=1.0,
        closes_with=f"{pounds(abs(total))} less variable income for follow-ups",
        numbers=f"{pounds(total)} ≠ £0",
        months=months_of(plan, o, INCOME),
        expected_months=(0.0,) * 12,
    )
