"""Waivers: who sets which check aside, what that lifts, and how it ends; what is accepted stays as it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from planning.foundation import jobs
from planning.foundation.jobs import Job
from planning.people.access import NotAllowed, Scope, scope_of_person
from planning.people.notices import Notice
from planning.people.person import Appointment, Person
from planning.plan.explaining import NOT_NEEDED, explanations, unexplained
from planning.plan.findings import Finding
from planning.plan.runs import CurrentRun, Run
from submissions import tasks
from submissions.lifecycle import Held, accept, submit
from submissions.queued import RECHECK
from submissions.uploads import ACCEPTED, CHECKED, SUBMITTED, Receipt, Upload, Value
from submissions.versions import current_versions
from submissions.waivers import NEVER, Waiver
from submissions.waiving import NotWaivable, end_lapsed, end_waiver, waive
from tests.flow import ROUND, figures_of, planner_of, send
from tests.planned import make_finding, make_return_run, make_run, make_upload

pytestmark = pytest.mark.django_db
LINE = "F.PAY.AGY"


@pytest.fixture
def board(cara: Person) -> Scope:
    return scope_of_person(cara)


@pytest.fixture
def upload() -> Upload:
    """A return whose one required figure, agency pay of May, is blank: V05 stops it."""
    figures = figures_of("RTH", "finance")
    figures[LINE][3] = None
    return send("RTH", "finance", figures)


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def set_aside(by: Scope, upload: Upload, **given: Any) -> Waiver:
    said = {"rule": "V05", "line": "", "reason": "The ward moves in May.", "until": in_days(7), **given}
    return waive(by=by, upload=upload, **said)


def do_jobs() -> None:
    """What a worker does next."""
    for job in Job.objects.filter(task=RECHECK, state=Job.QUEUED):
        tasks.recheck.run(str(job.pk))
        job.refresh_from_db()
        assert (job.state, job.error) == (Job.DONE, "")


def counted(upload: Upload) -> bool:
    return str(upload.pk) in {row.upload for row in current_versions(ROUND, ["RTH"])}


def test_a_waiver_lifts_a_block_and_ending_it_brings_it_back(upload: Upload, board: Scope) -> None:
    assert (upload.blocked, upload.counts["block"], counted(upload)) == (True, 1, False)
    first_run = upload.run_id

    waiver = set_aside(board, upload)
    do_jobs()

    upload.refresh_from_db()
    assert (upload.state, upload.number, upload.blocked, counted(upload)) == (CHECKED, 1, False, True)
    assert (upload.counts["block"], upload.counts["waived"], upload.rule_counts.get("V05", 0)) == (0, 1, 0)
    assert Value.objects.get(upload=upload, line=LINE).states[3] == "b"
    found = Finding.objects.get(run=upload.run_id, rule="V05")
    assert found.waived == {
        "id": str(waiver.pk),
        "reason": "The ward moves in May.",
        "by": "Cara Jones",
        "at": waiver.at.isoformat(),
        "until": in_days(7).isoformat(),
    }
    current = CurrentRun.objects.get(scope=Run.RETURN, subject="RTH", return_kind="finance", basis="latest")
    assert current.run_id == upload.run_id != first_run
    across = CurrentRun.objects.get(scope=Run.ORGANISATION, subject="RTH", basis="latest").run
    assert [row["upload"] for row in across.inputs] == [str(upload.pk)]

    end_waiver(by=board, waiver=waiver)
    do_jobs()

    upload.refresh_from_db()
    assert (upload.blocked, upload.counts["block"], counted(upload), upload.run_id) == (
        True,
        1,
        False,
        first_run,
    )
    assert "waived" not in upload.counts
    assert not Value.objects.filter(upload=upload).exists()
    waiver.refresh_from_db()
    assert (waiver.ended_by.name, waiver.ended_at is not None) == ("Cara Jones", True)  # type: ignore[union-attr]


def test_it_lapses_after_its_last_day(upload: Upload, board: Scope) -> None:
    waiver = set_aside(board, upload, until=in_days(1))
    do_jobs()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert tasks.end_waivers() == 0  # its last day
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert tasks.end_waivers() == 1
        assert tasks.end_waivers() == 0
        do_jobs()
    upload.refresh_from_db()
    waiver.refresh_from_db()
    assert (upload.blocked, waiver.ended_by, waiver.ended_at is not None) == (True, None, True)
    assert Notice.objects.filter(person=board.person, subject__startswith="Counts again: V05").count() == 1


def test_a_later_version_is_under_it_too_and_only_at_its_line(upload: Upload, board: Scope) -> None:
    set_aside(board, upload, line=LINE)
    figures = figures_of("RTH", "finance")
    figures[LINE][3] = None
    figures["F.PAY.BNK"][4] = None

    later = send("RTH", "finance", figures)

    assert (later.number, later.blocked, later.counts["block"], later.counts["waived"]) == (2, True, 1, 1)
    stops = Finding.objects.filter(run=later.run_id, rule="V05", waived__isnull=True)
    assert [row.line for row in stops] == ["F.PAY.BNK"]


def test_what_is_handed_over_keeps_its_state_and_what_is_accepted_everything(
    upload: Upload, board: Scope
) -> None:
    waiver = set_aside(board, upload)
    do_jobs()
    upload.refresh_from_db()
    Finding.objects.filter(severity="explain").delete()
    receipt = submit(by=planner_of("RTH"), uploads=[upload])
    assert receipt.returns[0]["waived"] == [
        {
            "rule": "V05",
            "number": 1,
            "reason": "The ward moves in May.",
            "by": "Cara Jones",
            "until": in_days(7).isoformat(),
        }
    ]

    end_waiver(by=board, waiver=waiver)
    do_jobs()
    upload.refresh_from_db()
    assert (upload.state, upload.blocked) == (SUBMITTED, True)
    with pytest.raises(Held, match="1 thing must be put right: a waiver has ended"):
        accept(by=board, upload=upload)

    again = set_aside(board, upload)
    do_jobs()
    accept(by=board, upload=upload)
    end_waiver(by=board, waiver=again)
    do_jobs()
    upload.refresh_from_db()
    assert (upload.state, upload.blocked, upload.counts["waived"]) == (ACCEPTED, False, 1)
    assert Receipt.objects.count() == 1


def test_a_rule_across_returns_is_set_aside_without_touching_the_version(board: Scope, asha: Person) -> None:
    upload = make_upload("RTH", "finance", asha)
    run = make_run(Run.ORGANISATION, "RTH", [upload])
    finding = make_finding(run, "RTH", "QU9", upload)
    assert unexplained([finding]) == [finding]
    finding.waived = {"id": "1", "reason": "Agreed.", "by": "Cara Jones", "at": "", "until": "2023-03-31"}
    assert unexplained([finding]) == []
    assert explanations([finding])[finding.pk].status == NOT_NEEDED


# --- who may, and what ---------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["asha", "bill", "colin", "tamsin", "nadia"])
def test_only_the_planner_of_the_reviewing_icb_sets_aside_and_ends(
    who: str, board: Scope, request: pytest.FixtureRequest
) -> None:
    upload, scope = make_upload("RTH", "finance"), scope_of_person(request.getfixturevalue(who))
    with pytest.raises(NotAllowed):
        set_aside(scope, upload)
    waiver = set_aside(board, upload)
    with pytest.raises(NotAllowed):
        end_waiver(by=scope, waiver=waiver)
    assert Waiver.objects.get().ended_at is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rule": "V01"}, "rule"),
        ({"rule": "23-01"}, "rule"),
        ({"rule": "T28"}, "rule"),
        ({"rule": "nothing"}, "rule"),
        ({"reason": "  "}, "reason"),
        ({"reason": "a" * 2001}, "reason"),
        ({"until": date(2023, 1, 1)}, "until"),
        ({"until": date(2999, 1, 1)}, "until"),
    ],
)
def test_what_cannot_be_set_aside(given: dict[str, Any], field: str, board: Scope) -> None:
    with pytest.raises(NotWaivable) as refused:
        set_aside(board, make_upload("RTH", "finance"), **given)
    assert refused.value.field == field
    assert not Waiver.objects.exists()


def test_what_would_leave_figures_out_is_never_set_aside() -> None:
    assert set(NEVER) == {"V01", "V02", "V07", "V10", "V12", "T16", "T17"}


def test_a_second_one_over_the_first_is_refused(board: Scope) -> None:
    upload = make_upload("RTH", "finance")
    first = set_aside(board, upload)
    with pytest.raises(NotWaivable, match="set aside already"):
        set_aside(board, upload, line=LINE)
    end_waiver(by=board, waiver=first)
    set_aside(board, upload, line=LINE)
    with pytest.raises(NotWaivable, match="had ended already"):
        end_waiver(by=board, waiver=first)


def test_nobody_sets_aside_what_they_uploaded(cara: Person, board: Scope) -> None:
    other = Person.objects.create_user("olga@example.nhs.uk", name="Olga")
    Appointment.objects.create(person=other, organisation_id="QU9", role="icb_planner")
    upload = make_upload("QU9", "finance", cara)
    with pytest.raises(NotAllowed, match="Another person of the ICB"):
        set_aside(board, upload)
    assert set_aside(scope_of_person(other), upload).by == other


def test_both_sides_are_told(asha: Person, colin: Person, board: Scope) -> None:
    upload = make_upload("RTH", "finance", asha)
    make_return_run(upload)
    set_aside(board, upload, line=LINE)

    notice = Notice.objects.get(person=asha)
    assert notice.subject == f"Set aside: V05, RTH finance return, line {LINE}"
    assert notice.text.endswith(": The ward moves in May.")
    assert notice.address == f"/uploads/{upload.pk}/"
    assert Notice.objects.filter(person=colin).count() == 1
    assert not Notice.objects.filter(person=board.person).exists()


def test_one_granted_while_a_version_is_checked_is_not_lost(
    board: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    from submissions import pipeline

    figures = figures_of("RTH", "finance")
    figures[LINE][3] = None
    begin = pipeline._judge_and_finish

    def meanwhile(upload: Upload, *rest: Any) -> None:
        begin(upload, *rest)
        Waiver.objects.create(
            round_id=ROUND, organisation_id="RTH", return_kind="finance", rule="V05", reason="Late.",
            until=in_days(3), by=board.person,
        )  # fmt: skip

    monkeypatch.setattr(pipeline, "_judge_and_finish", meanwhile)
    upload = send("RTH", "finance", figures)
    assert upload.blocked
    do_jobs()
    upload.refresh_from_db()
    assert not upload.blocked


def test_the_end_is_asked_of_the_sweeper_too(upload: Upload, board: Scope) -> None:
    """A job that a dead worker left is rung again and given up like any other."""
    set_aside(board, upload)
    Job.objects.filter(task=RECHECK).update(attempts=3, state=Job.RUNNING, lease_until=timezone.now())
    tasks.sweep()
    assert Job.objects.get(task=RECHECK).state == Job.FAILED
    assert jobs.ATTEMPTS == 3
    assert end_lapsed() == 0
