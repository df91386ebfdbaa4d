"""Exact figures: integers of ten-thousandths of a unit. What decides a verdict is compared here."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import lru_cache

SCALE = 10_000
LARGEST = 2**62 // SCALE  # beyond it a stored figure would not fit


def scaled(value: Decimal | int) -> int:
    """A figure as stored; more than four decimals are rounded half to even."""
    return int((Decimal(value) * SCALE).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def rounded(value: Fraction) -> int:
    """A fraction of scaled figures as one scaled figure, half to even."""
    return round(value)


def shown(value: int | None) -> float | None:
    """A stored figure as a float, for reading."""
    return None if value is None else value / SCALE


@lru_cache(maxsize=10_000, typed=True)
def fraction(value: Decimal | float | int | str) -> Fraction:
    """A threshold or tolerance exactly as written: 0.037 is 37/1000, not its nearest float."""
    return Fraction(str(value))


_HOLDS: Mapping[str, Callable[[Fraction | int, Fraction | int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


def holds(left: Fraction | int, comparator: str, right: Fraction | int) -> bool:
    """`left comparator right`, unrounded. Raises KeyError for a comparator that is none."""
    return _HOLDS[comparator](left, right)
