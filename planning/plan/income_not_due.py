"""Income that a round pays no more: rules that want none of it in any month."""

from __future__ import annotations

from collections.abc import Iterator

from planning.foundation import wording
from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rules import Breach, months_of, pounds, subject
from planning.registry import periods


def income_not_due(plan: Plan, line: str, what: str, why: str) -> Iterator[Breach]:
    """A breach for each member with income on the line in any month that is known; the outturn is of other rules.
    `what` names the income, `why` is a sentence."""
    known, income = plan.known(line)[:, periods.MONTHS], plan.exact(line)[:, periods.MONTHS]
    for o in range(len(plan.members)):
        paid = [month for month in range(12) if known[o, month] and income[o, month]]
        if paid:
            yield _breach(plan, o, line, paid, sum(int(income[o, month]) for month in paid), what, why)


def _breach(plan: Plan, o: int, line: str, paid: list[int], total: int, what: str, why: str) -> Breach:
    first = plan.periods[periods.APRIL + paid[0]]
    month = periods.month_label(first)
    when = f"from {month}, in {wording.count(len(paid), 'month')}" if len(paid) > 1 else f"in {month}"
    return Breach(
        organisation=subject(plan.members[o]),
        line=line,
        period=first,
        actual=total / SCALE,
        expected=0.0,
        gap=abs(total) / SCALE,
        unit="£000",
        message=f"The plan takes {pounds(total)} of {what}, {when}. {why}",
        inputs=tuple((line, periods.APRIL + month) for month in paid),
        size=1.0,
        closes_with=f"{pounds(abs(total))} less {what}",
        numbers=f"{pounds(total)} ≠ £0",
        months=months_of(plan, o, line),
        expected_months=(0.0,) * 12,
    )
