"""T03: pay grows as staff and the pay award do."""

from __future__ import annotations

from typing import Any

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, plan_of, row, rule

LINES = [line("F.PAY.TOTAL", sign="-", decimals=1), line("F.WTE.TOT", "avg", decimals=1)]
T03 = rule("T03", tolerance={"absolute": 0.015}, parameters={"pay_award": 0.021})


def judge(pay: list[Any], staff: list[Any]) -> list[Breach]:
    plan = plan_of(LINES, ["RTH"], {("RTH", "F.PAY.TOTAL"): pay, ("RTH", "F.WTE.TOT"): staff})
    return [breach for _, breach in run_rules(plan, [T03], "organisation").breaches]


def test_it_holds_and_exactly_at_tolerance_still_does() -> None:
    assert judge(row(-102.1, outturn=-1200), row(1000, outturn=1000)) == []
    assert judge(row(-103.6, outturn=-1200), row(1000, outturn=1000)) == []  # 2.1% expected, 3.6% planned
    assert judge(row(-100.6, outturn=-1200), row(1000, outturn=1000)) == []


def test_it_breaks_just_beyond() -> None:
    assert len(judge(row(-103.61, outturn=-1200), row(1000, outturn=1000))) == 1


def test_it_says_what_is_wrong_and_what_closes_it() -> None:
    [breach] = judge(row(-1061, outturn=-12000), row(1012, outturn=1000))
    assert breach.message == (
        "Pay grows 6.1% while staff grow 1.2%, with a pay award of 2.1%: 2.8 points more than expected."
    )
    assert breach.closes_with == "£332,976 less pay, or 27.2 WTE more on average"
    assert breach.inputs[0] == ("F.PAY.TOTAL", 14)
    assert breach.numbers == ("£12.7m / £12.0m − 1 = 6.10%; expected (1 + 1.20%) × (1 + 2.10%) − 1 = 3.33%")


def test_pay_that_falls_behind() -> None:
    [breach] = judge(row(-980, outturn=-12000), row(1000, outturn=1000))
    assert breach.message.startswith("Pay falls 2.0% while staff stay level")
    assert "less than expected" in breach.message
    assert breach.closes_with == "£492,000 more pay, or 40.2 WTE fewer on average"


def test_a_blank_or_an_outturn_of_nothing_makes_no_finding() -> None:
    assert judge(row(-200, outturn=-1200, may=None), row(1000, outturn=1000)) == []
    assert judge(row(-200), row(1000, outturn=1000)) == []
    assert judge(row(-200, outturn=0), row(1000, outturn=1000)) == []
    assert judge(row(-200, outturn=-1200), row("n/a", outturn="n/a")) == []
