"""T08: agency within its share of the pay bill, of an organisation and of a system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, plan_of, row, rule

LINES = [line("F.PAY.AGY", sign="-"), line("F.PAY.TOTAL", sign="-")]
T08 = rule(
    "T08",
    levels=["organisation", "system"],
    parameters={"agency_ceiling": 0.037, "agency_amber": 0.04},
)


def judge(figures: Mapping[str, tuple[Any, Any]], level: str = "organisation") -> list[Breach]:
    given = {}
    for ods, (agency, pay) in figures.items():
        given |= {(ods, "F.PAY.AGY"): row(agency), (ods, "F.PAY.TOTAL"): row(pay)}
    plan = plan_of(LINES, list(figures), given)
    plan = plan.system("QU9") if level == "system" else plan
    return [breach for _, breach in run_rules(plan, [T08], level).breaches]


def test_exactly_the_ceiling_holds() -> None:
    assert judge({"RTH": (-37, -1000)}) == []


def test_just_over_is_amber_and_says_so() -> None:
    [breach] = judge({"RTH": (-37.01, -1000)})
    assert breach.message == (
        "Agency is 3.701% of the pay bill (£444,120 of £12.0m); at most 3.7% is asked. £120 is over. "
        "Up to 4.0% it is amber."
    )
    assert breach.closes_with == "£120 less agency spend with the pay bill as it is"


def test_well_over() -> None:
    [breach] = judge({"RTH": (-50, -1000)})
    assert breach.actual == 5
    assert "amber" not in breach.message
    assert breach.expected_months == (3.7,) * 12
    assert breach.months == (5.0,) * 12
    assert breach.period == "2023/24"


def test_a_systems_share_is_of_its_sums_not_the_mean_of_its_trusts() -> None:
    mixed = {"RTH": (-50, -1000), "RHW": (-1, -100)}  # 5% and 1%: their mean of 3% would pass
    [breach] = judge(mixed, "system")
    assert breach.organisation is None
    assert round(breach.actual or 0, 3) == 4.636
    assert judge({"RTH": (-30, -1000), "RHW": (-5, -100)}, "system") == []  # 3% and 5% make 3.2%


def test_a_blank_or_no_pay_makes_no_finding() -> None:
    assert judge({"RTH": (None, -1000)}) == []
    assert judge({"RTH": (-50, None)}) == []
    assert judge({"RTH": (0, 0)}) == []
    assert judge({"RTH": (-50, -1000), "RHW": (None, None)}, "system") == []
