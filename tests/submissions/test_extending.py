"""More time: who asks, who decides, what it does to what was received, and who is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile

from planning.people.access import NotAllowed, Scope, scope_of_person
from planning.people.notices import Notice
from planning.people.person import Person
from planning.registry.rounds import Stage
from submissions.deadlines import deadlines_of
from submissions.extending import AlreadyDecided, NotSo, ask_for_time, grant, may_decide, refuse
from submissions.extensions import Extension
from submissions.receive import receive
from submissions.uploads import Upload
from submissions.visible import visible_extensions
from tests.flow import ROUND, planner_of
from tests.planned import make_upload

pytestmark = pytest.mark.django_db
DUE = datetime(2023, 2, 20, 17, tzinfo=UTC)
FRIDAY = DUE + timedelta(days=4)


@pytest.fixture
def stage() -> Stage:
    found = Stage.objects.get(round_id=ROUND, code="draft")
    assert found.due_at == DUE
    return found


@pytest.fixture
def lead(cara: Person) -> Scope:
    return scope_of_person(cara)


def ask(stage: Stage, ods: str = "RTH", kind: str = "", until: datetime = FRIDAY) -> Extension:
    return ask_for_time(
        by=planner_of(ods), organisation=ods, stage=stage, return_kind=kind, reason=" Flu. ", until=until
    )


def received(at: datetime, kind: str = "activity", **fields: object) -> Upload:
    with time_machine.travel(at, tick=False):
        return make_upload("RTH", kind, late=at > DUE, number=Upload.objects.count() + 1, **fields)


def late(*uploads: Upload) -> list[bool]:
    found = dict(Upload.objects.values_list("pk", "late"))
    return [found[upload.pk] for upload in uploads]


# --- asking ---------------------------------------------------------------------------------------------
def test_asking_tells_the_icb(stage: Stage, lead: Scope, colin: Person) -> None:
    extension = ask(stage, kind="activity")
    assert (extension.state, extension.reason, extension.asked_by) == (
        "asked",
        "Flu.",
        planner_of("RTH").person,
    )
    told = {notice.person: notice for notice in Notice.objects.all()}
    assert set(told) == {lead.person, colin}
    notice = told[colin]
    assert notice.subject == ("More time is asked for: Oxford University Hospitals, draft, activity return")
    assert "Planner of RTH asks for more time, until 24 February 2023, 5pm: Flu." in notice.text
    assert notice.address == f"/extensions/{extension.pk}/"


def test_what_cannot_be_asked(stage: Stage, bill: Person) -> None:
    with pytest.raises(NotAllowed):
        ask_for_time(
            by=scope_of_person(bill),
            organisation="RTH",
            stage=stage,
            return_kind="",
            reason="x",
            until=FRIDAY,
        )
    with pytest.raises(NotSo, match="after the deadline, 20 February 2023, 5pm"):
        ask(stage, until=DUE)
    with pytest.raises(NotSo, match="does not ask for that return"):
        ask(stage, kind="finance")
    with pytest.raises(NotSo, match="Say why"):
        ask_for_time(
            by=planner_of("RTH"), organisation="RTH", stage=stage, return_kind="", reason=" ", until=FRIDAY
        )
    stage.is_open = False
    with pytest.raises(NotSo, match="is closed"):
        ask(stage)
    assert not Extension.objects.exists()


def test_one_wish_at_a_time(stage: Stage) -> None:
    ask(stage, kind="activity")
    ask(stage, kind="workforce")
    ask(stage, ods="RHW")
    for kind in ("activity", ""):
        with pytest.raises(NotSo, match="asked for already"):
            ask(stage, kind=kind)
    assert Extension.objects.count() == 3


# --- deciding -------------------------------------------------------------------------------------------
def test_granting_moves_the_deadline_and_what_came_meanwhile_is_late_no_more(
    stage: Stage, lead: Scope
) -> None:
    extension = ask(stage)
    before, between = received(DUE), received(DUE + timedelta(days=1))
    at_the_end, after = received(FRIDAY), received(FRIDAY + timedelta(seconds=1))
    elsewhere = received(DUE + timedelta(days=1), stage="final")
    assert late(before, between, at_the_end, after, elsewhere) == [False, True, True, True, True]

    grant(by=lead, extension=extension, until=FRIDAY, note="By Friday at the latest.")

    extension.refresh_from_db()
    assert (extension.state, extension.until, extension.decided_by) == ("granted", FRIDAY, lead.person)
    assert late(before, between, at_the_end, after, elsewhere) == [False, False, False, True, True]
    [notice] = Notice.objects.filter(subject__startswith="More time is granted")
    assert notice.person == planner_of("RTH").person
    assert "Cara Jones has given until 24 February 2023, 5pm. By Friday at the latest." in notice.text


def test_more_time_for_one_return_is_for_that_one(stage: Stage, lead: Scope) -> None:
    activity, workforce = received(DUE + timedelta(days=1)), received(DUE + timedelta(days=1), "workforce")
    grant(by=lead, extension=ask(stage, kind="activity"), until=FRIDAY)
    assert late(activity, workforce) == [False, True]
    deadlines = deadlines_of(ROUND, ["RTH", "RHW"])
    assert deadlines.due(stage, "RTH", "activity") == FRIDAY
    assert deadlines.due(stage, "RTH", "workforce") == deadlines.due(stage, "RHW", "activity") == DUE


def test_the_latest_that_was_granted_holds(stage: Stage, lead: Scope) -> None:
    for days in (7, 4):
        grant(by=lead, extension=ask(stage), until=DUE + timedelta(days=days))
    assert deadlines_of(ROUND, ["RTH"]).due(stage, "RTH", "activity") == DUE + timedelta(days=7)


@pytest.mark.parametrize(("at", "is_late"), [(FRIDAY, False), (FRIDAY + timedelta(seconds=1), True)])
def test_what_is_received_is_held_against_the_new_deadline(
    stage: Stage, lead: Scope, at: datetime, is_late: bool
) -> None:
    grant(by=lead, extension=ask(stage), until=FRIDAY)
    with time_machine.travel(at, tick=False):
        upload, _ = receive(
            by=planner_of("RTH"),
            round=ROUND,
            organisation="RTH",
            return_kind="activity",
            stage="draft",
            file=ContentFile(b"bytes", name="a.xlsx"),
        )
    assert upload.late is is_late


def test_refusing_needs_a_note_and_leaves_the_deadline(stage: Stage, lead: Scope) -> None:
    extension, upload = ask(stage), received(DUE + timedelta(days=1))
    with pytest.raises(NotSo, match="Say why you refuse"):
        refuse(by=lead, extension=extension, note=" ")
    refuse(by=lead, extension=extension, note="The region waits.")
    extension.refresh_from_db()
    assert (extension.state, extension.note, extension.until) == ("refused", "The region waits.", None)
    assert late(upload) == [True]
    assert deadlines_of(ROUND, ["RTH"]).due(stage, "RTH", "activity") == DUE


def test_who_decides(stage: Stage, lead: Scope, tamsin: Person) -> None:
    extension = ask(stage)
    for scope in (planner_of("RTH"), scope_of_person(tamsin)):
        assert not may_decide(scope, extension)
        with pytest.raises(NotAllowed):
            grant(by=scope, extension=extension, until=FRIDAY)
    assert may_decide(lead, extension)
    with pytest.raises(NotSo, match="after the deadline"):
        grant(by=lead, extension=extension, until=DUE)
    grant(by=lead, extension=extension, until=FRIDAY)
    with pytest.raises(AlreadyDecided, match="Cara Jones granted it already"):
        refuse(by=lead, extension=extension, note="No.")
    extension.refresh_from_db()
    assert extension.state == "granted"


def test_nobody_decides_what_they_asked_for_themselves(stage: Stage, lead: Scope, colin: Person) -> None:
    extension = ask_for_time(
        by=lead, organisation="QU9", stage=stage, return_kind="", reason="Flu.", until=FRIDAY
    )
    assert set(Notice.objects.values_list("person__name", flat=True)) == {"Colin Day"}
    assert not may_decide(lead, extension)
    with pytest.raises(NotAllowed, match="Another person"):
        grant(by=lead, extension=extension, until=FRIDAY)
    other = scope_of_person(colin)
    assert may_decide(other, extension)
    grant(by=other, extension=extension, until=FRIDAY)
    extension.refresh_from_db()
    assert extension.decided_by == colin


def test_who_sees_it(stage: Stage, lead: Scope, bill: Person, tamsin: Person, nadia: Person) -> None:
    extension = ask(stage)
    served = ask(stage, ods="RYE")
    for scope, seen in (
        (planner_of("RTH"), {extension}), (lead, {extension}), (planner_of("RYE"), {served}),
        (scope_of_person(bill), set()), (scope_of_person(tamsin), set()), (scope_of_person(nadia), set()),
    ):  # fmt: skip
        assert set(visible_extensions(scope)) == seen
