"""T21: savings on pay say which staff they come from. T22: they are worth about what the staff taken out cost."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

EVERY = "ac mh am icb"
LINES = [
    *(line(code, decimals=1, types=EVERY) for code in ("F.EFF.REC.PAY", "F.EFF.NR.PAY")),
    *(line(f"F.PAY.{kind}", sign="-", decimals=1, types=EVERY) for kind in ("TOTAL", "SUB", "AGY")),
    *(line(f"F.WTE.{kind}", "avg", decimals=1, types=EVERY) for kind in ("TOT", "SUB", "BNK", "AGY")),
    line("W.EFF", "avg", decimals=1, types=EVERY),
]
T21 = rule("T21", "workforce finance")
T22 = rule("T22", "workforce finance", tolerance={"relative": 0.2})
NOTHING = row("n/a")

# 1,000 WTE cost £50m a year: £50,000 each; 100 agency staff £80,000 each, 850 in post £48,000 each
SMALL: dict[str, list[Any]] = {
    "F.EFF.REC.PAY": row(50),
    "F.EFF.NR.PAY": row(25),
    "W.EFF": row(18),
    "F.PAY.TOTAL": [None, None, *([-4166.7] * 8), *([-4166.6] * 4), None],
    "F.PAY.SUB": row(-3400),
    "F.PAY.AGY": row(-600),
    "F.WTE.TOT": row(1000),
    "F.WTE.SUB": row(850),
    "F.WTE.BNK": row(60, outturn=60),
    "F.WTE.AGY": row(90, outturn=90),
}


def judge(rule: Any, of: str = "ac", **more: Any) -> list[Breach]:
    given = SMALL | {
        code.replace("_", "."): figures if isinstance(figures, list) else row(figures)
        for code, figures in more.items()
    }
    plan = plan_of(LINES, [member("RTH", of)], {("RTH", code): figures for code, figures in given.items()})
    return [breach for _, breach in run_rules(plan, [rule], "organisation").breaches]


# --- T21 ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("of", ["ac", "mh", "am"])
def test_staff_taken_out_or_fewer_temporary_staff_are_a_source(of: str) -> None:
    assert judge(T21, of) == []
    assert len(judge(T21, of, W_EFF=0)) == 1
    assert judge(T21, of, W_EFF=row(0, mar=0.1)) == []
    assert judge(T21, of, W_EFF=0, F_WTE_AGY=row(89.9, outturn=90)) == []
    assert judge(T21, of, W_EFF=0, F_WTE_BNK=row(59.9, outturn=60)) == []
    assert len(judge(T21, of, W_EFF=0, F_WTE_BNK=row(59, outturn=60), F_WTE_AGY=row(91, outturn=90))) == 1


def test_no_savings_on_pay_ask_for_no_source() -> None:
    assert judge(T21, W_EFF=0, F_EFF_REC_PAY=0, F_EFF_NR_PAY=0) == []
    assert len(judge(T21, W_EFF=0, F_EFF_REC_PAY=0, F_EFF_NR_PAY=row(0, jan=0.1))) == 1


def test_savings_without_a_source() -> None:
    [breach] = judge(T21, W_EFF=0)
    assert breach.message == (
        "£900,000 is to be saved on pay, but no staff are taken out (W.EFF), and bank and agency staff are as many as "
        "last year: it is not said where the saving comes from."
    )
    assert breach.closes_with == (
        "The staff that the schemes take out, 18.0 WTE at the average cost of one, or £900,000 less saving on pay"
    )
    assert (
        breach.numbers
        == "savings on pay £900,000 > £0; W.EFF 0.0 WTE; bank and agency 150.0 WTE from 150.0 WTE"
    )
    assert (breach.line, breach.actual, breach.expected, breach.gap, breach.unit) == (
        "W.EFF",
        0,
        18,
        18,
        "WTE",
    )
    assert breach.inputs == (
        ("F.EFF.REC.PAY", 14),
        ("F.EFF.NR.PAY", 14),
        ("W.EFF", 14),
        ("F.WTE.BNK", 14),
        ("F.WTE.AGY", 14),
        ("F.WTE.BNK", 1),
        ("F.WTE.AGY", 1),
    )
    assert breach.months == (75.0,) * 12


def test_more_temporary_staff_are_said() -> None:
    [breach] = judge(T21, W_EFF=0, F_WTE_BNK=row(62, outturn=60), F_PAY_TOTAL=NOTHING)
    assert "bank and agency staff are 2.0 WTE more than last year" in breach.message
    assert breach.closes_with == "The staff that the schemes take out, or £900,000 less saving on pay"
    assert breach.gap is None


def test_a_source_that_is_blank_or_n_a_makes_no_finding() -> None:
    assert judge(T21, W_EFF=row(0, may=None)) == []
    assert judge(T21, W_EFF=NOTHING) == []
    assert judge(T21, W_EFF=0, F_EFF_NR_PAY=row(None)) == []
    assert judge(T21, W_EFF=0, F_WTE_AGY=row(90)) == []
    assert judge(T21, W_EFF=0, of="icb") == []


# --- T22 ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("of", ["ac", "mh", "am"])
@pytest.mark.parametrize(
    ("taken_out", "broken"),
    [(18, 0), (14.4, 0), (14.3999, 1), (21.6, 0), (21.6001, 1), (0, 1)],  # £900,000: £720,000 to £1,080,000
)
def test_a_fifth_of_the_savings_may_lie_between(of: str, taken_out: float, broken: int) -> None:
    assert len(judge(T22, of, W_EFF=taken_out)) == broken


def test_staff_who_are_worth_less_than_is_saved() -> None:
    [breach] = judge(T22, W_EFF=10)
    assert breach.message == (
        "£900,000 is to be saved on pay; 10.0 WTE taken out (W.EFF) save £500,000, which is £400,000 less. 20% of the "
        "savings, £180,000, is allowed."
    )
    assert breach.closes_with == "8.0 WTE more taken out, or £400,000 less saving on pay"
    assert breach.numbers == "10.0 WTE × £50,000 + 0.0 WTE × £0 = £500,000; savings on pay £900,000"
    assert (breach.line, breach.actual, breach.expected, breach.gap) == ("W.EFF", 500, 900, 400)
    assert breach.size == pytest.approx(4 / 9)
    assert breach.inputs == (
        ("F.EFF.REC.PAY", 14),
        ("F.EFF.NR.PAY", 14),
        ("W.EFF", 14),
        ("F.PAY.TOTAL", 14),
        ("F.WTE.TOT", 14),
        ("F.WTE.AGY", 14),
        ("F.WTE.AGY", 1),
    )
    assert breach.months == (75.0,) * 12
    assert breach.expected_months[0] == pytest.approx(41.667)


def test_fewer_agency_staff_save_what_they_cost_more() -> None:
    """£80,000 against £48,000: each of 10 fewer saves £32,000."""
    fewer = row(90, outturn=100)
    assert judge(T22, W_EFF=11.6, F_WTE_AGY=fewer) == []
    assert judge(T22, W_EFF=8, F_WTE_AGY=fewer) == []
    [breach] = judge(T22, W_EFF=7.9999, F_WTE_AGY=fewer)
    assert "8.0 WTE taken out (W.EFF) and 10.0 WTE fewer agency staff save £719,995" in breach.message
    assert breach.numbers.startswith("8.0 WTE × £50,000 + 10.0 WTE × £32,000 = ")
    assert ("F.PAY.AGY", 14) in breach.inputs
    assert ("F.WTE.SUB", 14) in breach.inputs


def test_more_agency_staff_take_nothing_away() -> None:
    assert judge(T22, F_WTE_AGY=row(90, outturn=10)) == []
    assert judge(T22, F_WTE_AGY=row(0, outturn=0), F_PAY_AGY=0) == []


def test_staff_who_are_worth_more_than_is_saved() -> None:
    [breach] = judge(T22, W_EFF=36)
    assert "which is £900,000 more." in breach.message
    assert breach.closes_with == "18.0 WTE fewer taken out, or £900,000 more saving on pay"


def test_worth_a_blank_n_a_or_nobody_to_divide_by_makes_no_finding() -> None:
    assert judge(T22, W_EFF=0, F_EFF_REC_PAY=0, F_EFF_NR_PAY=0) == []
    assert judge(T22, W_EFF=row(0, may=None)) == []
    assert judge(T22, W_EFF=NOTHING) == []
    assert judge(T22, W_EFF=0, F_PAY_TOTAL=row(None)) == []
    assert judge(T22, W_EFF=0, F_WTE_TOT=0) == []
    assert judge(T22, W_EFF=0, F_WTE_AGY=row(90)) == []
    assert judge(T22, W_EFF=0, F_WTE_AGY=row(0, outturn=90), F_PAY_AGY=0) == []  # what one costs is not known
    assert judge(T22, W_EFF=0, F_WTE_AGY=row(80, outturn=90), F_WTE_SUB=0) == []
    assert judge(T22, W_EFF=0, of="icb") == []
