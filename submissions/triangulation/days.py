"""The days of a round's months: of the calendar, and working days as the round's parameters have them."""

from __future__ import annotations

import calendar
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import fraction
from planning.plan.rulebook import Rule
from planning.registry import periods


def calendar_days(plan: Plan) -> tuple[Fraction, ...]:
    """Twelve, April to March."""
    dates = [period.split("-") for period in plan.periods[periods.MONTHS]]
    return tuple(Fraction(calendar.monthrange(int(year), int(month))[1]) for year, month in dates)


def working_days(plan: Plan, rule: Rule) -> tuple[Fraction, ...]:
    """Twelve, April to March. Raises KeyError where the round does not give them."""
    return tuple(
        fraction(rule.parameters[f"working_days.{period}"]) for period in plan.periods[periods.MONTHS]
    )
