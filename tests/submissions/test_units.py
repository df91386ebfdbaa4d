"""V15, V16 and V17: figures of another size than their line has."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from planning.plan.exact import scaled
from planning.registry import periods
from planning.registry.lines import Line
from submissions.checks.magnitude import past_years_are_of_the_plans_size
from submissions.checks.shares import counts_are_no_shares
from submissions.checks.whole import counts_are_whole
from submissions.identity import Identity
from submissions.layout.places import is_entered
from submissions.parsing import Fault, Reading, Return
from tests.plans import COLUMNS, line, row

ROUND = "2023-24"
LINES = [
    line("E.M.8", unit="attendances", baseline="optional"),
    line("E.M.30g", "avg", unit="beds", decimals=1, baseline="optional"),
    line("E.B.3a", "last", unit="pathways"),
    line("E.M.13aN", "ratio", measure_type="Numerator", denominator="E.M.13aD"),
    line("E.M.13aD", "ratio", measure_type="Denominator"),
    line("E.M.29N", "avg", unit="beds", decimals=1, measure_type="Numerator", denominator="E.M.30g"),
    line("W.VW", "avg", decimals=1),
    line("F.INC.ICB"),
]


def returned(**figures: Sequence[Any]) -> Return:
    """An acute trust's return of these lines alone."""
    found = {code.replace("_", "."): [_exact(figure) for figure in given] for code, given in figures.items()}
    kinds = {each.return_kind for each in LINES if each.code in found}
    parsed = Return(Identity(ROUND, "RTH", kinds.pop(), "v"), ROUND, "ac", columns={"Figures": list(COLUMNS)})
    for at, (code, given) in enumerate(found.items()):
        states = "".join("b" if figure is None else "v" for figure in given)
        parsed.readings.append(Reading(code, "Figures", at + 6, tuple(given), states))
    return parsed


def _exact(figure: float | None) -> int | None:
    return None if figure is None else scaled(Decimal(str(figure)))


def sizes(**figures: Sequence[Any]) -> list[Fault]:
    return list(past_years_are_of_the_plans_size(returned(**figures), LINES))


def told(**figures: Sequence[Any]) -> list[str]:
    return [fault.rule for fault in sizes(**figures)]


# --- V15 -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("outturn", "broken"),
    [
        (1200, False),
        (1.2, False),  # 1,000 times, but nothing to measure from
        (12, True),
        (16, True),
        (16.1, False),
        (9, False),
        (120, False),
        (1_200_000, True),
        (1_600_000, True),
        (899_999, False),
    ],
)
def test_a_flow_of_1200_against_its_outturn(outturn: float, broken: bool) -> None:
    assert ("V15" in told(E_M_8=row(100, outturn=outturn))) == broken


def test_it_says_which_slip_it_looks_like_at_the_first_month() -> None:
    [fault] = sizes(E_M_8=row(100_000, outturn=1_300))
    assert (fault.rule, fault.cell, fault.line, fault.period) == ("V15", "G6", "E.M.8", "2023-04")
    assert fault.message == (
        "E.M.8 (E.M.8) is planned at 1,200,000 attendances, about 1,000 times its outturn of 1,300: one of the "
        "two looks typed in thousands. Enter both in attendances."
    )
    [hundred] = sizes(E_M_8=row(100, outturn=12))
    assert "100 times its outturn of 12: one of the two looks like a percentage" in hundred.message
    [thousandth] = sizes(W_VW=row(1.2, outturn=1_200))
    assert "a thousandth of its outturn of 1,200: the plan looks typed in thousands" in thousandth.message


def test_twelve_times_is_told_of_what_does_not_add_up() -> None:
    [fault] = sizes(E_M_30g=row(1_200, outturn=100))
    assert fault.rule == "V15"
    assert "each month looks like twelve months added up" in fault.message
    [stock] = sizes(E_B_3a=row(12_000, outturn=1_000))
    assert "is planned at 12,000 pathways on average, about 12 times its outturn of 1,000" in stock.message


def test_small_lines_are_not_told() -> None:
    assert told(E_M_8=row(91, outturn=11)) == []  # under 12 last year
    assert told(W_VW=row(90, outturn=7.5)) == []
    assert told(W_VW=row(100, outturn=8.4)) == ["V15"]


def test_a_blank_month_or_outturn_is_not_told_again() -> None:
    assert told(E_M_8=row(100_000, outturn=None)) == []
    assert told(E_M_8=row(100_000, outturn=0)) == []
    assert told(E_M_8=row(100_000, outturn=1_200, may=None)) == []


def test_money_is_left_to_its_own_rule() -> None:
    assert told(F_INC_ICB=row(100_000, outturn=1_200)) == []


# --- V17 -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("outturn", "broken"),
    [(100, True), (133, True), (75, True), (134, False), (74, False), (14_400, True), (1_200, False)],
)
def test_a_month_in_place_of_a_year(outturn: float, broken: bool) -> None:
    assert ("V17" in told(E_M_8=row(100, outturn=outturn))) == broken


def test_it_names_the_first_past_year_that_is_wrong() -> None:
    [fault] = sizes(E_M_8=row(100, outturn=100, baseline=100))
    assert (fault.rule, fault.cell, fault.period, fault.seen) == ("V17", "E6", "2019/20", "100")
    assert fault.message == (
        "E.M.8 (E.M.8) is 100 attendances for 2019/20 and 1,200 attendances in the plan: it looks like one month's "
        "figure. Enter the whole year's."
    )
    [large] = sizes(E_M_8=row(100, outturn=14_400, baseline=1_100))
    assert (large.cell, large.period) == ("F6", "2022/23")
    assert large.message.endswith("it looks twelve times too large. Enter the year's total once.")


def test_an_average_that_holds_the_sum_of_its_months() -> None:
    [fault] = sizes(E_M_30g=row(50, outturn=600))
    assert fault.message.endswith(
        "it looks twelve times too large. Enter the average of the twelve months, not their sum."
    )
    assert told(E_M_30g=row(19, outturn=228)) == []  # too few beds to tell
    assert told(E_B_3a=row(100, outturn=1_200)) == []  # a list may fall so far


def test_a_year_of_599_is_too_small_to_tell() -> None:
    assert told(E_M_8=row([50] * 11 + [49], outturn=50)) == []
    assert told(E_M_8=row(50, outturn=50)) == ["V17"]


# --- V16 -----------------------------------------------------------------------------------------------
def shares(within: Sequence[Any], every: Sequence[Any]) -> list[Fault]:
    return list(counts_are_no_shares(returned(E_M_13aN=within, E_M_13aD=every), LINES))


@pytest.mark.parametrize(
    ("within", "every", "looks"),
    [
        (row(0.76), row(9_000), "fraction"),
        (row([0.76] * 11 + [1]), row(100), "fraction"),
        (row(76.4), row(9_000), "percentage"),
        (row([76, 77.5] * 6), row(9_000), "percentage"),
        (row([76.4] * 11 + [100]), row(9_000), "percentage"),
        (row([76.4] * 11 + [100.1]), row(9_000), ""),
        (row(76), row(9_000), ""),  # few of many: a count
        (row(1), row(9_000), ""),
        (row(0), row(9_000), ""),
        (row(0.76), row(99), ""),
        (row(0.76, may=None), row(9_000), ""),
        (row(0.76), row(9_000, may=None), ""),
    ],
)
def test_a_share_in_place_of_a_count(within: list[Any], every: list[Any], looks: str) -> None:
    found = shares(within, every)
    assert [fault.rule for fault in found] == ["V16"] * bool(looks)
    assert all(f"looks like a {looks} of E.M.13aD" in fault.message for fault in found)


def test_it_says_so_once_and_nothing_else_of_the_line() -> None:
    parsed = returned(E_M_13aN=row(0.76, outturn=760), E_M_13aD=row(9_000, outturn=108_000))
    [fault] = counts_are_no_shares(parsed, LINES)
    assert (fault.cell, fault.period, fault.seen) == ("G6", "2023-04", "0.76")
    assert fault.message == (
        "E.M.13aN (E.M.13aN) is 0.76 for April 2023, and no larger than 1 in any month: it looks like a fraction of "
        "E.M.13aD. Type the count, not the share."
    )
    assert list(counts_are_whole(parsed, LINES)) == []
    assert list(past_years_are_of_the_plans_size(parsed, LINES)) == []


def test_beds_may_be_few_and_not_whole() -> None:
    parsed = returned(E_M_29N=row(62.5), E_M_30g=row(840))
    assert list(counts_are_no_shares(parsed, LINES)) == []
    parsed = returned(E_M_29N=row(0.075), E_M_30g=row(840))
    assert [fault.line for fault in counts_are_no_shares(parsed, LINES)] == ["E.M.29N"]


def test_lines_here_take_the_figures_that_are_given() -> None:
    """What the tests above lean on."""
    taken: list[Line] = [each for each in LINES if is_entered(each, "ac", periods.APRIL)]
    assert taken == LINES
