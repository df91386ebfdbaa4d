"""How a set of rules runs: who is judged, what waits, how far apart is still agreed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from planning.plan import rules as module
from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule, Tolerance
from planning.plan.rules import Breach, agree, compares, judges, number, pounds, run_rules, subject
from tests.plans import line, member, plan_of, rule


@pytest.fixture(autouse=True)
def always_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(plan: Plan, rule: Rule) -> Iterator[Breach]:
        for each in plan.members:
            yield Breach(subject(each), "X", "", 1, 2, 1, "", "It does not hold.", ())

    monkeypatch.setitem(module._FUNCTIONS, "ALWAYS", broken)


def test_each_member_of_the_types_is_judged() -> None:
    plan = plan_of([line("X")], ["RTH", member("RNU", "mh"), member("QU9", "icb")], {})
    found = run_rules(plan, [rule("ALWAYS")], "organisation")
    assert [breach.organisation for _, breach in found.breaches] == ["RTH", "RNU"]
    assert found.waiting == {}


def test_a_missing_return_is_listed_once_and_makes_no_finding() -> None:
    plan = plan_of([line("X")], [member("RTH", returns=["activity"])], {})
    one, two = rule("T01", "workforce finance", function="ALWAYS"), rule("T07", "finance", function="ALWAYS")
    found = run_rules(plan, [one, two, one], "organisation")
    assert found.breaches == []
    assert found.waiting == {"finance": ["T01", "T07"], "workforce": ["T01"]}


def test_rules_of_another_level_do_not_run() -> None:
    plan = plan_of([line("X")], ["RTH"], {})
    assert run_rules(plan, [rule("ALWAYS")], "system").breaches == []
    assert run_rules(plan, [rule("ALWAYS", levels=["system"])], "organisation").breaches == []


def test_a_systems_rule_waits_for_each_member_of_its_types() -> None:
    members = [member("RTH"), member("RXQ", returns=["activity"]), member("QU9", "icb", returns=[])]
    whole = plan_of([line("X")], members, {}).system("QU9")
    found = run_rules(whole, [rule("ALWAYS", levels=["system"])], "system")
    assert found.breaches == []
    assert found.waiting == {"RXQ finance": ["ALWAYS"]}


def test_a_systems_rule_runs_where_all_are_there() -> None:
    whole = plan_of([line("X")], [member("RTH"), member("RYE", "am", [], served_by=True)], {}).system("QU9")
    found = run_rules(whole, [rule("ALWAYS", levels=["system"])], "system")
    assert [breach.organisation for _, breach in found.breaches] == [None]


def test_a_rule_without_a_function_is_our_fault() -> None:
    with pytest.raises(LookupError, match="No function judges T99"):
        run_rules(plan_of([line("X")], ["RTH"], {}), [rule("T99")], "organisation")


def test_a_code_is_judged_by_one_function() -> None:
    with pytest.raises(ValueError, match="Two functions"):
        judges("ALWAYS")(lambda plan, rule: [])


@pytest.mark.parametrize(("seen", "agreed"), [(1005, True), (1005.1, False), (995, True)])
def test_a_tolerance_of_two_parts_is_broken_beyond_both(seen: float, agreed: bool) -> None:
    tolerance = Tolerance.from_entry({"absolute": 5, "relative": 0.001})
    assert agree(int(seen * SCALE), 1000 * SCALE, tolerance) is agreed


def test_the_relative_part_is_of_the_larger_side() -> None:
    tolerance = Tolerance.from_entry({"relative": 0.01})
    assert agree(100 * SCALE, 99 * SCALE, tolerance)
    assert agree(99 * SCALE, 100 * SCALE, tolerance)
    assert not agree(100 * SCALE, 98 * SCALE, tolerance)
    assert not agree(1, 0, tolerance)  # nothing is within a share of zero


def test_comparisons_lean_toward_holding() -> None:
    rounding = Tolerance.from_entry({"absolute": 1})
    assert compares(11 * SCALE, "<=", 10 * SCALE, rounding)
    assert not compares(11 * SCALE + 1, "<=", 10 * SCALE, rounding)
    assert compares(9 * SCALE, ">=", 10 * SCALE, rounding)
    exact = Tolerance()
    assert not compares(SCALE, "<", SCALE, exact)
    assert compares(SCALE, "=", SCALE, exact)


def test_figures_as_pages_say_them() -> None:
    assert number(-1234.5, 1) == "−1,234.5"
    assert number(-0.01) == "0"
    assert pounds(-4_200 * SCALE) == "−£4.2m"
    assert pounds(850 * SCALE) == "£850,000"
    assert module.per_cent(Fraction(61, 1000)) == "6.1%"
