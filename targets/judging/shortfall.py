"""What a miss is: by how much, in people, beds or £, first when, and what would close it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from planning.plan.array import Plan
from planning.registry import periods
from targets.guidance.target import Target
from targets.judging import sentences
from targets.judging.comparators import (
    CHANGES,
    DIRECTIONS,
    FALLING,
    RISING,
    TOWARD,
    baseline_goal,
    is_against_baseline,
)
from targets.judging.formula import with_numbers
from targets.judging.goals import aim_of
from targets.judging.measuring import Sides
from targets.judging.outcome import Outcome
from targets.judging.reading import Reading, before_words
from targets.judging.verdict import Verdict
from targets.judging.windows import period_of


def missed(
    reading: Reading, outcome: Outcome, failing: list[Verdict], shown: Verdict, base: Fraction | None
) -> Outcome:
    plan, target = reading.plan, reading.target
    first = period_of(plan, failing[0].window)
    size, is_less = _units(reading, shown, base)
    closes = sentences.closing(size, target.gap_unit, is_less, _label(reading, target))
    return replace(
        outcome,
        gap_units=float(size),
        first_failing_period=first,
        closes_with=closes,
        size=_size(shown),
        message=_sentence(plan, reading, failing, shown, base),
        numbers=with_numbers(reading, shown, base),
    )


def _sentence(
    plan: Plan, reading: Reading, failing: list[Verdict], shown: Verdict, base: Fraction | None
) -> str:
    target = reading.target
    value = sentences.amount(shown.value, target.unit, shown.goal)
    period = sentences.when(period_of(plan, shown.window))
    if target.comparator in DIRECTIONS:
        was = sentences.amount(shown.goal, target.unit, shown.value)
        way = "an increase" if target.comparator in RISING else "a decrease"
        before = before_words(reading)
        return f"{target.title}: the plan has {value} {period} against {was} in {before}; {way} is asked."
    asked = sentences.asked(target.comparator, shown.goal, target.unit, shown.value)
    of = f" of {before_words(reading)}" if base is not None and _is_share_of_past(target) else ""
    found = _change(reading, shown) if target.comparator in CHANGES else f"{value}{of}"
    sentence = f"{target.title}: the plan has {found} {period}; {asked}."
    if len(failing) > 1:
        first = periods.month_label(period_of(plan, failing[0].window))
        sentence += f" It is missed in {len(failing)} months, first in {first}; this is the furthest out."
    return sentence


def _change(reading: Reading, shown: Verdict) -> str:
    """`a reduction of 21.8% on 2019/20`; one that goes the other way is called what it is."""
    is_rise = (reading.target.comparator == "increase_by") == (shown.value >= 0)
    size = sentences.amount(abs(shown.value), reading.target.unit, abs(shown.goal))
    return f"{'an increase' if is_rise else 'a reduction'} of {size} on {before_words(reading)}"


def _is_share_of_past(target: Target) -> bool:
    return is_against_baseline(target) and target.comparator not in CHANGES


def _label(reading: Reading, target: Target) -> str:
    """What the gap is counted in: the line that moves, or a target's own name where several do."""
    top = reading.measure.top
    return reading.plan.lines[top[0][1]].label if len(top) == 1 else target.title


def _size(shown: Verdict) -> float:
    """The gap against its goal; the value itself ranks a goal of zero, at most 10."""
    against = abs(shown.goal) or max(abs(shown.value), Fraction(1))
    return min(10.0, float(shown.shortfall / against))


def _units(reading: Reading, shown: Verdict, base: Fraction | None) -> tuple[Fraction, bool]:
    """How many people, beds or £ would have to change for the target to be met, and whether it is fewer of
    them. Rounded up to what the line counts in; one more where the comparator is strict."""
    sides = reading.sides(shown.window)
    if sides is None or reading.measure.mean:
        return shown.shortfall, shown.value > shown.goal
    goal, is_strict = _to_reach(reading, shown)
    wanted = _wanted_top(reading, sides, goal, base)
    top = abs(sides.top) if reading.measure.absolute else sides.top
    decimals = max(_decimals(reading, code) for _, code in reading.measure.top)
    is_less = top > wanted if top != wanted else _wants_less(reading)
    return _rounded_up(abs(top - wanted), decimals, is_strict), is_less


def _wants_less(reading: Reading) -> bool:
    """Which way the top has to go from a figure that stands just where it may not."""
    return (reading.target.comparator in FALLING) != reading.measure.inverted


def _to_reach(reading: Reading, shown: Verdict) -> tuple[Fraction, bool]:
    """What is to be reached, and whether that is not enough. A direction asks for better than the past, unless
    where it leads to, or nobody at all, comes first."""
    comparator = reading.target.comparator
    if comparator not in DIRECTIONS:
        return shown.goal, comparator in ("<", ">")
    is_rise = comparator in RISING
    end = aim_of(reading).at(shown.window) if comparator in TOWARD else None if is_rise else Fraction(0)
    if end is None or (end > shown.goal if is_rise else end < shown.goal):
        return shown.goal, True
    return end, False


def _decimals(reading: Reading, code: str) -> int:
    """How finely a line counts; a family of lines as its declaration says."""
    lines = reading.plan.lines
    declared = code[:-1] if code.endswith("@*") else code
    return lines[declared].decimals if declared in lines else 0


def _wanted_top(reading: Reading, sides: Sides, goal: Fraction, base: Fraction | None) -> Fraction:
    """The top of the measure at which the goal would just be reached, the bottom as planned."""
    measure, target = reading.measure, reading.target
    if base is not None and is_against_baseline(target):
        goal = baseline_goal(target, goal, base)
    if not measure.is_ratio or sides.bottom is None:
        return goal / measure.factor
    bottom = abs(sides.bottom) if measure.absolute else sides.bottom
    share = (measure.factor - goal if measure.inverted else goal) / measure.factor
    return share * bottom


def _rounded_up(size: Fraction, decimals: int, is_strict: bool) -> Fraction:
    steps = size * 10**decimals
    whole = -(-steps.numerator // steps.denominator)
    return Fraction(whole + (1 if is_strict and whole == steps else 0), 10**decimals)
