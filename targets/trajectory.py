"""The path to a target that falls due after the plan's year: where a straight line from the outturn stands."""

from __future__ import annotations

from fractions import Fraction

from planning.registry import periods


def pace(round_code: str, due: str, outturn: Fraction, march: Fraction, goal: Fraction) -> dict[str, object]:
    """The pace that a target due in a later month ("2025-03") needs, in the target's unit.

    `outturn` stands at the March before the plan's year, `march` at its end. Gives `needed_by_march`, where a
    straight line from outturn to goal would be, `needed_by_due`, the goal itself, and the change a month that
    is planned and that is then still needed.
    """
    first = periods.first_year(round_code)
    whole, left = months_between(f"{first}-03", due), months_between(f"{first + 1}-03", due)
    still = (goal - march) / left if left > 0 else goal - march
    return {
        "due": due,
        "outturn": float(outturn),
        "plan_march": float(march),
        "needed_by_march": float(needed_by_march(round_code, due, outturn, goal)),
        "needed_by_due": float(goal),
        "planned_a_month": float((march - outturn) / (whole - left)),
        "needed_a_month": float(still),
    }


def needed_by_march(round_code: str, due: str, outturn: Fraction, goal: Fraction) -> Fraction:
    """Where the straight line from the outturn to the goal stands at the end of the plan's year."""
    whole = months_between(f"{periods.first_year(round_code)}-03", due)
    return outturn + (goal - outturn) * Fraction(min(12, whole), whole)


def months_between(earlier: str, later: str) -> int:
    """24 from `2023-03` to `2025-03`."""
    first, second = earlier.split("-"), later.split("-")
    return (int(second[0]) - int(first[0])) * 12 + int(second[1]) - int(first[1])
