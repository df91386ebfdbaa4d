"""T33 and T34: beds for the stays, tests for the list."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, plan_of, row, rule

BEDS = ("E.M.30g", "E.M.30h", "E.M.30i", "E.M.30j")
STAYS = [
    line("E.M.11b", unit="spells"),
    line("E.M.10b", unit="spells"),
    line("LOC.LOSNEL", "wmean", unit="days", decimals=1, weight="E.M.11b"),
    line("LOC.LOSEL", "wmean", unit="days", decimals=1, weight="E.M.10b"),
    *(line(code, "avg", unit="beds", decimals=1) for code in BEDS),
]
TESTS = [line("E.B.26", unit="tests"), line("LOC.DXREF", unit="tests"), line("E.B.28D", "ratio_last")]
T33 = rule("T33", "activity", tolerance={"relative": 0.05})
T34 = rule("T34", "activity", tolerance={"relative": 0.05})


def stays(
    spells: list[Any], days: list[Any], beds: list[Any], elective: list[Any] | None = None
) -> list[Breach]:
    given = {
        ("RTH", "E.M.11b"): spells,
        ("RTH", "LOC.LOSNEL"): days,
        ("RTH", "E.M.10b"): elective or row(61),
        ("RTH", "LOC.LOSEL"): row(1),
        ("RTH", "E.M.30g"): beds,
        **{("RTH", code): row(0) for code in BEDS[1:]},
    }
    return [breach for _, breach in run_rules(plan_of(STAYS, ["RTH"], given), [T33], "organisation").breaches]


# 366 days from April 2023: 10 beds are 3,660 bed days, and with the elective stays of 732 leave 2,928.
@pytest.mark.parametrize(("spells", "broken"), [(61, 0), (61 + 4, 0), (73, 1)])
def test_stays_fit_the_beds(spells: int, broken: int) -> None:
    assert len(stays(row(spells), row(4), row(10))) == broken


def test_exactly_five_per_cent_of_the_larger_side_holds() -> None:
    assert stays(row(61), row(4), row(9.5)) == []  # 3,660 needed, 3,477 open
    assert len(stays(row(61), row(4), row(9.4))) == 1


def test_it_says_what_is_wanting_in_beds() -> None:
    [breach] = stays(row(122), row(5), row(10))
    assert breach.message == (
        "The planned spells times their mean stays need 8,052 bed days; the beds open in the plan give 3,660. 4,392 "
        "are wanting: 12 beds through the year."
    )
    assert breach.closes_with == "12 more beds open through the year, or shorter stays, or fewer spells"
    assert (breach.line, breach.period, breach.unit) == ("LOC.LOSNEL", "2023/24", "bed days")
    assert breach.months == (671.0,) * 12
    assert breach.expected_months[:2] == (300, 310)


def test_a_blank_stay_or_bed_makes_no_finding() -> None:
    assert stays(row(122), row(5, may=None), row(10)) == []
    assert stays(row(122, may=None), row(5), row(10)) == []
    assert stays(row(122), row(5), row(10, may=None)) == []
    assert stays(row(122), row("n/a"), row(10)) == []


def done(tests: list[Any], requests: list[Any], listed: list[Any]) -> list[Breach]:
    given = {("RTH", "E.B.26"): tests, ("RTH", "LOC.DXREF"): requests, ("RTH", "E.B.28D"): listed}
    return [breach for _, breach in run_rules(plan_of(TESTS, ["RTH"], given), [T34], "organisation").breaches]


@pytest.mark.parametrize(("tests", "broken"), [(1200, 0), (2000, 0), (95, 0), (94.9, 1)])
def test_tests_cover_requests_within_five_per_cent_and_more_are_fine(tests: float, broken: int) -> None:
    assert len(done(row(tests), row(100), row(500, outturn=500))) == broken


def test_it_says_what_the_list_takes() -> None:
    [breach] = done(row(90), row(100), row(300, outturn=500))
    assert breach.message == (
        "1,080 tests are planned. To come from a list of 500 with 1,200 requests to one of 300 in March takes 1,400: "
        "320 more."
    )
    assert breach.closes_with == "320 more tests, 320 fewer requests, or a list 320 longer in March"
    assert ("E.B.28D", 1) in breach.inputs


def test_a_blank_list_or_month_makes_no_finding() -> None:
    assert done(row(9), row(100), row(300)) == []
    assert done(row(9), row(100), row(300, outturn=500, mar=None)) == []
    assert done(row(9), row(100, may=None), row(300, outturn=500)) == []
    assert done(row("n/a"), row(100), row(300, outturn=500)) == []
