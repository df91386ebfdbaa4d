"""T42: efficiency, capital, cash and units of a finance return."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.known import enter_known
from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

STATES = [f"F.EFF.STAT.{name}" for name in ("dev", "plan", "opp", "unid")]
LINES = [
    line("F.EFF.REC.PAY"),
    line("F.EFF.NR.PAY"),
    line("F.EFF.TOTAL", formula="F.EFF.REC.* + F.EFF.NR.*"),
    *(line(code, "annual", outturn="none") for code in STATES),
    line("F.CAP.OP"),
    line("F.CAP.DISP"),
    line("F.CASH", "last", sign="any"),
]
T42 = rule(
    "T42",
    tolerance={"absolute": 1},
    needs_acceptance=True,
    levels=["organisation", "system"],
    limits={"unidentified": 0.2, "non_recurrent": 0.3, "low": 0.2, "high": 5, "line": 1000},
)


def judge(figures: dict[str, list[Any]], catalogue: list[Any] = LINES) -> list[Breach]:
    given = {("RTH", code): figure for code, figure in figures.items()}
    plan = plan_of(catalogue, ["RTH"], given)
    return [breach for _, breach in run_rules(plan, [T42], "organisation").breaches]


def efficiency(recurrent: Any, one_off: Any, *states: Any) -> list[Breach]:
    given = {"F.EFF.REC.PAY": row(recurrent), "F.EFF.NR.PAY": row(one_off)}
    return judge(given | {code: row(year=state) for code, state in zip(STATES, states, strict=True)})


# --- (a), (b) ------------------------------------------------------------------------------------------
def test_a_plan_that_is_developed_holds() -> None:
    assert efficiency(70, 30, 600, 300, 61, 239) == []


def test_no_efficiency_at_all() -> None:
    [breach] = efficiency(0, 0, 0, 0, 0, 0)
    assert (breach.line, breach.needs_acceptance) == ("F.EFF.TOTAL", True)
    assert breach.message.startswith("No efficiency is planned")


@pytest.mark.parametrize(("developed", "broken"), [(600, 0), (601, 0), (599, 0), (601.1, 1), (598.9, 1)])
def test_states_sum_to_the_total_within_a_thousand_pounds(developed: float, broken: int) -> None:
    found = efficiency(100, 0, developed, 300, 100, 200)
    assert [breach.line for breach in found] == ["F.EFF.STAT.dev"] * broken


def test_it_says_how_far_the_states_are_from_the_total() -> None:
    [breach] = efficiency(100, 0, 500, 300, 100, 200)
    assert breach.message == (
        "Efficiency by how far it is developed adds up to £1.1m; the plan's total is £1.2m. They are £100,000 apart."
    )
    assert breach.needs_acceptance


@pytest.mark.parametrize(("unknown", "broken"), [(239, 0), (240, 1)])
def test_less_than_a_fifth_may_be_unidentified(unknown: float, broken: int) -> None:
    found = efficiency(100, 0, 1200 - unknown, 0, 0, unknown)
    assert [(breach.line, breach.needs_acceptance) for breach in found] == [
        ("F.EFF.STAT.unid", False)
    ] * broken


@pytest.mark.parametrize(("one_off", "broken"), [(30, 0), (30.1, 1)])
def test_at_most_three_tenths_may_be_non_recurrent(one_off: float, broken: int) -> None:
    found = efficiency(100 - one_off, one_off, 1200, 0, 0, 0)
    assert [(breach.line, breach.needs_acceptance) for breach in found] == [("F.EFF.NR.PAY", False)] * broken


def test_a_share_says_the_money_behind_it() -> None:
    [breach] = efficiency(50, 50, 1200, 0, 0, 0)
    assert breach.message == "£600,000 of £1.2m efficiency, 50.0%, is non-recurrent; at most 30% is asked."
    assert breach.closes_with == "£240,000 of it made recurrent, with the total as it is"


def test_blanks_and_a_wrong_sign_are_said_elsewhere() -> None:
    assert efficiency(None, 0, 0, 0, 0, 0) == []
    assert efficiency(100, 0, None, 300, 100, 200) == []
    assert efficiency(-100, -100, 0, 0, 0, 0) == []


# --- (c) -----------------------------------------------------------------------------------------------
def capital(spent: Any, system: str = "QU9") -> list[Breach]:
    given = {
        ("RTH", "F.CAP.OP"): row(spent),
        ("RTH", "F.CAP.DISP"): row(10),
        ("RHW", "F.CAP.OP"): row(50),
        ("RHW", "F.CAP.DISP"): row(0),
    }
    plan = plan_of(LINES, [member("RTH"), member("RHW")], given)
    enter_known(plan, {("QU9", "F.SYS.CDELENV"): 10_000_000})
    return [breach for _, breach in run_rules(plan.system(system), [T42], "system").breaches]


def test_a_systems_capital_is_within_its_envelope() -> None:
    assert capital(43) == []  # (43 - 10 + 50) x 12 = 996
    assert capital(520 / 12 - 0.0001) == []
    [breach] = capital(60)
    assert (breach.organisation, breach.line, breach.gap) == (None, "F.CAP.OP", 200)
    assert breach.message == (
        "Operational capital less disposals comes to £1.2m; the system's envelope is £1.0m. It is £200,000 over."
    )


def test_exactly_the_envelope_holds() -> None:
    assert capital([50] * 8 + [30] * 4) == []  # 520 - 120 + 600 = 1,000
    assert len(capital([50] * 8 + [30] * 3 + [30.1])) == 1


def test_without_an_envelope_or_a_figure_capital_is_not_assessable() -> None:
    assert capital(9999, "QT6") == []
    assert capital(None) == []
    assert judge({"F.CAP.OP": row(9999), "F.CAP.DISP": row(0)}) == []


# --- (d) -----------------------------------------------------------------------------------------------
def test_cash_at_nothing_holds_and_below_it_does_not() -> None:
    assert judge({"F.CASH": row(0, outturn=-5)}) == []
    [breach] = judge({"F.CASH": row(10, jul=-0.1, aug=-20)})
    assert (breach.line, breach.period, breach.needs_acceptance) == ("F.CASH", "2023-07", True)
    assert breach.message == (
        "Cash at the end of July 2023 is −£100; it should never be below 0. It is below 0 in 1 more month. Plan "
        "for support, or for payments that can wait."
    )
    assert breach.closes_with == "£20,000 more cash at its lowest"
    assert judge({"F.CASH": row()}) == []


# --- (e) -----------------------------------------------------------------------------------------------
MONEY = [
    line(code, types="ac", sign="any")
    for code in ("F.INC.ICB", "F.NP.DRG", "F.NP.PRM", "F.ADJ", "F.EFF.NR.PAY")
]


def money(*ratios: float, outturn: float = 1200) -> list[Breach]:
    codes = [each.code for each in MONEY]
    given = {
        code: row(outturn / 12 * ratio, outturn=outturn) for code, ratio in zip(codes, ratios, strict=False)
    }
    return judge(given, MONEY)


@pytest.mark.parametrize(("ratio", "broken"), [(1, 0), (5, 0), (0.2, 0), (5.01, 1), (0.19, 1), (1000, 1)])
def test_the_median_of_plan_to_outturn(ratio: float, broken: int) -> None:
    found = money(ratio, ratio, ratio)
    assert len(found) == broken
    assert all(breach.needs_acceptance for breach in found)


def test_it_says_which_side_looks_typed_in_pounds() -> None:
    [plan] = money(1000, 1000, 1)
    assert plan.message == (
        "Over 3 lines the plan is typically 1,000 times the outturn. The plan looks typed in £, the outturn in £000. "
        "Enter every figure of this return in £000."
    )
    [before] = money(0.001, 0.001, 1)
    assert before.message.startswith("Over 3 lines the outturn is typically 1,000 times the plan.")
    assert (plan.period, before.period) == ("2023/24", "2022/23")


@pytest.mark.parametrize(
    ("outturn", "ratio", "lines"),
    [
        (1200, 5, []),
        (1200, 5.1, ["F.NP.PRM"]),
        (1200, 0.19, ["F.NP.PRM"]),
        (1000, 6, ["F.NP.PRM"]),
        (999, 6, []),
    ],
)
def test_one_line_of_a_million_and_more(outturn: float, ratio: float, lines: list[str]) -> None:
    found = money(1, 1, ratio, outturn=outturn)
    assert [breach.line for breach in found] == lines
    assert not any(breach.needs_acceptance for breach in found)


def test_adjustments_and_one_off_lines_may_move() -> None:
    assert money(1, 1, 1, 90, 90) == []


def test_nothing_on_a_side_tells_nothing() -> None:
    assert judge({"F.INC.ICB": row(0, outturn=5000)}, MONEY) == []
    assert judge({"F.INC.ICB": row(5000, outturn=0)}, MONEY) == []
    assert judge({"F.INC.ICB": row(5000)}, MONEY) == []
    assert judge({"F.INC.ICB": row("n/a", outturn=5000)}, MONEY) == []
