"""T41: what is entered twice agrees, and a system's position is what its members make it from."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.exact import SCALE
from planning.plan.rules import Breach, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

T41 = rule(
    "T41", tolerance={"absolute": 1}, types=["ac", "mh", "am", "icb"], levels=["organisation", "system"]
)
SPLIT = [
    line("F.PAY.AGY", sign="-"),
    *(line(f"F.PAY.AGY.{group}", sign="-", required="optional") for group in ("RN", "AHP")),
]
POSITION = [
    line("F.SURPLUS"),
    line("F.ADJ"),
    line("F.ICB.ALLOC", types="icb"),
    line("F.ICB.EXP", types="icb"),
    line("F.AFP", types="ac icb", formula="F.SURPLUS + F.ADJ", formula_icb="F.ICB.ALLOC + F.ICB.EXP"),
]


def judge(total: list[Any], nurses: list[Any], others: list[Any]) -> list[Breach]:
    given = {("RTH", "F.PAY.AGY"): total, ("RTH", "F.PAY.AGY.RN"): nurses, ("RTH", "F.PAY.AGY.AHP"): others}
    return [breach for _, breach in run_rules(plan_of(SPLIT, ["RTH"], given), [T41], "organisation").breaches]


@pytest.mark.parametrize(("total", "broken"), [(-10, 0), (-11, 0), (-9, 0), (-11.1, 1)])
def test_groups_make_their_total_within_a_thousand_pounds(total: float, broken: int) -> None:
    assert len(judge(row(total), row(-6), row(-4))) == broken


def test_it_says_how_far_apart_they_are() -> None:
    [breach] = judge(row(-10, jun=-20, jul=-30), row(-6), row(-4))
    assert (breach.line, breach.period, breach.gap) == ("F.PAY.AGY", "2023-06", 10)
    assert breach.message == (
        "“F.PAY.AGY” (F.PAY.AGY) is −20 £000 in June 2023, its parts add up to −10 £000: 10 £000 apart. "
        "The same goes for 1 more of its periods."
    )


def test_groups_not_given_or_not_all_given_are_not_compared() -> None:
    assert judge(row(-10), row(), row()) == []
    assert judge(row(-10), row(-6), row()) == []
    assert judge(row(), row(-6), row(-4)) == []
    assert judge(row(-10), row("n/a"), row("n/a")) == []
    assert len(judge(row(-10), row(-6), row("n/a"))) == 1


def system(afp_out_by: int = 0) -> list[Breach]:
    given = {
        ("RTH", "F.SURPLUS"): row(-5),
        ("RTH", "F.ADJ"): row(1),
        ("QU9", "F.ICB.ALLOC"): row(100),
        ("QU9", "F.ICB.EXP"): row(-96),
    }
    plan = plan_of(POSITION, ["RTH", member("QU9", "icb")], given).system("QU9")
    plan.scaled[0, plan.place["F.AFP"], 14] += afp_out_by * SCALE
    return [breach for _, breach in run_rules(plan, [T41], "system").breaches]


def test_a_systems_position_is_the_sum_of_what_its_members_make_it_from() -> None:
    assert system() == []
    assert system(1) == []
    [breach] = system(2)
    assert (breach.organisation, breach.actual, breach.expected) == (None, 2, 0)


RISK = [
    line("F.RISK.GROSS", "annual"),
    line("F.RISK.MIT", "annual"),
    line("F.RISK.NET", "annual", sign="any", formula="F.RISK.GROSS - F.RISK.MIT"),
    line("F.NP.DRG", sign="-"),
    line("F.NP.PRM", sign="-"),
    line("F.EXP.TOTAL", sign="-", formula="F.NP.*"),
]


@pytest.mark.parametrize(("total", "parts"), [("F.RISK.NET", 5), ("F.EXP.TOTAL", -360)])
@pytest.mark.parametrize(("out_by", "broken"), [(0, 0), (1, 0), (-1, 0), (1.1, 1)])
def test_every_total_of_a_system_is_the_sum_of_its_parts(
    total: str, parts: int, out_by: float, broken: int
) -> None:
    given = {
        ("RTH", "F.RISK.GROSS"): row(year=7),
        ("RTH", "F.RISK.MIT"): row(year=2),
        ("RTH", "F.NP.DRG"): row(-10),
        ("RTH", "F.NP.PRM"): row(-20),
    }
    plan = plan_of(RISK, ["RTH"], given).system("QU9")
    assert plan.figure("QU9", total, 14) == parts * SCALE
    plan.scaled[0, plan.place[total], 14] += int(out_by * SCALE)
    found = [breach for _, breach in run_rules(plan, [T41], "system").breaches]
    assert [(breach.line, breach.expected) for breach in found] == [(total, parts)] * broken


def test_a_systems_total_with_a_blank_part_is_not_compared() -> None:
    given = {("RTH", "F.RISK.GROSS"): row(year=7)}
    plan = plan_of(RISK, ["RTH"], given).system("QU9")
    plan.scaled[0, plan.place["F.RISK.NET"], 14], plan.states[0, plan.place["F.RISK.NET"], 14] = 99 * SCALE, 1
    assert run_rules(plan, [T41], "system").breaches == []
