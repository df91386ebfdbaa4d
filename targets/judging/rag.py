"""Red, amber, green, after NHS England's regional tool: amber within 5% of the goal, percentages in points.

An outcome is never softened by its colour: green only where the target is met. A goal of zero has no
amber, since 5% of nothing is nothing; a goal of less than 5% takes 5% of itself, since within five points of
it lies nothing planned at all.
"""

from __future__ import annotations

from fractions import Fraction

GREEN, AMBER, RED = "green", "amber", "red"
NEAR = Fraction(5)  # per cent of the goal, or percentage points


def rag(value: Fraction, goal: Fraction, is_met: bool, is_percentage: bool) -> str:
    """The colour of a planned value against its goal, both in the target's unit."""
    if is_met:
        return GREEN
    if goal == 0:
        return RED
    in_points = is_percentage and abs(goal) >= NEAR
    distance = abs(value - goal) if in_points else abs(value - goal) * 100 / abs(goal)
    return AMBER if distance <= NEAR else RED


def rag_of_pace(value: Fraction, needed: Fraction, is_moving: bool, is_rising: bool) -> str:
    """For a target due later: green on or ahead of the pace it needs, amber moving but behind it, red where
    it does not move the right way."""
    if not is_moving:
        return RED
    return GREEN if (value >= needed if is_rising else value <= needed) else AMBER
