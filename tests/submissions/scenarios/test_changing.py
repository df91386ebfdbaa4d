"""What a change makes of a line's figures, exactly, and every way in which it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from planning.registry import periods
from submissions.scenarios.changing import (
    CannotChange,
    Change,
    amount_typed,
    changed,
    may_change,
    places_of,
    plain,
    spread,
)
from tests.plans import ROUND, line, row

FLOW = line("E.M.10a", decimals=0)
LEVEL = line("E.M.30g", "avg", unit="beds", decimals=1)
MONEY = line("F.PAY.AGY", decimals=1, sign="-")
YEARLY = line("F.CAP", "annual", decimals=1)


def held(*, months: Any = None, year: Any = None, outturn: Any = None) -> tuple[list[int | None], str]:
    figures = row(months, outturn=outturn, year=year)
    states = "".join("b" if one is None else "n" if one == "n/a" else "v" for one in figures)
    return [None if one in (None, "n/a") else round(one * 10_000) for one in figures], states  # type: ignore[operator]


def months_after(one: Any, change: Change, **figures: Any) -> list[float | None]:
    after, _ = changed(one, *held(**figures), change, ROUND)
    return [None if figure is None else figure / 10_000 for figure in after[periods.MONTHS]]


def by(way: str, amount: str, first: str = "", last: str = "", code: str = "X") -> Change:
    return Change("RTH", code, way, amount, first, last)


def refused(one: Any, change: Change, **figures: Any) -> tuple[str, str]:
    with pytest.raises(CannotChange) as error:
        changed(one, *held(**figures), change, ROUND)
    return error.value.field, str(error.value)


# --- what it makes ------------------------------------------------------------------------------------
def test_an_amount_is_added_to_each_month_of_a_level() -> None:
    after = months_after(LEVEL, by("add", "-2.5", "2023-06", "2023-07"), months=100)
    assert after == [100, 100, 97.5, 97.5, *[100] * 8]


def test_an_amount_is_the_total_of_a_flow_and_follows_its_profile() -> None:
    after = months_after(FLOW, by("add", "100"), months=[100, 300, *[0] * 10])
    assert after[:3] == [125, 375, 0]
    assert sum(figure or 0 for figure in after) == 500


def test_a_total_that_does_not_divide_stays_whole_and_exact() -> None:
    after = months_after(FLOW, by("add", "7"), months=10)
    assert sorted(figure or 0 for figure in after) == [10] * 5 + [11] * 7
    assert sum(figure or 0 for figure in after) == 127


def test_money_is_negative_and_stays_exact() -> None:
    after = months_after(MONEY, by("add", "-100"), months=-300)
    assert sum(round((figure or 0) * 10_000) for figure in after) == -37_000_000


def test_a_percentage_is_of_each_month_in_the_lines_steps() -> None:
    assert months_after(LEVEL, by("percent", "-10", "2023-04", "2023-04"), months=33.3)[0] == 30.0
    assert months_after(FLOW, by("percent", "2.5", "2023-04", "2023-04"), months=101)[0] == 104


def test_set_is_each_month_of_a_level_and_the_total_of_a_flow() -> None:
    assert months_after(LEVEL, by("set", "50"), months=[None] * 12) == [50] * 12
    assert months_after(FLOW, by("set", "120"), months=None) == [10] * 12
    assert months_after(FLOW, by("set", "60", "2023-04", "2023-05"), months=[10, 20, *[5] * 10])[:3] == [
        20,
        40,
        5,
    ]


def test_a_line_of_one_value_a_year_changes_in_the_plan_column_alone() -> None:
    after, states = changed(YEARLY, *held(year=5, outturn=7), by("add", "0.5"), ROUND)
    assert (after[periods.YEAR], after[periods.OUTTURN], states[periods.YEAR]) == (55_000, 70_000, "v")
    assert set(after[periods.MONTHS]) == {None}


def test_what_was_not_applicable_can_be_set() -> None:
    after, states = changed(LEVEL, *held(months="n/a"), by("set", "1", "2023-04", "2023-04"), ROUND)
    assert (after[periods.APRIL], states[2:4]) == (10_000, "vn")


def test_an_outside_model_gives_months_as_they_are_and_spreads_a_year() -> None:
    given = Change("RTH", "X", "set", given={"2023-04": "12", "2024-03": "0"})
    after = months_after(FLOW, given, months=10)
    assert (after[0], after[-1], after[1]) == (12, 0, 10)
    whole = Change("RTH", "X", "set", given={"2023/24": "240"})
    assert months_after(FLOW, whole, months=10) == [20] * 12


@pytest.mark.parametrize("total", [-7, -1, 0, 1, 11, 12, 13, 10**15 + 1])
@pytest.mark.parametrize(
    "weights", [[1] * 12, [0] * 12, [3, 1, *[0] * 10], [-2, -1, *[-5] * 10], [1, -1] * 6]
)
def test_parts_add_up_exactly(total: int, weights: list[int]) -> None:
    assert sum(spread(total, weights)) == total


# --- what is refused ----------------------------------------------------------------------------------
def test_a_blank_has_no_percentage_and_nothing_to_add_to() -> None:
    figures = {"months": [1, None, *[1] * 10]}
    field, said = refused(LEVEL, by("percent", "5"), **figures)
    assert (field, said) == (
        "way",
        "E.M.30g is blank in May 2023, so there is no percentage of it. Set it to an amount, or choose other months",
    )
    assert "nothing to add to" in refused(LEVEL, by("add", "5"), **figures)[1]
    assert "is n/a in April 2023" in refused(LEVEL, by("add", "5"), months="n/a")[1]
    assert months_after(LEVEL, by("add", "5", "2023-06", "2024-03"), **figures)[2] == 6


def test_the_wrong_sign_is_refused_and_zero_is_not() -> None:
    assert refused(LEVEL, by("add", "-101"), months=100) == (
        "amount",
        "E.M.30g would be −1 beds in April 2023; it takes 0 or more",
    )
    assert refused(MONEY, by("set", "12"), months=-5)[1].endswith("it takes 0 or less")
    assert months_after(LEVEL, by("add", "-100"), months=100) == [0] * 12


def test_what_no_return_may_hold_is_refused() -> None:
    """Fifty changes of a large percentage each would pass what can be stored."""
    assert refused(LEVEL, by("percent", "9999999999"), months=100_000) == (
        "amount",
        "E.M.30g would be too large for a plan in April 2023",
    )
    assert refused(MONEY, by("add", "-99999999999", "2023-04", "2023-04"), months=-1)[0] == "amount"
    assert months_after(MONEY, by("add", "-99999999998", "2023-04", "2023-04"), months=-1)[0] == -99999999999


@pytest.mark.parametrize(
    ("first", "last", "field", "said"),
    [
        ("2023-03", "", "from", "Choose a month from April 2023 to March 2024"),
        ("", "2023/24", "to", "Choose a month from April 2023 to March 2024"),
        ("2023-07", "2023-05", "to", "The last month must not come before the first"),
    ],
)
def test_months_outside_are_refused(first: str, last: str, field: str, said: str) -> None:
    with pytest.raises(CannotChange) as error:
        places_of(LEVEL, ROUND, first, last)
    assert (error.value.field, str(error.value)) == (field, said)


def test_a_month_of_a_line_of_one_value_a_year_is_refused() -> None:
    with pytest.raises(CannotChange, match="one value a year: choose 2023/24"):
        places_of(YEARLY, ROUND, "2023-04", "2023-04")


@pytest.mark.parametrize("text", ["", "x", "1e5", "NaN", "inf", "--5", "5%", "1 2", "1.2.3", "٣"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(CannotChange, match="Enter a number in £000, such as"):
        amount_typed(text, "£000")


def test_numbers_are_read_exactly() -> None:
    typed = ["1,234.5", "-840", "−2.5", "(12)", "£7", "0", ".25"]
    assert [plain(amount_typed(text, "£000")) for text in typed] == [
        "1234.5",
        "-840",
        "-2.5",
        "-12",
        "7",
        "0",
        "0.25",
    ]
    assert plain(amount_typed("-2.5 %", "%")) == "-2.5"
    with pytest.raises(CannotChange, match="at most four decimals"):
        amount_typed("1.23456", "WTE")
    with pytest.raises(CannotChange, match="too large for a plan"):
        amount_typed("9" * 14, "WTE")


def test_a_computed_line_names_those_to_change_instead() -> None:
    total = line("E.M.10", formula="E.M.10a + E.M.10b")
    with pytest.raises(CannotChange, match=r"Change one of those instead: E\.M\.10a, E\.M\.10b$"):
        may_change(total, "ac")
    with pytest.raises(CannotChange, match="X1, X2, X3, X4, X5, X6, X7, X8 and 2 more"):
        may_change(total, "ac", [f"X{number}" for number in range(1, 11)])


def test_an_unknown_way_is_refused() -> None:
    assert refused(LEVEL, by("double", "2"), months=1)[0] == "way"


def test_a_change_is_kept_and_read_again() -> None:
    for change in (by("add", "5", "2023-04", "2023-06"), Change("RTH", "X", "set", given={"2023-04": "1"})):
        assert Change.of(change.row()) == change
