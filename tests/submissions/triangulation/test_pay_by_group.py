"""T04: a WTE of each staff group costs what it did last year and the pay award."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

LINES = [
    line("F.PAY.SUB.RN", sign="-", decimals=1, types="ac icb", label="Substantive pay: nurses"),
    line("F.PAY.SUB.MID", sign="-", decimals=1),
    line("W.SUB.RN", "last", decimals=1),
    line("W.AVG.RN", "avg", decimals=1, types="ac icb"),
    line("W.AVG.MID", "avg", decimals=1),
]
T04 = rule(
    "T04",
    "workforce finance",
    tolerance={"relative": 0.05},
    limits={"staff": 5},
    parameters={"pay_award": 0.02},
)


def judge(pay: list[Any], staff: list[Any], of: str = "ac", **more: list[Any]) -> list[Breach]:
    given = {("RTH", "F.PAY.SUB.RN"): pay, ("RTH", "W.AVG.RN"): staff}
    given |= {("RTH", code.replace("_", ".")): figures for code, figures in more.items()}
    plan = plan_of(LINES, [member("RTH", of)], given)
    return [breach for _, breach in run_rules(plan, [T04], "organisation").breaches]


def test_it_holds_with_the_award_however_staff_move() -> None:
    assert judge(row(-425, outturn=-5000), row(100, outturn=100)) == []
    assert judge(row(-850, outturn=-5000), row(200, outturn=100)) == []


# £50,000 and 2% make £51,000 a WTE; 5% of the larger side
@pytest.mark.parametrize(("month", "broken"), [(-403.75, 0), (-403.74, 1), (-447.36, 0), (-447.37, 1)])
def test_five_in_a_hundred_of_the_larger_may_lie_between(month: float, broken: int) -> None:
    assert len(judge(row(month, outturn=-5000), row(100, outturn=100))) == broken


def test_it_says_what_is_wrong_and_what_closes_it() -> None:
    [breach] = judge(row(-500, outturn=-5000), row(100, outturn=100), W_SUB_RN=row(100, mar=None))
    assert breach.message == (
        "“Substantive pay: nurses” (F.PAY.SUB.RN) comes to £60,000 a WTE in the plan. Last year's £50,000 and a pay "
        "award of 2.0% make £51,000: 15.0% more, where 5% of the larger is allowed."
    )
    assert breach.closes_with == "£900,000 less pay of the group, or 17.6 WTE more on average"
    assert breach.numbers == "£6.0m / 100.0 WTE = £60,000 a WTE; expected £50,000 × (1 + 2.0%) = £51,000"
    assert (breach.line, breach.actual, breach.expected, breach.gap) == ("F.PAY.SUB.RN", 60, 51, 9)
    assert breach.size == 0.15
    assert breach.inputs == (
        ("F.PAY.SUB.RN", 14),
        ("F.PAY.SUB.RN", 1),
        ("W.AVG.RN", 14),
        ("W.AVG.RN", 1),
    )
    assert breach.months == (*(5.0,) * 11, None)
    assert breach.expected_months == (4.25,) * 12


def test_staff_typed_ten_times_too_many() -> None:
    [breach] = judge(row(-425, outturn=-5000), row(1000, outturn=100))
    assert "comes to £5,100 a WTE" in breach.message
    assert "90.0% less" in breach.message
    assert breach.closes_with == "£45.9m more pay of the group, or 900.0 WTE fewer on average"


def test_each_group_is_found_by_itself() -> None:
    found = judge(
        row(-425, outturn=-5000),
        row(100, outturn=100),
        F_PAY_SUB_MID=row(-500, outturn=-5000),
        W_AVG_MID=row(100, outturn=100),
    )
    assert [breach.line for breach in found] == ["F.PAY.SUB.MID"]


@pytest.mark.parametrize(
    ("now", "before", "broken"), [(5, 5, 1), (4.9, 5, 0), (5, 4.9, 0), (0, 5, 0), (5, 0, 0)]
)
def test_small_groups_are_let_be(now: float, before: float, broken: int) -> None:
    assert len(judge(row(-100, outturn=-250), row(now, outturn=before))) == broken


def test_pay_of_nothing_is_found_and_has_no_wte_to_close_it() -> None:
    [breach] = judge(row(-500, outturn=0), row(100, outturn=100))
    assert breach.closes_with == "£6.0m less pay of the group"
    assert judge(row(0, outturn=0), row(100, outturn=100)) == []


def test_a_blank_or_n_a_makes_no_finding_nor_does_an_icb() -> None:
    staff = row(100, outturn=100)
    assert judge(row(-900, outturn=-5000, may=None), staff) == []
    assert judge(row(-900), staff) == []
    assert judge(row(-900, outturn=-5000), row("n/a", outturn="n/a")) == []
    assert judge(row(-900, outturn=-5000), staff, of="icb") == []
