"""What the service knows of itself, laid into a plan: populations, and what NHS England sets a system."""

from __future__ import annotations

from planning.plan.array import VALUE, Plan
from planning.registry import periods
from planning.registry.reference_values import Values


def enter_known(plan: Plan, values: Values) -> None:
    """Put reference values into the year's column of their body's row, returned or not. Bodies and lines that
    the plan does not hold are passed over; no return is said to be there by it."""
    for (ods, code), exact in values.items():
        if ods in plan.row and code in plan.place:
            row, line = plan.row[ods], plan.place[code]
            plan.scaled[row, line, periods.YEAR] = exact
            plan.states[row, line, periods.YEAR] = VALUE
