"""T18: registered nurses for each general and acute bed stay about what they were."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

LINES = [
    *(line(f"W.{kind}.RN", "avg", decimals=1, types="ac mh") for kind in ("AVG", "BNK", "AGY")),
    line("W.SUB.RN", "last", decimals=1),
    *(line(f"E.M.30{letter}", "avg", decimals=1, types="ac mh", unit="beds") for letter in "ghij"),
]
T18 = rule("T18", "activity workforce", types=["ac"], tolerance={"relative": 0.1})


def judge(nurses: list[Any], beds: list[Any], of: str = "ac", **more: list[Any]) -> list[Breach]:
    given = {
        "W.AVG.RN": nurses,
        "W.BNK.RN": row(60, outturn=60),
        "W.AGY.RN": row(40, outturn=40),
        "E.M.30g": beds,
        "E.M.30h": row(30, outturn=30),
        "E.M.30i": row(60, outturn=60),
        "E.M.30j": row(10, outturn=10),
    }
    given |= {code.replace("_", "."): figures for code, figures in more.items()}
    plan = plan_of(LINES, [member("RTH", of)], {("RTH", code): figures for code, figures in given.items()})
    return [breach for _, breach in run_rules(plan, [T18], "organisation").breaches]


STILL = row(900, outturn=900)  # with all kinds and all beds: 1,000 nurses for 500 beds, two a bed
OPEN = row(400, outturn=400)


def test_it_holds_where_both_grow_alike() -> None:
    assert judge(STILL, OPEN) == []
    assert judge(row(1000, outturn=900), row(450, outturn=400)) == []


# 1,000 for 500 last year: at 500 beds, 900 are 10% fewer, 1,111.11 are 10% of the larger more
@pytest.mark.parametrize(("nurses", "broken"), [(800, 0), (799.99, 1), (1011.11, 0), (1011.12, 1)])
def test_a_tenth_of_the_larger_may_lie_between(nurses: float, broken: int) -> None:
    assert len(judge(row(nurses, outturn=900), OPEN)) == broken


def test_beds_that_open_without_nurses() -> None:
    [breach] = judge(STILL, row(525, outturn=400), W_SUB_RN=row(900, mar=None))
    assert breach.message == (
        "1,000.0 WTE registered nurses for 625.0 general and acute beds are 1.60 a bed; in the outturn they were 2.00. "
        "That is 20.0% less, where 10% of the larger is allowed."
    )
    assert breach.closes_with == "250.0 WTE more registered nurses on average, or 125.0 fewer beds"
    assert breach.numbers == "1,000.0 WTE / 625.0 beds = 1.600; outturn 1,000.0 WTE / 500.0 beds = 2.000"
    assert (breach.line, breach.actual, breach.expected, breach.unit) == ("W.AVG.RN", 1.6, 2.0, "WTE a bed")
    assert breach.size == 0.2
    assert {code for code, _ in breach.inputs} == {
        *(f"W.{kind}.RN" for kind in ("AVG", "BNK", "AGY")),
        *(f"E.M.30{letter}" for letter in "ghij"),
    }
    assert breach.months == (*(1.6,) * 11, None)
    assert breach.expected_months == (2.0,) * 12


def test_nurses_typed_twice() -> None:
    [breach] = judge(row(1900, outturn=900), OPEN)
    assert "That is 50.0% more" in breach.message
    assert breach.closes_with == "1,000.0 WTE fewer registered nurses on average, or 500.0 more beds"


def test_nurses_who_were_not_there_have_no_beds_to_close_it() -> None:
    none = row(0, outturn=0)
    [breach] = judge(row(900, outturn=0), OPEN, W_BNK_RN=none, W_AGY_RN=none)
    assert breach.closes_with == "900.0 WTE fewer registered nurses on average"


def test_a_blank_n_a_or_no_beds_makes_no_finding() -> None:
    many = row(2000, outturn=900)
    none = {code: row(0, outturn=0) for code in ("E_M_30h", "E_M_30i", "E_M_30j")}
    assert judge(row(2000, outturn=900, may=None), OPEN) == []
    assert judge(row(2000), OPEN) == []
    assert judge(many, row("n/a", outturn="n/a")) == []
    assert judge(many, OPEN, E_M_30j=row(None, outturn=10)) == []
    assert judge(many, row(400, outturn=0), **none) == []
    assert judge(many, row(0, outturn=400), **none) == []
    assert judge(many, OPEN, of="mh") == []
