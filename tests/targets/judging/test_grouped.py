"""Targets of groups: on the summed lines of their members alone, or by what the group has attested."""

from __future__ import annotations

from dataclasses import replace

from planning.plan.array import Plan
from planning.registry.groups import Grouping
from targets.assurance.attestations import IN_PLACE, NOT_IN_PLACE
from targets.evaluations import MET, NOT_APPLICABLE, NOT_ASSESSABLE, NOT_MET
from targets.judging.grouped import evaluate_groups
from targets.judging.outcome import Answer, Outcome
from tests.plans import line, member, plan_of, row, target

ALLIANCE = Grouping("QU9-cancer-alliance", "cancer_alliance", ("RHW", "RTH"))
NETWORKS = Grouping("QU9-primary-care-networks", "primary_care_network", ("QU9",))
PLACE = Grouping("QU9-place", "place", ("RTH",))
MEASURE = {"numerator": "N", "denominator": "D"}
COVERAGE = target("22-17", MEASURE, ">=", 65, levels=["cancer_alliance", "system"], types=[])
PROJECT = target(
    "22-18",
    {},
    "",
    None,
    levels=["cancer_alliance"],
    types=[],
    answered_by="attestation",
)
SHARE = target(
    "22-44",
    {"line": "W.ARRS"},
    ">=",
    None,
    threshold_from="local",
    unit="FTE",
    levels=["primary_care_network", "system"],
    types=[],
)


def plan(rhw: int | None = 60, rxq: int = 0) -> Plan:
    catalogue = [
        line("N", types="ac icb"),
        line("D", types="ac icb"),
        line("W.ARRS", "last", "icb", unit="FTE"),
    ]
    figures = {
        ("RTH", "N"): row(70),
        ("RTH", "D"): row(100),
        ("RHW", "N"): row(rhw),
        ("RHW", "D"): row(100),
        ("RXQ", "N"): row(rxq),
        ("RXQ", "D"): row(100),
        ("QU9", "W.ARRS"): row(40),
    }
    return plan_of(catalogue, ["RTH", "RHW", "RXQ", member("QU9", "icb")], figures)


def judged(*outcomes: Outcome) -> list[tuple[str, str, str, float | None]]:
    return [(one.group, one.target.code, one.outcome, one.planned) for one in outcomes]


def test_members_alone_are_added_up() -> None:
    """65% of both, though the system has fallen far below."""
    found = list(evaluate_groups(plan(), [COVERAGE], [ALLIANCE]))
    assert judged(*found) == [("QU9-cancer-alliance", "22-17", MET, 65.0)]
    assert (found[0].organisation, {ods for ods, _, _ in found[0].inputs}) == (None, {"RTH", "RHW"})
    short = list(evaluate_groups(plan(rhw=59), [COVERAGE], [ALLIANCE]))
    assert judged(*short) == [("QU9-cancer-alliance", "22-17", NOT_MET, 64.5)]


def test_a_member_who_has_not_given_it_is_named() -> None:
    found = next(evaluate_groups(plan(rhw=None), [COVERAGE], [ALLIANCE]))
    assert (found.outcome, found.missing, found.so_far) == (NOT_ASSESSABLE, ("RHW",), "1 of 2")


def test_groups_of_other_kinds_are_asked_nothing() -> None:
    assert list(evaluate_groups(plan(), [COVERAGE, PROJECT], [PLACE, NETWORKS])) == []
    assert [one.group for one in evaluate_groups(plan(), [COVERAGE, SHARE], [ALLIANCE, PLACE, NETWORKS])] == [
        "QU9-cancer-alliance",
        "QU9-primary-care-networks",
    ]


def test_the_group_s_own_answer_counts_and_nobody_else_s() -> None:
    answers = {
        ("22-18", "QU9-cancer-alliance"): Answer(IN_PLACE),
        ("22-18", "QU9"): Answer(NOT_IN_PLACE),
    }
    assert judged(*evaluate_groups(plan(), [PROJECT], [ALLIANCE], answers))[0][2] == MET
    del answers["22-18", "QU9-cancer-alliance"]
    assert judged(*evaluate_groups(plan(), [PROJECT], [ALLIANCE], answers))[0][2] == NOT_ASSESSABLE


def test_one_body_s_own_share_is_that_of_the_group_it_answers_for() -> None:
    shared = replace(SHARE, local={"QU9": 40.0})
    assert judged(*evaluate_groups(plan(), [shared], [NETWORKS])) == [
        ("QU9-primary-care-networks", "22-44", MET, 40.0)
    ]
    assert (
        judged(*evaluate_groups(plan(), [replace(SHARE, local={"QU9": 41.0})], [NETWORKS]))[0][2] == NOT_MET
    )
    without = next(evaluate_groups(plan(), [SHARE], [NETWORKS]))
    assert without.outcome == NOT_ASSESSABLE and "local" in without.why


def test_members_outside_the_plan_are_left_out() -> None:
    far = Grouping("QU9-cancer-alliance", "cancer_alliance", ("RHW", "RTH", "RXX"))
    assert judged(*evaluate_groups(plan(), [COVERAGE], [far]))[0][3] == 65.0
    nobody = Grouping("QU9-cancer-alliance", "cancer_alliance", ("RXX",))
    assert judged(*evaluate_groups(plan(), [COVERAGE], [nobody]))[0][2] == NOT_APPLICABLE
