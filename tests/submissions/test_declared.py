"""Left against right, as declared: holds, breaks, blank, exactly at tolerance."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.array import Plan
from planning.plan.rules import Breach, run_rules
from submissions import declared  # noqa: F401 importing it registers its function
from tests.plans import line, member, plan_of, row, rule

WEEKS = [line("E.B.18", "last"), line("E.B.20", "last"), line("LOC.XC", "last", required="optional")]


def judge(plan: Plan, *comparisons: dict[str, Any], **more: Any) -> list[Breach]:
    nested = rule("T29", "activity", comparisons=list(comparisons), **more)
    return [breach for _, breach in run_rules(plan, [nested], "organisation").breaches]


def waits(over_65: list[Any], over_52: list[Any], exempt: list[Any] | None = None) -> Plan:
    given = {("RTH", "E.B.20"): over_65, ("RTH", "E.B.18"): over_52, ("RTH", "LOC.XC"): exempt or row()}
    return plan_of(WEEKS, ["RTH"], given)


NESTED = {"left": "E.B.20", "operator": "<=", "right": "E.B.18", "grain": "month"}


def test_it_holds() -> None:
    assert judge(waits(row(5), row(5)), NESTED) == []


def test_one_breach_names_the_first_month_and_carries_the_rest() -> None:
    [breach] = judge(waits(row(5, jun=9, aug=8), row(7)), NESTED)
    assert (breach.organisation, breach.line, breach.period) == ("RTH", "E.B.20", "2023-06")
    assert (breach.actual, breach.expected, breach.gap) == (9, 7, 2)
    assert breach.months[2] == 9
    assert breach.expected_months == (7.0,) * 12
    assert breach.message == (
        "“E.B.20” (E.B.20) is 9 patients in June 2023; it should be at most “E.B.18” (E.B.18), which is 7 patients. "
        "The same goes for 1 more of its periods."
    )
    assert breach.inputs == (("E.B.20", 4), ("E.B.18", 4))
    assert breach.numbers == "E.B.20 ≤ E.B.18, but 9 > 7"
    assert breach.closes_with == "2 patients less in E.B.20, or as much more in E.B.18"


def test_a_blank_is_not_zero_and_makes_no_finding() -> None:
    assert judge(waits(row(5), row()), NESTED) == []
    assert judge(waits(row(), row(5)), NESTED) == []
    assert judge(waits(row(5), row("n/a")), NESTED) == []


def test_missing_as_zero_counts_a_blank_as_nothing_beside_what_is_known() -> None:
    exempt = {"left": "E.B.20 + LOC.XC", "operator": "<=", "right": "E.B.18", "grain": "march"}
    assert judge(waits(row(9), row(7)), exempt) == []
    [breach] = judge(waits(row(9), row(7)), exempt, missing="zero")
    assert breach.actual == 9
    assert judge(waits(row(), row(7)), exempt, missing="zero") == []


@pytest.mark.parametrize(("parts", "broken"), [(10, 0), (9, 0), (11, 0), (8.9, 1), (11.1, 1)])
def test_exactly_at_tolerance_it_holds(parts: float, broken: int) -> None:
    total = {"left": "E.B.18", "operator": "=", "right": "E.B.20", "grain": "year"}
    assert len(judge(waits(row(parts), row(10)), total, tolerance={"absolute": 1})) == broken


def test_equal_sides_say_how_far_apart_they_are() -> None:
    catalogue = [line("W.TOT", "last", decimals=1), line("F.WTE.TOT", "avg", unit="WTE", decimals=1)]
    given = {("RTH", "W.TOT"): row(5020), ("RTH", "F.WTE.TOT"): row(4994)}
    same = {"left": "W.TOT", "operator": "=", "right": "F.WTE.TOT", "grain": "march"}
    tolerance = {"absolute": 5, "relative": 0.005}
    [breach] = judge(plan_of(catalogue, ["RTH"], given), same, tolerance=tolerance)
    assert breach.message.endswith("They are 26 WTE apart; 25.1 WTE is allowed.")
    assert breach.closes_with == "26 WTE between the two"
    given["RTH", "F.WTE.TOT"] = row(4994.9)  # exactly half a per cent of the larger side
    assert judge(plan_of(catalogue, ["RTH"], given), same, tolerance=tolerance) == []


def test_other_types_are_passed_over() -> None:
    only = {**NESTED, "types": ["mh"]}
    assert judge(waits(row(9), row(1)), only) == []


def test_two_comparisons_of_a_line_are_one_breach() -> None:
    second = {"left": "E.B.20", "operator": "<=", "right": "LOC.XC", "grain": "month"}
    [breach] = judge(waits(row(9), row(1), row(2)), NESTED, second)
    assert breach.message.count("should be at most") == 2


def test_partner_rows_are_summed() -> None:
    catalogue = [line("E.M.10"), line("E.M.10@", partner="icb")]
    given = {("RTH", "E.M.10"): row(10), ("RTH", "E.M.10@QU9"): row(8), ("RTH", "E.M.10@QNQ"): row(3)}
    plan = plan_of(catalogue, [member("RTH")], given, ["E.M.10@QU9", "E.M.10@QNQ"])
    [breach] = judge(plan, {"left": "E.M.10@*", "operator": "<=", "right": "E.M.10", "grain": "month"})
    assert (breach.actual, breach.expected) == (11, 10)


def test_spending_is_compared_in_size() -> None:
    catalogue = [line("F.PAY.AGY", sign="-"), line("F.PAY.AGY.RN", sign="-", required="optional")]
    part = {"left": "-F.PAY.AGY.RN", "operator": "<=", "right": "-F.PAY.AGY", "grain": "month"}
    given = {("RTH", "F.PAY.AGY"): row(-10), ("RTH", "F.PAY.AGY.RN"): row(-10)}
    held = rule("T31", comparisons=[part])
    assert run_rules(plan_of(catalogue, ["RTH"], given), [held], "organisation").breaches == []
    given["RTH", "F.PAY.AGY.RN"] = row(-12)
    [(_, breach)] = run_rules(plan_of(catalogue, ["RTH"], given), [held], "organisation").breaches
    assert (breach.line, breach.actual, breach.expected) == ("F.PAY.AGY.RN", 12, 10)
    assert breach.numbers == "-F.PAY.AGY.RN ≤ -F.PAY.AGY, but 12 > 10"
    assert breach.message.startswith(
        "“F.PAY.AGY.RN” (F.PAY.AGY.RN) is £12,000 in April 2023; it should be at most"
    )
    assert breach.closes_with == "£2,000 less in F.PAY.AGY.RN, or as much more in F.PAY.AGY"


def test_a_comparison_may_count_blanks_as_nothing_where_its_rule_does_not() -> None:
    parts = {"left": "E.B.20 + LOC.XC", "operator": "<=", "right": "E.B.18", "grain": "march"}
    assert judge(waits(row(9), row(7)), parts) == []
    assert len(judge(waits(row(9), row(7)), {**parts, "missing": "zero"})) == 1


def test_a_grain_that_is_none_is_our_fault() -> None:
    with pytest.raises(KeyError):
        judge(waits(row(1), row(1)), {**NESTED, "grain": "fortnight"})
