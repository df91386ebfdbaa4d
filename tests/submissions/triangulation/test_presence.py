"""T07: money for bank or agency staff and the staff stand in the same months."""

from __future__ import annotations

from typing import Any

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, plan_of, row, rule

KINDS = ("BNK", "AGY")
LINES = [
    *(line(f"F.PAY.{kind}", sign="-") for kind in KINDS),
    *(line(f"F.WTE.{kind}", "avg") for kind in KINDS),
    *(line(f"W.{kind}.{group}", "avg") for kind in KINDS for group in ("RN", "AHP")),
    *(
        line(f"F.PAY.{kind}.{group}", sign="-", required="optional")
        for kind in KINDS
        for group in ("RN", "AHP")
    ),
]
T07 = rule("T07", "workforce finance")


def judge(**changed: list[Any]) -> list[Breach]:
    figures = {("RTH", found.code): row(-1 if found.code.startswith("F.PAY") else 2) for found in LINES}
    figures |= {("RTH", each.code): row() for each in LINES if each.required == "optional"}
    figures |= {("RTH", code.replace("_", ".")): given for code, given in changed.items()}
    return [
        breach for _, breach in run_rules(plan_of(LINES, ["RTH"], figures), [T07], "organisation").breaches
    ]


def test_it_holds() -> None:
    assert judge() == []


def test_it_holds_where_there_is_none_of_either() -> None:
    assert judge(F_PAY_AGY=row(0), F_WTE_AGY=row(0), W_AGY_RN=row(0), W_AGY_AHP=row(0)) == []


def test_money_without_staff() -> None:
    [breach] = judge(W_AGY_RN=row(2, jul=0, aug=0), W_AGY_AHP=row(2, jul=0, aug=0))
    assert (breach.line, breach.period, breach.unit) == ("F.PAY.AGY", "2023-07", "£000")
    assert breach.message == (
        "July 2023 has agency pay £1,000, agency staff in the finance return 2.0 WTE and agency staff in the "
        "workforce return 0.0 WTE; where there is one there should be the others. So do 1 more of its months."
    )
    assert breach.closes_with == (
        "A figure for agency staff in the workforce return, or none for agency pay and agency staff in the "
        "finance return"
    )


def test_staff_without_money() -> None:
    [breach] = judge(F_PAY_BNK=row(-1, mar=0))
    assert (breach.line, breach.period) == ("F.PAY.BNK", "2024-03")
    assert breach.actual == 0


def test_a_group_is_judged_where_its_money_is_given() -> None:
    [breach] = judge(F_PAY_AGY_RN=row(-1), F_PAY_AGY_AHP=row(0))
    assert breach.line == "F.PAY.AGY.AHP"
    assert judge(F_PAY_AGY_RN=row(-1), F_PAY_AGY_AHP=row(-1)) == []


def test_a_blank_makes_no_finding_but_not_applicable_groups_count_as_nothing() -> None:
    assert judge(F_PAY_AGY=row(0), W_AGY_RN=row()) == []
    assert judge(F_PAY_AGY=row()) == []
    assert judge(W_AGY_RN=row("n/a")) == []
    assert len(judge(F_PAY_AGY=row(0), W_AGY_RN=row("n/a"))) == 1
