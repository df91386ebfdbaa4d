"""T38: shares of outpatient attendances."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, plan_of, row, rule

LINES = [line(code, unit="attendances") for code in ("E.M.34", "E.M.32", "E.M.33", "E.M.8")]
T38 = rule("T38", "activity", limits={"E.M.34": 0.25, "E.M.33": 0.6})


def judge(moved: list[Any], total: list[Any], advice: list[Any], firsts: list[Any]) -> list[Breach]:
    given = dict(zip([("RTH", line.code) for line in LINES], (moved, total, advice, firsts), strict=True))
    return [breach for _, breach in run_rules(plan_of(LINES, ["RTH"], given), [T38], "organisation").breaches]


@pytest.mark.parametrize(
    ("moved", "advice", "lines"),
    [
        (25, 60, []),
        (25.1, 60, ["E.M.34"]),
        (25, 60.1, ["E.M.33"]),
        (0, 0, []),
    ],
)
def test_the_ends_hold(moved: float, advice: float, lines: list[str]) -> None:
    assert [each.line for each in judge(row(moved), row(100), row(advice), row(100))] == lines


def test_it_says_the_share_and_the_most() -> None:
    [breach] = judge(row(50), row(100), row(0), row(100))
    assert breach.message == (
        "“E.M.34” (E.M.34) is 600 attendances, 50.0 for every 100 of “E.M.32” (E.M.32), 1,200. More than 25 is not "
        "plausible: see whether one of the two is in another unit."
    )
    assert breach.closes_with == "300 attendances less in E.M.34, or more in E.M.32"
    assert (breach.actual, breach.expected, breach.gap) == (50, 25, 25)


def test_blanks_and_nothing_to_share_make_no_finding() -> None:
    assert judge(row(50, may=None), row(100), row(99), row("n/a")) == []
    assert judge(row(50), row(None), row(99), row(0)) == []
