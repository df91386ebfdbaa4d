"""T39 and T40: vacancies, sickness and turnover."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, RuleFailed, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, plan_of, row, rule

LINES = [
    line("W.EST.RN", "last", decimals=1, label="Posts: nurses"),
    line("W.SUB.RN", "last", decimals=1),
    line("W.KPI.SICKN", "ratio", unit="days", measure_type="Numerator"),
    line("W.KPI.SICKD", "ratio", unit="days", measure_type="Denominator"),
    line("W.KPI.TURNN", "ratio_last", measure_type="Numerator"),
    line("W.KPI.TURND", "ratio_last", measure_type="Denominator"),
]
T39 = rule("T39", "workforce", tolerance={"low": -0.05, "high": 0.25}, limits={"staff": 5})
T40 = rule("T40", "workforce", limits={"W.KPI.SICK": 0.15, "W.KPI.TURN": 0.4})


def judge(declared: Any, **figures: list[Any]) -> list[Breach]:
    given = {("RTH", code.replace("_", ".")): figure for code, figure in figures.items()}
    return [
        breach for _, breach in run_rules(plan_of(LINES, ["RTH"], given), [declared], "organisation").breaches
    ]


@pytest.mark.parametrize(("in_post", "broken"), [(75, 0), (105, 0), (74.9, 1), (105.1, 1)])
def test_the_ends_of_the_range_hold(in_post: float, broken: int) -> None:
    assert len(judge(T39, W_EST_RN=row(100), W_SUB_RN=row(100, mar=in_post))) == broken


def test_only_march_is_judged() -> None:
    assert judge(T39, W_EST_RN=row(100), W_SUB_RN=row(1, mar=90)) == []


def test_it_says_how_many_posts_are_vacant() -> None:
    [breach] = judge(T39, W_EST_RN=row(100), W_SUB_RN=row(50))
    assert (breach.line, breach.period) == ("W.EST.RN", "2024-03")
    assert breach.message == (
        "“Posts: nurses” (W.EST.RN) has 100.0 WTE in March 2024 and 50.0 WTE in post: 50.0% are vacant, outside −5% to "
        "25%. See whether the two stand in each other's row."
    )
    assert breach.closes_with == "25.0 WTE in post more, or a corrected establishment"
    [swapped] = judge(T39, W_EST_RN=row(50), W_SUB_RN=row(100))
    assert "100.0% more are in post than funded" in swapped.message
    assert swapped.closes_with == "47.5 WTE in post fewer, or a corrected establishment"


def test_small_groups_blanks_and_no_posts_make_no_finding() -> None:
    assert judge(T39, W_EST_RN=row(4.9), W_SUB_RN=row(1)) == []
    assert len(judge(T39, W_EST_RN=row(5), W_SUB_RN=row(1))) == 1
    assert len(judge(T39, W_EST_RN=row(1), W_SUB_RN=row(5))) == 1
    assert judge(T39, W_EST_RN=row(0), W_SUB_RN=row(100)) == []
    assert judge(T39, W_EST_RN=row(100, mar=None), W_SUB_RN=row(1)) == []
    assert judge(T39, W_EST_RN=row(100), W_SUB_RN=row("n/a")) == []


def test_a_range_is_needed() -> None:
    with pytest.raises(RuleFailed, match="Rule T39 broke down") as failed:
        judge(rule("T39", "workforce", limits={"staff": 5}))
    assert "T39 needs a range" in str(failed.value.__cause__)


SICK, STAFF = row(15), row(100)


@pytest.mark.parametrize(("lost", "broken"), [(15, 0), (15.1, 1), (0.1, 0), (0, 1)])
def test_sickness_over_nothing_to_fifteen_per_cent(lost: float, broken: int) -> None:
    assert len(judge(T40, W_KPI_SICKN=row(lost), W_KPI_SICKD=row(100))) == broken


@pytest.mark.parametrize(("left", "broken"), [(40, 0), (40.1, 1), (0, 1)])
def test_turnover_over_nothing_to_forty_per_cent(left: float, broken: int) -> None:
    assert len(judge(T40, W_KPI_TURNN=row(1, mar=left), W_KPI_TURND=row(100))) == broken


def test_a_percentage_in_place_of_a_count_is_told() -> None:
    [breach] = judge(T40, W_KPI_SICKN=row(50), W_KPI_SICKD=row(100))
    assert breach.line == "W.KPI.SICKN"
    assert breach.message == (
        "Sickness absence (W.KPI.SICKN / W.KPI.SICKD) is 50.0%: 600.0 of 1,200.0. It should be over 0 and at most 15%; "
        "see whether the two counts are in the same unit."
    )


def test_blanks_and_no_denominator_make_no_finding() -> None:
    assert judge(T40, W_KPI_SICKN=row(50), W_KPI_SICKD=row(0)) == []
    assert judge(T40, W_KPI_SICKN=row(50, may=None), W_KPI_SICKD=row(100)) == []
    assert judge(T40, W_KPI_SICKN=row(0), W_KPI_SICKD=row("n/a")) == []
