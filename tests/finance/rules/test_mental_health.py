"""F-06: mental health spend grows by more than the allocation."""

from __future__ import annotations

from typing import Any

import pytest

from finance import rules as finance_rules  # noqa: F401 importing it registers what they judge
from planning.plan.rules import Breach, run_rules
from tests.plans import line, member, plan_of, row, rule

LINES = [
    line("F.ICB.MHIS", "annual", "icb", sign="-", outturn="none"),
    line("F.ICB.MHISB", "annual", "icb", sign="-", outturn="none"),
    line("F.ICB.ALLOC", types="icb"),
]
F06 = rule("F-06", types=["icb"])


def judge(spend: Any, before: Any = -1000, allocation: Any = 105, outturn: Any = 1200) -> list[Breach]:
    """Spend and last year's; the allocation a month and last year's: growth of 5% unless told."""
    given = {
        ("QU9", "F.ICB.MHIS"): row(year=spend),
        ("QU9", "F.ICB.MHISB"): row(year=before),
        ("QU9", "F.ICB.ALLOC"): row(allocation, outturn=outturn),
    }
    plan = plan_of(LINES, [member("QU9", "icb")], given)
    return [breach for _, breach in run_rules(plan, [F06], "organisation").breaches]


def test_more_growth_holds_and_exactly_as_much_does_not() -> None:
    assert judge(-1050.0001) == []
    [breach] = judge(-1050)
    assert breach.message == (
        "Mental health spend grows 5.00%, from £1.0m to £1.1m, and the allocation grows 5.00%. More is asked."
    )
    assert breach.closes_with == "More mental health spend"


def test_less_growth() -> None:
    [breach] = judge(-1020)
    assert (breach.organisation, breach.line, breach.period) == ("QU9", "F.ICB.MHIS", "2023/24")
    assert (breach.actual, breach.expected, breach.unit) == (2.0, 5.0, "% growth")
    assert breach.gap == pytest.approx(3)
    assert breach.message == (
        "Mental health spend grows 2.00%, from £1.0m to £1.0m, and the allocation grows 5.00%. £30,000 more would grow "
        "as much, and more than that is asked."
    )
    assert breach.closes_with == "Over £30,000 more mental health spend"
    assert breach.numbers == "2.00% ≤ 5.00%"


def test_an_allocation_that_falls_asks_for_less() -> None:
    assert judge(-960, allocation=95) == []
    [breach] = judge(-940, allocation=95)
    assert "falls 6.00%" in breach.message and "allocation falls 5.00%" in breach.message


@pytest.mark.parametrize("missing", [None, "n/a"])
@pytest.mark.parametrize("which", ["spend", "before", "allocation", "outturn"])
def test_a_figure_that_is_missing_makes_no_finding(which: str, missing: Any) -> None:
    assert judge(**{"spend": -1, which: missing}) == []


def test_nothing_last_year_is_not_assessable() -> None:
    assert judge(-1, before=0) == []
    assert judge(-1, outturn=0) == []
