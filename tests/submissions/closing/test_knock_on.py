"""What a change of one line would move in the other two returns, at a body's own ratios."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from submissions.closing.knock_on import MISSING, NO_RATIO, STAFF_ARE_THERE, with_knock_on
from submissions.closing.options import (
    BEDS,
    NOTHING,
    PAID,
    PAY,
    PAY_OF_A_MONTH,
    REPLACED,
    Option,
    ranked,
)

# 1,000 WTE do 100,000 weighted units for £50m; a nurse costs £48,000, an agency WTE £80,000.
FIGURES = {
    "CWA": 100_000,
    "W.AVG": 1_000,
    "W.AVG.RN": 380,
    "W.BNK.RN": 10,
    "W.AGY.RN": 10,
    "W.AVG.SUP": 300,
    "F.PAY.TOTAL": 50_000,
    "F.PAY.SUB.RN": 18_240,
    "F.PAY.SUB": 45_000,
    "F.WTE.SUB": 900,
    "F.PAY.AGY": 1_600,
    "F.WTE.AGY": 20,
    "E.M.10a": 3_000,
    "E.M.10b": 1_000,
    "weight.E.M.8": 1,
    "weight.E.M.10a": 5,
    "weight.E.M.10b": 20,
    "LOC.LOSEL": 4,
    "E.M.30g": 190,
    "E.M.30h": 10,
    "LOC.VWA": 10_000,
    "F.INC.ELEC": 9_000,
}
OWN = {code: figure * 10_000 for code, figure in FIGURES.items()}


def effects(
    line: str, amount: float, moves: str = "", own: dict[str, int] | None = None
) -> list[tuple[Any, ...]]:
    [found] = with_knock_on([{"line": line, "amount": amount, "moves": moves}], OWN if own is None else own)
    return [(effect["return"], effect["line"], effect["amount"]) for effect in found["knock_on"]]


def why(line: str, amount: float, moves: str = "", own: dict[str, int] | None = None) -> str:
    [found] = with_knock_on([{"line": line, "amount": amount, "moves": moves}], OWN if own is None else own)
    return str(found["why"])


@pytest.mark.parametrize(
    ("line", "amount", "moved"),
    [
        ("W.SUB.RN", -10, [("finance", "F.PAY.SUB.RN", 480.0), ("activity", "CWA", -1000.0)]),
        ("W.AGY.RN", -10, [("finance", "F.PAY.AGY", 800.0), ("activity", "CWA", -1000.0)]),
        (
            "F.WTE.AGY",
            2,
            [("workforce", "W.AGY", 2.0), ("finance", "F.PAY.AGY", -160.0), ("activity", "CWA", 200.0)],
        ),
        ("F.PAY.AGY", 160, [("workforce", "W.AGY", -2.0), ("activity", "CWA", -200.0)]),
        ("F.PAY.SUB.RN", -48, [("workforce", "W.SUB.RN", 1.0), ("activity", "CWA", 100.0)]),
        (
            "E.M.10b",
            73,
            [("workforce", "W.AVG", 14.6), ("finance", "F.PAY.TOTAL", -730.0), ("activity", "E.M.30g", 0.8)],
        ),
        ("E.M.18", 80, [("workforce", "W.AVG", 7.0), ("finance", "F.PAY.TOTAL", -350.0)]),  # 8.75 units each
        ("E.M.19", 100, [("workforce", "W.AVG", 1.0), ("finance", "F.PAY.TOTAL", -50.0)]),
        ("E.M.30g", 5, [("workforce", "W.SUB.RN", 10.0), ("finance", "F.PAY.SUB.RN", -480.0)]),
        ("F.EFF.REC.PAY", 500, [("workforce", "W.EFF", 10.0), ("activity", "CWA", -1000.0)]),
        ("LOC.VWA", 100, [("finance", "F.INC.ELEC", 90.0)]),
    ],
)
def test_each_kind_of_line_moves_the_others_at_the_plans_own_ratio(
    line: str, amount: float, moved: list[tuple[Any, ...]]
) -> None:
    assert effects(line, amount) == moved
    assert why(line, amount) == ""


def test_the_ratio_is_told() -> None:
    [found] = with_knock_on([{"line": "E.M.10b", "amount": 73}], OWN)
    assert [effect["sentence"] for effect in found["knock_on"]] == [
        "14.6 WTE more staff, at the plan’s own 10.0 WTE for 1,000 weighted units: 5.8 RN and 4.4 SUP among them.",
        "£730,000 more pay, at the plan’s own £50,000 a WTE.",
        "1 beds more on average, at the plan’s own stay of 4.0 days.",
    ]


@pytest.mark.parametrize(
    ("line", "amount", "moves", "moved"),
    [
        ("F.WTE.SUB", 9, PAID, ["W.SUB", "CWA"]),  # the pay is there already
        ("W.SUB.RN", 9, PAY, ["F.PAY.SUB.RN"]),  # the work is there already
        ("E.M.10b", 9, BEDS, ["E.M.30g"]),
        ("W.SUB.RN", 9, NOTHING, []),
    ],
)
def test_a_change_moves_only_what_is_not_there_already(
    line: str, amount: float, moves: str, moved: list[str]
) -> None:
    assert [code for _, code, _ in effects(line, amount, moves)] == moved


def test_staff_of_one_month_cost_a_twelfth() -> None:
    assert effects("F.WTE.AGY", -12, PAY_OF_A_MONTH) == [("finance", "F.PAY.AGY", 80.0)]


def test_who_is_replaced_leaves_no_work_undone() -> None:
    assert effects("F.PAY.AGY", 80, REPLACED) == [
        ("workforce", "W.AGY", -1.0),
        ("workforce", "W.SUB", 1.0),
        ("finance", "F.PAY.SUB", -50.0),
    ]


def test_what_no_ratio_tells_is_said_and_not_guessed() -> None:
    assert (effects("E.M.13aN", 100), why("E.M.13aN", 100)) == ([], NO_RATIO)
    assert (effects("E.M.9", 100), why("E.M.9", 100)) == ([], NO_RATIO)  # weighs nothing
    assert (effects("F.NP.DRG", 100), why("F.NP.DRG", 100)) == ([], NO_RATIO)
    assert why("E.M.10b", 1, own={}) == MISSING
    assert why("E.M.10a", 1, BEDS) == STAFF_ARE_THERE
    without_staff = {code: figure for code, figure in OWN.items() if code != "W.AVG"}
    assert why("E.M.10b", 1, own=without_staff) == MISSING
    assert why("W.SUB.RN", 1, own={**OWN, "W.AVG.RN": 0, "F.WTE.SUB": 0, "W.AVG": 0}) == MISSING


def option(line: str, amount: int, planned: int | None) -> Option:
    return Option(
        "Fewer", line, line, Fraction(amount), "WTE", None if planned is None else Fraction(planned)
    )


def test_the_smallest_change_of_its_line_comes_first_and_an_impossible_one_not_at_all() -> None:
    found = ranked(
        [
            option("W.BIG", -10, 20),
            option("W.SMALL", -10, 1000),
            option("W.TOO", -30, 20),  # there are not so many
            option("W.NEW", 10, None),
            option("W.NONE", 0, 20),
            option("F.COST", 10, -1000),  # less of a cost
            option("F.OVER", 2000, -1000),
        ]
    )
    assert [one.line for one in found] == ["F.COST", "W.SMALL", "W.BIG", "W.NEW"]


def test_less_of_a_cost_is_less_whatever_its_sign() -> None:
    cost = Option("Less agency pay", "F.PAY.AGY", "Agency pay", Fraction(840), "£000", Fraction(-1600))
    assert cost.what == "Less agency pay: £840,000 less on “Agency pay” (F.PAY.AGY)"
    staff = Option("Fewer nurses", "W.SUB.RN", "Nurses", Fraction("-12.31"), "WTE", Fraction(400))
    assert staff.what == "Fewer nurses: 12.4 WTE fewer on “Nurses” (W.SUB.RN)"  # rounded so that it closes
