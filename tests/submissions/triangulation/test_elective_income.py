"""T14 and T15: elective income follows from elective activity, its price and the system's target."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.known import enter_known
from planning.plan.lineage import inputs_of
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, run_rules
from planning.registry import periods
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

LINES = [
    line("F.INC.ELEC", types="ac mh"),
    line("F.INC.ERF", types="ac mh", sign="any"),
    line("LOC.VWA", unit="£000", baseline="required", types="ac mh"),
    line("F.SYS.ERFTGT", "annual", "icb", unit="ratio", required="reference"),
]
RATES = {"price": 1, "erf_rate": 1}
T14 = rule("T14", "activity finance", types=["ac"], tolerance={"low": 0.97, "high": 1.03}, parameters=RATES)
T15 = rule("T15", "activity finance", types=["ac"], tolerance={"relative": 0.02}, parameters=RATES)
TARGET = {("QU9", "F.SYS.ERFTGT"): 10_300}


def at(rates: dict[str, float], judged: Rule) -> Rule:
    shares = {name: getattr(judged.tolerance, name) for name in ("low", "high", "relative")}
    given = {name: float(value) for name, value in shares.items() if value is not None}
    return rule(judged.code, "activity finance", types=["ac"], tolerance=given, parameters={**RATES, **rates})


def judge(
    judged: Rule, elective: Any, recovery: Any, value: Any, before: Any = 1200, **more: Any
) -> list[Breach]:
    """Months of income and of activity, £000; activity of 2019/20 in the year."""
    body = more.pop("body", member("RTH"))
    given = {
        ("RTH", "F.INC.ELEC"): row(elective),
        ("RTH", "F.INC.ERF"): row(recovery),
        ("RTH", "LOC.VWA"): row(value, baseline=before),
    }
    plan = plan_of(LINES, [body], given)
    enter_known(plan, more.pop("known", TARGET))
    return [breach for _, breach in run_rules(plan, [judged], "organisation").breaches]


# --- T14 -----------------------------------------------------------------------------------------------
def test_income_that_pays_for_the_activity_holds() -> None:
    assert judge(T14, 103, 5, 108) == []


@pytest.mark.parametrize(
    ("income", "broken"),
    [(97, 0), (96.9999, 1), (103, 0), (103.0001, 1)],
    ids=["low", "under", "high", "over"],
)
def test_exactly_at_either_end_holds(income: float, broken: int) -> None:
    assert len(judge(T14, income, 0, 100)) == broken


def test_income_without_the_activity() -> None:
    [breach] = judge(T14, 100, 12, 100)
    assert (breach.organisation, breach.line, breach.period) == ("RTH", "F.INC.ELEC", "2023/24")
    assert (breach.actual, breach.expected, breach.gap, breach.unit) == (112.0, 103.0, 9.0, "%")
    assert breach.message == (
        "Elective income, what is earned above or lost below the target counted at the full price, is £1.3m; the "
        "elective activity planned is worth £1.2m. That pays for 112.0% of it, outside 97% to 103%."
    )
    assert breach.closes_with == "£108,000 less elective income, or elective activity worth £104,854 more"
    assert breach.numbers == "£1.3m / £1.2m = 112.0%"
    assert breach.inputs == tuple((code, periods.YEAR) for code in ("F.INC.ELEC", "F.INC.ERF", "LOC.VWA"))


def test_activity_without_the_income() -> None:
    [breach] = judge(T14, 90, 0, 100)
    assert breach.closes_with == "£84,000 more elective income, or elective activity worth £86,598 less"


def test_what_is_above_the_target_counts_at_its_full_price() -> None:
    assert judge(at({"erf_rate": 0.75}, T14), 100, 3.75, 108) == []  # 105 of 108
    assert len(judge(T14, 100, 3.75, 108)) == 1
    assert len(judge(at({"erf_rate": 0.75}, T14), 103, -3.75, 108)) == 1
    assert judge(at({"price": 1.1}, T14), 110, 0, 100) == []


@pytest.mark.parametrize("missing", [None, "n/a"])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_figure_that_is_missing_makes_no_finding(missing: Any, which: int) -> None:
    figures: list[Any] = [100, 50, 100]
    figures[which] = missing
    assert judge(T14, *figures) == []
    if which:
        assert judge(T15, *figures) == []


def test_no_activity_and_no_rate_are_not_assessable() -> None:
    assert judge(T14, 100, 0, 0) == []
    assert judge(at({"erf_rate": 0}, T14), 100, 50, 100) == []


def test_a_trust_of_another_type_is_not_asked() -> None:
    other = member("RTH", "mh")
    assert judge(T14, 200, 0, 100, body=other) == [] == judge(T15, 200, 50, 100, body=other)


# --- T15 -----------------------------------------------------------------------------------------------
def test_income_above_the_target_that_activity_earns_holds() -> None:
    assert judge(T15, 103, 5, 108) == []
    assert judge(T15, 103, -3, 100) == []  # paid back


def test_exactly_at_two_per_cent_of_the_activity_holds() -> None:
    assert judge(T15, 103, 5 + 2.16, 108) == []
    assert judge(T15, 103, 5 - 2.16, 108) == []
    assert len(judge(T15, 103, 5 + 2.1601, 108)) == 1
    assert len(judge(T15, 103, 5 - 2.1601, 108)) == 1


def test_income_that_activity_does_not_earn() -> None:
    [breach] = judge(T15, 103, 9, 108)
    assert (breach.organisation, breach.line, breach.period) == ("RTH", "F.INC.ERF", "2023/24")
    assert (breach.actual, breach.expected, breach.gap, breach.unit) == (108.0, 60.0, 48.0, "£000")
    assert breach.message == (
        "Income above or below the elective target is £108,000 in the plan. Activity at 108.0% of 2019/20, where the "
        "system's target is 103.0%, earns £60,000. They are £48,000 apart; £25,920 is allowed."
    )
    assert (
        breach.closes_with == "£48,000 less income above the target, or elective activity worth £48,000 more"
    )
    assert breach.numbers == "(£1.3m − 103.0% × £1.2m) × 1 × 1 = £60,000, not £108,000"


def test_a_shortfall_that_is_not_paid_back() -> None:
    [breach] = judge(at({"erf_rate": 0.75}, T15), 103, 0, 98)
    assert breach.message.endswith(
        "Activity at 98.0% of 2019/20, where the system's target is 103.0%, loses £45,000. They are £45,000 apart; "
        "£23,520 is allowed."
    )
    assert (
        breach.closes_with == "£45,000 less income above the target, or elective activity worth £60,000 more"
    )


def test_it_is_held_to_the_target_of_its_own_system() -> None:
    both = {**TARGET, ("QT6", "F.SYS.ERFTGT"): 10_700}
    assert len(judge(T15, 103, 1, 108, known=both)) == 1
    assert judge(T15, 103, 1, 108, known=both, body=member("RTH", system="QT6")) == []


def test_without_a_target_or_a_2019_20_there_is_nothing_to_hold_it_to() -> None:
    assert judge(T15, 103, 50, 108, known={}) == []
    assert judge(T15, 103, 50, 108, before=None) == []
    assert judge(T15, 103, 50, 108, before=0) == []


def test_it_rests_on_the_system_s_target_too() -> None:
    plan = plan_of(LINES, ["RTH"], {("RTH", "LOC.VWA"): row(108, baseline=1200)})
    enter_known(plan, TARGET)
    [breach] = judge(T15, 103, 9, 108)
    kept = [(row["organisation"], row["line"], row["value"]) for row in inputs_of(plan, breach.cells)]
    assert kept[-1] == ("QU9", "F.SYS.ERFTGT", 1.03)
    assert ("RTH", "LOC.VWA", 1200.0) in kept
