"""T26 and T27: the bridges of staff in post and of the position."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

FLOWS = ("W.BR.JOIN", "W.BR.LEAV", "W.BR.TRF")
STAFF = [
    *(line(f"W.SUB.{group}", "last", decimals=1) for group in ("RN", "AHP")),
    *(line(code, sign="any", decimals=1, outturn="none") for code in FLOWS),
]
STEPS = ("F.BR.OUT", "F.BR.INC", "F.BR.INF")
POSITION = [
    line("F.SURPLUS", sign="any", types="ac icb"),
    line("F.AFP", sign="any", types="ac icb", formula="F.SURPLUS"),
    *(line(code, "annual", sign="any", types="ac icb", outturn="none") for code in STEPS),
]
T26 = rule("T26", "workforce", tolerance={"absolute": 1})
T27 = rule("T27", tolerance={"absolute": 50}, types=["ac", "mh", "am", "icb"])


def staff(
    nurses: list[Any],
    others: list[Any],
    joined: list[Any],
    left: list[Any] | None = None,
    moved: list[Any] | None = None,
) -> list[Breach]:
    given = {
        ("RTH", "W.SUB.RN"): nurses,
        ("RTH", "W.SUB.AHP"): others,
        ("RTH", "W.BR.JOIN"): joined,
        ("RTH", "W.BR.LEAV"): left or row(5),
        ("RTH", "W.BR.TRF"): moved or row(0),
    }
    return [breach for _, breach in run_rules(plan_of(STAFF, ["RTH"], given), [T26], "organisation").breaches]


@pytest.mark.parametrize(("march", "broken"), [(160, 0), (161, 0), (159, 0), (161.1, 1), (158.9, 1)])
def test_staff_in_post_follow_from_joiners_and_leavers_within_one_wte(march: float, broken: int) -> None:
    assert len(staff(row(100, outturn=100), row(50, outturn=50, mar=march - 100), row(5, mar=15))) == broken


def test_transfers_take_either_sign() -> None:
    level, ten_more = row(100, outturn=100), row(50, outturn=40)
    assert staff(level, ten_more, row(5), moved=row(0, apr=10)) == []
    assert staff(level, row(50, outturn=60), row(5), moved=row(0, apr=-10)) == []


def test_it_says_what_is_not_explained() -> None:
    [breach] = staff(row(100, outturn=80), row(50, outturn=50), row(5, mar=15))
    assert (breach.line, breach.period) == ("W.BR.JOIN", "2023/24")
    assert breach.message == (
        "Staff in post rise by 20.0 WTE from the outturn to March; joiners 70.0, leavers 60.0 and net transfers 0.0 "
        "explain 10.0. They are 10.0 WTE apart."
    )
    assert breach.closes_with == ("10.0 WTE more joiners or fewer leavers, or a correction of staff in post")
    assert ("W.SUB.AHP", 1) in breach.inputs


def test_staff_that_fall_more_than_the_bridge_says() -> None:
    [breach] = staff(row(80, outturn=100), row(50, outturn=50), row(5))
    assert breach.message.startswith("Staff in post fall by 20.0 WTE")
    assert "fewer joiners or more leavers" in breach.closes_with


def test_a_blank_makes_no_finding() -> None:
    off = row(100, outturn=80)
    assert staff(off, row(50, outturn=None), row(5)) == []
    assert staff(off, row(50, outturn=50, mar=None), row(5)) == []
    assert staff(off, row(50, outturn=50), row(5, may=None)) == []
    assert staff(off, row(50, outturn=50), row("n/a")) == []


def bridge(steps: dict[str, Any], surplus: list[Any], kind: str = "ac") -> list[Breach]:
    given = {("RTH", f"F.BR.{name}"): row(year=step) for name, step in steps.items()}
    given["RTH", "F.SURPLUS"] = surplus
    plan = plan_of(POSITION, [member("RTH", kind)], given)
    return [breach for _, breach in run_rules(plan, [T27], "organisation").breaches]


LOSS = row(-100, outturn=-900)  # -1,200 planned


@pytest.mark.parametrize(("last", "broken"), [(-300, 0), (-350, 0), (-250, 0), (-351, 1), (-249, 1)])
def test_the_steps_lead_to_the_plan_within_fifty_thousand(last: float, broken: int) -> None:
    assert len(bridge({"OUT": -900, "INC": 0, "INF": last}, LOSS)) == broken


@pytest.mark.parametrize(("start", "broken"), [(-900, 0), (-950, 0), (-850, 0), (-951, 1), (-849, 1)])
def test_it_starts_from_the_outturn(start: float, broken: int) -> None:
    found = bridge({"OUT": start, "INC": 0, "INF": -1200 - start}, LOSS)
    assert [breach.line for breach in found] == ["F.BR.OUT"] * broken


def test_both_ends_are_said_in_pounds() -> None:
    to_plan, from_outturn = bridge({"OUT": 0, "INC": 100, "INF": -500}, LOSS, "icb")
    assert to_plan.message == (
        "The steps of the bridge add up to −£400,000; the plan's adjusted financial performance is −£1.2m. They are "
        "£800,000 apart."
    )
    assert from_outturn.message.startswith("The bridge starts from £0; the outturn's adjusted")
    assert to_plan.closes_with == "£800,000 between the bridge and the position"
    assert [line for line, _ in to_plan.inputs][::3] == ["F.BR.OUT", "F.AFP"]  # the bridge's cells first


def test_a_blank_step_or_position_makes_no_finding() -> None:
    assert bridge({"OUT": -900, "INC": None, "INF": 0}, LOSS) == []
    assert bridge({"OUT": 0, "INC": 0, "INF": 0}, row()) == []
    assert [each.line for each in bridge({"OUT": 0, "INC": "n/a", "INF": 0}, LOSS)] == ["F.BR.OUT"]
