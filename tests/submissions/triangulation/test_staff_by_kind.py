"""T02: the workforce and finance returns plan the same staff of each kind in every month."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, run_rules
from planning.registry.catalogue import lines_from_files
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.judged import rules
from tests.plans import ROUND, member, plan_of, row

LINES = lines_from_files(ROUND)
T02 = next(rule for rule in rules() if rule.code == "T02")
GROUPS = [code.removeprefix("W.BNK.") for code in LINES if code.startswith("W.BNK.")]


def judge(paid_for: list[Any], kind: str = "BNK", of: str = "ac", **groups: list[Any]) -> list[Breach]:
    """Staff of one kind: 10 WTE of every group each month unless given, 100 together."""
    given = {("RTH", f"W.{kind}.{group}"): groups.get(group, row(10, outturn=10)) for group in GROUPS}
    plan = plan_of(LINES, [member("RTH", of)], {**given, ("RTH", f"F.WTE.{kind}"): paid_for})
    return [breach for _, breach in run_rules(plan, [T02], "organisation").breaches]


@pytest.mark.parametrize("kind", ["SUB", "BNK", "AGY"])
@pytest.mark.parametrize("of", ["ac", "mh", "am"])
def test_each_kind_holds_and_breaks_in_one_month(kind: str, of: str) -> None:
    assert judge(row(100, outturn=999), kind, of) == []
    [breach] = judge(row(100, jul=103.5), kind, of)
    assert (breach.line, breach.period) == (f"F.WTE.{kind}", "2023-07")
    assert (breach.actual, breach.expected, breach.gap, breach.unit) == (103.5, 100, 3.5, "WTE")
    assert breach.closes_with == "3.5 WTE between the two"
    assert set(breach.inputs) == {(f"F.WTE.{kind}", 5), *((f"W.{kind}.{group}", 5) for group in GROUPS)}
    assert (breach.months[3], breach.expected_months[3]) == (103.5, 100)


@pytest.mark.parametrize(("paid_for", "broken"), [(98, 0), (97.9, 1), (102, 0), (102.1, 1)])
def test_two_wte_may_lie_between(paid_for: float, broken: int) -> None:
    assert len(judge(row(paid_for))) == broken


@pytest.mark.parametrize(("paid_for", "broken"), [(990, 0), (989.9, 1), (1010.1, 0), (1010.2, 1)])
def test_of_many_one_in_a_hundred_of_the_larger_may(paid_for: float, broken: int) -> None:
    groups = {group: row(100) for group in GROUPS}
    assert len(judge(row(paid_for), **groups)) == broken


def test_kinds_that_offset_each_other_are_both_found() -> None:
    given = {("RTH", f"W.{kind}.{group}"): row(10) for kind in ("SUB", "BNK", "AGY") for group in GROUPS}
    paid = {"SUB": row(95), "BNK": row(105), "AGY": row(100)}
    finance = {("RTH", f"F.WTE.{kind}"): figures for kind, figures in paid.items()}
    found = run_rules(plan_of(LINES, ["RTH"], {**given, **finance}), [T02], "organisation").breaches
    assert [breach.line for _, breach in found] == ["F.WTE.BNK", "F.WTE.SUB"]


def test_it_says_both_figures_and_what_is_allowed() -> None:
    [breach] = judge(row(103.5))
    assert breach.message == (
        "“Bank staff paid for” (F.WTE.BNK) is 103.5 WTE in April 2023; it should equal the sum of the 10 W.BNK lines, "
        "which is 100 WTE. They are 3.5 WTE apart; 2 WTE is allowed. The same goes for 11 more of its periods."
    )


def test_a_month_with_a_blank_or_n_a_is_passed_over() -> None:
    assert judge(row(200, **dict.fromkeys(("apr", "jul"), None)), RN=row(10, apr=None)) != []
    assert judge(row(200), RN=row(None)) == []
    assert judge(row(None)) == []
    assert judge(row(200), MID=row("n/a")) == []


def test_none_on_either_side_holds_and_an_icb_has_no_staff() -> None:
    assert judge(row(0), **{group: row(0) for group in GROUPS}) == []
    assert judge(row(500), of="icb") == []


def test_it_waits_for_both_returns() -> None:
    plan = plan_of(LINES, [member("RTH", returns=["workforce"])], {})
    assert run_rules(plan, [T02], "organisation").waiting == {"finance": ["T02"]}
