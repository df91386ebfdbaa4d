"""How a target's unit stands beside a figure, on pages and in findings alike."""

from __future__ import annotations

from fractions import Fraction

MEASURED = frozenset({"minutes", "hours", "days"})  # plural in form, one amount in sense


def named(value: Fraction | float, unit: str) -> str:
    """The unit beside a figure: `1 patient`, `2 patients`, `1 person`."""
    if value != 1:
        return unit
    if unit == "people":
        return "person"
    return unit.removesuffix("s") if is_counted(unit) or unit in MEASURED else unit


def is_counted(unit: str) -> bool:
    """Whether it is a number of things, and not an amount or so many for each of something."""
    is_plural = unit == "people" or (unit.endswith("s") and unit not in MEASURED)
    return is_plural and "per" not in unit.split()
