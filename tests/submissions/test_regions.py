"""Regions and England: judged from accepted versions alone, summed over their systems, seen by NHS England alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from planning.foundation.jobs import Job
from planning.people.access import scope_of_person
from planning.people.person import Appointment, Person
from planning.plan.runs import ACCEPTED, LATEST, CurrentRun, Run
from planning.registry.organisations import Membership, Organisation
from submissions import pipeline, regions
from submissions.queued import SEVERAL
from submissions.tasks import judge_several
from submissions.uploads import ACCEPTED as HAS_ACCEPTED
from submissions.uploads import CHECKED, Upload
from targets.evaluations import MET, NOT_APPLICABLE, NOT_ASSESSABLE, NOT_MET, Evaluation
from targets.guidance.governing import load_targets
from targets.visible import evaluations_of
from tests.api.conftest import add_value
from tests.planned import make_upload, text_of
from tests.plans import target

pytestmark = pytest.mark.django_db
ROUND, A_AND_E = "2023-24", "23-01"
WITHIN = {"RTH": 70.0, "RHW": 80.0, "RXQ": 84.0, "REF": 50.0}  # of 100 attendances a month


def send(ods: str, state: str = HAS_ACCEPTED, **fields: Any) -> Upload:
    upload = make_upload(ods, "activity", state=state, stage="final", **fields)
    add_value(upload, "E.M.13N", [WITHIN[ods]] * 15)
    add_value(upload, "E.M.13D", [100.0] * 15)
    return upload


def send_all() -> None:
    for ods in WITHIN:
        send(ods)


def judge(code: str, basis: str = ACCEPTED) -> Evaluation:
    regions.judge(f"{ROUND}|{code}|{basis}")
    run = CurrentRun.objects.get(scope=Run.REGION, subject=code, basis=basis).run
    return Evaluation.objects.get(run=run, target=A_AND_E)


def test_each_adds_up_the_members_of_its_systems() -> None:
    send_all()
    found = {code: judge(code) for code in ("Y59", "Y58", "X24")}
    assert {code: (row.outcome, row.planned) for code, row in found.items()} == {
        "Y59": (MET, 78.0),
        "Y58": (NOT_MET, 50.0),
        "X24": (NOT_MET, 71.0),
    }
    assert {(row.organisation_id, row.system_id) for row in found.values()} == {
        (None, "Y59"),
        (None, "Y58"),
        (None, "X24"),
    }
    assert {entry["organisation"] for entry in found["X24"].run.inputs} == set(WITHIN)


def test_what_is_not_accepted_is_missing_and_named() -> None:
    send("RTH")
    send("RHW")
    send("RXQ", state=CHECKED)
    row = judge("Y59")
    assert (row.outcome, row.missing, row.so_far, row.planned) == (NOT_ASSESSABLE, ["RXQ"], "2 of 3", 75.0)


def test_only_national_targets_that_returns_carry_are_judged() -> None:
    judge("Y58")
    judged = set(Evaluation.objects.filter(system_id="Y58").values_list("target", flat=True))
    asked = {one.code for one in load_targets(ROUND) if not one.systems and not one.is_attested}
    assert judged == asked


def test_the_same_versions_give_the_same_run_and_others_another() -> None:
    send_all()
    first, again = judge("Y59"), judge("Y59")
    assert first.pk == again.pk
    assert Run.objects.filter(scope=Run.REGION, subject="Y59").count() == 1
    send("RTH", number=2)
    assert judge("Y59").run_id != first.run_id


def test_a_version_accepted_meanwhile_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    send("RHW")
    send("RXQ")
    really, seen = regions.judge_several, []

    def judged_while_one_is_accepted(*given: Any) -> Any:
        result = really(*given)
        if not seen:
            send("RTH")
        seen.append(len(given[4]))
        return result

    monkeypatch.setattr(regions, "judge_several", judged_while_one_is_accepted)
    assert (judge("Y59").outcome, seen) == (MET, [2, 3])


def test_where_somebody_is_always_quicker_the_last_judgement_is_made_under_the_lock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send("RHW")
    send("RXQ")
    send("RTH")
    really, seen = regions.judge_several, []

    def always_overtaken(*given: Any) -> Any:
        result = really(*given)
        if len(seen) < regions.TRIES:
            send("RTH", number=len(seen) + 2)
        seen.append(given[4])
        return result

    monkeypatch.setattr(regions, "judge_several", always_overtaken)
    judge("Y59")
    assert len(seen) == regions.TRIES + 1


# --- who asks for it -----------------------------------------------------------------------------------
def waiting() -> list[str]:
    return sorted(Job.objects.filter(task=SEVERAL).values_list("subject", flat=True))


def test_judging_what_was_accepted_has_the_region_and_england_judged_once() -> None:
    send("RTH")
    pipeline.judge(ROUND, "RTH", [ACCEPTED, "final/accepted"])
    pipeline.judge(ROUND, "RTH", [ACCEPTED])
    assert waiting() == [
        f"{ROUND}|X24|accepted",
        f"{ROUND}|X24|final/accepted",
        f"{ROUND}|Y59|accepted",
        f"{ROUND}|Y59|final/accepted",
    ]
    for job in Job.objects.filter(task=SEVERAL):
        judge_several.run(str(job.pk))
    assert set(Job.objects.filter(task=SEVERAL).values_list("state", flat=True)) == {Job.DONE}
    assert CurrentRun.objects.filter(scope=Run.REGION).count() == 4


def test_other_bases_have_none_judged() -> None:
    send("RTH")
    pipeline.judge(ROUND, "RTH", [LATEST, "final"])
    assert waiting() == []
    assert [regions.is_accepted(basis) for basis in (ACCEPTED, "final/accepted", LATEST, "final")] == [
        True,
        True,
        False,
        False,
    ]


# --- who sees it ---------------------------------------------------------------------------------------
def seen_by(person: Person, basis: str = ACCEPTED) -> set[str]:
    rows = evaluations_of(scope_of_person(person), ROUND, basis=basis).filter(target=A_AND_E)
    return set(rows.values_list("system_id", flat=True))


def test_nhs_england_sees_all_a_region_itself_and_nobody_else_any(
    nadia: Person, cara: Person, tamsin: Person, asha: Person
) -> None:
    for code in ("Y58", "Y59", "X24"):
        judge(code)
    assert seen_by(nadia) == {"Y58", "Y59", "X24"}
    Appointment.objects.filter(person=nadia).update(organisation_id="Y58")
    assert seen_by(nadia) == {"Y58"}
    for person in (cara, tamsin, asha):
        assert seen_by(person) == set()


def test_pages_of_nhs_england_take_regions(nadia: Person, signed_in: Callable[[Person], Client]) -> None:
    send_all()
    for code in ("Y58", "Y59", "X24"):
        judge(code)
    browser = signed_in(nadia)
    for address in ("targets/", "targets/map/", f"targets/{A_AND_E}/"):
        assert browser.get(f"/rounds/{ROUND}/{address}").status_code == 200
    said = text_of(browser.get(f"/rounds/{ROUND}/targets/{A_AND_E}/"))
    for name in ("South East (region)", "South West (region)", "England: the systems of the round"):
        assert name in said


# --- whose figures count -------------------------------------------------------------------------------
def memberships(*rows: Sequence[str]) -> list[Membership]:
    kinds = {"R": "am", "S": "ac"}
    return [
        Membership(
            organisation=Organisation(ods=ods, kind=kinds[ods[0]], short_name=ods),
            system=Organisation(ods=system),
            role=role,
        )
        for ods, system, role in rows
    ]


def counted(*rows: Sequence[str]) -> dict[str, bool]:
    systems = [Organisation(ods=ods, kind="icb", short_name=ods) for ods in ("QAA", "QBB")]
    return {member.ods: not member.served_by for member in regions.members_of(systems, memberships(*rows))}


def test_everybody_counts_once_where_they_are_hosted() -> None:
    assert counted(("R1", "QAA", "served"), ("R1", "QBB", "host"), ("S1", "QAA", "host")) == {
        "QAA": True,
        "QBB": True,
        "R1": True,
        "S1": True,
    }
    assert counted(("R1", "QAA", "host"), ("R1", "QBB", "served"))["R1"]


def test_one_that_only_serves_is_shown_and_of_several_none() -> None:
    assert counted(("R1", "QAA", "served"), ("R1", "QBB", "served"))["R1"] is False
    assert "R1" not in counted(("R1", "QAA", "served"), ("R2", "QBB", "served"))
    assert counted(("R1", "QAA", "served"), ("S1", "QBB", "served"))["R1"] is False


def test_shares_of_an_amount_add_up_where_every_system_has_one() -> None:
    area = regions.Area("Y58", ("QAA", "QBB"), ())
    amount = target("N", {"line": "W"}, ">=", None, threshold_from="local", unit="FTE")
    both = replace(amount, local={"QAA": 100.1, "QBB": 200.2})
    assert regions._shared(both, area).local["Y58"] == 300.3
    assert "Y58" not in regions._shared(replace(amount, local={"QAA": 100.1}), area).local
    share = target("N", {"line": "W"}, ">=", None, threshold_from="local", unit="%", local={})
    assert "Y58" not in regions._shared(replace(share, local={"QAA": 1.0, "QBB": 2.0}), area).local
    national = target("N", {"line": "W"}, ">=", 5, unit="FTE")
    assert "Y58" not in regions._shared(replace(national, local={"QAA": 1.0, "QBB": 2.0}), area).local


def test_an_ambulance_trust_that_only_serves_counts_nowhere_in_england() -> None:
    judge("X24")
    row = Evaluation.objects.get(system_id="X24", target="23-02")
    assert (row.outcome, row.why) == (NOT_APPLICABLE, "No organisation of X24 is asked for this.")
