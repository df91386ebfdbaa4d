"""The comparators of a target, by what they ask of a figure."""

from __future__ import annotations

from fractions import Fraction

from targets.guidance.target import Target

RISING = frozenset({">=", ">", "increase", "increase_by", "increase_toward", "reduce_by"})
FALLING = frozenset({"<=", "<", "decrease", "decrease_toward"})
DIRECTIONS = frozenset({"increase", "decrease", "increase_toward", "decrease_toward"})
TOWARD = frozenset({"increase_toward", "decrease_toward"})
CHANGES = frozenset({"reduce_by", "increase_by"})


def is_against_baseline(target: Target) -> bool:
    """Whether what is judged is a change on the baseline or a share of it, not the plan's figure itself."""
    return target.comparator in CHANGES or (
        target.comparator not in DIRECTIONS and target.effect["kind"] == "change_vs_baseline"
    )


def against_baseline(target: Target, now: Fraction, base: Fraction) -> Fraction:
    """A reduction or a growth, in per cent of the baseline or in the target's unit; else the share of the
    baseline in per cent. Raises ZeroDivisionError for a share of nothing."""
    if target.comparator == "reduce_by":
        return 100 * (1 - now / base) if target.unit == "%" else base - now
    if target.comparator == "increase_by":
        return 100 * (now / base - 1) if target.unit == "%" else now - base
    return 100 * now / base


def divides_by_baseline(target: Target) -> bool:
    """Whether a baseline of zero leaves nothing to judge."""
    return is_against_baseline(target) and (target.comparator not in CHANGES or target.unit == "%")


def baseline_goal(target: Target, goal: Fraction, base: Fraction) -> Fraction:
    """The plan's own figure at which a goal against the baseline would just be met."""
    if target.comparator == "reduce_by":
        return base * (1 - goal / 100) if target.unit == "%" else base - goal
    if target.comparator == "increase_by":
        return base * (1 + goal / 100) if target.unit == "%" else base + goal
    return base * goal / 100
