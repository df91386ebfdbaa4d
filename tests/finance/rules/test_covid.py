"""F-16: no income of its own for COVID-19."""

from __future__ import annotations

from typing import Any

import pytest

from finance import rules as finance_rules  # noqa: F401 importing it registers what they judge
from planning.plan.rules import Breach, run_rules
from tests.plans import line, plan_of, row, rule

F16 = rule("F-16")


def judge(figures: list[Any]) -> list[Breach]:
    plan = plan_of([line("F.INC.COVID")], ["RTH"], {("RTH", "F.INC.COVID"): figures})
    return [breach for _, breach in run_rules(plan, [F16], "organisation").breaches]


def test_none_holds_whatever_last_year_had() -> None:
    assert judge(row(0, outturn=5000)) == []


@pytest.mark.parametrize("missing", [None, "n/a"])
def test_blank_and_not_applicable_make_no_finding(missing: Any) -> None:
    assert judge(row(missing)) == []


def test_a_hair_of_it_is_found() -> None:
    assert len(judge(row(0, mar=0.0001))) == 1


def test_income_for_covid_names_its_first_month() -> None:
    [breach] = judge(row(0, jun=100, sep=20.5))
    assert (breach.organisation, breach.line, breach.period) == ("RTH", "F.INC.COVID", "2023-06")
    assert (breach.actual, breach.expected, breach.gap) == (120.5, 0.0, 120.5)
    assert breach.message == (
        "The plan takes £120,500 of income for COVID-19, from June 2023, in 2 months. From this year it is part of "
        "baseline allocations."
    )
    assert breach.closes_with == "£120,500 less income for COVID-19"
    assert breach.inputs == (("F.INC.COVID", 4), ("F.INC.COVID", 7))


def test_what_is_taken_back_later_is_found_too() -> None:
    assert len(judge(row(0, apr=100, may=-100))) == 1
