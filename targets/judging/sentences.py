"""How a target's figures and shortfalls are said, in the finding of a miss."""

from __future__ import annotations

from fractions import Fraction

from planning.plan.rules import number, pounds
from planning.registry import periods
from targets.units import is_counted, named

ASKED = {
    ">=": "at least {}",
    ">": "more than {}",
    "=": "{}",
    "<=": "at most {}",
    "<": "less than {}",
    "reduce_by": "at least {}",
    "increase_by": "at least {}",
}
FEWER = "fewer than {}"


def asked(comparator: str, goal: Fraction, unit: str, beside: Fraction | None = None) -> str:
    """`at least 76.0% is asked`, `none is asked`. A goal that is itself worked out is told apart from the figure
    `beside` it."""
    if comparator == "=" and goal == 0:
        return "none is asked"
    is_round = (goal * 10).denominator == 1
    is_fewer = comparator == "<" and is_counted(unit)
    said = (FEWER if is_fewer else ASKED[comparator]).format(amount(goal, unit, None if is_round else beside))
    return f"{said} {'are' if goal != 1 and is_counted(unit) else 'is'} asked"


def amount(value: Fraction, unit: str, beside: Fraction | None = None) -> str:
    """A figure with its unit: 74.2%, 31.4 minutes, −£4.2m, 54 patients. `beside` is a figure that it must not
    be shown equal to unless it is: decimals are added until the two differ."""
    if unit == "£000":
        return pounds(round(value * 10_000))
    decimals = 1 if unit == "%" or value.denominator != 1 else 0
    while beside is not None and value != beside and decimals < 4 and _same(value, beside, decimals):
        decimals += 1
    text = number(value, decimals)
    return f"{text}%" if unit == "%" else f"{text} {named(value, unit)}"


def _same(one: Fraction, other: Fraction, decimals: int) -> bool:
    return number(one, decimals) == number(other, decimals)


def when(period: str) -> str:
    """`in March 2024`, or `over 2023/24`."""
    return f"over {period}" if "/" in period else f"in {periods.month_label(period)}"


def closing(size: Fraction, unit: str, is_less: bool, label: str) -> str:
    """What would close a gap: `214 more attendances in “All attendances: within 4 hours”`."""
    if unit == "£000":
        return f"{pounds(round(size * 10_000))} {'less' if is_less else 'more'} in “{label}”"
    decimals = 0 if size.denominator == 1 else 1
    while size and decimals < 4 and _same(size, Fraction(0), decimals):
        decimals += 1
    if unit in ("minutes", "%"):
        return f"{number(size, decimals)} {unit} {'less' if is_less else 'more'} in “{label}”"
    return f"{number(size, decimals)} {'fewer' if is_less else 'more'} {named(size, unit)} in “{label}”"
