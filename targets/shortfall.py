"""What a miss is: by how much, in people, beds or £, first when, and what would close it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from planning.plan.array import Plan
from planning.registry import periods
from targets import sentences
from targets.comparators import CHANGES, DIRECTIONS, RISING, baseline_goal, is_against_baseline
from targets.formula import with_numbers
from targets.guidance import Target
from targets.measuring import Sides
from targets.outcome import Outcome
from targets.reading import Reading, before_words
from targets.verdict import Verdict
from targets.windows import period_of


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
    what = {"reduce_by": "a reduction of ", "increase_by": "an increase of "}.get(target.comparator, "")
    of = f" of {before_words(reading)}" if base is not None and _is_share_of_past(target) else ""
    sentence = f"{target.title}: the plan has {what}{value}{of} {period}; {asked}."
    if len(failing) > 1:
        first = periods.month_label(period_of(plan, failing[0].window))
        sentence += f" It is missed in {len(failing)} months, first in {first}; this is the furthest out."
    return sentence


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
    wanted = _wanted_top(reading, sides, shown, base)
    top = abs(sides.top) if reading.measure.absolute else sides.top
    decimals = max(_decimals(reading, code) for _, code in reading.measure.top)
    return _rounded_up(abs(top - wanted), decimals, reading.target.comparator in ("<", ">")), top > wanted


def _decimals(reading: Reading, code: str) -> int:
    """How finely a line counts; a family of lines as its declaration says."""
    lines = reading.plan.lines
    declared = code[:-1] if code.endswith("@*") else code
    return lines[declared].decimals if declared in lines else 0


def _wanted_top(reading: Reading, sides: Sides, shown: Verdict, base: Fraction | None) -> Fraction:
    """The top of the measure at which the target would just be met, the bottom as planned."""
    measure, target = reading.measure, reading.target
    goal = shown.goal
    if base is not None and is_against_baseline(target):
        goal = baseline_goal(target, shown.goal, base)
    if not measure.is_ratio or sides.bottom is None:
        return goal / measure.factor
    bottom = abs(sides.bottom) if measure.absolute else sides.bottom
    share = (measure.factor - goal if measure.inverted else goal) / measure.factor
    return share * bottom


def _rounded_up(size: Fraction, decimals: int, is_strict: bool) -> Fraction:
    steps = size * 10**decimals
    whole = -(-steps.numerator // steps.denominator)
    return Fraction(whole + (1 if is_strict and whole == steps else 0), 10**decimals)
