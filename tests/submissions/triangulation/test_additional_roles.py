"""T25: additional roles in primary care cost what is planned for them."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

LINES = [line("W.ARRS", "last", "icb ac"), line("F.ICB.ARRS", types="icb ac", sign="-")]
T25 = rule(
    "T25", "workforce finance", types=["icb"], tolerance={"relative": 0.1}, parameters={"arrs_rate": 38.5}
)


def judge(people: Any, spend: Any, kind: str = "icb", judged: Any = T25) -> list[Breach]:
    given = {("QU9", "W.ARRS"): row(people), ("QU9", "F.ICB.ARRS"): row(spend)}
    plan = plan_of(LINES, [member("QU9", kind)], given)
    return [breach for _, breach in run_rules(plan, [judged], "organisation").breaches]


def test_roles_at_their_rate_hold() -> None:
    assert judge(400, -400 * 38.5 / 12) == []


def test_the_mean_of_the_months_is_taken_not_march() -> None:
    assert judge([300] * 6 + [500] * 6, -400 * 38.5 / 12) == []


@pytest.mark.parametrize(
    ("spend", "broken"), [(-9000, 0), (-8999.9999, 1), (-11_111.1111, 0), (-11_111.1112, 1)]
)
def test_exactly_at_ten_per_cent_of_the_larger_holds(spend: float, broken: int) -> None:
    """12 x 10,000 of people: 120,000 = 3,116.8831… x 38.5, here at a rate of 40 for 3,000."""
    at_forty = rule(
        "T25", "workforce finance", types=["icb"], tolerance={"relative": 0.1}, parameters={"arrs_rate": 40}
    )
    assert len(judge(3000, spend, judged=at_forty)) == broken


def test_more_money_than_the_roles_cost() -> None:
    [breach] = judge([300] * 6 + [500] * 6, -1500)
    assert (breach.organisation, breach.line, breach.period) == ("QU9", "F.ICB.ARRS", "2023/24")
    assert (breach.actual, breach.expected, breach.gap, breach.unit) == (18_000.0, 15_400.0, 2_600.0, "£000")
    assert breach.message == (
        "400.0 FTE in additional roles on average, at £38,500 each, cost £15.4m; the plan spends £18.0m on them. They "
        "are £2.6m apart."
    )
    assert breach.closes_with == "£2.6m less spend on additional roles, or 67.5 FTE more"
    assert (breach.months[0], breach.expected_months[0]) == (1500.0, 962.5)
    assert breach.numbers == "400.0 × £38,500 = £15.4m, not £18.0m"


def test_less_money_than_the_roles_cost() -> None:
    [breach] = judge(400, -1000)
    assert breach.closes_with == "£3.4m more spend on additional roles, or 88.3 FTE fewer"


@pytest.mark.parametrize("missing", [None, "n/a"])
def test_a_figure_that_is_missing_makes_no_finding(missing: Any) -> None:
    assert judge([missing, *[400] * 11], -1) == []
    assert judge(400, missing) == []


def test_nothing_of_either_agrees_and_a_trust_is_not_asked() -> None:
    assert judge(0, 0) == []
    assert len(judge(0, -1)) == 1
    assert judge(400, -1, kind="ac") == []
