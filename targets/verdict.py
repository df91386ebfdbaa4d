"""One window judged: a value in the target's unit held against its goal, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import fraction, holds
from planning.registry import periods
from targets import sentences
from targets.comparators import CHANGES, DIRECTIONS, FALLING, RISING, against_baseline
from targets.guidance import Target
from targets.rag import rag, rag_of_pace
from targets.reading import Reading
from targets.trajectory import needed_by_march, pace


@dataclass(frozen=True)
class Verdict:
    """One window judged: the value in the target's unit, what it is held against, whether it holds."""

    window: int
    value: Fraction
    goal: Fraction
    is_met: bool

    @property
    def shortfall(self) -> Fraction:
        return Fraction(0) if self.is_met else abs(self.value - self.goal)


def verdict_of(reading: Reading, window: int, base: Fraction | None) -> Verdict | None:
    """One window's verdict, None for a zero denominator."""
    target, now = reading.target, reading.value(window)
    if now is None:
        return None
    goal = fraction(target.threshold) if target.threshold is not None else Fraction(0)
    if target.comparator in DIRECTIONS and base is not None:
        return Verdict(window, now, base, _moves_rightly(target, now, base))
    value = now if base is None else against_baseline(target, now, base)
    operator = ">=" if target.comparator in CHANGES else target.comparator
    return Verdict(window, value, goal, holds(value, operator, goal))


def _moves_rightly(target: Target, now: Fraction, base: Fraction) -> bool:
    """Toward its goal from the baseline, or already there."""
    if target.comparator.startswith("increase"):
        return now > base or (target.threshold is not None and now >= fraction(target.threshold))
    bound = fraction(target.threshold) if target.threshold is not None else Fraction(0)
    return now < base or now <= bound


def telling(verdicts: list[Verdict], target: Target) -> Verdict:
    """The window that tells most: the furthest from its goal on the wrong side, the first of equals."""
    if target.comparator in FALLING:
        return max(verdicts, key=lambda verdict: verdict.value)
    if target.comparator in RISING | CHANGES:
        return min(verdicts, key=lambda verdict: verdict.value)
    return max(verdicts, key=lambda verdict: abs(verdict.value - verdict.goal))


def threshold_of(target: Target, shown: Verdict) -> Fraction:
    return fraction(target.threshold) if target.threshold is not None else shown.goal


def colour_of(plan: Plan, target: Target, shown: Verdict, base: Fraction | None) -> str:
    if target.comparator in DIRECTIONS and target.due and target.threshold is not None and base is not None:
        needed = _needed(plan, target, base, fraction(target.threshold))
        return rag_of_pace(shown.value, needed, shown.is_met, target.comparator in RISING)
    return rag(shown.value, shown.goal, shown.is_met, target.unit == "%")


def pace_of(plan: Plan, target: Target, shown: Verdict, base: Fraction | None) -> dict[str, object]:
    if not target.due or target.threshold is None or base is None:
        return {}
    goal = fraction(target.threshold)
    found = pace(plan.lines.round, target.due, base, shown.value, goal)
    return found | {"needed_by_march": float(_needed(plan, target, base, goal))}


def _needed(plan: Plan, target: Target, base: Fraction, goal: Fraction) -> Fraction:
    """Where the pace stands in March; never beyond the goal, from which a better outturn may step back."""
    needed = needed_by_march(plan.lines.round, target.due, base, goal)
    return min(needed, goal) if target.comparator in RISING else max(needed, goal)


def pace_words(plan: Plan, target: Target, shown: Verdict, base: Fraction | None) -> str:
    """What to know of a target that is met by its direction alone."""
    if not target.due or target.threshold is None or base is None or not shown.is_met:
        return ""
    goal = fraction(target.threshold)
    needed = _needed(plan, target, base, goal)
    is_behind = shown.value < needed if target.comparator in RISING else shown.value > needed
    said = f"{sentences.amount(goal, target.unit)} is due by {periods.month_label(target.due)}"
    if not is_behind:
        return f"On pace: {said}."
    by_march = sentences.amount(needed, target.unit, shown.value)
    return f"Moves the right way, but behind the pace: {said}, which needs {by_march} by March."


def nothing_to_divide_by(reading: Reading) -> str:
    labels = " + ".join(f"“{reading.plan.lines[code].label}”" for _, code in reading.measure.bottom)
    return f"{labels} is zero, so there is nothing to divide by."
