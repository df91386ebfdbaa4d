"""T10: somebody takes the place of agency staff. T13: elective spells do not grow on fewer doctors and nurses."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

EVERY = "ac mh"
LINES = [
    *(line(f"F.WTE.{kind}", "avg", decimals=1, types=EVERY) for kind in ("SUB", "BNK", "AGY")),
    line("E.M.8", types=EVERY),
    line("E.M.9", types=EVERY),
    line("E.M.10", types=EVERY, unit="spells"),
    line("E.M.10b", types=EVERY),
    *(line(f"W.AVG.{group}", "avg", decimals=1, types=EVERY) for group in ("MD.CON", "MD.OTH", "RN")),
]
WEIGHTS = {"weight.E.M.8": 1, "weight.E.M.9": 0, "weight.E.M.10b": 20}
T10 = rule("T10", "activity finance", types=["ac"], limits={"falls": 0.01}, parameters=WEIGHTS)
T13 = rule("T13", "activity workforce", types=["ac"])
MORE = row(101, outturn=1200)  # a month, and of last year


def agency(
    staff: list[Any], own: list[Any], work: list[Any] = MORE, of: str = "ac", **more: list[Any]
) -> list[Breach]:
    given = {
        "F.WTE.AGY": staff,
        "F.WTE.SUB": own,
        "F.WTE.BNK": row(10, outturn=10),
        "E.M.8": work,
        "E.M.9": row(),
        "E.M.10b": row(10, outturn=120),
    }
    given |= {code.replace("_", "."): figures for code, figures in more.items()}
    plan = plan_of(LINES, [member("RTH", of)], {("RTH", code): figures for code, figures in given.items()})
    return [breach for _, breach in run_rules(plan, [T10], "organisation").breaches]


LEVEL, FEWER = row(900, outturn=900), row(80, outturn=100)


def test_agency_staff_whom_nobody_replaces() -> None:
    [breach] = agency(FEWER, row(890, outturn=900))
    assert breach.message == (
        "20.0 WTE fewer agency staff are planned, substantive and bank staff together are 10.0 WTE fewer, and weighted "
        "activity grows 0.3%: it is not said who does the work."
    )
    assert (
        breach.closes_with
        == "Over 10.0 WTE more substantive or bank staff on average, or 12 less weighted activity"
    )
    assert breach.numbers == (
        "agency 80.0 WTE from 100.0 WTE; substantive and bank 900.0 WTE from 910.0 WTE; weighted activity 3,612 from "
        "3,600"
    )
    assert (breach.line, breach.actual, breach.expected, breach.gap, breach.unit) == (
        "F.WTE.AGY",
        80,
        100,
        20,
        "WTE",
    )
    assert {code for code, _ in breach.inputs} == {"F.WTE.AGY", "F.WTE.SUB", "F.WTE.BNK", "E.M.8", "E.M.10b"}
    assert breach.months == (80.0,) * 12
    assert breach.expected_months == (100.0,) * 12


def test_staff_who_stay_level_replace_nobody_and_one_more_is_enough() -> None:
    [breach] = agency(FEWER, LEVEL)
    assert "together stay level, and" in breach.message
    assert breach.closes_with.startswith("Over 0.0 WTE more")
    assert agency(FEWER, row(900.1, outturn=900)) == []
    assert agency(FEWER, LEVEL, F_WTE_BNK=row(10.1, outturn=10)) == []


@pytest.mark.parametrize(("staff", "broken"), [(99, 0), (98.9999, 1), (100, 0), (110, 0), (0, 1)])
def test_one_in_a_hundred_fewer_is_no_fall(staff: float, broken: int) -> None:
    assert len(agency(row(staff, outturn=100), LEVEL)) == broken


@pytest.mark.parametrize(("work", "broken"), [(100, 0), (100.0001, 1), (99, 0)])
def test_activity_that_does_not_grow_asks_for_nobody(work: float, broken: int) -> None:
    assert len(agency(FEWER, LEVEL, row(work, outturn=1200))) == broken


def test_growth_too_small_to_show_is_not_shown_as_none() -> None:
    [breach] = agency(FEWER, LEVEL, row(100.01, outturn=1200))
    assert "grows less than 0.1%" in breach.message


def test_a_follow_up_weighs_nothing_and_is_not_asked_for() -> None:
    assert len(agency(FEWER, LEVEL, E_M_9=row(None))) == 1
    assert agency(FEWER, LEVEL, row(100, outturn=1200), E_M_9=row(500, outturn=1)) == []


def test_agency_a_blank_n_a_or_nothing_before_makes_no_finding() -> None:
    assert agency(row(80, outturn=100, may=None), LEVEL) == []
    assert agency(row("n/a", outturn="n/a"), LEVEL) == []
    assert agency(row(0, outturn=0), LEVEL) == []
    assert agency(FEWER, row(900)) == []
    assert agency(FEWER, LEVEL, row(101)) == []
    assert agency(FEWER, LEVEL, MORE, E_M_10b=row("n/a", outturn="n/a")) == []
    assert agency(FEWER, LEVEL, row(1, outturn=0), E_M_10b=row(1, outturn=0)) == []
    assert agency(FEWER, LEVEL, of="mh") == []


def operations(spells: list[Any], nurses: list[Any], of: str = "ac", **more: list[Any]) -> list[Breach]:
    given = {
        "E.M.10": spells,
        "W.AVG.MD.CON": row(100, outturn=100),
        "W.AVG.MD.OTH": row(200, outturn=200),
        "W.AVG.RN": nurses,
    }
    given |= {code.replace("_", "."): figures for code, figures in more.items()}
    plan = plan_of(LINES, [member("RTH", of)], {("RTH", code): figures for code, figures in given.items()})
    return [breach for _, breach in run_rules(plan, [T13], "organisation").breaches]


def test_more_spells_on_fewer_doctors_and_nurses() -> None:
    [breach] = operations(row(105, outturn=1200), row(680, outturn=700))
    assert breach.message == (
        "Elective spells grow 5.0% while doctors and registered nurses are 20.0 WTE fewer on average: say which scheme "
        "lets fewer of them do more."
    )
    assert (
        breach.closes_with
        == "20.0 WTE more doctors and registered nurses on average, or 60 fewer elective spells"
    )
    assert breach.numbers == (
        "elective spells 1,260 from 1,200; doctors and registered nurses 980.0 WTE from 1,000.0 WTE"
    )
    assert (breach.line, breach.actual, breach.expected, breach.unit) == ("E.M.10", 1260, 1200, "spells")
    assert breach.size == pytest.approx(0.07)
    assert len(breach.inputs) == 8


@pytest.mark.parametrize(
    ("spells", "nurses", "broken"),
    [(100, 600, 0), (100.0001, 699.9999, 1), (101, 700, 0), (99, 600, 0), (101, 701, 0)],
)
def test_either_alone_is_nothing(spells: float, nurses: float, broken: int) -> None:
    assert len(operations(row(spells, outturn=1200), row(nurses, outturn=700))) == broken


def test_doctors_make_up_for_nurses() -> None:
    assert operations(row(105, outturn=1200), row(680, outturn=700), W_AVG_MD_OTH=row(220, outturn=200)) == []


def test_spells_a_blank_n_a_or_nothing_before_makes_no_finding() -> None:
    fewer, more = row(600, outturn=700), row(105, outturn=1200)
    assert operations(row(105, outturn=1200, may=None), fewer) == []
    assert operations(row(105, outturn=0), fewer) == []
    assert operations(row("n/a", outturn="n/a"), fewer) == []
    assert operations(more, row(600)) == []
    assert operations(more, fewer, W_AVG_MD_CON=row("n/a", outturn="n/a")) == []
    assert operations(more, fewer, of="mh") == []
