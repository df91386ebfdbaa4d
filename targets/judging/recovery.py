"""When a plan that misses a target in some months meets it again, for good, before its year ends."""

from __future__ import annotations

from collections.abc import Sequence

from planning.registry import periods
from targets.guidance.target import Target
from targets.judging.comparators import DIRECTIONS

LASTING = ("from_month", "each_month")  # effects that are judged month by month


def judged_months(target: Target, round_code: str) -> list[int]:
    """The places from April (0) of the months that are judged one by one; empty where one month or the year is."""
    months = periods.codes(round_code)[periods.MONTHS]
    if target.parts or target.comparator in DIRECTIONS:
        return []
    if target.steps:
        return sorted(months.index(step["by"]) for step in target.steps if step["by"] in months)
    if target.effect.get("kind") not in LASTING:
        return []
    first, last = target.effect.get("from", months[0]), target.effect.get("to", months[-1])
    return [place for place, month in enumerate(months) if first <= month <= last]


def recovered(
    target: Target,
    round_code: str,
    planned: Sequence[float | None],
    expected: Sequence[float | None],
    first_failing: str,
) -> str | None:
    """The first month from which the target holds to the end of the year ("2023-11"), "" where it does not, None
    where no month follows the one that fails.

    `planned` and `expected` are twelve figures in the target's unit, as an evaluation keeps them. Each is the
    nearest float of an exact figure, so that two are equal where the figures are, and stand as these do.
    """
    months = periods.codes(round_code)[periods.MONTHS]
    judged = judged_months(target, round_code)
    if first_failing not in months or months.index(first_failing) not in judged:
        return None
    after = [place for place in judged if place > months.index(first_failing)]
    if not after or len(planned) < 12 or len(expected) < 12:
        return None
    failing = [place for place in after if not _holds(target.comparator, planned[place], expected[place])]
    holding = [place for place in after if place > max(failing, default=-1)]
    return months[holding[0]] if holding else ""


def _holds(comparator: str, value: float | None, goal: float | None) -> bool:
    if value is None or goal is None:
        return False
    if comparator == "=":
        return value == goal
    if comparator.startswith(">"):
        return value > goal or (comparator == ">=" and value == goal)
    return value < goal or (comparator == "<=" and value == goal)
