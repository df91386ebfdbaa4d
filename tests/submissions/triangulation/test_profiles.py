"""T35 and T36: how a year is spread over its months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from planning.plan.rules import Breach, RuleFailed, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, plan_of, row, rule

DAYS = (30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29, 31)
WORKING = (18, 20, 22, 21, 22, 21, 22, 22, 19, 22, 21, 20)
PERIODS = [*(f"2023-{month:02d}" for month in range(4, 13)), *(f"2024-{month:02d}" for month in range(1, 4))]
LINES = [
    line("E.M.8", unit="attendances"),
    line("E.M.11a", unit="spells"),
    line("E.M.13aD", "ratio", unit="attendances", measure_type="Denominator"),
    line("E.M.13aN", "ratio", unit="attendances", measure_type="Numerator"),
    line("E.B.3a", "last"),
    line("E.M.10", formula="E.M.8 + E.M.11a"),
]
T35 = rule(
    "T35",
    "activity",
    limits={"usual": 0.25, "holidays": 0.35, "from": 600},
    parameters={f"working_days.{period}": days for period, days in zip(PERIODS, WORKING, strict=True)},
)
T36 = rule("T36", "activity", limits={"from": 120})


def judge(declared: Any, **figures: list[Any]) -> list[Breach]:
    given = {("RTH", code.replace("_", ".")): figure for code, figure in figures.items()}
    return [
        breach for _, breach in run_rules(plan_of(LINES, ["RTH"], given), [declared], "organisation").breaches
    ]


def spread(days: Sequence[int], per_day: float = 10, **changes: float) -> list[Any]:
    return row([day * per_day for day in days], outturn=1, **changes)


def test_months_that_follow_their_days_hold() -> None:
    assert judge(T35, E_M_8=spread(WORKING), E_M_11a=spread(DAYS), E_M_13aD=spread(DAYS)) == []


def exactly(month: int, share: float) -> list[Any]:
    """A year whose one month is that share of its days' mean: 366 days at 10, that month `share` times it,
    and all others so that the mean stays 10."""
    others = (3660 - DAYS[month] * 10 * share) / (366 - DAYS[month])
    return row([day * (10 * share if at == month else others) for at, day in enumerate(DAYS)])


@pytest.mark.parametrize(
    ("month", "share", "broken"),
    [
        (5, 1.24, 0),
        (5, 1.26, 1),
        (5, 0.76, 0),
        (5, 0.74, 1),
        (0, 1.34, 0),
        (4, 0.66, 0),
        (8, 1.34, 0),
        (0, 1.36, 1),
        (4, 0.64, 1),
    ],
)
def test_holiday_months_may_stand_out_more(month: int, share: float, broken: int) -> None:
    assert len(judge(T35, E_M_11a=exactly(month, share))) == broken


def test_exactly_a_quarter_more_holds() -> None:
    """June at 12.5 a day, the other eleven months at 3,285 for 336 days, so that the mean is 10 exactly."""
    flat = [day * 10.0 for day in DAYS]
    flat[2], flat[3] = 375.0, flat[3] - 75
    assert judge(T35, E_M_11a=row(flat)) == []
    flat[2], flat[3] = 376.0, flat[3] - 1
    assert [breach.period for breach in judge(T35, E_M_11a=row(flat))] == ["2023-06"]


def test_planned_care_goes_by_working_days() -> None:
    """18 working days in April: as many as in other months are not what its days say."""
    assert judge(T35, E_M_8=spread(WORKING)) == []
    odd = spread(WORKING, may=20 * 10 * 1.6)
    [breach] = judge(T35, E_M_8=odd)
    assert "By its working days" in breach.message


@pytest.mark.parametrize(("month", "period"), [("jun", "2023-06"), ("mar", "2024-03")])
def test_a_month_typed_tenfold_is_named_and_not_its_neighbours(month: str, period: str) -> None:
    """It lifts the mean so far that all twelve months stand out, April first."""
    [breach] = judge(T35, E_M_11a=spread(DAYS, **{month: 3100}))
    assert (breach.period, breach.actual) == (period, 3100)
    assert breach.message.endswith("11 more of its months stand out too.")


def test_it_names_the_month_that_stands_out_most_and_counts_the_rest() -> None:
    [breach] = judge(T35, E_M_11a=spread(DAYS, jun=900, jul=20))
    assert (breach.line, breach.period) == ("E.M.11a", "2023-06")
    assert breach.message == (
        "“E.M.11a” (E.M.11a) has 900 spells in June 2023. By its days the month's share of the year would be 325: 177% "
        "more, where 25% is usual. 1 more of its months stand out too."
    )
    assert breach.months[2] == 900
    assert round(breach.expected_months[0] or 0) == 325
    assert len(breach.inputs) == 12


def test_small_lines_stocks_sums_and_shares_are_passed_over() -> None:
    uneven = row([1, 99] * 6)
    assert len(judge(T35, E_M_11a=uneven)) == 1  # 600 a year
    assert judge(T35, E_M_11a=row([1, 98.9] * 6)) == []
    assert judge(T35, E_B_3a=row([1, 999] * 6), E_M_13aN=row([1, 999] * 6)) == []
    assert [each.line for each in judge(T35, E_M_8=spread(WORKING, may=9999), E_M_11a=spread(DAYS))] == [
        "E.M.8"
    ]
    assert [each.line for each in judge(T35, E_M_13aD=spread(DAYS, may=9999))] == ["E.M.13aD"]


def test_a_blank_month_makes_no_finding() -> None:
    assert judge(T35, E_M_11a=spread(DAYS, jun=9999, may=None)) == []
    assert judge(T35, E_M_11a=spread(DAYS, jun=9999, may="n/a")) == []
    assert judge(T36, E_M_11a=row(100, may=None)) == []


def test_without_working_days_it_is_our_fault() -> None:
    with pytest.raises(RuleFailed, match="Rule T35 broke down"):
        judge(rule("T35", "activity", limits={"usual": 0.25, "holidays": 0.35, "from": 600}))


@pytest.mark.parametrize(("month", "broken"), [(10, 1), (9.9, 0), (0, 0)])
def test_twelve_months_of_one_figure_from_120_a_year(month: float, broken: int) -> None:
    found = judge(T36, E_M_11a=row(month))
    assert len(found) == broken


def test_it_says_what_it_looks_like() -> None:
    [breach] = judge(T36, E_M_11a=row(100))
    assert (breach.line, breach.period) == ("E.M.11a", "2023-04")
    assert breach.message == (
        "“E.M.11a” (E.M.11a) is 100 spells in every month: it looks like a year's figure divided by twelve. Plan each "
        "month by its days and by what you expect in it."
    )


def test_one_month_that_differs_holds_and_stocks_may_stand_still() -> None:
    assert judge(T36, E_M_11a=row(100, feb=101)) == []
    assert judge(T36, E_B_3a=row(100), E_M_13aD=row(100)) == []
