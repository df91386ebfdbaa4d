"""F-19 and F-20: what the underlying position is made of, what it hides, and the rate that the year ends at."""

from __future__ import annotations

from typing import Any

import pytest

from finance import rules as finance_rules  # noqa: F401 importing it registers what they judge
from planning.plan.rules import Breach, run_rules
from tests.plans import line, member, plan_of, row, rule

EVERYBODY = "ac icb"
LINES = [
    line("F.INC.NR"),
    line("F.EFF.NR.PAY", types=EVERYBODY),
    line("F.EFF.NR.NP", types=EVERYBODY),
    line("F.NROTH", types=EVERYBODY, sign="any"),
    line("F.AFP", types=EVERYBODY, sign="any"),
    line("F.UND", types=EVERYBODY, sign="any"),
]
LEVELS = {"types": ["ac", "icb"], "levels": ["organisation", "system"]}
F19 = rule("F-19", tolerance={"absolute": 50}, **LEVELS)
F20 = rule("F-20", severity="note", **LEVELS)


def plan(position: Any, underlying: Any, once: Any = 0, kind: str = "ac", **more: Any) -> Any:
    """Monthly figures; what happens once is income, 2 of savings on pay and 1 on the rest, and nothing else."""
    given = {
        ("RTH", "F.AFP"): row(position),
        ("RTH", "F.UND"): row(underlying),
        ("RTH", "F.EFF.NR.PAY"): row(2),
        ("RTH", "F.EFF.NR.NP"): row(1),
        ("RTH", "F.NROTH"): row(more.get("other", 0)),
    }
    if kind == "ac":
        given["RTH", "F.INC.NR"] = row(once)
    return plan_of(LINES, [member("RTH", kind)], given)


def judge(judged: Any, *figures: Any, **more: Any) -> list[Breach]:
    return [breach for _, breach in run_rules(plan(*figures, **more), [judged], "organisation").breaches]


# --- F-19 ----------------------------------------------------------------------------------------------
def test_what_is_left_without_one_off_measures_holds() -> None:
    assert judge(F19, 10, 3, 4) == []
    assert judge(F19, 10, 7, kind="icb") == []
    assert [breach.expected for breach in judge(F19, 10, 20, kind="icb")] == [84.0]  # it has no such income
    assert judge(F19, 10, 13, 4, other=-10) == []


@pytest.mark.parametrize(("march", "broken"), [(63, 0), (63.0001, 1), (-37, 0), (-37.0001, 1)])
def test_fifty_thousand_pounds_are_allowed(march: float, broken: int) -> None:
    assert len(judge(F19, 20, [13] * 11 + [march], 4)) == broken


def test_an_underlying_position_that_does_not_follow() -> None:
    [breach] = judge(F19, 10, 9, 4)
    assert (breach.organisation, breach.line, breach.period) == ("RTH", "F.UND", "2023/24")
    assert (breach.actual, breach.expected, breach.gap, breach.unit) == (108.0, 36.0, 72.0, "£000")
    assert breach.message == (
        "The underlying position is £108,000; adjusted financial performance of £120,000 less £84,000 of one-off "
        "income, savings and other items leaves £36,000. They are £72,000 apart."
    )
    assert breach.numbers == "£120,000 − £84,000 = £36,000, not £108,000"
    assert [code for code, _ in breach.inputs] == [
        "F.UND", "F.INC.NR", "F.EFF.NR.PAY", "F.EFF.NR.NP", "F.NROTH", "F.AFP"
    ]  # fmt: skip


def test_a_balance_that_rests_on_what_happens_once() -> None:
    [breach] = judge(F19, 0, -10, 7)
    assert (breach.organisation, breach.line, breach.actual, breach.gap) == ("RTH", "F.AFP", -120.0, 120.0)
    assert breach.message == (
        "The plan shows £0 of adjusted financial performance and an underlying deficit of £120,000: what happens once "
        "holds it up. Say what takes its place next year."
    )
    assert judge(F19, 3, 0, 0) == []  # no underlying deficit
    assert judge(F19, -0.0001, -3.0001, 0) == []  # a deficit that is shown hides nothing


def test_both_at_once_are_two_findings() -> None:
    assert [breach.line for breach in judge(F19, 10, -10, 0)] == ["F.AFP", "F.UND"]


@pytest.mark.parametrize("missing", [None, "n/a"])
def test_a_figure_that_is_missing_makes_no_finding(missing: Any) -> None:
    assert judge(F19, missing, -9, 4) == []
    assert judge(F19, 10, missing, 4) == []
    assert judge(F19, 10, 9, missing) == []  # what hides nothing is not said to follow
    assert [breach.line for breach in judge(F19, 10, -9, missing)] == ["F.AFP"]


def test_of_a_system_only_what_it_hides_is_asked() -> None:
    found = run_rules(plan(10, 9, 4).system("QU9"), [F19], "system").breaches
    assert found == []
    [(_, breach)] = run_rules(plan(10, -9, 4).system("QU9"), [F19], "system").breaches
    assert (breach.organisation, breach.line, breach.actual) == (None, "F.AFP", -108.0)


# --- F-20 ----------------------------------------------------------------------------------------------
def test_a_year_that_ends_at_nothing_or_above_holds() -> None:
    assert judge(F20, 0, [-50] * 11 + [0]) == []


def test_the_exit_run_rate_is_twelve_times_march() -> None:
    [breach] = judge(F20, 0, [50] * 11 + [-10.5])
    assert (breach.organisation, breach.line, breach.period) == ("RTH", "F.UND", "2024-03")
    assert (breach.actual, breach.expected, breach.gap) == (-126.0, 0.0, 126.0)
    assert breach.message == (
        "March 2024 ends with an underlying deficit of £10,500 in the month: an exit run-rate of −£126,000 a year."
    )
    assert breach.numbers == "12 × −£10,500 = −£126,000"
    assert len(judge(F20, 0, [50] * 11 + [-0.0001])) == 1


@pytest.mark.parametrize("missing", [None, "n/a"])
def test_a_march_that_is_missing_makes_no_finding(missing: Any) -> None:
    assert judge(F20, 0, [-50] * 11 + [missing]) == []
    assert judge(F20, missing, -50) == []


def test_a_system_has_one_too() -> None:
    [(_, breach)] = run_rules(plan(0, -1).system("QU9"), [F20], "system").breaches
    assert (breach.organisation, breach.actual) == (None, -12.0)
