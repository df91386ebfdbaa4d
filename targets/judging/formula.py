"""A target's formula in words, and with the figures of one outcome put in."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from planning.foundation.wording import figure
from planning.plan.rules import number
from targets.guidance.target import Target
from targets.judging.comparators import CHANGES, DIRECTIONS, FALLING, TOWARD, is_against_baseline
from targets.judging.measuring import Measure, Sides
from targets.judging.outcome import Outcome
from targets.judging.parts import parts_of
from targets.judging.reading import Reading, before_words
from targets.judging.sentences import amount
from targets.judging.verdict import Verdict

FEW = 4  # so many lines of one side are written out; of more, their sum
HELD = {
    ">=": "at least",
    ">": "more than",
    "=": "exactly",
    "<=": "at most",
    "<": "less than",
    "reduce_by": "at least",
    "increase_by": "at least",
    "increase": "more than",
    "decrease": "less than",
    "increase_toward": "more than",
    "decrease_toward": "less than",
}
SIGNS = {"<": "<", "<=": "≤", "=": "=", ">=": "≥", ">": ">"}
OUTTURN = "outturn"


def formula_of(target: Target) -> str:
    """`E.M.13N / E.M.13D × 100 ≥ 76%`: what is measured, and what it is held against; of several tests, each."""
    if target.parts:
        return "; ".join(f"{part.title}: {formula_of(part)}" for part in parts_of(target))
    limit = _limit(target)
    if target.is_attested:
        said = f", {SIGNS.get(target.comparator, '≥')} {limit}" if limit and target.comparator else ""
        return f"as attested by its lead{said}"
    measured, before = _measured(target.measure, target.unit), target.baseline or OUTTURN
    if target.comparator in DIRECTIONS:
        return _direction(target, measured, limit)
    if target.comparator in CHANGES:
        return f"{_change_words(target, target.baseline or '2019/20')} ≥ {limit}, of {measured}"
    if is_against_baseline(target):
        return (
            f"plan / {target.baseline or '2019/20'} × 100 {SIGNS[target.comparator]} {limit}, of {measured}"
        )
    if target.threshold_from == "baseline":
        before = target.baseline or "2019/20"
        return f"{measured} {SIGNS[target.comparator]} {measured} in {before}"
    return f"{measured} {SIGNS[target.comparator]} {limit}"


def _direction(target: Target, measured: str, limit: str) -> str:
    rises = "falls" if target.comparator in FALLING else "rises"
    is_level = target.comparator in TOWARD and target.threshold_from == "baseline"
    before = OUTTURN if is_level else target.baseline or OUTTURN
    toward = f", towards {limit}" if target.comparator in TOWARD and limit else ""
    return f"{measured} {rises} against {before}{toward}"


def _limit(target: Target) -> str:
    """What it is held against: a figure, a range, steps, or where the figure comes from."""
    source = target.threshold_from
    if source == "local":
        return "the local share"
    if source == "baseline":
        return f"the level of {target.baseline or '2019/20'}"
    if isinstance(source, Mapping):
        return f"{source['line']} plan / {source['share_of']} × 100"
    if target.steps:
        return ", ".join(f"{figure(step['threshold'], target.unit)} by {step['by']}" for step in target.steps)
    if target.threshold is None:
        return ""
    if target.threshold_high is not None:
        return f"{figure(target.threshold, '')} to {figure(target.threshold_high, target.unit)}"
    return figure(target.threshold, target.unit)


def _change_words(target: Target, before: str) -> str:
    difference = f"({before} − plan)" if target.comparator == "reduce_by" else f"(plan − {before})"
    return f"{difference} / {before} × 100" if target.unit == "%" else difference[1:-1]


def numbers_of(outcome: Outcome) -> str:
    """The formula with its figures put in, of a miss; else the planned figure beside what it is held against."""
    if outcome.numbers:
        return outcome.numbers
    if outcome.planned is None and outcome.attested is not None:
        return "As attested"
    planned = figure(outcome.planned, outcome.unit)
    if outcome.threshold is None:
        return f"Planned {planned}"
    return f"Planned {planned}, held against {figure(outcome.threshold, outcome.unit)}"


def with_numbers(reading: Reading, shown: Verdict, base: Fraction | None) -> str:
    """`(3,561 + 2,743) / (6,053 + 2,826) × 100 = 71.0%, held against at least 76.0%`."""
    target = reading.target
    against = _said(shown.goal, target.unit, shown.value)
    held = f"{HELD[target.comparator]} {against}"
    if target.comparator in DIRECTIONS:
        held += f" in {before_words(reading)}"
    value = _said(shown.value, target.unit, shown.goal)
    expression = _expression(reading, shown, base)
    return f"{expression} = {value}, held against {held}" if expression else f"{value}, held against {held}"


def _said(value: Fraction, unit: str, beside: Fraction) -> str:
    return figure(float(value), unit) if unit == "£000" else amount(value, unit, beside)


def _expression(reading: Reading, shown: Verdict, base: Fraction | None) -> str:
    """The measure in figures; empty where it is one figure alone."""
    sides, target = reading.sides(shown.window), reading.target
    if sides is None:
        return ""
    if base is not None and is_against_baseline(target):
        return _change(target, reading.measure.value(sides), base)
    top, bottom = _lines(reading, sides, shown.window)
    if sides.bottom is None:
        return _plain(top) if len(top) > 1 else ""
    return _share(reading.measure, top, bottom)


def _change(target: Target, now: Fraction | None, base: Fraction) -> str:
    if now is None:
        return ""
    plan, was = _count(now), _count(base)
    if target.comparator not in CHANGES:
        return f"{plan} / {was} × 100"
    difference = f"{was} − {plan}" if target.comparator == "reduce_by" else f"{plan} − {was}"
    return f"({difference}) / {was} × 100" if target.unit == "%" else difference


def _lines(reading: Reading, sides: Sides, window: int) -> tuple[list[Fraction], list[Fraction]]:
    """Line by line for one organisation, the sums where there are several or many lines."""
    sums = [sides.top], [sides.bottom or Fraction(0)]
    if len(reading.rows) > 1 or reading.measure.mean:
        return sums
    found = reading.measure.figures(reading.ledger, reading.rows[0], window, reading.counted)
    few = (
        side if side and len(side) <= FEW and sum(side) == whole[0] else whole
        for side, whole in zip(found, sums, strict=True)
    )
    return next(few), next(few)


def _share(measure: Measure, top: list[Fraction], bottom: list[Fraction]) -> str:
    marks = ("|", "|") if measure.absolute else ("(", ")")
    above, below = (_wrapped(side, *marks, always=measure.absolute) for side in (top, bottom))
    share = f"{above} / {below}" + (f" × {measure.factor:,}" if measure.factor != 1 else "")
    return f"{measure.factor:,} − {share}" if measure.inverted else share


def _wrapped(side: list[Fraction], left: str, right: str, *, always: bool) -> str:
    return f"{left}{_plain(side)}{right}" if always or len(side) > 1 else _plain(side)


def _plain(side: list[Fraction]) -> str:
    """`3,561 + 2,743 − 12`."""
    first, *rest = side
    return _count(first) + "".join(f" {'−' if one < 0 else '+'} {_count(abs(one))}" for one in rest)


def _count(value: Fraction) -> str:
    return number(value, 0 if value.denominator == 1 or abs(value) >= 1000 else 1)


def _measured(measure: Mapping[str, Any], unit: str) -> str:
    if "mean" in measure:
        return f"mean of {measure['mean']} weighted by {measure['weight']}"
    if "line" in measure:
        less = measure.get("less", ())
        return " − ".join([_joined(measure["line"]), *([less] if isinstance(less, str) else less)])
    marks = "||" if measure.get("absolute") else "()"
    top, bottom = (_marked(measure[side], marks) for side in ("numerator", "denominator"))
    factor = measure.get("per", 100 if unit == "%" else 1)
    share = f"{top} / {bottom}" + (f" × {factor:,}" if factor != 1 else "")
    return f"{factor:,} − {share}" if measure.get("inverted") else share


def _marked(codes: str | list[str], marks: str) -> str:
    """`(A + B)`; one line alone stands bare unless its sign is left aside."""
    bare = marks == "()" and (isinstance(codes, str) or len(codes) == 1)
    return _joined(codes) if bare else f"{marks[0]}{_joined(codes)}{marks[1]}"


def _joined(codes: str | list[str]) -> str:
    """`A + B − C`."""
    if isinstance(codes, str):
        return codes
    return " + ".join(codes).replace("+ -", "− ")
