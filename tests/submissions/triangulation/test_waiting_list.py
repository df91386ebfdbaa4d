"""T28: each month's waiting list follows from its flows."""

from __future__ import annotations

from typing import Any

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, plan_of, row, rule

FLOWS = ("E.M.20", "E.M.18", "E.M.19", "LOC.RTTREM")
LINES = [line("E.B.3a", "last", unit="pathways"), *(line(code) for code in FLOWS)]
T28 = rule("T28", "activity", tolerance={"relative": 0.01})


def judge(listed: list[Any], **flows: list[Any]) -> list[Breach]:
    given = {("RTH", "E.B.3a"): listed}
    usual = {"E.M.20": row(100), "E.M.18": row(30), "E.M.19": row(50), "LOC.RTTREM": row(20)}
    given |= {("RTH", code): flows.get(code.split(".")[-1], usual[code]) for code in FLOWS}
    return [breach for _, breach in run_rules(plan_of(LINES, ["RTH"], given), [T28], "organisation").breaches]


def test_it_holds() -> None:
    assert judge(row(1000, outturn=1000)) == []


def test_exactly_one_per_cent_of_the_months_list_holds() -> None:
    listed = row([1000] * 11 + [1000], outturn=990)
    assert judge(listed) == []
    assert len(judge(row(1000, outturn=989))) == 1


def test_april_follows_from_the_outturn() -> None:
    [breach] = judge(row(1000, outturn=900))
    assert breach.period == "2023-04"
    assert breach.numbers == "900 + 100 − 30 − 50 − 20 = 900, not 1,000"
    assert breach.closes_with == (
        "100 fewer pathways completed or removed, 100 more started, or a list 100 shorter"
    )
    assert breach.inputs[:2] == (("E.B.3a", 2), ("E.B.3a", 1))


def test_one_breach_names_the_first_month_and_carries_the_rest() -> None:
    [breach] = judge(row(1000, outturn=1000, aug=1100))
    assert breach.period == "2023-08"
    assert breach.message == (
        "The waiting list at the end of August 2023 is 1,100 pathways; last month's list and the month's flows make "
        "1,000. It holds 100 more than they explain. 1 more of its months do not follow either."
    )
    assert breach.months[4] == 1100
    assert breach.expected_months[4:6] == (1000, 1100)


def test_a_list_that_is_shorter_than_its_flows() -> None:
    [breach] = judge(row(900, outturn=1000))
    assert breach.closes_with.startswith("100 more pathways completed or removed, 100 fewer started")


def test_a_blank_month_is_passed_over_with_the_next() -> None:
    assert judge(row(1000, outturn=None)) == []
    assert judge(row(1000, outturn=500, apr=None)) == []
    assert judge(row(1000, outturn=500), RTTREM=row(20, apr=None)) == []
    assert judge(row(1000, outturn=500), RTTREM=row("n/a")) == []
