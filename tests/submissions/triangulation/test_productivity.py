"""T11: activity for each member of staff changes by a plausible amount; T12: since 2019/20 too."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, RuleFailed, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

LINES = [line("E.M.8"), line("E.M.9"), line("E.M.10b"), line("W.AVG", "avg", decimals=1)]
T11 = rule(
    "T11",
    "activity workforce",
    tolerance={"low": -0.01, "high": 0.03},
    parameters={"weight.E.M.8": 1, "weight.E.M.9": 0, "weight.E.M.10b": 20, "pay_award": 0.02},
)


def judge(
    first: list[Any], spells: list[Any], staff: list[Any], follow_ups: list[Any] | None = None
) -> list[Breach]:
    given = {
        ("RTH", "E.M.8"): first,
        ("RTH", "E.M.9"): follow_ups or row(),
        ("RTH", "E.M.10b"): spells,
        ("RTH", "W.AVG"): staff,
    }
    return [breach for _, breach in run_rules(plan_of(LINES, ["RTH"], given), [T11], "organisation").breaches]


STILL = row(100, outturn=1200)


@pytest.mark.parametrize(("spells", "broken"), [(103, 0), (103.01, 1), (99, 0), (98.99, 1)])
def test_the_ends_of_the_range_hold(spells: float, broken: int) -> None:
    nothing = row(0, outturn=0)
    assert len(judge(nothing, row(spells, outturn=1200), row(50, outturn=50))) == broken


def test_activity_is_weighted() -> None:
    assert judge(row(160, outturn=1200), STILL, row(50, outturn=50)) == []  # 60% of 1 in 21
    [breach] = judge(STILL, row(160, outturn=1200), row(50, outturn=50))
    assert round(breach.actual or 0, 1) == 57.1


def test_it_says_what_is_implied_and_what_closes_it() -> None:
    nothing = row(0, outturn=0)
    [breach] = judge(nothing, row(110, outturn=1200), row(102, outturn=100))
    assert breach.message == (
        "Weighted activity grows 10.0% while average staff grow 2.0%: each would do 7.8% more than last year, "
        "outside −1.0% to 3.0%."
    )
    assert breach.closes_with == "4.8 WTE more on average, or 1,186 less weighted activity"
    assert breach.line == "W.AVG"
    assert breach.inputs[0] == ("W.AVG", 14)
    assert ("E.M.9", 14) not in breach.inputs


def test_activity_that_falls_short_of_staff() -> None:
    nothing = row(0, outturn=0)
    [breach] = judge(nothing, row(100, outturn=1200), row(110, outturn=100))
    assert "9.1% less than last year" in breach.message
    assert breach.closes_with == "9.0 WTE fewer on average, or 2,136 more weighted activity"


def test_a_blank_or_nothing_to_grow_from_makes_no_finding() -> None:
    staff = row(50, outturn=50)
    assert judge(STILL, row(200, outturn=1200, may=None), staff) == []
    assert judge(STILL, row(200, outturn=None), staff) == []
    assert judge(STILL, row("n/a", outturn="n/a"), staff) == []
    assert judge(STILL, row(200, outturn=1200), row(50, outturn=0)) == []
    assert judge(row(1, outturn=0), row(1, outturn=0), staff) == []


# --- T12 ---------------------------------------------------------------------------------------------------
T12 = rule(
    "T12",
    "activity workforce",
    severity="note",
    types=["ac"],
    tolerance={"low": -0.2, "high": 0.1},
    parameters={"weight.E.M.8": 1, "weight.E.M.9": 0, "weight.E.M.10b": 20},
)


def since(
    spells: list[Any], staff: list[Any], first: list[Any] | None = None, of: str = "ac"
) -> list[Breach]:
    given = {
        ("RTH", "E.M.8"): first or row(0, baseline=0),
        ("RTH", "E.M.9"): row(),
        ("RTH", "E.M.10b"): spells,
        ("RTH", "W.AVG"): staff,
    }
    lines = [line(each.code, each.over_time, types="ac mh", decimals=each.decimals) for each in LINES]
    plan = plan_of(lines, [member("RTH", of)], given)
    return [breach for _, breach in run_rules(plan, [T12], "organisation").breaches]


@pytest.mark.parametrize(("spells", "broken"), [(80, 0), (79.99, 1), (110, 0), (110.01, 1)])
def test_since_before_the_pandemic_the_ends_of_the_range_hold(spells: float, broken: int) -> None:
    assert len(since(row(spells, baseline=1200, outturn=1), row(50, baseline=50, outturn=1))) == broken


def test_it_says_what_is_implied_since_2019_20() -> None:
    [breach] = since(row(100, baseline=1200), row(125, baseline=90))
    assert breach.message == (
        "Weighted activity stays level while average staff grow 38.9%: each would do 28.0% less than in 2019/20, "
        "outside −20.0% to 10.0%."
    )
    assert breach.closes_with == "12.5 WTE fewer on average, or 2,667 more weighted activity"
    assert breach.inputs[:2] == (("W.AVG", 14), ("W.AVG", 0))
    assert {code for code, _ in breach.inputs} == {"W.AVG", "E.M.8", "E.M.10b"}


def test_since_then_a_blank_n_a_or_nothing_to_grow_from_makes_no_finding() -> None:
    more, staff = row(300, baseline=1200), row(50, baseline=50)
    assert len(since(more, staff)) == 1
    assert since(row(300), staff) == []
    assert since(row(300, baseline=1200, may=None), staff) == []
    assert since(row("n/a", baseline="n/a"), staff) == []
    assert since(more, row(50)) == []
    assert since(more, row(50, baseline=0)) == []
    assert since(more, row(0, baseline=50)) == []
    assert since(row(300, baseline=0), staff) == []
    assert since(more, staff, first=row(0)) == []
    assert since(more, staff, of="mh") == []


def test_without_weights_or_a_range_it_is_our_fault() -> None:
    plan = plan_of(LINES, ["RTH"], {})
    with pytest.raises(RuleFailed, match="Rule T12 broke down") as failed:
        run_rules(plan, [rule("T12", "activity workforce", tolerance={"low": 0, "high": 1})], "organisation")
    assert "T12 needs weights" in str(failed.value.__cause__)
    with pytest.raises(RuleFailed) as failed:
        parameters = {"weight.E.M.8": 1}
        run_rules(plan, [rule("T12", "activity workforce", parameters=parameters)], "organisation")
    assert "T12 needs a range" in str(failed.value.__cause__)
