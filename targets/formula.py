"""A target's formula in words, and with the figures of one outcome put in."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from planning.foundation.wording import figure
from planning.plan.rules import number
from targets.guidance import Target
from targets.measuring import Measure, Parts
from targets.outcome import Outcome
from targets.reading import Reading
from targets.sentences import amount
from targets.verdict import Verdict

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
DIRECTIONS = {
    "increase": "rises against outturn",
    "decrease": "falls against outturn",
    "increase_toward": "rises against outturn, towards",
    "decrease_toward": "falls against outturn, towards",
}


def formula_of(target: Target) -> str:
    """`E.M.13N / E.M.13D × 100 ≥ 76%`: what is measured, and what it is held against."""
    measured, limit = _measured(target.measure, target.unit), figure(target.threshold, target.unit)
    if target.comparator == "reduce_by":
        return f"(2019/20 − plan) / 2019/20 × 100 ≥ {limit}, of {measured}"
    if target.comparator in DIRECTIONS:
        return f"{measured} {DIRECTIONS[target.comparator]} {limit if target.threshold is not None else ''}".strip()
    return f"{measured} {SIGNS[target.comparator]} {limit}"


def numbers_of(outcome: Outcome) -> str:
    """The formula with its figures put in, of a miss; else the planned figure beside what it is held against."""
    if outcome.numbers:
        return outcome.numbers
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
        held += " in the outturn"
    value = _said(shown.value, target.unit, shown.goal)
    expression = _expression(reading, shown, base)
    return f"{expression} = {value}, held against {held}" if expression else f"{value}, held against {held}"


def _said(value: Fraction, unit: str, beside: Fraction) -> str:
    return figure(float(value), unit) if unit == "£000" else amount(value, unit, beside)


def _expression(reading: Reading, shown: Verdict, base: Fraction | None) -> str:
    """The measure in figures; empty where it is one figure alone."""
    parts, target = reading.parts(shown.window), reading.target
    if parts is None:
        return ""
    if base is not None and target.comparator not in DIRECTIONS:
        return _change(target, reading.measure.value(parts), base)
    top, bottom = _sides(reading, parts, shown.window)
    if parts.bottom is None:
        return _plain(top) if len(top) > 1 else ""
    return _share(reading.measure, top, bottom)


def _change(target: Target, now: Fraction | None, base: Fraction) -> str:
    if now is None:
        return ""
    plan, was = _count(now), _count(base)
    if target.comparator == "reduce_by":
        return f"({was} − {plan}) / {was} × 100"
    if target.comparator == "increase_by":
        return f"({plan} − {was}) / {was} × 100"
    return f"{plan} / {was} × 100"


def _sides(reading: Reading, parts: Parts, window: int) -> tuple[list[Fraction], list[Fraction]]:
    """Line by line for one organisation, the sums where there are several or many lines."""
    sums = [parts.top], [parts.bottom or Fraction(0)]
    if len(reading.rows) > 1 or reading.measure.mean:
        return sums
    found = reading.measure.figures(reading.plan, reading.rows[0], window, reading.counted)
    few = (
        side if side and len(side) <= FEW and sum(side) == whole[0] else whole
        for side, whole in zip(found, sums, strict=True)
    )
    return next(few), next(few)


def _share(measure: Measure, top: list[Fraction], bottom: list[Fraction]) -> str:
    marks = ("|", "|") if measure.absolute else ("(", ")")
    above, below = (_wrapped(side, *marks, always=measure.absolute) for side in (top, bottom))
    share = f"{above} / {below}" + (f" × {measure.factor}" if measure.factor != 1 else "")
    return f"{measure.factor} − {share}" if measure.inverted else share


def _wrapped(side: list[Fraction], left: str, right: str, *, always: bool) -> str:
    return f"{left}{_plain(side)}{right}" if always or len(side) > 1 else _plain(side)


def _plain(side: list[Fraction]) -> str:
    """`3,561 + 2,743 − 12`."""
    first, *rest = side
    return _count(first) + "".join(f" {'−' if one < 0 else '+'} {_count(abs(one))}" for one in rest)


def _count(value: Fraction) -> str:
    return number(value, 0 if value.denominator == 1 or abs(value) >= 1000 else 1)


def target_months(target: Target) -> list[float | None]:
    """The target's line for a chart of twelve months; empty where it has no one figure a month."""
    if target.threshold is None or target.comparator in ("reduce_by", "increase", "decrease"):
        return []
    if target.effect.get("kind") in ("year_total", "change_vs_baseline"):
        return []
    return [target.threshold] * 12


def _measured(measure: Mapping[str, Any], unit: str) -> str:
    if "mean" in measure:
        return f"mean of {measure['mean']} weighted by {measure['weight']}"
    if "line" in measure:
        return " − ".join([_joined(measure["line"]), *measure.get("less", ())])
    marks = "||" if measure.get("absolute") else "()"
    top, bottom = (_marked(measure[side], marks) for side in ("numerator", "denominator"))
    share = f"{top} / {bottom}" + (" × 100" if unit == "%" else "")
    return f"100 − {share}" if measure.get("inverted") else share


def _marked(codes: str | list[str], marks: str) -> str:
    """`(A + B)`; one line alone stands bare unless its sign is left aside."""
    bare = marks == "()" and (isinstance(codes, str) or len(codes) == 1)
    return _joined(codes) if bare else f"{marks[0]}{_joined(codes)}{marks[1]}"


def _joined(codes: str | list[str]) -> str:
    return codes if isinstance(codes, str) else " + ".join(codes)
