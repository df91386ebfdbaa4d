"""One window judged: a value in the target's unit held against its goal, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import holds
from planning.registry import periods
from targets.guidance.target import Target
from targets.judging import sentences
from targets.judging.comparators import (
    CHANGES,
    DIRECTIONS,
    FALLING,
    RISING,
    TOWARD,
    against_baseline,
    is_against_baseline,
)
from targets.judging.goals import Aim
from targets.judging.ledger import Signed
from targets.judging.rag import rag, rag_of_pace
from targets.judging.reading import Reading, where_of
from targets.judging.trajectory import needed_by_march, pace


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


def verdict_of(reading: Reading, window: int, base: Fraction | None, aim: Aim) -> Verdict | None:
    """One window's verdict, None for a zero denominator."""
    target, now, wanted = reading.target, reading.value(window), aim.at(window)
    if now is None:
        return None
    if target.comparator in DIRECTIONS and base is not None:
        return Verdict(window, now, base, _moves_rightly(target, now, base, wanted))
    goal = wanted if wanted is not None else Fraction(0)
    value = against_baseline(target, now, base) if base is not None and is_against_baseline(target) else now
    operator = ">=" if target.comparator in CHANGES else target.comparator
    return Verdict(window, value, goal, holds(value, operator, goal))


def _moves_rightly(target: Target, now: Fraction, base: Fraction, aim: Fraction | None) -> bool:
    """Better than the baseline; or already there, of a target that names where to. There is nothing below none."""
    there = aim if target.comparator in TOWARD else None
    if target.comparator.startswith("increase"):
        return now > base or (there is not None and now >= there)
    return now < base or now <= max(there or Fraction(0), Fraction(0))


def telling(verdicts: list[Verdict], target: Target) -> Verdict:
    """The window that tells most: the furthest from its goal on the wrong side, the first of equals."""
    if target.comparator in FALLING:
        return max(verdicts, key=lambda verdict: verdict.value - verdict.goal)
    if target.comparator in RISING:
        return min(verdicts, key=lambda verdict: verdict.value - verdict.goal)
    return max(verdicts, key=lambda verdict: abs(verdict.value - verdict.goal))


def threshold_of(aim: Aim, shown: Verdict) -> Fraction:
    """What the outcome is shown against: where a direction leads to, if anywhere, else what it was held to."""
    wanted = aim.at(shown.window)
    return wanted if wanted is not None else shown.goal


def colour_of(plan: Plan, target: Target, shown: Verdict, base: Fraction | None, aim: Aim) -> str:
    if target.comparator in DIRECTIONS and target.due and aim.value is not None and base is not None:
        needed = _needed(plan, target, base, aim.value)
        return rag_of_pace(shown.value, needed, shown.is_met, target.comparator in RISING)
    return rag(shown.value, shown.goal, shown.is_met, target.unit == "%")


def pace_of(plan: Plan, target: Target, shown: Verdict, base: Fraction | None, aim: Aim) -> dict[str, object]:
    if not target.due or aim.value is None or base is None or target.comparator not in DIRECTIONS:
        return {}
    found = pace(plan.lines.round, target.due, base, shown.value, aim.value)
    return found | {"needed_by_march": float(_needed(plan, target, base, aim.value))}


def _needed(plan: Plan, target: Target, base: Fraction, goal: Fraction) -> Fraction:
    """Where the pace stands in March; never beyond the goal, from which a better outturn may step back."""
    needed = needed_by_march(plan.lines.round, target.due, base, goal)
    return min(needed, goal) if target.comparator in RISING else max(needed, goal)


def pace_words(plan: Plan, target: Target, shown: Verdict, base: Fraction | None, aim: Aim) -> str:
    """What to know of a target that is met by its direction alone."""
    if not pace_of(plan, target, shown, base, aim) or base is None or aim.value is None or not shown.is_met:
        return ""
    needed = _needed(plan, target, base, aim.value)
    is_behind = shown.value < needed if target.comparator in RISING else shown.value > needed
    said = f"{sentences.amount(aim.value, target.unit)} is due by {periods.month_label(target.due)}"
    if not is_behind:
        return f"On pace: {said}."
    by_march = sentences.amount(needed, target.unit, shown.value)
    return f"Moves the right way, but behind the pace: {said}, which needs {by_march} by March."


def nothing_to_divide_by(reading: Reading, window: int) -> str:
    """Which figure is zero, and where it stands; of several organisations only which line and when."""
    side = reading.measure.below(reading.counted)
    return f"{_named(reading, side, window)}, so there is nothing to divide by."


def no_baseline(reading: Reading, base: Fraction | None) -> str:
    """Which past figure is zero, itself or what it is divided by."""
    side = reading.measure.top if base is not None else reading.measure.below(reading.counted)
    return f"{_named(reading, side, reading.baseline or 0)}: there is no baseline."


def _named(reading: Reading, side: Signed, window: int) -> str:
    """`“All” (D) is zero in March 2024 (sheet Activity, cell R7)`."""
    plan, rows = reading.plan, reading.rows
    codes = [code for _, code in side]
    labels = [f"“{plan.lines[code].label}” ({code})" if code in plan.lines else code for code in codes]
    one = len(rows) == 1 and len(codes) == 1
    ods, code = (plan.members[rows[0]].ods, codes[0]) if one else ("", "")
    return f"{' + '.join(labels)} is zero{where_of(plan, ods, code, window if window >= 0 else periods.YEAR)}"
