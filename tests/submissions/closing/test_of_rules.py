"""What would close a rule's breach: sizes that, put into the plan, leave no breach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from planning.plan.rulebook import Rule
from planning.plan.rules import ORGANISATION, run_rules
from planning.registry import periods
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from submissions.closing.kept import closing_of
from submissions.closing.of_rules import closed_rules
from submissions.loading import rule_entries
from tests.filled import lines_in
from tests.plans import line, plan_of, row, rule

STAFF = "ac mh am"
LINES = [
    line("E.M.8", unit="attendances"),
    line("E.M.11b", unit="spells"),
    line("W.SUB.RN", "last", types=STAFF, label="Nurses"),
    line("W.SUB.SUP", "last", types=STAFF),
    line("W.AVG", "avg", types=STAFF, formula="W.SUB.*", formula_scope="plan"),
    line("W.TOT", "last", types=STAFF, formula="W.SUB.*"),
    line("F.PAY.SUB.RN", types=STAFF, sign="-", label="Pay of nurses"),
    line("F.PAY.SUB", types=STAFF, sign="-", formula="F.PAY.SUB.*"),
    line("F.PAY.AGY", types=STAFF, sign="-", label="Agency pay"),
    line("F.PAY.AGY.RN", types=STAFF, sign="-", label="Agency pay: nurses"),
    line("F.PAY.TOTAL", types=STAFF, sign="-", formula="F.PAY.SUB + F.PAY.AGY"),
    line("F.WTE.SUB", "avg", types=STAFF, unit="WTE", label="Staff paid for"),
    line("F.WTE.AGY", "avg", types=STAFF, unit="WTE", label="Agency staff paid for"),
    line("F.WTE.TOT", "avg", types=STAFF, unit="WTE", formula="F.WTE.SUB + F.WTE.AGY"),
]
LEVEL: dict[str, list[Any]] = {
    "E.M.8": row(1000, outturn=12_000),
    "E.M.11b": row(100, outturn=1200),
    "W.SUB.RN": row(70, outturn=70),
    "W.SUB.SUP": row(30, outturn=30),
    "W.AVG": row(None, outturn=100),
    "F.PAY.SUB.RN": row(-400, outturn=-4800),
    "F.PAY.AGY": row(-10, outturn=-120),
    "F.WTE.SUB": row(100, outturn=100),
    "F.WTE.AGY": row(1, outturn=1),
}
WEIGHTS = {"weight.E.M.8": 1, "weight.E.M.11b": 16}
T03 = rule("T03", tolerance={"absolute": 0.002}, parameters={"pay_award": 0})
T08 = rule("T08", parameters={"agency_ceiling": 0.037, "agency_amber": 0.04}, levels=["organisation"])
T11 = rule("T11", "activity workforce", tolerance={"low": -0.01, "high": 0.03}, parameters=WEIGHTS)
T01 = rule(
    "T01",
    "workforce finance",
    tolerance={"absolute": 5},
    comparisons=[{"left": "W.TOT", "operator": "=", "right": "F.WTE.TOT", "grain": "march"}],
)


def found(judged: Rule, figures: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    """The options of the rule's one breach; none where there is no breach."""
    plan = plan_of(LINES, ["RTH"], {("RTH", code): given for code, given in {**LEVEL, **figures}.items()})
    breaches = run_rules(plan, [judged], ORGANISATION).breaches
    return closing_of(plan, judged, breaches[0][1], "QU9") if breaches else []


def months_of(option: Mapping[str, Any]) -> range:
    """The places that it changes: all twelve where it names none."""
    codes = periods.codes("2023-24")
    first, last = (codes.index(option[name]) if name in option else None for name in ("from", "to"))
    return range(first or periods.APRIL, (last or periods.MARCH) + 1)


def applied(figures: Mapping[str, list[Any]], option: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The figures with an option and what goes with it put in: a flow spread over the months, a stock in each."""
    changed = {code: list(given) for code, given in {**LEVEL, **figures}.items()}
    for change in [option, *option["also"]]:
        flow = change["line"].startswith(("F.PAY", "E."))
        places = months_of(option)
        for place in places:
            changed[change["line"]][place] += change["amount"] / (len(places) if flow else 1)
    return {
        code: [round(f, 4) if isinstance(f, float) else f for f in given] for code, given in changed.items()
    }


@pytest.mark.parametrize(
    ("judged", "figures", "lines"),
    [
        (T03, {"F.PAY.SUB.RN": row(-440, outturn=-4800)}, {"F.PAY.SUB.RN", "F.WTE.SUB"}),
        (T03, {"F.PAY.SUB.RN": row(-360, outturn=-4800)}, {"F.PAY.SUB.RN", "F.WTE.SUB"}),
        (T08, {"F.PAY.AGY": row(-20, outturn=-240)}, {"F.PAY.AGY"}),
        (T11, {"W.SUB.RN": row(80, outturn=70)}, {"W.SUB.RN", "E.M.11b"}),
        (T11, {"E.M.11b": row(120, outturn=1200)}, {"W.SUB.RN", "E.M.11b"}),
        (T01, {"F.WTE.SUB": row(110, outturn=100)}, {"F.WTE.SUB", "W.SUB.RN"}),
        (T01, {"F.WTE.SUB": row(88, outturn=100)}, {"F.WTE.SUB", "W.SUB.RN"}),
    ],
)
def test_every_option_closes_the_gap_that_it_is_shown_for(
    judged: Rule, figures: dict[str, list[Any]], lines: set[str]
) -> None:
    options = found(judged, figures)
    assert {option["line"] for option in options} == lines
    for option in options:
        assert found(judged, applied(figures, option)) == [], option["what"]


def test_an_option_of_one_month_changes_that_month_alone() -> None:
    """March staff differ, the other eleven months do not: they must stay."""
    march = {"F.WTE.SUB": [*row(100, outturn=100)[: periods.MARCH], 110, *row(100)[periods.YEAR :]]}
    options = found(T01, march)
    assert {(one["from"], one["to"]) for one in options} == {("2024-03", "2024-03")}
    assert all(one["what"].endswith(" in March 2024") for one in options)
    for option in options:
        assert found(T01, applied(march, option)) == []
        assert applied(march, option)["F.WTE.SUB"][: periods.MARCH] == march["F.WTE.SUB"][: periods.MARCH]


def test_agency_pay_by_group_follows_its_total_where_it_is_given() -> None:
    alone = {"F.PAY.AGY": row(-20, outturn=-240)}
    for option in found(T08, {**alone, "F.PAY.AGY.RN": row(-15, outturn=-180)}):
        [nurses] = [also for also in option["also"] if also["line"] == "F.PAY.AGY.RN"]
        assert option["line"] == "F.PAY.AGY" and abs(nurses["amount"] - option["amount"] * 0.75) <= 0.1
    named = {also["line"] for option in found(T08, alone) for also in option["also"]}
    assert "F.PAY.AGY.RN" not in named


def test_fewer_agency_staff_close_pay_that_staff_do_not_explain_where_there_are_enough() -> None:
    dear = {
        "F.PAY.SUB.RN": row(-405, outturn=-4800),
        "F.PAY.AGY": row(-40, outturn=-480),
        "F.WTE.AGY": row(4, outturn=4),
    }
    agency = next(
        one
        for one in found(T03, {**dear, "F.PAY.SUB.RN": row(-410, outturn=-4800)})
        if "agency" in one["what"]
    )
    assert (agency["line"], [also["line"] for also in agency["also"]]) == ("F.WTE.AGY", ["F.PAY.AGY"])
    assert found(T03, applied({**dear, "F.PAY.SUB.RN": row(-410, outturn=-4800)}, agency)) == []
    few = found(T03, {"F.PAY.SUB.RN": row(-440, outturn=-4800)})  # one agency WTE, far too few
    assert all(one["line"] != "F.WTE.AGY" for one in few)


def test_what_it_would_move_stands_with_it_in_full() -> None:
    [staff] = [one for one in found(T11, {"W.SUB.RN": row(80, outturn=70)}) if one["line"] == "W.SUB.RN"]
    assert staff == {
        "what": "Fewer staff in post: 9.0 WTE fewer on “Nurses” (W.SUB.RN)",
        "return": "workforce",
        "line": "W.SUB.RN",
        "amount": -9.0,
        "unit": "WTE",
        "also": [],
        "moves": "pay",
        "knock_on": [
            {
                "return": "finance",
                "line": "F.PAY.SUB.RN",
                "amount": 432.0,
                "unit": "£000",
                "sentence": "£432,000 less pay, at the plan’s own £48,000 a WTE.",
            }
        ],
        "why": "",
    }


def test_nothing_is_offered_where_figures_are_missing_or_no_function_closes_the_rule() -> None:
    plan = plan_of(LINES, ["RTH"], {("RTH", code): given for code, given in LEVEL.items()})
    breach = run_rules(
        plan_of(
            LINES, ["RTH"], {("RTH", c): g for c, g in {**LEVEL, "W.SUB.RN": row(80, outturn=70)}.items()}
        ),
        [T11],
        ORGANISATION,
    ).breaches[0][1]
    assert closing_of(plan, rule("T99"), breach, "QU9") == []
    bare = plan_of(LINES, ["RTH"], {("RTH", "W.SUB.RN"): row(80, outturn=70)})
    assert closing_of(bare, T11, breach, "QU9") == []


def test_only_rules_that_some_round_has_are_closed() -> None:
    rounds = ("2022-23", "2023-24", "2024-25")
    known = {entry["code"] for code in rounds for entry in rule_entries(code, lines_in(code))}
    assert {"T01"} < closed_rules() <= known
