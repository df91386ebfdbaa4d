"""Follow-up attendances: T23, they earn nothing above the fixed contract."""

from __future__ import annotations

from collections.abc import Iterator

from planning.plan.array import Plan
from planning.plan.income_not_due import income_not_due
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, judges

INCOME = "F.INC.OPFUV"
WHY = "From 2023/24 they are paid within the fixed element alone."


@judges("T23")
def follow_ups_earn_no_variable_income(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`F.INC.OPFUV = 0` in each month that is known; the outturn is of other rules."""
    yield from income_not_due(plan, INCOME, "variable income for outpatient follow-ups", WHY)
