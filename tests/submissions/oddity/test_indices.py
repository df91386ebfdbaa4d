"""Activity, workforce and pay, each on its own outturn, and which of the three stands apart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from submissions.oddity.indices import kept
from tests.plans import Member, line, member, plan_of, row

LINES = [
    line("E.M.8"),
    line("E.M.10b", unit="spells"),
    line("E.M.32", types="mh", unit="attendances"),
    line("LOC.IAPT", types="mh icb", unit="people"),
    line("LOC.UCR2HD", types="mh", unit="contacts"),
    line("W.AVG", "avg", types="ac mh am"),
    line("F.PAY.TOTAL", types="ac mh am", sign="-"),
]
DAYS = {f"working_days.2023-{month:02d}": Decimal(20) for month in range(4, 13)} | {
    f"working_days.2024-{month:02d}": Decimal(20) for month in range(1, 4)
}
ROUND = {"pay_award": Decimal("0.02"), "weight.E.M.8": Decimal(1), "weight.E.M.10b": Decimal(20), **DAYS}
LEVEL = {
    "E.M.8": row(100, outturn=1200),
    "E.M.10b": row(10, outturn=120),
    "W.AVG": row(50, outturn=50),
    "F.PAY.TOTAL": row(-102, outturn=-1200),
}


def three(members: list[Member | str] | None = None, **changed: Any) -> dict[str, Any]:
    """What is kept of one acute trust, RTH, with some of its lines changed."""
    figures = {("RTH", code): given for code, given in {**LEVEL, **changed}.items()}
    return kept(plan_of(LINES, members or ["RTH"], figures), lambda ods: ROUND)


def indices(found: dict[str, Any]) -> list[float | None]:
    return [found["returns"][key]["index"] for key in ("activity", "workforce", "finance")]


def test_each_is_held_against_its_own_outturn_and_pay_without_the_award() -> None:
    found = three()
    assert indices(found) == [100.0, 100.0, 100.0]
    assert found["odd"] == {
        "return": "",
        "by": None,
        "unit": "points",
        "allowed": "Staff and pay agree within 1.5 points; activity may run up to 3 points ahead of them or 1 behind",
        "indices": {"activity": 100.0, "workforce": 100.0, "finance": 100.0},
        "sentence": (
            "No one of the three is out of step with the others: weighted activity is level with its outturn, average "
            "staff are level with their outturn and pay, less the pay award of 2%, is level with its outturn."
        ),
    }


def test_the_one_that_stands_apart_from_two_that_agree_is_named_with_its_size() -> None:
    odd = three(**{"F.PAY.TOTAL": row("-110.16", outturn=-1200), "W.AVG": row(50.5, outturn=50)})["odd"]
    assert odd["return"] == "finance"
    assert (odd["by"], odd["unit"], odd["indices"]["finance"]) == (7.5, "points", 108.0)
    assert (odd["amount"], odd["amount_unit"]) == (90.0, "£000")
    assert odd["sentence"] == (
        "The finance return is out of step by 7.5 points (£90,000): pay, less the pay award of 2%, is 8.0% above its "
        "outturn, while weighted activity is level with its outturn and average staff are 1.0% above their outturn."
    )


@pytest.mark.parametrize(
    ("staff", "activity", "odd"),
    [
        (50.75, 100, ""),  # exactly 1.5 points: staff and pay agree
        (50.7501, 100, "workforce"),
        (48, 100, "workforce"),
        (50, 110, "activity"),
        (48, 110, ""),  # all three apart
        (50, 103, ""),  # activity exactly as far ahead as productivity may be
        (50, 103.0001, "activity"),
        (50, 99, ""),  # and as far behind
        (50, 98.9999, "activity"),
    ],
)
def test_a_return_stands_apart_only_beyond_the_tolerance_of_both(
    staff: float, activity: float, odd: str
) -> None:
    rows = {"E.M.8": row(activity, outturn=1200), "E.M.10b": row(activity / 10, outturn=120)}
    assert three(**rows, **{"W.AVG": row(staff, outturn=50)})["odd"]["return"] == odd


def test_where_two_answers_are_as_near_it_says_so() -> None:
    odd = three(**{"W.AVG": row(48, outturn=50), "F.PAY.TOTAL": row("-107.1", outturn=-1200)})["odd"]
    assert odd["return"] == ""
    assert odd["sentence"].startswith(
        "Which of the three is out of step cannot be told: weighted activity is level"
    )
    assert odd["sentence"].endswith("No two of them agree with the third apart from both.")


@pytest.mark.parametrize(
    ("changed", "key", "why"),
    [
        ({"E.M.8": row(100, outturn=1200, may=None)}, "activity", "activity lacks E.M.8"),
        ({"E.M.8": row(100, outturn="n/a")}, "activity", "activity has no outturn to grow from"),
        ({"W.AVG": row(50, outturn=0)}, "workforce", "workforce has no outturn to grow from"),
        ({"F.PAY.TOTAL": row(-100)}, "finance", "finance lacks F.PAY.TOTAL"),
    ],
)
def test_what_is_missing_is_said_and_nothing_guessed(changed: dict[str, Any], key: str, why: str) -> None:
    found = three(**changed)
    assert (found["returns"][key]["index"], found["returns"][key]["why"]) == (None, why)
    assert found["returns"][key]["months"] == [None] * 12
    assert (found["odd"]["return"], found["odd"]["by"]) == ("", None)
    assert found["odd"]["sentence"].startswith(
        f"Which of the three is out of step cannot be told: {why}. What can"
    )


def test_a_service_that_a_trust_does_not_have_is_left_out() -> None:
    assert indices(three(**{"E.M.8": row("n/a", outturn="n/a")})) == [100.0, 100.0, 100.0]


def test_a_return_that_is_not_there() -> None:
    found = three([member("RTH", returns=["activity", "workforce"])])
    assert found["returns"]["finance"]["why"] == "finance has not been returned"
    assert found["odd"]["sentence"].startswith(
        "Which of the three is out of step cannot be told: finance has not been"
    )


def test_months_are_held_against_the_mean_month_at_the_mean_number_of_days() -> None:
    twelve = [100, 120, *[100] * 10]
    found = three(
        **{"E.M.8": row(twelve, outturn=1200), "E.M.10b": row(0, outturn=0), "W.AVG": row(50, outturn=40)}
    )
    assert found["returns"]["activity"]["months"][:3] == [
        100.0,
        120.0,
        100.0,
    ]  # every month has 20 working days
    assert found["returns"]["workforce"]["months"] == [125.0] * 12
    assert found["returns"]["finance"]["months"] == [100.0] * 12


def test_a_mental_health_trust_has_weights_of_its_own_and_an_icb_has_nothing_of_the_kind() -> None:
    given = {
        "E.M.32": row(110, outturn=1200),
        "LOC.IAPT": row(10, outturn=120),
        "LOC.UCR2HD": row(0, outturn=0),
        "W.AVG": row(50, outturn=50),
        "F.PAY.TOTAL": row(-102, outturn=-1200),
    }
    figures = {("RNU", code): figure for code, figure in given.items()}
    found = kept(plan_of(LINES, [member("RNU", "mh")], figures), lambda ods: ROUND)
    assert found["returns"]["activity"]["index"] == 107.1429  # (1,320 + 4 × 120) / (1,200 + 4 × 120)
    assert found["odd"]["return"] == "activity"
    assert kept(plan_of(LINES, [member("QU9", "icb")], {}), lambda ods: ROUND) == {}


def test_a_system_is_added_up_from_the_trusts_that_have_given_all_three() -> None:
    figures = {("RTH", code): given for code, given in LEVEL.items()}
    figures |= {("RHW", code): given for code, given in LEVEL.items()}
    figures["RHW", "W.AVG"] = row(60, outturn=50)
    figures["RXQ", "W.AVG"] = row(500, outturn=50)
    members = ["RTH", "RHW", member("RXQ", returns=["workforce"]), member("RYE", "am", served_by=True)]
    found = kept(plan_of(LINES, members, figures), lambda ods: ROUND)
    assert found["bodies"] == ["RTH", "RHW"]
    assert found["left_out"] == [{"organisation": "RXQ", "why": "activity and finance not returned"}]
    assert indices(found) == [100.0, 110.0, 100.0]
    assert (found["odd"]["return"], found["odd"]["by"], found["odd"]["amount"]) == ("workforce", 10.0, 10.0)


def test_each_trust_is_without_the_award_that_it_plans_with() -> None:
    figures = {("RTH", code): given for code, given in LEVEL.items()}
    figures |= {("RHW", code): given for code, given in LEVEL.items()}
    own = {"RTH": ROUND, "RHW": {**ROUND, "pay_award": Decimal("0.03")}}
    found = kept(plan_of(LINES, ["RTH", "RHW"], figures), own.__getitem__)
    assert found["returns"]["finance"]["index"] == 99.5146  # (1,200 + 1,224 / 1.03) / 2,400
    assert found["returns"]["finance"]["what"] == "pay, less the pay awards"


def test_what_ratios_are_made_from_is_kept_exactly() -> None:
    assert three()["ratios"] == {
        "W.AVG": 500_000,
        "F.PAY.TOTAL": 12_240_000,
        "E.M.8": 12_000_000,
        "E.M.10b": 1_200_000,
        "CWA": 36_000_000,
        "weight.E.M.8": 10_000,
        "weight.E.M.10b": 200_000,
    }
