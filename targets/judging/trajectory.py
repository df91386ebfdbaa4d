"""The path to a target: the steps of one, and where a straight line to one due after the plan's year stands."""

from __future__ import annotations

from fractions import Fraction

from planning.registry import periods
from targets.guidance.target import Target
from targets.judging.comparators import CHANGES


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


def target_months(target: Target, round_code: str, threshold: float | None) -> list[float | None]:
    """The target's line for a chart of twelve months, in its unit; empty where it has no one figure a month. Of a
    trajectory each step holds until the next; `threshold` is what the body was held against."""
    if target.steps:
        months = periods.codes(round_code)[periods.MONTHS]
        steps = sorted((step["by"], step["threshold"]) for step in target.steps)
        return [max(((by, at) for by, at in steps if by <= month), default=("", None))[1] for month in months]
    if threshold is None or target.comparator in ("increase", "decrease", *CHANGES):
        return []
    if target.effect.get("kind") in ("year_total", "change_vs_baseline"):
        return []
    return [threshold] * 12
