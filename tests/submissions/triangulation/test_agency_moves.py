"""T09: agency staff and agency spend beyond the pay award do not go opposite ways."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, plan_of, row, rule

LINES = [
    line("F.PAY.AGY", sign="-", decimals=1),
    line("F.WTE.AGY", "avg", unit="WTE", decimals=1),
]
T09 = rule("T09", limits={"moves": 0.01}, parameters={"pay_award": 0.02})


def judge(spend: list[Any], staff: list[Any]) -> list[Breach]:
    plan = plan_of(LINES, ["RTH"], {("RTH", "F.PAY.AGY"): spend, ("RTH", "F.WTE.AGY"): staff})
    return [breach for _, breach in run_rules(plan, [T09], "organisation").breaches]


@pytest.mark.parametrize(
    ("spend", "staff", "broken"),
    [
        (-1224, 90, 1),  # a fifth more beyond the award, a tenth fewer people
        (-918, 110, 1),
        (-918, 90, 0),
        (-1224, 110, 0),
        (-1020, 50, 0),  # the award alone
        (-1030.2, 90, 0),  # exactly 1% beyond it
        (-1030.8, 90, 1),
        (-1224, 99, 0),  # exactly 1% fewer
        (-1224, 98.9, 1),
        (0, 110, 1),
    ],
)
def test_opposite_ways_by_more_than_one_per_cent(spend: float, staff: float, broken: int) -> None:
    assert len(judge(row(spend / 12, outturn=-1000), row(staff, outturn=100))) == broken


def test_it_says_both_moves_and_what_would_close_it() -> None:
    [breach] = judge(row(-102, outturn=-1000), row(90, outturn=100))
    assert (breach.line, breach.period) == ("F.PAY.AGY", "2023/24")
    assert breach.message == (
        "Agency staff fall 10.0% while agency spend beyond the pay award of 2.0% grows 20.0%: the two go opposite ways."
    )
    assert (
        breach.closes_with == "£204,000 less agency spend, or 10.0 WTE more, so that one of them stays level"
    )
    assert len(breach.inputs) == 4


def test_cheaper_staff_in_greater_number() -> None:
    [breach] = judge(row(-76.5, outturn=-1000), row(110, outturn=100))
    assert "Agency staff grow 10.0% while agency spend" in breach.message
    assert "falls 10.0%" in breach.message
    assert breach.closes_with.startswith("£102,000 more agency spend, or 10.0 WTE fewer")


@pytest.mark.parametrize(
    ("spend", "staff"),
    [
        (row(-102, outturn=None), row(90, outturn=100)),
        (row(-102, outturn=-1000, may=None), row(90, outturn=100)),
        (row(-102, outturn=-1000), row("n/a", outturn=100)),
        (row(-102, outturn=0), row(90, outturn=100)),
        (row(-102, outturn=-1000), row(90, outturn=0)),
    ],
)
def test_what_is_missing_or_was_nothing_is_not_assessable(spend: list[Any], staff: list[Any]) -> None:
    assert judge(spend, staff) == []
