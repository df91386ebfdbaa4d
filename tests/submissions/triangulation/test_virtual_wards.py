"""T19: more virtual ward beds have staff and money behind them."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

EVERY = "ac mh icb"
LINES = [
    line("E.T.5D", "avg", decimals=1, types=EVERY, unit="beds"),
    line("W.VW", "avg", decimals=1, types=EVERY),
    line("F.MEMO.VW", sign="-", decimals=1, types=EVERY),
]
T19 = rule("T19", "activity workforce finance", types=["ac", "mh"])
NONE, MORE = row(0), row(50, outturn=40)


def judge(beds: list[Any], staff: list[Any], spend: list[Any], of: str = "ac") -> list[Breach]:
    given = {("RTH", "E.T.5D"): beds, ("RTH", "W.VW"): staff, ("RTH", "F.MEMO.VW"): spend}
    plan = plan_of(LINES, [member("RTH", of)], given)
    return [breach for _, breach in run_rules(plan, [T19], "organisation").breaches]


@pytest.mark.parametrize("of", ["ac", "mh"])
def test_it_holds_with_both_however_little(of: str) -> None:
    assert judge(MORE, row(0, mar=0.1), row(0, mar=-0.1), of) == []
    assert len(judge(MORE, NONE, NONE, of)) == 1


@pytest.mark.parametrize(("march", "broken"), [(40, 0), (40.0001, 1), (39, 0)])
def test_only_beds_that_grow_ask_for_it(march: float, broken: int) -> None:
    assert len(judge(row(99, mar=march, outturn=40), NONE, NONE)) == broken


def test_beds_without_staff_and_spend() -> None:
    [breach] = judge(row(45, mar=52.5, outturn=40), NONE, NONE)
    assert breach.message == (
        "Virtual ward beds grow from 40 to 52.5 by March 2024, but no staff (W.VW) and no spend (F.MEMO.VW) are "
        "planned for them."
    )
    assert breach.closes_with == "A figure for staff and spend on virtual wards, or 12.5 fewer beds in March"
    assert breach.numbers == "52.5 beds > 40; staff 0.0 WTE; spend £0"
    assert (breach.line, breach.period, breach.actual, breach.gap, breach.unit) == (
        "W.VW",
        "2023/24",
        0,
        None,
        "WTE",
    )
    assert breach.inputs == (("E.T.5D", 13), ("E.T.5D", 1), ("W.VW", 14), ("F.MEMO.VW", 14))
    assert breach.size == pytest.approx(12.5 / 40)


def test_one_of_the_two_is_not_enough() -> None:
    [breach] = judge(MORE, row(12), NONE)
    assert "but no spend (F.MEMO.VW) is planned for them." in breach.message
    assert breach.line == "F.MEMO.VW"
    assert breach.numbers == "50 beds > 40; staff 12.0 WTE; spend £0"
    [breach] = judge(MORE, NONE, row(-70))
    assert "but no staff (W.VW) are planned for them." in breach.message
    assert breach.numbers.endswith("spend £840,000")


def test_beds_where_there_were_none() -> None:
    [breach] = judge(row(10, outturn=0), NONE, NONE)
    assert breach.size == 1.0


def test_a_blank_or_n_a_makes_no_finding_nor_does_an_icb() -> None:
    assert judge(row(50), NONE, NONE) == []
    assert judge(row(50, outturn=40, mar=None), NONE, NONE) == []
    assert judge(row("n/a", outturn="n/a"), NONE, NONE) == []
    assert judge(MORE, row(0, may=None), NONE) == []
    assert judge(MORE, NONE, row("n/a")) == []
    assert judge(MORE, NONE, NONE, of="icb") == []


def test_it_waits_for_all_three_returns() -> None:
    plan = plan_of(LINES, [member("RTH", returns=["finance"])], {})
    assert run_rules(plan, [T19], "organisation").waiting == {"activity": ["T19"], "workforce": ["T19"]}
