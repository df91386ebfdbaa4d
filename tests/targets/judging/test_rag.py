"""Red, amber, green: five per cent of the goal, percentages in points, zero without amber."""

from __future__ import annotations

from fractions import Fraction

import pytest

from targets.judging.rag import rag, rag_of_pace


@pytest.mark.parametrize(
    ("value", "goal", "is_met", "is_percentage", "colour"),
    [
        (76, 76, True, True, "green"),
        (71, 76, False, True, "amber"),
        (Fraction("70.9"), 76, False, True, "red"),
        (Fraction("31.5"), 30, False, False, "amber"),
        (Fraction("31.6"), 30, False, False, "red"),
        (Fraction("2.1"), Fraction("2.2"), False, True, "amber"),
        (0, Fraction("2.2"), False, True, "red"),
        (0, 0, True, False, "green"),
        (1, 0, False, False, "red"),
        (Fraction("-0.1"), 0, False, False, "red"),
    ],
)
def test_colours(value: Fraction, goal: Fraction, is_met: bool, is_percentage: bool, colour: str) -> None:
    assert rag(Fraction(value), Fraction(goal), is_met, is_percentage) == colour


def test_a_target_due_later_is_coloured_by_its_pace() -> None:
    assert rag_of_pace(Fraction(86), Fraction(85), True, True) == "green"
    assert rag_of_pace(Fraction(84), Fraction(85), True, True) == "amber"
    assert rag_of_pace(Fraction(70), Fraction(85), False, True) == "red"
    assert rag_of_pace(Fraction(10), Fraction(12), True, False) == "green"
