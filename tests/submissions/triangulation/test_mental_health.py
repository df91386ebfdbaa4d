"""T24: mental health spend that grows does not come with fewer mental health staff."""

from __future__ import annotations

from typing import Any

import pytest

from planning.plan.rules import Verdicts, run_rules
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from tests.plans import line, member, plan_of, row, rule

LINES = [
    line("W.AVG", "avg", "ac mh"),
    line("F.ICB.MHIS", "annual", "icb", sign="-", outturn="none"),
    line("F.ICB.MHISB", "annual", "icb", sign="-", outturn="none"),
    line("F.ICB.ALLOC", types="icb"),
]
T24 = rule("T24", "workforce finance", types=["mh", "icb"], levels=["system"])
BOARD, OXFORD, BERKSHIRE = member("QU9", "icb", name="BOB ICB"), member("RNU", "mh"), member("RWX", "mh")


def judge(
    oxford: Any, berkshire: Any, spend: Any = -108, members: Any = (BOARD, OXFORD, BERKSHIRE)
) -> Verdicts:
    """Average staff against 1,000 of last year at each; spend against 100, where the allocation grows 5%."""
    given = {
        ("RNU", "W.AVG"): row(oxford, outturn=1000),
        ("RWX", "W.AVG"): row(berkshire, outturn=1000),
        ("RTH", "W.AVG"): row(1, outturn=1000),
        ("QU9", "F.ICB.MHIS"): row(year=spend),
        ("QU9", "F.ICB.MHISB"): row(year=-100),
        ("QU9", "F.ICB.ALLOC"): row(105, outturn=1200),
    }
    known = {key: figures for key, figures in given.items() if key[0] in {one.ods for one in members}}
    return run_rules(plan_of(LINES, members, known).system("QU9"), [T24], "system")


def test_staff_that_grow_with_the_spend_hold() -> None:
    assert judge(1010, 1000).breaches == []


def test_exactly_as_many_staff_hold_and_a_hair_fewer_do_not() -> None:
    assert judge(1000.5, 999.5).breaches == []
    assert len(judge(1000.5, 999.4999).breaches) == 1


def test_more_spend_with_fewer_staff() -> None:
    [(_, breach)] = judge(960, 1010).breaches
    assert (breach.organisation, breach.line, breach.period) == (None, "W.AVG", "2023/24")
    assert (breach.actual, breach.expected, breach.gap, breach.unit) == (1970.0, 2000.0, 30.0, "WTE")
    assert breach.message == (
        "The ICB plans 8.0% more mental health spend, by more than its allocation grows; the staff of the system's "
        "mental health trusts fall from 2,000 to 1,970 WTE on average, 30 WTE fewer. Say what the money "
        "buys, if not staff."
    )
    assert breach.closes_with == "30 WTE more on average in mental health trusts"
    assert breach.cells == (
        ("RNU", "W.AVG", 14), ("RNU", "W.AVG", 1), ("RWX", "W.AVG", 14), ("RWX", "W.AVG", 1),
        ("QU9", "F.ICB.MHIS", 14), ("QU9", "F.ICB.MHISB", 14),
    )  # fmt: skip


def test_fewer_staff_where_the_standard_is_not_met_are_f_06_s() -> None:
    assert judge(960, 1010, spend=-105).breaches == []  # as much as the allocation is not more
    assert len(judge(960, 1010, spend=-105.0001).breaches) == 1


@pytest.mark.parametrize("missing", [None, "n/a"])
def test_a_figure_that_is_missing_makes_no_finding(missing: Any) -> None:
    assert judge(missing, 1).breaches == []
    assert judge(1, 1, spend=missing).breaches == []


def test_it_waits_for_every_mental_health_trust_and_the_board_and_for_no_other() -> None:
    late = member("RWX", "mh", returns=["finance"])
    verdicts = judge(1, None, members=(BOARD, OXFORD, late, member("RTH", returns=[])))
    assert (verdicts.breaches, verdicts.waiting) == ([], {"RWX workforce": ["T24"]})


def test_trusts_of_other_types_and_those_that_only_serve_do_not_count() -> None:
    serving = member("RWX", "mh", system="QRL", served_by=True, returns=["activity"])
    assert judge(1000, None, members=(BOARD, OXFORD, serving, member("RTH"))).breaches == []
    assert judge(1, None, members=(BOARD, member("RTH"))).breaches == []
