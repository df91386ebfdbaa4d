"""The comparators of a target, by what they ask of a figure."""

from __future__ import annotations

from fractions import Fraction

from targets.guidance import Target

RISING = frozenset({">=", ">", "increase", "increase_by", "increase_toward"})
FALLING = frozenset({"<=", "<", "decrease", "decrease_toward"})
DIRECTIONS = frozenset({"increase", "decrease", "increase_toward", "decrease_toward"})
CHANGES = frozenset({"reduce_by", "increase_by"})


def against_baseline(target: Target, now: Fraction, base: Fraction) -> Fraction:
    """A reduction, a growth, or a share of the baseline, in per cent."""
    if target.comparator == "reduce_by":
        return 100 * (1 - now / base)
    if target.comparator == "increase_by":
        return 100 * (now / base - 1)
    return 100 * now / base
