"""F-12 and F-13: the indicative envelopes of 2022/23."""

from __future__ import annotations

from typing import Any

import pytest

from finance import rules as finance_rules  # noqa: F401 importing it registers what they judge
from planning.plan.rules import Breach, run_rules
from tests.plans import line, member, plan_of, row, rule

CODES = ("F.ENV", "F.ENV.H2", "F.ENV.FULL", "F.ENV.ADJ")
LINES = [line(code, "annual", outturn="none", sign="any") for code in CODES]
F12 = rule("F-12", tolerance={"absolute": 1})
F13 = rule("F-13", levels=["system"], tolerance={"absolute": 1})


def flat(*figures: Any) -> list[Breach]:
    given = {("RTH", code): row(year=figure) for code, figure in zip(CODES, figures, strict=True)}
    return [breach for _, breach in run_rules(plan_of(LINES, ["RTH"], given), [F12], "organisation").breaches]


def shared(*adjustments: Any) -> list[Breach]:
    members = [
        member(ods, name=name) for ods, name in (("RTH", "Oxford"), ("RHW", "Berkshire"), ("RXQ", "Bucks"))
    ]
    given = {(one.ods, "F.ENV.ADJ"): row(year=moved) for one, moved in zip(members, adjustments, strict=True)}
    plan = plan_of(LINES, members, given).system("QU9")
    return [breach for _, breach in run_rules(plan, [F13], "system").breaches]


# --- F-12 ----------------------------------------------------------------------------------------------
def test_twice_the_second_half_and_the_adjustment_hold_within_a_thousand_pounds() -> None:
    assert flat(2100, 1000, 2000, 100) == []
    assert flat(2101, 1000, 2000, 100) == []
    assert flat(1900, 1000, 2000, -100) == []
    assert len(flat(2101.0001, 1000, 2000, 100)) == 1


def test_another_envelope_than_flat_cash_gives() -> None:
    [breach] = flat(2150, 1000, 2000, 100)
    assert (breach.organisation, breach.line, breach.period) == ("RTH", "F.ENV", "2023/24")
    assert (breach.actual, breach.expected, breach.gap, breach.is_note) == (2150.0, 2100.0, 50.0, False)
    assert breach.message == (
        "The indicative envelope is £2.1m. Twice the second half of last year, £1.0m, with £100,000 of adjustment, "
        "comes to £2.1m: £50,000 apart."
    )
    assert breach.numbers == "£2.0m + £100,000 = £2.1m, not £2.1m"


def test_the_other_reading_of_flat_cash_is_a_note() -> None:
    [breach] = flat(1900, 1000, 1940, -100)
    assert (breach.expected, breach.gap, breach.is_note) == (1840.0, 60.0, True)
    assert breach.message == (
        "The indicative envelope is £1.9m. The whole of last year, £1.9m, less £100,000 of adjustment, comes to £1.8m: "
        "£60,000 apart."
    )
    assert breach.inputs == (("F.ENV", 14), ("F.ENV.FULL", 14), ("F.ENV.ADJ", 14))


@pytest.mark.parametrize("missing", [None, "n/a"])
@pytest.mark.parametrize("which", [0, 1, 3])
def test_a_figure_that_is_missing_makes_no_finding(which: int, missing: Any) -> None:
    figures: list[Any] = [9000, 1000, 2000, 100]
    figures[which] = missing
    assert flat(*figures) == []


def test_without_the_whole_year_the_first_reading_is_judged_alone() -> None:
    assert flat(2100, 1000, None, 100) == []
    assert len(flat(9000, 1000, None, 100)) == 1


# --- F-13 ----------------------------------------------------------------------------------------------
def test_what_one_gains_another_gives() -> None:
    assert shared(300, -100, -200) == []
    assert shared(300, -100, -199) == []
    assert len(shared(300, -100, -198.9999)) == 1


def test_adjustments_that_make_money() -> None:
    [breach] = shared(300, -100, 0)
    assert (breach.organisation, breach.line, breach.gap) == (None, "F.ENV.ADJ", 200.0)
    assert breach.message == (
        "Adjustments of the envelopes come to £200,000 over the system, not to nothing. Gain: Oxford £300,000. Give: "
        "Berkshire £100,000."
    )
    assert breach.numbers == "£300,000 − £100,000 + £0 = £200,000"
    assert breach.closes_with == "£200,000 less in the adjustments together"
    [lost] = shared(0, 0, -50)
    assert lost.message.endswith("Gain: nobody. Give: Bucks £50,000.")
    assert lost.closes_with == "£50,000 more in the adjustments together"


def test_while_one_is_missing_nothing_is_found() -> None:
    assert shared(300, None, 0) == []
    assert shared("n/a", "n/a", "n/a") == []
