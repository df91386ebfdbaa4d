"""COVID-19 income: F-16, none of its own once it is in baseline allocations."""

from __future__ import annotations

from collections.abc import Iterator

from planning.plan.array import Plan
from planning.plan.income_not_due import income_not_due
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, judges

INCOME = "F.INC.COVID"
WHY = "From this year it is part of baseline allocations."


@judges("F-16")
def no_income_is_for_covid(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`F.INC.COVID = 0` in each month that is known; the outturn is last year's."""
    yield from income_not_due(plan, INCOME, "income for COVID-19", WHY)
