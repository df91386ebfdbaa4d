"""What the service knows of itself, laid into a plan: populations, and what NHS England sets a system."""

from __future__ import annotations

from planning.plan.array import VALUE, Plan
from planning.registry import periods
from planning.registry.reference_values import Values


def enter_known(plan: Plan, values: Values) -> None:
    """Put reference values into the year's column of their body's row, returned or not, and keep all of them
    beside the plan: a trust is held to what its system was set. No return is said to be there by it."""
    plan.reference = values
    for (ods, code), exact in values.items():
        if ods in plan.row and code in plan.place:
            row, line = plan.row[ods], plan.place[code]
            plan.scaled[row, line, periods.YEAR] = exact
            plan.states[row, line, periods.YEAR] = VALUE
