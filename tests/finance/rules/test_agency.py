"""F-05: a system's agency spend is within the limit in pounds that it was set."""

from __future__ import annotations

from typing import Any

import pytest

from finance import rules as finance_rules  # noqa: F401 importing it registers what they judge
from planning.plan.known import enter_known
from planning.plan.rules import Breach, run_rules
from tests.plans import line, member, plan_of, row, rule

LINES = [line("F.PAY.AGY", sign="-"), line("F.SYS.AGYLIM", "annual", "icb", required="reference")]
F05 = rule("F-05", types=["ac", "mh", "am"], levels=["system"])


def judge(oxford: Any, berkshire: Any, system: str = "QU9") -> list[Breach]:
    """Monthly agency spend of two trusts; the limit of QU9 is £1.2m."""
    given = {("RTH", "F.PAY.AGY"): row(oxford), ("RHW", "F.PAY.AGY"): row(berkshire)}
    plan = plan_of(LINES, ["RTH", "RHW", member("QU9", "icb")], given)
    enter_known(plan, {("QU9", "F.SYS.AGYLIM"): 12_000_000})
    return [breach for _, breach in run_rules(plan.system(system), [F05], "system").breaches]


def test_exactly_the_limit_holds_and_a_hair_more_does_not() -> None:
    assert judge(-60, -40) == []
    assert len(judge(-60.0001, -40)) == 1


def test_spend_over_the_limit() -> None:
    [breach] = judge(-60, -50)
    assert (breach.organisation, breach.line, breach.period) == (None, "F.PAY.AGY", "2023/24")
    assert (breach.actual, breach.expected, breach.gap, breach.unit) == (1320.0, 1200.0, 120.0, "£000")
    assert breach.message == (
        "The system's trusts plan £1.3m of agency spend; its limit is £1.2m. £120,000 is over. By trust: RTH "
        "£720,000 and RHW £600,000."
    )
    assert breach.closes_with == "£120,000 less agency spend across the system"
    assert breach.numbers == "£1.3m > £1.2m"
    assert breach.months == (110.0,) * 12


@pytest.mark.parametrize("missing", [None, "n/a"])
def test_a_figure_that_is_missing_makes_no_finding(missing: Any) -> None:
    assert judge(missing, missing) == []
    assert judge(None, -5000) == []


def test_without_a_limit_it_is_not_assessable() -> None:
    assert judge(-5000, -5000, "QT6") == []
