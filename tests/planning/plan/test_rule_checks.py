"""What is refused of a rule's declaration, each with its field and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rule_checks import check_entry, field_of
from planning.registry.catalogue import lines_from_files
from planning.registry.files import BadReference

LINES = lines_from_files("2023-24")
UNITS = {"pay_award": "ratio", "agency_ceiling": "ratio", "cost_rate": "£000 per FTE", "days": "days"}
POSITIVE = {"left": "F.AFP", "operator": ">", "right": "0"}
LEFT, RIGHT = "comparisons.0.left", "comparisons.0.right"
COMPARISON = {"left": "F.PAY.AGY / F.PAY.TOTAL", "operator": "<=", "right": "4%", "grain": "year"}


def entry(**change: Any) -> dict[str, Any]:
    declared = {
        "code": "L01",
        "title": "Agency pay is at most 4% of all pay.",
        "formula": "F.PAY.AGY / F.PAY.TOTAL <= 4%",
        "severity": "explain",
        "returns": ["finance"],
        "types": ["ac", "mh", "am"],
        "instruction": "Plan less agency spend.",
        "source": "Here",
        "comparisons": [COMPARISON],
    }
    return {name: value for name, value in {**declared, **change}.items() if value is not None}


def compared(left: str, right: str, operator: str = "<=", grain: str = "year", **more: Any) -> dict[str, Any]:
    returns = more.pop("returns", ["finance"])
    types = more.pop("only", ["ac"])
    comparison = {"left": left, "operator": operator, "right": right, "grain": grain, **more}
    return entry(comparisons=[comparison], returns=returns, types=types)


@pytest.mark.parametrize(
    "declared",
    [
        entry(),
        compared("F.PAY.AGY / F.PAY.TOTAL", "agency_ceiling", grain="month"),
        compared("g(F.PAY.TOTAL)", "pay_award", "="),
        compared("g(F.PAY.TOTAL)", "g(F.WTE.TOT)", "="),
        compared("F.CASH", "0", ">=", "month"),
        compared("W.SUB.*", "F.WTE.SUB", "=", "month", returns=["workforce", "finance"]),
        compared("E.M.34", "E.M.32", grain="all", returns=["activity"]),  # episodes of attendances: its own share
        compared("F.PAY.SUB / F.WTE.SUB", "1.5 x F.PAY.TOTAL / F.WTE.TOT", ">="),
        compared("cost_rate x W.ARRS", "F.ICB.ARRS", "=", returns=["workforce", "finance"], only=["icb"]),
        compared("F.ICB.ARRS / W.ARRS", "cost_rate", "=", returns=["workforce", "finance"], only=["icb"]),
        compared("E.M.8 / E.M.34", "2", returns=["activity"], zero="not_assessable"),
        compared("F.CASH", "0", ">", "march", **{"if": {**POSITIVE, "grain": "year"}}),
    ],
)  # fmt: skip
def test_it_is_taken(declared: dict[str, Any]) -> None:
    check_entry("the form", declared, LINES, UNITS)


@pytest.mark.parametrize(
    ("declared", "field", "what"),
    [
        (compared("F.PAY.AGI", "0"), LEFT, "F.PAY.AGI is not a line of the round; did you mean F.PAY.AGY"),
        (compared("F.CASH", "1 x pay_avard"), RIGHT, "not an assumption of the round; did you mean pay_award?"),
        (compared("W.TOT", "0"), LEFT, "W.TOT stands in the workforce return, which is not needed: add it"),
        (compared("F.ICB.ALLOC", "0"), LEFT, "not a line of every type that is compared, only of icb"),
        (compared("F.PAY.AGY + ", "0"), LEFT, "cannot be read, at character 13: the side ends"),
        (compared("F.PAY.AGY * 2", "0"), LEFT, "cannot be read, at character 11: '*' is not understood"),
        (compared("F.PAY.AGY + F.WTE.AGY", "0"), LEFT, "mixes units: F.PAY.AGY is in £000, F.WTE.AGY in WTE"),
        (compared("F.PAY.AGY", "F.WTE.AGY"), RIGHT, "is in WTE and the left side is in £000"),
        (compared("F.PAY.AGY / F.PAY.TOTAL", "F.PAY.AGY"), RIGHT, "is in £000 and the left side is a share"),
        (compared("F.PAY.AGY / F.WTE.TOT", "4%"), RIGHT, "is a share and the left side is in £000 a WTE"),
        (compared("F.PAY.AGY", "pay_award"), RIGHT, "is a share and the left side is in £000"),
        (compared("days x F.CASH", "5"), RIGHT, "is a bare number"),
        (compared("F.PAY.AGY / (F.PAY.TOTAL - F.PAY.SUB)", "1"), LEFT, "a difference stands below"),
        (compared("F.PAY.AGY / F.AFP", "1"), LEFT, "F.AFP takes either sign"),
        (compared("E.M.8 / E.M.40", "1", returns=["activity"]), LEFT, "E.M.40 may be left blank"),
        (compared("g(F.AFP)", "1"), LEFT, "F.AFP takes either sign"),
        (compared("g(F.PAY.TOTAL)", "1", grain="month"), LEFT, "its grain is year"),
        (compared("0", "F.CASH"), LEFT, "names no line"),
        (compared("F.CASH", "F.CASH"), RIGHT, "is the same as the left side"),
        (compared("F.CASH", "0", "≤"), "comparisons.0.operator", "is not one of"),
        (compared("F.CASH", "0", grain="quarter"), "comparisons.0.grain", "is not one of"),
        (compared("F.CASH", "0", types=["icb"]), "comparisons.0.types", "among the rule's"),
        (
            compared("F.CASH", "0", **{"if": {**POSITIVE, "grain": "month"}}),
            "comparisons.0.if.grain", "the comparison's own, or one column",
        ),
        (
            compared("F.CASH", "0", **{"if": {"left": "F.AFPP", "operator": ">", "right": "0"}}),
            "comparisons.0.if.left", "F.AFPP is not a line",
        ),
        (compared("F.CASH", "0", returns=["finance", "workforce"]), "returns", "no line of the workforce return"),
        (entry(code="l1"), "code", "does not match"),
        (entry(severity="severe"), "severity", "is not one of"),
        (entry(severity="note", needs_acceptance=True), "needs_acceptance", "only what needs a reason"),
        (entry(acceptance_levels=["organisation"]), "acceptance_levels", "only with needs_acceptance"),
        (
            entry(needs_acceptance=True, acceptance_levels=["system"]),
            "acceptance_levels", "are among the rule's levels: organisation",
        ),
        (entry(severity="block", levels=["system"]), "severity", "can stop a return"),
        (entry(tolerance={"absolute": -1}), "tolerance.absolute", "less than the minimum"),
        (entry(tolerance={"relative": float("nan")}), "tolerance.relative", "no finite number"),
        (entry(tolerance={"low": 2, "high": 1}), "tolerance.low", "2 is above the high end, 1"),
        (entry(title="No stop"), "title", "ends in a full stop"),
    ],
)  # fmt: skip
def test_it_is_refused(declared: dict[str, Any], field: str, what: str) -> None:
    with pytest.raises(BadReference) as told:
        check_entry("the form", declared, LINES, UNITS)
    assert told.value.what.startswith(f"{field}: ")
    assert what in told.value.what
    assert field_of(told.value) == field.split(".")[0]


def test_a_rule_that_needs_three_returns_stops_none() -> None:
    across = compared("W.TOT", "F.WTE.TOT", "=", "march", returns=["workforce", "finance"])
    with pytest.raises(BadReference, match="only a rule that one return is enough for can stop a return"):
        check_entry("the form", {**across, "severity": "block"}, LINES, UNITS)


def test_a_rule_that_judges_each_return_alone_compares_no_two() -> None:
    across = compared("W.TOT", "F.WTE.TOT", "=", "march", returns=["workforce", "finance"])
    with pytest.raises(BadReference, match="each return is judged alone"):
        check_entry("the form", {**across, "each_return": True}, LINES, UNITS)


def test_what_a_system_adds_up_may_be_lines_of_some_of_its_members() -> None:
    of_system = {**compared("F.AFP", "F.ICB.ALLOC", only=["ac", "icb"]), "levels": ["system"]}
    check_entry("the form", of_system, LINES, UNITS)
