"""The pace that a target due after the year needs."""

from __future__ import annotations

from fractions import Fraction

from targets.judging.trajectory import months_between, pace


def test_a_straight_line_from_the_outturn() -> None:
    assert pace("2023-24", "2025-03", Fraction(75), Fraction(81), Fraction(95)) == {
        "due": "2025-03",
        "outturn": 75.0,
        "plan_march": 81.0,
        "needed_by_march": 85.0,
        "needed_by_due": 95.0,
        "planned_a_month": 0.5,
        "needed_a_month": 14 / 12,
    }


def test_due_within_the_year_is_needed_by_march() -> None:
    assert pace("2023-24", "2024-03", Fraction(75), Fraction(81), Fraction(95))["needed_by_march"] == 95.0


def test_months_between() -> None:
    assert months_between("2023-11", "2024-02") == 3
