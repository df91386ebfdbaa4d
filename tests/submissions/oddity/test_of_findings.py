"""Which return is out of step in what a rule sets side by side: kept with the finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from planning.plan.rules import Breach
from submissions.oddity.declared import declared
from submissions.oddity.of_findings import odd_of
from tests.filled import lines_in
from tests.judged import rules
from tests.plans import line, member, plan_of, row, rule

STAFF = "ac mh am"
AT_LINES = ("lines", "before")
FILLED = {"k": "SUB", "g": "RN", "line": "E.M.10", "trust": "RTH", "icb": "QU9"}
LINES = [
    line("E.M.8", unit="attendances"),
    line("E.T.5D", "avg", unit="beds"),
    line("W.SUB.RN", "last", types=STAFF),
    line("W.AGY.RN", "avg", types=STAFF),
    line("W.AGY.SUP", "avg", types=STAFF),
    line("W.AVG", "avg", types=STAFF),
    line("W.TOT", "last", types=STAFF),
    line("W.VW", "avg"),
    line("F.PAY.TOTAL", types=STAFF, sign="-"),
    line("F.PAY.AGY", types=STAFF, sign="-"),
    line("F.WTE.TOT", "avg", types=STAFF, unit="WTE"),
    line("F.WTE.SUB", "avg", types=STAFF, unit="WTE"),
    line("F.WTE.AGY", "avg", types=STAFF, unit="WTE"),
    line("F.MEMO.VW", sign="-"),
    line("F.INC.TOTAL", types=STAFF),
    line("F.INC.ICB@", types=STAFF, partner="icb"),
    line("F.ICB.PROV@", types="icb", sign="-", partner="trust"),
]
LEVEL: dict[tuple[str, str], list[Any]] = {
    ("RTH", "E.M.8"): row(101, outturn=1200),
    ("RTH", "W.AVG"): row(100, outturn=100),
    ("RTH", "W.TOT"): row(100, outturn=100),
    ("RTH", "W.SUB.RN"): row(90, outturn=90),
    ("RTH", "W.AGY.RN"): row(10, outturn=10),
    ("RTH", "W.AGY.SUP"): row("n/a", outturn="n/a"),
    ("RTH", "F.PAY.TOTAL"): row(-100, outturn=-1200),
    ("RTH", "F.PAY.AGY"): row(-10, outturn=-120),
    ("RTH", "F.WTE.TOT"): row(100, outturn=100),
    ("RTH", "F.WTE.SUB"): row(90, outturn=90),
    ("RTH", "F.WTE.AGY"): row(10, outturn=10),
    ("RTH", "F.INC.TOTAL"): row(300, outturn=3600),
    ("RTH", "F.INC.ICB@QU9"): row(200, outturn=2400),
    ("QU9", "F.ICB.PROV@RTH"): row(-200, outturn=-2400),
}
PARAMETERS = {"weight.E.M.8": 1, "pay_award": 0}
CODES = ("F.INC.ICB@QU9", "F.ICB.PROV@RTH")


def odd(
    code: str,
    about: str,
    figures: Mapping[tuple[str, str], list[Any]],
    period: str = "2024-03",
    returns: str = "workforce finance",
    **more: Any,
) -> dict[str, Any] | None:
    plan = plan_of(LINES, ["RTH", member("QU9", "icb")], {**LEVEL, **figures}, CODES)
    breach = Breach("RTH", about, period, None, None, None, "WTE", "", ())
    return odd_of(plan, rule(code, returns, parameters=PARAMETERS, **more), breach, "QU9")


def said(*given: Any, **more: Any) -> tuple[str, float | None, str]:
    found = odd(*given, **more)
    assert found is not None
    return found["return"], found["by"], found["sentence"]


def test_march_staff_of_two_returns_and_activity_as_the_third() -> None:
    figures = {("RTH", "F.WTE.TOT"): row(100, outturn=100, mar=104)}
    assert said("T01", "W.TOT", figures) == (
        "finance",
        3.5,
        "The finance return is out of step by 3.5 points (3.5 WTE): March staff are 4.0% above their outturn, while "
        "weighted activity is 1.0% above its outturn and those of the workforce return are level with their outturn.",
    )


def test_one_kind_of_staff_in_the_month_of_the_finding() -> None:
    figures = {("RTH", "W.AGY.RN"): row(10, outturn=10, jul=12)}
    kind, by, sentence = said("T02", "F.WTE.AGY", figures, period="2023-07")
    assert (kind, by) == ("workforce", 19.5)
    assert sentence.startswith(
        "The workforce return is out of step by 19.5 points (1.9 WTE): agency staff are 20.0%"
    )


def test_a_small_gap_is_no_ground_to_name_anybody() -> None:
    kind, by, sentence = said("T01", "W.TOT", {("RTH", "F.WTE.TOT"): row(100, outturn=100, mar=101)})
    assert (kind, by) == ("", None)
    assert sentence.startswith("No one of the three is out of step with the others")


@pytest.mark.parametrize(
    ("figures", "kind", "sentence"),
    [
        (
            {("RTH", "W.AGY.RN"): row(0, outturn=10)},
            "workforce",
            "The workforce return is out of step: agency staff paid for (finance) and their pay (finance) are planned, "
            "agency staff (workforce) are not.",
        ),
        (
            {("RTH", "F.PAY.AGY"): row(0, outturn=-120)},
            "finance",
            "The finance return is out of step: agency staff (workforce) and agency staff paid for (finance) are "
            "planned, their pay (finance) is not.",
        ),
    ],
)
def test_what_two_of_three_plan_and_one_does_not(
    figures: dict[tuple[str, str], list[Any]], kind: str, sentence: str
) -> None:
    assert said("T07", "F.PAY.AGY", figures)[::2] == (kind, sentence)


def test_two_statements_of_one_group_are_one_word_against_the_other() -> None:
    found = said("T07", "F.PAY.AGY.RN", {("RTH", "W.AGY.RN"): row(0, outturn=10)})
    assert found == (
        "",
        None,
        "Two statements stand against each other: which is out of step cannot be told.",
    )


def test_virtual_wards_that_nobody_staffs_or_pays_for() -> None:
    figures = {
        ("RTH", "E.T.5D"): row(60, outturn=50),
        ("RTH", "W.VW"): row(0, outturn=None),
        ("RTH", "F.MEMO.VW"): row(0, outturn=None),
    }
    kind, _, sentence = said("T19", "W.VW", figures, returns="activity workforce finance")
    assert kind == "activity"
    assert sentence.startswith(
        "The activity return is out of step: more virtual ward beds (activity) are planned"
    )


def test_a_trust_and_its_icb_say_of_which_body() -> None:
    figures = {("QU9", "F.ICB.PROV@RTH"): row(-190, outturn=-2400)}
    found = odd("T17", "F.INC.ICB@QU9", figures, returns="finance")
    assert found is not None
    assert (found["return"], found["organisation"], found["by"]) == ("finance", "QU9", -5.0)
    assert found["sentence"].startswith("The finance return of QU9 is out of step by 5.0 points (£120,000)")
    assert set(found["indices"]) == {"trust", "icb", "whole"}


def test_the_whole_that_stands_apart_is_no_side_of_a_contract() -> None:
    figures = {
        ("RTH", "F.INC.TOTAL"): row(330, outturn=3600),
        ("QU9", "F.ICB.PROV@RTH"): row(-198, outturn=-2400),
    }
    found = odd("T17", "F.INC.ICB@QU9", figures, returns="finance")
    assert found is not None and (found["return"], found["by"]) == ("", None)
    assert found["sentence"].startswith("Which of the three is out of step cannot be told: ")
    assert found["sentence"].endswith("The two sides are nearer to each other than to the whole.")


def test_a_rule_without_a_word_of_its_own_has_the_usual_three() -> None:
    found = odd("X-01", "W.AVG", {("RTH", "W.AVG"): row(110, outturn=100)}, returns="activity workforce")
    assert found is not None and found["return"] == "workforce"


def test_one_return_alone_or_a_slip_of_arithmetic_is_nothing_to_triangulate() -> None:
    assert odd("T03", "F.PAY.TOTAL", {}, returns="finance") is None
    assert odd("T31", "E.M.8", {}, returns="activity workforce", severity="block") is None


def test_what_is_missing_is_said() -> None:
    kind, by, sentence = said("T01", "W.TOT", {("RTH", "F.WTE.TOT"): row(100)})
    assert (kind, by) == ("", None)
    assert "the finance return has no March staff in plan and outturn" in sentence


def test_a_blank_among_what_is_added_up_makes_it_unknown_and_an_na_does_not() -> None:
    blank = {("RTH", "W.AGY.SUP"): row(1, outturn=1, jul=None)}
    kind, _, sentence = said("T02", "F.WTE.AGY", blank, period="2023-07")
    assert (kind, "the workforce return has no agency staff" in sentence) == ("", True)
    assert "cannot be told" not in said("T02", "F.WTE.AGY", {}, period="2023-07")[2]


def test_the_file_speaks_of_rules_that_there_are() -> None:
    known = {one.code for one in rules()}
    assert set(declared().rules) | set(declared().presence) <= known


@pytest.mark.parametrize("round_code", ["2022-23", "2023-24", "2024-25"])
def test_the_file_speaks_of_lines_that_there_are(round_code: str) -> None:
    """A slip in a code would leave a return without a word, and nobody would see why."""
    codes = {code.partition("@")[0] for code in lines_in(round_code)}
    spoken = [
        given[key]
        for row in declared().rules.values()
        for given in row.values()
        for key in AT_LINES
        if key in given
    ]
    spoken += [given["lines"] for row in declared().presence.values() for given in row]
    spoken += [line for weights in declared().weights.values() for line in weights]
    spoken = [text for text in spoken if text not in ("none", "weighted")]
    named = [term.split("@")[0] for text in spoken for term in text.format(**FILLED).split(" + ")]
    assert [
        name
        for name in named
        if not any(code.startswith(name[:-1]) if name.endswith("*") else code == name for code in codes)
    ] == []
