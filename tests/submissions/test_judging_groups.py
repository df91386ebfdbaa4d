"""A system's judgement holds its groups': their own rows, their own answers, nothing in anybody's counts."""

from __future__ import annotations

from datetime import date

import pytest

from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.plan.keeping import Result, keep
from planning.plan.runs import LATEST
from planning.registry.groups import GroupMember
from planning.registry.organisations import Organisation
from submissions.book import Book
from submissions.judging import judge_system
from targets.assurance.attestations import IN_PLACE, Attestation
from targets.evaluations import MET, NOT_ASSESSABLE, Evaluation
from targets.guidance.governing import load_targets
from targets.visible import evaluations_of

pytestmark = pytest.mark.django_db
ROUND, ALLIANCE = "2022-23", "QU9-cancer-alliance"
LUNG_CHECKS = "22-18"  # asked of Cancer Alliances alone, and attested


def judged() -> Result:
    return judge_system(Book.load(ROUND), Organisation.objects.get(pk="QU9"), [], [], LATEST)


def rows(result: Result) -> list[Evaluation]:
    return [row for row in result.rows if isinstance(row, Evaluation)]


def attest(person: Person, group: str | None = ALLIANCE) -> None:
    Attestation.objects.create(
        round_id=ROUND, subject=LUNG_CHECKS, organisation_id="RTH", group_id=group, state=IN_PLACE, by=person
    )


def test_each_group_is_judged_for_what_is_asked_of_its_kind() -> None:
    found = {
        (row.group_id, row.target)
        for row in rows(judged())
        if row.group_id and (row.organisation_id, row.system_id) == (None, "QU9")
    }
    kinds = {
        "QU9-cancer-alliance": "cancer_alliance",
        "QU9-maternity-system": "maternity_system",
        "QU9-primary-care-networks": "primary_care_network",
    }
    asked = {
        (group, target.code)
        for group, kind in kinds.items()
        for target in load_targets(ROUND)
        if kind in target.levels and target.systems <= {"QU9"}
    }
    assert found == asked
    assert {group for group, _ in found} == set(kinds)


def test_the_alliance_s_answer_is_its_own_and_makes_another_run(asha: Person) -> None:
    before = judged()
    attest(asha)
    after = judged()
    assert after.run.digest != before.run.digest
    of_alliance = {row.target: row.outcome for row in rows(after) if row.group_id == ALLIANCE}
    assert of_alliance[LUNG_CHECKS] == MET
    assert {row.outcome for row in rows(before) if row.group_id == ALLIANCE} == {NOT_ASSESSABLE}
    assert judged().run.digest == after.run.digest


def test_another_membership_makes_another_run() -> None:
    before = judged().run.digest
    GroupMember.objects.filter(group_id=ALLIANCE, organisation_id="RXQ").update(until=date(2023, 1, 1))
    assert judged().run.digest != before


def test_groups_are_shown_only_where_they_are_asked_for(cara: Person, tamsin: Person) -> None:
    keep([judged()])
    ours = scope_of_person(cara)
    plain = evaluations_of(ours, ROUND, basis=LATEST)
    assert plain.exists() and not plain.filter(group__isnull=False).exists()
    grouped = evaluations_of(ours, ROUND, basis=LATEST, groups=True)
    assert set(grouped.values_list("group_id", flat=True)) == {
        "QU9-cancer-alliance",
        "QU9-maternity-system",
        "QU9-primary-care-networks",
    }
    assert not evaluations_of(scope_of_person(tamsin), ROUND, basis=LATEST, groups=True).exists()
