"""F-04: efficiency is the share that a system was asked for, of it and of each body."""

from __future__ import annotations

from typing import Any

import pytest

from finance import rules as finance_rules  # noqa: F401 importing it registers what they judge
from planning.plan.array import Plan
from planning.plan.known import enter_known
from planning.plan.lineage import inputs_of
from planning.plan.rules import Breach, run_rules
from tests.plans import line, member, plan_of, row, rule

ASKED = {("QU9", "F.SYS.EFFREQ"): 220}
LINES = [
    line("F.EFF.TOTAL", types="ac icb"),
    line("F.INC.TOTAL"),
    line("F.EXP.TOTAL", sign="-"),
    line("F.INC.ICB@QU9"),
    line("F.ICB.ALLOC", types="icb"),
    line("F.ICB.EXP", types="icb", sign="-"),
    line("F.ICB.PROV@RTH", types="icb", sign="-"),
    line("F.SYS.EFFREQ", "annual", "icb", unit="ratio", required="reference"),
]


def of_what(denominator: int) -> Any:
    return rule(
        "F-04",
        types=["ac", "mh", "am", "icb"],
        levels=["organisation", "system"],
        parameters={"efficiency_denominator": denominator},
    )


SPEND, INCOME = of_what(1), of_what(2)


def trust(efficiency: Any, spend: Any = -100, income: Any = 100, known: Any = ASKED, **more: Any) -> Plan:
    given = {
        ("RTH", "F.EFF.TOTAL"): row(efficiency),
        ("RTH", "F.EXP.TOTAL"): row(spend),
        ("RTH", "F.INC.TOTAL"): row(income),
    }
    plan = plan_of(LINES, [member("RTH", **more)], given)
    enter_known(plan, known)
    return plan


def judge(plan: Plan, judged: Any = SPEND, level: str = "organisation") -> list[Breach]:
    return [breach for _, breach in run_rules(plan, [judged], level).breaches]


def test_exactly_what_was_asked_holds_and_a_hair_less_does_not() -> None:
    assert judge(trust(2.2)) == []
    assert judge(trust(3)) == []
    [breach] = judge(trust([2.2] * 11 + [2.1999]))
    assert breach.numbers == "£26,400 / £1.2m = 2.200% < 2.2%"


def test_efficiency_that_falls_short() -> None:
    plan = trust(1.5)
    [breach] = judge(plan)
    assert (breach.organisation, breach.line, breach.period) == ("RTH", "F.EFF.TOTAL", "2023/24")
    assert (breach.actual, breach.expected, breach.unit) == (1.5, 2.2, "%")
    assert breach.gap == pytest.approx(0.7)
    assert breach.message == (
        "Efficiency of £18,000 is 1.5% of spend of £1.2m; 2.2% is asked. £8,400 is missing."
    )
    assert breach.closes_with == "£8,400 more efficiency"
    assert ("QU9", "F.SYS.EFFREQ", 0.022) in [
        (each["organisation"], each["line"], each["value"]) for each in inputs_of(plan, breach.cells)
    ]


def test_the_assumption_says_what_it_is_a_share_of() -> None:
    assert judge(trust(2.2, income=101), SPEND) == []
    [breach] = judge(trust(2.2, income=101), INCOME)
    assert breach.message == (
        "Efficiency of £26,400 is 2.18% of income of £1.2m; 2.2% is asked. £264 is missing."
    ).replace("2.18%", "2.178%")


def test_each_body_is_held_to_what_its_own_system_was_asked() -> None:
    both = {**ASKED, ("QT6", "F.SYS.EFFREQ"): 100}
    assert len(judge(trust(1.5, known=both))) == 1
    assert judge(trust(1.5, known=both, system="QT6")) == []


@pytest.mark.parametrize("missing", [None, "n/a"])
def test_a_figure_that_is_missing_makes_no_finding(missing: Any) -> None:
    assert judge(trust(missing)) == []
    assert judge(trust(1, spend=missing)) == []
    assert judge(trust(1, income=missing), INCOME) == []


def test_nothing_asked_and_nothing_spent_are_not_assessable() -> None:
    assert judge(trust(0, known={})) == []
    assert judge(trust(0, spend=0)) == []


# --- the ICB and the system ----------------------------------------------------------------------------
def system(efficiency: Any, paid: float = -60) -> Plan:
    """A trust that spends 100 and has 60 of it from its ICB, which spends 100: 140 in all, or 140 of income."""
    given = {
        ("RTH", "F.EFF.TOTAL"): row(efficiency),
        ("RTH", "F.EXP.TOTAL"): row(-100),
        ("RTH", "F.INC.TOTAL"): row(100),
        ("RTH", "F.INC.ICB@QU9"): row(60),
        ("QU9", "F.EFF.TOTAL"): row(1),
        ("QU9", "F.ICB.ALLOC"): row(110),
        ("QU9", "F.ICB.EXP"): row(-100),
        ("QU9", "F.ICB.PROV@RTH"): row(paid),
    }
    plan = plan_of(LINES, [member("QU9", "icb", name="BOB ICB"), member("RTH")], given)
    enter_known(plan, ASKED)
    return plan


def test_a_system_s_is_of_spend_without_what_its_icb_pays_its_trusts() -> None:
    assert judge(system(2.08).system("QU9"), level="system") == []  # 3.08 of 140
    [breach] = judge(system(2).system("QU9"), level="system")
    assert (breach.organisation, breach.cells) == (None, ())
    assert breach.message == (
        "Efficiency of £36,000 is 2.1% of spend of £1.7m, payments between its bodies left out; 2.2% is asked. £960 is "
        "missing."
    )
    assert {code for code, _ in breach.inputs} == {
        "F.EFF.TOTAL",
        "F.EXP.TOTAL",
        "F.ICB.EXP",
        "F.ICB.PROV@RTH",
    }
    [of_income] = judge(system(2).system("QU9"), INCOME, "system")  # of 150
    assert of_income.message.startswith("Efficiency of £36,000 is 2.0% of income of £1.8m")


def test_the_icb_s_own_is_of_all_that_it_spends() -> None:
    found = judge(system(2.2))
    assert [breach.message for breach in found] == [
        "Efficiency of £12,000 is 1.0% of spend of £1.2m; 2.2% is asked. £14,400 is missing."
    ]
    assert [breach.organisation for breach in found] == ["QU9"]
