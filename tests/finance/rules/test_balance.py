"""F-01, F-02, F-03: the system's net position, and its spend against its income."""

from __future__ import annotations

from typing import Any

import pytest

from finance import rules as finance_rules  # noqa: F401 importing it registers what they judge
from planning.plan.array import Plan
from planning.plan.rules import Breach, Verdicts, run_rules
from tests.plans import line, member, plan_of, row, rule

EVERYBODY = {"types": ["ac", "mh", "am", "icb"], "levels": ["system"]}
F01, F02, F03 = (rule(code, **EVERYBODY) for code in ("F-01", "F-02", "F-03"))
BOARD, OXFORD, BERKSHIRE = (
    member("QU9", "icb", name="BOB ICB"),
    member("RTH", name="Oxford"),
    member("RHW", name="Royal Berkshire"),
)
LINES = [
    line("F.INC.TOTAL"),
    line("F.EXP.TOTAL", sign="-"),
    line("F.FIN", sign="-"),
    line("F.ADJ", sign="any"),
    line("F.INC.ICB@", partner="icb"),
    line("F.INC.ICB@QU9"),
    line("F.ICB.ALLOC", types="icb"),
    line("F.ICB.EXP", types="icb", sign="-"),
    line("F.ICB.PROV@RTH", types="icb", sign="-"),
    line("F.AFP", types="ac icb", formula="F.INC.TOTAL + F.EXP.TOTAL + F.FIN + F.ADJ",
         formula_icb="F.ICB.ALLOC + F.ICB.EXP"),
]  # fmt: skip


def system(oxford: Any, berkshire: Any, board: Any, members: Any = (BOARD, OXFORD, BERKSHIRE)) -> Plan:
    """Monthly position of each: income of 100 against what leaves it."""
    given: dict[tuple[str, str], Any] = {("QU9", "F.ICB.ALLOC"): row(100)}
    if board is not None:
        given["QU9", "F.ICB.EXP"] = row(board - 100)
    for ods, position in (("RTH", oxford), ("RHW", berkshire)):
        given[ods, "F.INC.TOTAL"] = row(100)
        given[ods, "F.FIN"] = given[ods, "F.ADJ"] = row(0)
        if position is not None:
            given[ods, "F.EXP.TOTAL"] = row(position - 100)
    known = {key: figures for key, figures in given.items() if key[0] in {one.ods for one in members}}
    return plan_of(LINES, members, known).system("QU9", "BOB")


def judge(judged: Any, *positions: Any, **more: Any) -> list[Breach]:
    return [breach for _, breach in run_rules(system(*positions, **more), [judged], "system").breaches]


@pytest.mark.parametrize("judged", [F01, F02], ids=["F-01", "F-02"])
def test_one_body_s_deficit_may_be_met_by_another_s_surplus(judged: Any) -> None:
    assert judge(judged, -10, 4, 6) == []
    assert len(judge(judged, -10, 4, 5.9999)) == 1
    assert judge(judged, 1, 1, 1) == []


@pytest.mark.parametrize("judged", [F01, F02], ids=["F-01", "F-02"])
def test_a_net_deficit_names_who_is_behind_it(judged: Any) -> None:
    [breach] = judge(judged, -10, -2.5, 5)
    assert (breach.organisation, breach.line, breach.period) == (None, "F.AFP", "2023/24")
    assert (breach.actual, breach.expected, breach.gap, breach.unit) == (-90.0, 0.0, 90.0, "£000")
    assert breach.message == (
        "The system plans a net deficit of £90,000. In deficit: Oxford £120,000 and Royal Berkshire £30,000. In "
        "surplus: BOB ICB £60,000."
    )
    assert breach.numbers == "£60,000 − £120,000 − £30,000 = −£90,000 < £0"
    assert breach.closes_with == "£90,000 better across the system, wherever it is found"


def test_nobody_in_surplus_is_said() -> None:
    [breach] = judge(F02, -10, 0, 0)
    assert breach.message == (
        "The system plans a net deficit of £120,000. In deficit: Oxford £120,000. No body plans a surplus."
    )


@pytest.mark.parametrize("judged", [F01, F02, F03], ids=["F-01", "F-02", "F-03"])
def test_while_somebody_has_not_returned_or_left_a_blank_nothing_is_found(judged: Any) -> None:
    late = member("RHW", returns=["activity"])
    verdicts: Verdicts = run_rules(system(-10, None, 0, members=(BOARD, OXFORD, late)), [judged], "system")
    assert (verdicts.breaches, verdicts.waiting) == ([], {"RHW finance": [judged.code]})
    assert judge(judged, -10, None, 0) == []
    assert judge(judged, -10, 1, None) == []


# --- F-03 ----------------------------------------------------------------------------------------------
def payments(counted_on: Any, paid: Any, surplus: Any) -> list[Breach]:
    """Oxford has 100 a month, `counted_on` of it from the ICB, which spends 100 and pays Oxford `paid` of it."""
    given = {
        ("RTH", "F.INC.TOTAL"): row(100),
        ("RTH", "F.INC.ICB@QU9"): row(counted_on),
        ("RTH", "F.EXP.TOTAL"): row(surplus - 100),
        ("RTH", "F.FIN"): row(-1),
        ("RTH", "F.ADJ"): row(1),
        ("QU9", "F.ICB.ALLOC"): row(100),
        ("QU9", "F.ICB.EXP"): row(-100),
        ("QU9", "F.ICB.PROV@RTH"): row(-paid if isinstance(paid, int | float) else paid),
    }
    plan = plan_of(LINES, [BOARD, OXFORD], given).system("QU9", "BOB")
    return [breach for _, breach in run_rules(plan, [F03], "system").breaches]


def test_spend_within_income_holds_exactly_too() -> None:
    assert payments(60, 60, 0) == []
    assert len(payments(60, 60, -0.0001)) == 1


def test_spend_over_income() -> None:
    [breach] = payments(60, 60, -5)
    assert (breach.organisation, breach.line) == (None, "F.EXP.TOTAL")
    assert (breach.actual, breach.expected, breach.gap) == (1740.0, 1680.0, 60.0)
    assert breach.message == (
        "The system plans to spend £1.7m and to receive £1.7m, without what its ICB pays its trusts: £60,000 more than "
        "it receives."
    )
    assert breach.numbers == "£1.7m − £1.7m = £60,000 > £0"


def test_a_balance_that_rests_on_money_the_board_does_not_plan_to_pay() -> None:
    [breach] = payments(65, 60, 0)
    assert breach.gap == 60.0
    assert breach.message.endswith("Trusts count on £60,000 more from the ICB than it plans to pay them.")
    assert payments(60, 65, 0) == []


@pytest.mark.parametrize("missing", [None, "n/a"])
def test_a_payment_that_is_missing_makes_no_finding(missing: Any) -> None:
    assert payments(missing, 60, -5) == []
    assert payments(60, missing, -5) == []
