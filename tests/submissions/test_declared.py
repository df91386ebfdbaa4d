"""Left against right, as declared: holds, breaks, blank, exactly at tolerance."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from planning.plan.array import Plan
from planning.plan.rulebook import Tolerance
from planning.plan.rules import Breach, RuleFailed, run_rules
from submissions import declared  # noqa: F401 importing it registers its function
from submissions.sides import Side, broken, stands
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
    assert breach.inputs == (
        ("E.B.20", 4),
        ("E.B.18", 4),
        ("E.B.20", 6),
        ("E.B.18", 6),
    )  # June's, then August's
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
    with pytest.raises(RuleFailed) as failed:
        judge(waits(row(1), row(1)), {**NESTED, "grain": "fortnight"})
    assert isinstance(failed.value.__cause__, KeyError)


# --- ratios, growth, numbers, assumptions, conditions ---------------------------------------------------
MONEY = [
    line("F.PAY.AGY", sign="-", label="Agency pay"),
    line("F.PAY.TOTAL", sign="-", label="Total pay"),
    line("F.CASH", "last", sign="any", label="Cash", decimals=1),
    line("W.TOT", "last", label="All staff", decimals=1),
    line("E.M.8", unit="attendances", label="First attendances", required="optional"),
]
CEILING = {"left": "F.PAY.AGY / F.PAY.TOTAL", "operator": "<=", "right": "4%", "grain": "year"}
GROWS = {"left": "g(F.PAY.TOTAL)", "operator": "=", "right": "pay_award", "grain": "year"}


def asked(comparison: dict[str, Any], given: dict[str, list[Any]], **more: Any) -> list[Breach]:
    plan = plan_of(MONEY, ["RTH"], {("RTH", code): figures for code, figures in given.items()})
    one = rule("L01", "activity workforce finance", comparisons=[comparison], **more)
    return [breach for _, breach in run_rules(plan, [one], "organisation").breaches]


def test_a_share_is_said_in_per_cent_and_closed_in_pounds() -> None:
    [breach] = asked(CEILING, {"F.PAY.AGY": row(-41), "F.PAY.TOTAL": row(-1000)})
    assert breach.message == (
        "“Agency pay” (F.PAY.AGY) over “Total pay” (F.PAY.TOTAL) is 4.1% in the 2023/24 plan; "
        "it should be at most 4.0%."
    )
    assert breach.numbers == "F.PAY.AGY / F.PAY.TOTAL ≤ 4%, but −492 / −12,000 = 4.1% > 4.0%"
    assert breach.closes_with == "£12,000 less in F.PAY.AGY, with F.PAY.TOTAL as it is"
    assert (breach.line, breach.unit, breach.actual, breach.expected) == ("F.PAY.AGY", "%", 4.1, 4.0)
    assert breach.inputs == (("F.PAY.AGY", 14), ("F.PAY.TOTAL", 14))


@pytest.mark.parametrize(
    ("agency", "total", "broken"),
    [
        (-40, -1000, 0),
        (-40.0001, -1000, 1),
        (0, -1000, 0),
        (None, -1000, 0),
        (-40, None, 0),
        ("n/a", -1000, 0),
    ],
)
def test_a_share_holds_exactly_at_its_bound_and_is_asked_of_figures_alone(
    agency: Any, total: Any, broken: int
) -> None:
    assert len(asked(CEILING, {"F.PAY.AGY": row(agency), "F.PAY.TOTAL": row(total)})) == broken


def test_a_divisor_of_zero_is_not_assessable() -> None:
    assert asked(CEILING, {"F.PAY.AGY": row(-41), "F.PAY.TOTAL": row(0)}) == []
    monthly = {**CEILING, "grain": "month"}
    [breach] = asked(monthly, {"F.PAY.AGY": row(-41), "F.PAY.TOTAL": row(0, jun=-1000)})
    assert (breach.period, breach.months[2]) == ("2023-06", pytest.approx(4.1))
    assert breach.months[:2] == (None, None) and breach.expected_months == (pytest.approx(4.0),) * 12


def test_figures_that_would_look_the_same_are_told_apart() -> None:
    [breach] = asked(CEILING, {"F.PAY.AGY": row(-40.01), "F.PAY.TOTAL": row(-1000)})
    assert "is 4.001% in the 2023/24 plan; it should be at most 4.000%" in breach.message


@pytest.mark.parametrize(("year", "broken"), [(11396, 0), (11066, 0), (11396.1, 1), (11065.9, 1)])
def test_growth_is_held_to_an_assumption_within_points(year: float, broken: int) -> None:
    given = {"F.PAY.TOTAL": row([-year, *[0] * 11], outturn=-11000)}  # 2.1% ± 1.5 points of 11,000
    found = asked(GROWS, given, parameters={"pay_award": 0.021}, tolerance={"absolute": 0.015})
    assert len(found) == broken


def test_growth_in_words() -> None:
    given = {"F.PAY.TOTAL": row(-1000, outturn=-11000)}
    [breach] = asked(GROWS, given, parameters={"pay_award": 0.021}, tolerance={"absolute": 0.015})
    assert breach.message == (
        "Growth of “Total pay” (F.PAY.TOTAL) is 9.1% from the 2022/23 outturn to the 2023/24 plan; it should equal "
        "the planning assumption pay_award, which is 2.1%. They are 7.0 points apart; 1.5 points is allowed."
    )
    assert breach.numbers == "g(F.PAY.TOTAL) = pay_award, but −12,000 / −11,000 − 1 = 9.1% ≠ 2.1%"
    assert breach.closes_with == "£769,000 less in F.PAY.TOTAL in the plan, with the outturn as it is"
    assert (breach.unit, breach.months, breach.expected_months) == ("% growth", (), ())
    assert breach.inputs == (("F.PAY.TOTAL", 14), ("F.PAY.TOTAL", 1))


def test_growth_from_nothing_or_from_a_blank_is_not_assessable() -> None:
    for outturn in (0, None, "n/a"):
        given = {"F.PAY.TOTAL": row(-1000, outturn=outturn)}
        assert asked(GROWS, given, parameters={"pay_award": 0.021}) == []


def test_an_assumption_that_the_round_no_longer_has_makes_it_not_assessable() -> None:
    assert asked(GROWS, {"F.PAY.TOTAL": row(-1000, outturn=-11000)}) == []


def test_a_sum_is_held_to_a_number_in_its_own_unit() -> None:
    least = {"left": "F.CASH", "operator": ">=", "right": "0", "grain": "month"}
    [breach] = asked(least, {"F.CASH": row(5, jul=-12.5)})
    assert breach.message == "“Cash” (F.CASH) is −£12,500 in July 2023; it should be at least £0."
    assert (breach.numbers, breach.closes_with) == ("F.CASH ≥ 0, but −12.5 < 0", "£12,500 more in F.CASH")


def test_a_cost_a_head() -> None:
    cost = {"left": "-F.PAY.TOTAL / W.TOT", "operator": "<=", "right": "60", "grain": "year"}
    [breach] = asked(cost, {"F.PAY.TOTAL": row(-1000), "W.TOT": row(180)})
    assert "is £66,667 a WTE in the 2023/24 plan; it should be at most £60,000 a WTE" in breach.message
    assert breach.unit == "£000 a WTE"
    assert breach.closes_with == "£1,200,000 less in F.PAY.TOTAL, with W.TOT as it is"


def test_times_a_number() -> None:
    more = {"left": "1.1 x W.TOT", "operator": "<=", "right": "E.M.8", "grain": "march"}
    assert asked(more, {"W.TOT": row(100), "E.M.8": row(110)}) == []
    [breach] = asked(more, {"W.TOT": row(100), "E.M.8": row(109)})
    assert breach.message.startswith("1.1 times “All staff” (W.TOT) is 110 WTE in March 2024;")
    assert breach.numbers == "1.1 x W.TOT ≤ E.M.8, but 1.1 x 100 = 110 > 109"
    assert breach.closes_with == "1 WTE less in W.TOT"  # 99.09 and a little: rounded so that it is enough


@pytest.mark.parametrize(("staff", "broken"), [(0.1, 1), (0, 0), (None, 0), ("n/a", 0)])
def test_it_is_asked_only_where_the_condition_holds(staff: Any, broken: int) -> None:
    implies = {
        "left": "E.M.8",
        "operator": ">",
        "right": "0",
        "grain": "year",
        "if": {"left": "W.TOT", "operator": ">", "right": "0", "grain": "march"},
    }
    found = asked(implies, {"E.M.8": row(0), "W.TOT": row(staff)}, tolerance={"absolute": 0})
    assert len(found) == broken
    assert all(("W.TOT", 13) in breach.inputs for breach in found)
    assert all(
        breach.message.endswith(
            "It is asked because “All staff” (W.TOT) is 0.1 WTE in March 2024, more than 0 WTE."
        )
        for breach in found
    )


def test_a_condition_of_the_same_grain_is_read_month_by_month() -> None:
    implies = {
        "left": "E.M.8", "operator": ">=", "right": "5", "grain": "month",
        "if": {"left": "W.TOT", "operator": ">", "right": "0"},
    }  # fmt: skip
    [breach] = asked(implies, {"E.M.8": row(4), "W.TOT": row(0, aug=2, sep=2)})
    assert breach.period == "2023-08"
    assert "The same goes for 1 more of its periods." in breach.message


def test_a_condition_takes_no_tolerance() -> None:
    implies = {**CEILING, "if": {"left": "W.TOT", "operator": ">", "right": "10", "grain": "march"}}
    given = {"F.PAY.AGY": row(-90), "F.PAY.TOTAL": row(-1000), "W.TOT": row(10.1)}
    assert len(asked(implies, given, tolerance={"absolute": 0.01})) == 1


def test_a_systems_sum_is_asked_whatever_its_members_are() -> None:
    given = {("RTH", "F.PAY.AGY"): row(-41), ("RTH", "F.PAY.TOTAL"): row(-1000)}
    whole = plan_of(MONEY, ["RTH"], given).system("QU9")
    one = rule("L01", comparisons=[{**CEILING, "types": ["ac"]}], levels=["system"])
    [(_, breach)] = run_rules(whole, [one], "system").breaches
    assert breach.organisation is None


def test_the_verdict_is_exact_where_floats_would_not_be() -> None:
    """A third of three thousand and a hair."""
    thirds = {"left": "F.PAY.AGY / F.PAY.TOTAL", "operator": "<", "right": "F.CASH / W.TOT", "grain": "march"}
    given = {"F.PAY.AGY": row(-1000), "F.PAY.TOTAL": row(-3000), "F.CASH": row(1), "W.TOT": row(3)}
    assert len(asked(thirds, given)) == 1
    given["F.PAY.AGY"] = row(-333333333.3333)
    given["F.PAY.TOTAL"] = row(-1000000000)
    assert asked(thirds, given) == []


def test_every_organisation_is_judged_as_it_is_alone() -> None:
    """Many at once, by whole numbers, floats and fractions: the same as one by one with fractions alone."""
    chance, names = Random(7), [f"R{number:02d}" for number in range(40)]
    figures = {
        (name, code): row(chance.choices([None, 0, 1, 2, 3, 9.5, 10], k=12), outturn=chance.choice([0, 5]))
        for name in names
        for code in ("W.TOT", "E.M.8")
    }  # fmt: skip
    plan = plan_of(MONEY, names, figures)
    sides = [("W.TOT", "E.M.8"), ("W.TOT / E.M.8", "0.5"), ("1.5 x W.TOT", "E.M.8"), ("g(W.TOT)", "g(E.M.8)")]
    for one, other in sides:
        left, right = Side.of(plan, one, False, {}), Side.of(plan, other, False, {})
        for operator in ("=", "<", "<=", ">", ">="):
            for entry in ({}, {"absolute": 1}, {"relative": 0.05}, {"absolute": 0.5, "relative": 0.2}):
                tolerance = Tolerance.from_entry(entry)
                found = broken(left, operator, right, tolerance)
                for (o, place), wrong in [((o, p), found[o, p]) for o in range(40) for p in range(15)]:
                    known = left.known[o, place] and right.known[o, place]
                    so = known and not stands(
                        left.exact(o, place), operator, right.exact(o, place), tolerance
                    )
                    assert wrong == so, (one, operator, other, entry, o, place)
    assert Side.of(plan, "2 x 3%", False, {}).exact(0, 0) == Fraction(6, 100)
