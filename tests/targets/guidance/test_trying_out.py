"""A change of guidance tried out on the plans in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from planning.foundation.jobs import Job
from planning.people.person import Person
from planning.plan.runs import ACCEPTED, LATEST, CurrentRun, Run
from planning.registry.organisations import Organisation
from submissions.trying_out import CHANGED, OURS, give_up, rows_of, try_out
from targets.evaluations import MET, NOT_APPLICABLE, NOT_ASSESSABLE, NOT_MET, Evaluation
from targets.guidance.documents import GuidanceDocument, TargetVersion
from targets.guidance.standing import Stated, stated_by, stated_in
from targets.guidance.target import Target
from targets.guidance.trials import GuidanceTrial
from targets.guidance.trying_out import (
    MEETS,
    MISSES,
    MISSES_UNKNOWN,
    RELEASED,
    TRY,
    UNSURE,
    InHand,
    Pair,
    ask,
    became,
    digest,
    moved,
    pairs_for,
    plans_in_hand,
    seen_by,
)
from tests import flow, plans
from tests.guidance import ROUND, document, target
from tests.planned import make_run, make_upload
from tests.plans import line, member, row

TODAY = date(2024, 6, 1)
HAND = InHand(ROUND, "QU9", LATEST, ({"upload": "u1"},))


# --- what a change did ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (MET, NOT_MET, MISSES),
        (NOT_APPLICABLE, NOT_MET, MISSES),
        (NOT_ASSESSABLE, NOT_MET, MISSES),
        ("", NOT_MET, MISSES),
        (NOT_MET, MET, MEETS),
        (NOT_MET, NOT_APPLICABLE, RELEASED),
        (NOT_MET, "", RELEASED),
        (MET, NOT_ASSESSABLE, UNSURE),
        (NOT_MET, NOT_ASSESSABLE, UNSURE),
        (MET, MET, ""),
        (NOT_MET, NOT_MET, ""),
        ("", MET, ""),
        (MET, "", ""),
        ("", NOT_ASSESSABLE, ""),
        (NOT_ASSESSABLE, MET, ""),
    ],
)
def test_what_became_of_a_plan(before: str, after: str, kind: str) -> None:
    assert became(before, after) == kind


def test_a_miss_where_nothing_is_known_of_before_is_no_new_one() -> None:
    assert became("", NOT_MET, is_known=False) == MISSES_UNKNOWN


# --- months of another round ---------------------------------------------------------------------------
def test_months_are_moved_to_the_round_of_the_plans() -> None:
    found = target(
        "T1",
        since="2022-10",
        effect={"kind": "from_month", "from": "2022-10", "to": "2023-03"},
        steps=[{"by": "2022-09", "threshold": 50}, {"by": "2023-03", "threshold": 100}],
    )
    later = moved(found, "2022-23", ROUND)
    assert dict(later.effect) == {"kind": "from_month", "from": "2023-10", "to": "2024-03"}
    assert [step["by"] for step in later.steps] == ["2023-09", "2024-03"]
    assert moved(later, ROUND, "2022-23").effect == found.effect


def test_the_months_of_a_part_are_moved_too() -> None:
    part = {"title": "One", "measure": {"line": "N"}, "comparator": ">=", "unit": "%", "gap_unit": "people"}
    own = {**part, "effect": {"kind": "by_month", "from": "2022-12", "to": "2022-12"}}
    found = target("T1", "", None, measure={}, parts=[part, own], by="2023-03")
    first, second = moved(found, "2022-23", ROUND).parts
    assert "effect" not in first
    assert second["effect"] == {"kind": "by_month", "from": "2023-12", "to": "2023-12"}


@pytest.mark.parametrize(
    "found",
    [
        target("T1", by="2023-12"),  # set in 2022/23 for a month of 2023/24
        target("T1", by="2025-03"),  # an ambition in both
        target("T1", by="2023-03", due="2024-03"),
    ],
)
def test_what_falls_in_the_plans_round_already_or_in_neither_stays(found: Target) -> None:
    assert moved(found, "2022-23", ROUND) is found


# --- what is judged ------------------------------------------------------------------------------------
def stated(code: str, targets: Sequence[Target], at: str = ROUND, **more: Any) -> Stated:
    return Stated(code, at, code, targets, document(code, "2023-01-01", round_id=at, **more))


def judged(before: Stated, after: Stated) -> list[tuple[str, str, bool]]:
    return [
        (pair.before.code if pair.before else "", pair.after.code if pair.after else "", pair.is_known)
        for pair in pairs_for(before, after, HAND)
    ]


def attested(code: str, **more: Any) -> Target:
    return target(code, "", None, measure={}, answered_by="attestation", **more)


def test_what_is_attested_and_others_locals_are_left_out() -> None:
    before = stated("one", [target("T1"), attested("T2", metric="b"), attested("T4", metric="d")])
    after = stated(
        "two",
        [
            target("T1"),
            attested("T2", metric="b"),
            attested("T3", metric="c"),
            target("T4", metric="d"),
            target("L1", metric="e", systems=["QT6"]),
            target("L2", metric="f", systems=["QU9"]),
        ],
    )
    assert judged(before, after) == [("T1", "T1", True), ("", "T4", False), ("", "L2", True)]


def test_of_what_is_known_in_part_only_what_it_says_is_judged() -> None:
    one, two = [target("T1", metric="a")], [target("T2", metric="b")]
    assert judged(stated("one", one), stated("two", two)) == [("", "T2", True), ("T1", "", True)]
    assert judged(stated("one", one), stated("two", two, in_part=True)) == [("", "T2", True)]
    assert judged(stated("one", one, in_part=True), stated("two", two)) == [
        ("", "T2", False),
        ("T1", "", True),
    ]


def test_a_system_and_its_trusts_under_both_documents() -> None:
    lines = [line("N", types="ac"), line("D", types="ac")]
    figures = {"RTH": 78, "RHW": 74, "RYE": 10}
    plan = plans.plan_of(
        lines,
        [member("RTH"), member("RHW"), member("RYE", served_by=True)],
        {(ods, "N"): row(months=share) for ods, share in figures.items()}
        | {(ods, "D"): row(months=100) for ods in figures},
    )
    before, after = target("T1", threshold=75), target("T1", threshold=77)
    system = Organisation(ods="QU9", short_name="BOB ICB", system_name="BOB", kind="icb")
    rows = rows_of(plan, [Pair(before, after)], system)
    said = [
        (one["kind"], one["organisation"], one["name"], one["before"]["outcome"], one["after"]["outcome"])
        for one in rows
    ]
    assert said == [(MISSES, "", "BOB (system)", MET, NOT_MET)]  # (78 + 74) / 200
    assert (rows[0]["before"]["threshold"], rows[0]["after"]["threshold"]) == (75, 77)
    assert (rows[0]["after"]["planned"], rows[0]["after"]["gap"]) == (76, 1)
    strictest = rows_of(plan, [Pair(target("T1", threshold=70), target("T1", threshold=79))], system)
    assert [one["organisation"] for one in strictest] == ["", "RTH", "RHW"]
    laxest = rows_of(plan, [Pair(target("T1", threshold=79), target("T1", threshold=76))], system)
    assert [(one["kind"], one["organisation"]) for one in laxest] == [(MEETS, ""), (MEETS, "RTH")]


def test_a_trust_sees_its_own_rows() -> None:
    rows = [{"organisation": "RTH"}, {"organisation": "RHW"}, {"organisation": ""}]
    assert seen_by(rows, frozenset({"RTH"})) == [{"organisation": "RTH"}]
    assert seen_by(rows, None) == rows


# --- asking --------------------------------------------------------------------------------------------
def both(before: str = "23-24-guidance-v1.1", after: str = "24-25-draft") -> tuple[Stated, Stated]:
    documents = list(GuidanceDocument.objects.filter(code__in=[before, after]))
    found = stated_by(documents, TODAY)
    return found[before], found[after]


@pytest.mark.django_db
def test_plans_in_hand_are_those_of_a_run_with_versions() -> None:
    upload = make_upload("RTH", "activity")
    make_run(Run.SYSTEM, "QU9", [upload])
    make_run(Run.SYSTEM, "QT6", [])
    make_run(Run.ORGANISATION, "RTH", [upload])
    make_run(Run.SYSTEM, "QU9", [upload], basis=ACCEPTED)
    (found,) = plans_in_hand([ROUND], ["QU9", "QT6"], [LATEST])
    assert (found.round, found.system, found.basis) == (ROUND, "QU9", LATEST)
    assert found.uploads == {str(upload.pk)}


@pytest.mark.django_db
def test_asked_twice_it_is_tried_out_once(asha: Person) -> None:
    make_run(Run.SYSTEM, "QU9", [make_upload("RTH", "activity")])
    (hand,) = plans_in_hand([ROUND], ["QU9"], [LATEST])
    before, after = both()
    first = ask(by=asha, hand=hand, before=before, after=after)
    second = ask(by=asha, hand=hand, before=before, after=after)
    assert first == second
    assert (first.state, first.round_id, first.by) == (GuidanceTrial.WAITING, ROUND, asha)
    assert [job.subject for job in Job.objects.filter(task=TRY)] == [str(first.pk)]


@pytest.mark.django_db
def test_other_plans_documents_or_figures_are_another_trial() -> None:
    hand = InHand(ROUND, "QU9", LATEST, ({"upload": "u1"},))
    before, after = both()
    local = [replace(one, local={"QU9": 3.0}) for one in after.targets]
    digests = {
        digest(hand, before, after),
        digest(replace(hand, inputs=({"upload": "u2"},)), before, after),
        digest(replace(hand, basis=ACCEPTED), before, after),
        digest(replace(hand, round="2024-25"), before, after),
        digest(hand, after, before),
        digest(hand, before, replace(after, targets=local)),
    }
    assert len(digests) == 6
    assert digest(replace(hand, inputs=({"upload": "u1", "sha256": "1"},)), before, after) in digests


@pytest.mark.django_db
def test_what_failed_is_asked_for_again() -> None:
    make_run(Run.SYSTEM, "QU9", [make_upload("RTH", "activity")])
    (hand,) = plans_in_hand([ROUND], ["QU9"], [LATEST])
    before, after = both()
    trial = ask(by=None, hand=hand, before=before, after=after)
    give_up(str(trial.pk), "our fault")
    trial.refresh_from_db()
    assert (trial.state, trial.error) == (GuidanceTrial.FAILED, OURS)
    again = ask(by=None, hand=hand, before=before, after=after)
    assert (again.pk, again.state, again.error) == (trial.pk, GuidanceTrial.WAITING, "")
    assert Job.objects.filter(task=TRY).count() == 2


@pytest.mark.django_db
def test_what_governs_a_round_has_no_document() -> None:
    found = stated_in(["2022-23", ROUND], TODAY)
    assert (found[ROUND].document, found[ROUND].in_part, found[ROUND].name) == (None, False, "2023/24")
    assert "22-38" in {one.code for one in found[ROUND].targets}  # carried over
    assert "23-01" not in {one.code for one in found["2022-23"].targets}


# --- the worker ----------------------------------------------------------------------------------------
def asked(before: str, after: str) -> GuidanceTrial:
    (hand,) = plans_in_hand([ROUND], ["QU9"], [LATEST])
    first, second = both(before, after)
    return ask(by=None, hand=hand, before=first, after=second)


@pytest.mark.django_db
def test_real_plans_are_judged_under_both_and_nothing_counts() -> None:
    draft = TargetVersion.objects.get(document_id="24-25-draft", code="24-13")
    draft.entry = {**draft.entry, "threshold": 0.01}  # of the pay bill: nobody's agency spend is so low
    draft.save(update_fields=["entry"])
    flow.send("RHW", "finance")
    stored = Evaluation.objects.count()
    pointers = set(CurrentRun.objects.values_list("pk", "run_id"))
    trial = asked("23-24-guidance-v1.1", "24-25-draft")
    try_out(str(trial.pk))
    trial.refresh_from_db()
    assert (trial.state, trial.error) == (GuidanceTrial.DONE, "")
    assert trial.finished_at is not None
    (found,) = trial.rows  # the system still waits for its other trusts under both
    assert (found["kind"], found["organisation"]) == (MISSES, "RHW")
    assert (found["was"], found["target"]) == ("23-43", "24-13")
    assert (found["before"]["outcome"], found["after"]["outcome"]) == (MET, NOT_MET)
    assert (found["before"]["threshold"], found["after"]["threshold"]) == (3.7, 0.01)
    assert Evaluation.objects.count() == stored
    assert set(CurrentRun.objects.values_list("pk", "run_id")) == pointers
    finished = trial.finished_at
    try_out(str(trial.pk))  # delivered twice
    trial.refresh_from_db()
    assert trial.finished_at == finished


@pytest.mark.django_db
def test_plans_that_moved_on_are_not_passed_for_those_asked_about() -> None:
    flow.send("RHW", "finance")
    trial = asked("23-24-guidance-v1.1", "24-25-draft")
    CurrentRun.objects.filter(scope=Run.SYSTEM, subject="QU9").delete()
    with transaction.atomic():
        try_out(str(trial.pk))
    trial.refresh_from_db()
    assert (trial.state, trial.error, trial.rows) == (GuidanceTrial.FAILED, CHANGED, [])


@pytest.mark.django_db
def test_a_version_behind_the_plans_that_counts_no_more_says_so() -> None:
    upload = flow.send("RHW", "finance")
    trial = asked("23-24-guidance-v1.1", "24-25-draft")
    upload.state = "withdrawn"
    upload.save(update_fields=["state"])
    try_out(str(trial.pk))
    trial.refresh_from_db()
    assert (trial.state, trial.error) == (GuidanceTrial.FAILED, CHANGED)
