"""T05 and T06: what agency staff cost, against last year and against staff in post."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, RuleFailed, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, plan_of, row, rule

LINES = [
    *(line(code, sign="-", decimals=1) for code in ("F.PAY.AGY", "F.PAY.SUB")),
    *(line(code, "avg", unit="WTE", decimals=1) for code in ("F.WTE.AGY", "F.WTE.SUB")),
]
T05 = rule("T05", tolerance={"relative": 0.15}, limits={"staff": 1})
T06 = rule("T06", tolerance={"low": 1.0, "high": 3.0})


def judge(
    declared: Any, agency: list[Any], staff: list[Any], post: list[Any], in_post: list[Any]
) -> list[Breach]:
    given = {
        ("RTH", "F.PAY.AGY"): agency,
        ("RTH", "F.WTE.AGY"): staff,
        ("RTH", "F.PAY.SUB"): post,
        ("RTH", "F.WTE.SUB"): in_post,
    }
    plan = plan_of(LINES, ["RTH"], given)
    return [breach for _, breach in run_rules(plan, [declared], "organisation").breaches]


def last_year(agency: list[Any], staff: list[Any]) -> list[Breach]:
    return judge(T05, agency, staff, row(), row())


@pytest.mark.parametrize(("outturn", "broken"), [(-1200, 0), (-1020, 0), (-1019, 1), (-1411, 0), (-1412, 1)])
def test_a_cost_that_moves_by_fifteen_per_cent_of_the_larger_holds(outturn: float, broken: int) -> None:
    assert len(last_year(row(-100, outturn=outturn), row(10, outturn=10))) == broken


def test_it_says_both_costs_and_what_would_close_it() -> None:
    [breach] = last_year(row(-100, outturn=-600), row(10, outturn=10))
    assert (breach.line, breach.period, breach.actual, breach.expected) == ("F.PAY.AGY", "2023/24", 120, 60)
    assert breach.message == (
        "Agency staff cost £120,000 a WTE in the plan and £60,000 in the outturn: 50.0% more, where 15% of the larger "
        "is allowed."
    )
    assert breach.closes_with == "£600,000 less agency spend, or 10.0 WTE more, for last year's cost a WTE"
    assert breach.months == (10.0,) * 12
    assert breach.expected_months == (5.0,) * 12


def test_a_cost_that_falls() -> None:
    [breach] = last_year(row(-50, outturn=-1200), row(10, outturn=10))
    assert "50.0% less" in breach.message
    assert breach.closes_with.startswith("£600,000 more agency spend, or 5.0 WTE fewer")


@pytest.mark.parametrize(
    ("agency", "staff"),
    [
        (row(-100, outturn=None), row(10, outturn=10)),
        (row(-100, outturn=-600), row(10, outturn=None)),
        (row(-100, outturn=-600, may=None), row(10, outturn=10)),
        (row(-100, outturn=-600), row("n/a", outturn=10)),
        (row(-100, outturn=-600), row(0, outturn=10)),
        (row(-100, outturn=-60), row(0.9, outturn=10)),  # a cost a WTE of less than one says nothing
    ],
)
def test_a_blank_or_nobody_makes_no_finding(agency: list[Any], staff: list[Any]) -> None:
    assert last_year(agency, staff) == []


@pytest.mark.parametrize(("agency", "broken"), [(-40, 0), (-120, 0), (-39.9, 1), (-120.1, 1)])
def test_the_ends_of_the_range_hold(agency: float, broken: int) -> None:
    assert len(judge(T06, row(agency), row(10), row(-400), row(100))) == broken


def test_it_says_both_costs_and_the_cost_that_would_do() -> None:
    [breach] = judge(T06, row(-200), row(10), row(-400), row(100))
    assert breach.message == (
        "An agency WTE costs £240,000 a year, one in post £48,000: 5.00 times as much, outside 1.0 to 3.0 times. "
        "Check the pay and the WTE of both."
    )
    assert (breach.actual, breach.expected, breach.gap) == (5, 3, 2)
    assert breach.closes_with.startswith("An agency cost of £144,000 a WTE")


def test_without_staff_or_figures_there_is_no_premium() -> None:
    assert judge(T06, row(-200), row(0), row(-400), row(100)) == []
    assert judge(T06, row(-200), row(10), row(-400), row(0)) == []
    assert judge(T06, row(-200), row(10), row(0), row(100)) == []
    assert judge(T06, row(None), row(10), row(-400), row(100)) == []
    assert judge(T06, row("n/a"), row(10), row(-400), row(100)) == []


GROUPS = [
    line("F.PAY.AGY.RN", sign="-", required="optional", label="Agency pay: nurses"),
    line("F.PAY.SUB.RN", sign="-"),
    *(line(code, "avg", decimals=1) for code in ("W.AGY.RN", "W.AVG.RN")),
]


def by_group(agency: list[Any], staff: list[Any], post: list[Any], in_post: list[Any]) -> list[Breach]:
    declared = rule(
        "T06",
        tolerance={"low": 1.0, "high": 3.0},
        limits={"staff": 1},
        wider={"returns": ["workforce"], "function": "T06.groups"},
    ).widened
    assert declared is not None
    assert declared.returns == {"finance", "workforce"}
    given = zip([each.code for each in GROUPS], (agency, post, staff, in_post), strict=True)
    plan = plan_of(GROUPS, ["RTH"], {("RTH", code): figures for code, figures in given})
    return [breach for _, breach in run_rules(plan, [declared], "organisation").breaches]


@pytest.mark.parametrize(("agency", "broken"), [(-40, 0), (-120, 0), (-39.9, 1), (-120.1, 1)])
def test_a_group_whose_agency_pay_is_given_is_held_to_the_same(agency: float, broken: int) -> None:
    found = by_group(row(agency), row(10), row(-400), row(100))
    assert [breach.line for breach in found] == ["F.PAY.AGY.RN"] * broken
    assert all("in “Agency pay: nurses” (F.PAY.AGY.RN)" in breach.message for breach in found)


def test_a_group_without_agency_pay_or_under_one_wte_is_not() -> None:
    assert by_group(row(), row(10), row(-400), row(100)) == []
    assert by_group(row("n/a"), row(10), row(-400), row(100)) == []
    assert by_group(row(-99), row(0.9), row(-400), row(100)) == []
    assert by_group(row(-99), row(), row(-400), row(100)) == []
    assert by_group(row(-99), row(10), row(-400), row(0)) == []


def test_a_range_is_needed() -> None:
    with pytest.raises(RuleFailed, match="Rule T06 broke down") as failed:
        judge(rule("T06"), row(-200), row(10), row(-400), row(100))
    assert "T06 needs a range" in str(failed.value.__cause__)
