"""T16 and T17: a trust and its ICB say the same of their contract, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from planning.plan.array import Member, Plan
from planning.plan.rulebook import Rule
from planning.plan.rules import Verdicts, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

PARTNERS = ("QU9", "RTH", "RHW", "RYE")
LINES = [
    *(
        line(f"{code}@", types="ac icb am", unit=unit, label=label).for_partner(ods)
        for code, unit, label in (
            ("E.M.8", "attendances", "First attendances"),
            ("E.M.13D", "attendances", "A&E"),
        )
        for ods in PARTNERS
    ),
    *(line(f"F.INC.ICB@{ods}", types="ac am") for ods in ("QU9",)),
    *(line(f"F.ICB.PROV@{ods}", types="icb", sign="-") for ods in PARTNERS[1:]),
]
T16 = rule(
    "T16", "activity", types=["ac", "icb"], levels=["system"], each_pair=True, tolerance={"relative": 0.02}
)
T17 = rule(
    "T17",
    types=["ac", "mh", "am", "icb"],
    levels=["system"],
    each_pair=True,
    tolerance={"absolute": 100, "relative": 0.001},
)
ICB = member("QU9", "icb", name="BOB ICB")
OXFORD, BERKSHIRE = member("RTH", name="Oxford"), member("RHW", name="Royal Berkshire")


def plan(figures: dict[tuple[str, str], Any], members: Sequence[Member] = (ICB, OXFORD, BERKSHIRE)) -> Plan:
    given = {key: row(months) for key, months in figures.items()}
    return plan_of(LINES, members, given).system("QU9", "BOB")


def judge(judged: Rule, figures: dict[tuple[str, str], Any], *members: Member) -> Verdicts:
    return run_rules(plan(figures, members or (ICB, OXFORD, BERKSHIRE)), [judged], "system")


def contract(trust: float, board: float, ods: str = "RTH") -> dict[tuple[str, str], Any]:
    return {(ods, "E.M.8@QU9"): trust, ("QU9", f"E.M.8@{ods}"): board}


def payment(trust: float, board: float, ods: str = "RTH") -> dict[tuple[str, str], Any]:
    return {(ods, "F.INC.ICB@QU9"): trust, ("QU9", f"F.ICB.PROV@{ods}"): -board}


# --- T16 -----------------------------------------------------------------------------------------------
def test_the_same_on_both_sides_holds() -> None:
    assert judge(T16, contract(1000, 1000) | contract(500, 500, "RHW")).breaches == []


@pytest.mark.parametrize(("trust", "broken"), [(980, 0), (979.9999, 1), (1000, 0)])
def test_exactly_at_two_per_cent_of_the_larger_holds(trust: float, broken: int) -> None:
    assert len(judge(T16, contract(trust, 1000)).breaches) == broken
    assert len(judge(T16, contract(1000, trust)).breaches) == broken


def test_a_trust_that_plans_more_than_is_commissioned() -> None:
    [(_, breach)] = judge(T16, contract(1100, 1000) | contract(500, 500, "RHW")).breaches
    assert (breach.organisation, breach.line, breach.period) == ("RTH", "E.M.8@QU9", "2023/24")
    assert (breach.actual, breach.expected, breach.gap, breach.unit) == (13200, 12000, 1200, "attendances")
    assert breach.message == (
        "Oxford's activity return has 13,200 attendances for BOB ICB (E.M.8@QU9: First attendances); BOB ICB's has "
        "12,000 attendances commissioned from the trust (E.M.8@RTH). They are 1,200 attendances apart; 264 attendances "
        "are allowed."
    )
    assert breach.closes_with == "1,200 attendances fewer in the trust's return, or as many more in the ICB's"
    assert breach.numbers == "RTH E.M.8@QU9 = 13,200, QU9 E.M.8@RTH = 12,000"
    year = 14
    assert breach.cells == (("RTH", "E.M.8@QU9", year), ("QU9", "E.M.8@RTH", year))
    assert (breach.months[0], breach.expected_months[0]) == (1100.0, 1000.0)


def test_each_trust_and_each_kind_of_activity_by_itself() -> None:
    given = contract(1100, 1000) | contract(500, 600, "RHW")
    given |= {("RTH", "E.M.13D@QU9"): 10, ("QU9", "E.M.13D@RTH"): 20}
    found = [(breach.organisation, breach.line) for _, breach in judge(T16, given).breaches]
    assert found == [("RHW", "E.M.8@QU9"), ("RTH", "E.M.13D@QU9"), ("RTH", "E.M.8@QU9")]


@pytest.mark.parametrize("missing", [None, "n/a"])
def test_a_side_that_is_missing_makes_no_finding(missing: Any) -> None:
    assert judge(T16, contract(missing, 1000)).breaches == []
    assert judge(T16, contract(1000, missing)).breaches == []
    assert judge(T16, {("RTH", "E.M.8@QU9"): 1000}).breaches == []


def test_nothing_on_both_sides_agrees_and_nothing_on_one_does_not() -> None:
    assert judge(T16, contract(0, 0)).breaches == []
    assert len(judge(T16, contract(0, 1)).breaches) == 1


def test_a_pair_waits_for_its_own_two_returns_alone() -> None:
    late = member("RHW", returns=["workforce"])
    verdicts = judge(T16, contract(1100, 1000), ICB, OXFORD, late)
    assert [breach.organisation for _, breach in verdicts.breaches] == ["RTH"]
    assert verdicts.waiting == {"RHW activity": ["T16"]}
    without = judge(T16, contract(1100, None), member("QU9", "icb", returns=[]), OXFORD)
    assert (without.breaches, without.waiting) == ([], {"QU9 activity": ["T16"]})


def test_a_trust_that_only_serves_the_system_is_no_party_here() -> None:
    serving = member("RYE", system="QRL", served_by=True)
    verdicts = judge(T16, contract(1100, 1000, "RYE"), ICB, OXFORD, serving)
    assert (verdicts.breaches, verdicts.waiting) == ([], {})


def test_it_is_not_asked_of_an_organisation_by_itself() -> None:
    whole = plan(contract(1100, 1000))
    assert whole.added_from is not None
    assert run_rules(whole.added_from, [T16, T17], "organisation").breaches == []
    assert run_rules(plan({}, [ICB]), [T16], "system").breaches == []


# --- T17 -----------------------------------------------------------------------------------------------
def test_what_is_paid_is_what_is_received() -> None:
    assert judge(T17, payment(5000, 5000)).breaches == []


@pytest.mark.parametrize(
    ("trust", "board", "broken"),
    [
        (1000, 1008.3333, 0),  # £99,999.6
        (1000, 1008.3334, 1),
        (1000, 991.6667, 0),
        (1000, 991.6666, 1),
        (100_000, 100_100, 0),  # 0.1% of the larger: 1,201.2
        (99_900, 100_000, 0),
        (99_899.9999, 100_000, 1),
    ],
)
def test_a_hundred_thousand_pounds_or_a_thousandth_is_allowed(
    trust: float, board: float, broken: int
) -> None:
    assert len(judge(T17, payment(trust, board)).breaches) == broken


def test_a_trust_that_counts_on_more_than_it_is_to_be_paid() -> None:
    [(_, breach)] = judge(T17, payment(5100, 5000)).breaches
    assert (breach.organisation, breach.line) == ("RTH", "F.INC.ICB@QU9")
    assert (breach.actual, breach.expected, breach.gap, breach.unit) == (61200, 60000, 1200, "£000")
    assert breach.message == (
        "Oxford's finance return expects £61,200,000 from BOB ICB (F.INC.ICB@QU9); BOB ICB's plans to pay it "
        "£60,000,000 (F.ICB.PROV@RTH). They are £1,200,000 apart; £100,000 is allowed."
    )
    assert breach.closes_with == "£1,200,000 less in the trust's return, or as much more in the ICB's"
    assert (breach.months[0], breach.expected_months[0]) == (5100.0, 5000.0)


def test_a_trust_that_is_to_be_paid_more_than_it_counts_on() -> None:
    [(_, breach)] = judge(T17, payment(5000, 5100, "RHW")).breaches
    assert breach.organisation == "RHW"
    assert breach.closes_with == "£1,200,000 more in the trust's return, or as much less in the ICB's"


@pytest.mark.parametrize("missing", [None, "n/a"])
def test_a_payment_that_is_missing_makes_no_finding(missing: Any) -> None:
    assert judge(T17, {("RTH", "F.INC.ICB@QU9"): missing, ("QU9", "F.ICB.PROV@RTH"): -10}).breaches == []
    assert judge(T17, {("RTH", "F.INC.ICB@QU9"): 10, ("QU9", "F.ICB.PROV@RTH"): missing}).breaches == []
