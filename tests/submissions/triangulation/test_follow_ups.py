"""T23: follow-ups earn no variable income."""

from __future__ import annotations

from typing import Any

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, plan_of, row, rule

LINES = [line("F.INC.OPFUV", decimals=1)]


def judge(income: list[Any]) -> list[Breach]:
    plan = plan_of(LINES, ["RTH"], {("RTH", "F.INC.OPFUV"): income})
    return [breach for _, breach in run_rules(plan, [rule("T23")], "organisation").breaches]


def test_nothing_holds_whatever_last_year_earned() -> None:
    assert judge(row(0, outturn=900)) == []


def test_the_first_month_is_named_and_the_year_told() -> None:
    [breach] = judge(row(0, outturn=0, jun=0.1, jul=12))
    assert (breach.line, breach.period, breach.actual) == ("F.INC.OPFUV", "2023-06", 12.1)
    assert breach.message == (
        "The plan takes £12,100 of variable income for outpatient follow-ups, from June 2023, in 2 months. From "
        "2023/24 they are paid within the fixed element alone."
    )
    assert breach.closes_with == "£12,100 less variable income for outpatient follow-ups"
    assert breach.inputs == (("F.INC.OPFUV", 4), ("F.INC.OPFUV", 5))


def test_blanks_and_what_does_not_apply_make_no_finding() -> None:
    assert judge(row()) == []
    assert judge(row("n/a")) == []
    assert "in May 2023." in judge(row(None, may=1))[0].message
