"""Handing over, review and withdrawal; reasons that are asked for, kept and lapsed; who sees what when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.utils import timezone

from planning.foundation.jobs import Job
from planning.people.access import NotAllowed, Scope, scope_of_person
from planning.people.person import Person
from planning.plan.explaining import GIVEN, LAPSED, NEEDED, NoReason, explain, explanations
from planning.plan.findings import Finding
from planning.plan.reviewing import review
from planning.plan.runs import CurrentRun
from planning.registry.rounds import Stage
from submissions import pipeline, receipts
from submissions.lifecycle import NotReady, WrongState, accept, send_back, submit, waiting_findings, withdraw
from submissions.receive import StageClosed, TooLarge, clear_rejected, receive
from submissions.uploads import Receipt, Upload
from submissions.visible import evaluations_of, findings_of, visible_uploads, visible_values
from tests.flow import ROUND, figures_of, planner_of, send, send_three
from tests.planned import make_upload

pytestmark = pytest.mark.django_db


def short_activity() -> dict[str, list[object]]:
    """A return that misses 23-10 by fifty pathways."""
    figures = figures_of("RHW", "activity")
    figures["E.B.20"][13] += 50
    return figures


def run_jobs() -> None:
    """Do what is queued, as a worker would."""
    for job in Job.objects.filter(state=Job.QUEUED, task="submissions.tasks.judge"):
        round_code, ods, bases = job.subject.split("|")
        pipeline.judge(round_code, ods, bases.split(","))
        Job.objects.filter(pk=job.pk).update(state=Job.DONE)


@pytest.fixture
def lead(cara: Person) -> Scope:
    return scope_of_person(cara)


@pytest.fixture
def national(nadia: Person) -> Scope:
    return scope_of_person(nadia)


# --- receiving -----------------------------------------------------------------------------------------
def give(content: bytes, stage: str = "draft", key: str = "") -> tuple[Upload, bool]:
    return receive(
        by=planner_of("RTH"),
        round=ROUND,
        organisation="RTH",
        return_kind="activity",
        stage=stage,
        file=ContentFile(content, name="..\\up\x00load.xlsx"),
        idempotency_key=key,
    )


def test_the_same_bytes_again_give_the_same_version_back() -> None:
    first, new = give(b"bytes")
    again, new_again = give(b"bytes")
    other, new_other = give(b"other bytes")

    assert (new, new_again, new_other) == (True, False, True)
    assert first == again != other
    assert first.file_name == "upload.xlsx"


def test_the_same_bytes_after_a_failure_are_taken_again() -> None:
    first, _ = give(b"bytes")
    Upload.objects.update(state="failed")

    again, new = give(b"bytes")

    assert new
    assert again != first


def test_an_idempotency_key_is_honoured() -> None:
    first, _ = give(b"bytes", key="a")
    again, new = give(b"other bytes", key="a")

    assert (again, new) == (first, False)


def test_a_closed_stage_takes_nothing() -> None:
    Stage.objects.filter(round_id=ROUND, code="draft").update(is_open=False)

    with pytest.raises(StageClosed, match="draft stage of 2023-24 is closed"):
        give(b"bytes")
    assert not Upload.objects.exists()


def test_a_file_over_the_limit_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("submissions.receive.LARGEST", 4)
    with pytest.raises(TooLarge):
        give(b"bytes")
    assert not Upload.objects.exists()


def test_nobody_uploads_for_another(bill: Person) -> None:
    with pytest.raises(NotAllowed):
        receive(
            by=scope_of_person(bill),
            round=ROUND,
            organisation="RTH",
            return_kind="activity",
            stage="draft",
            file=ContentFile(b"x", name="x.xlsx"),
        )


# --- handing over --------------------------------------------------------------------------------------
def test_a_clean_return_is_handed_over_with_a_receipt_and_an_email(lead: Scope) -> None:
    upload = send("RTH", "activity")

    receipt = submit(by=planner_of("RTH"), uploads=[upload])
    receipts.send(str(receipt.pk))

    upload.refresh_from_db()
    assert upload.state == "submitted"
    assert receipt.returns == [
        {
            "return": "activity",
            "version": 1,
            "file_name": "RTH activity.xlsx",
            "sha256": upload.sha256,
            "upload": str(upload.pk),
            "late": True,
            "waived": [],
            "people": {},
        }
    ]
    assert [message.to for message in mail.outbox] == [
        ["cara@example.nhs.uk"],
        ["planner.rth@example.nhs.uk"],
    ]
    assert all(receipt.reference in m.body and upload.sha256 in m.body for m in mail.outbox)


def test_pressing_twice_gives_one_receipt() -> None:
    upload = send("RTH", "activity")
    submit(by=planner_of("RTH"), uploads=[upload])

    with pytest.raises(WrongState, match="is submitted"):
        submit(by=planner_of("RTH"), uploads=[upload])
    assert Receipt.objects.count() == 1


def test_a_shortfall_waits_for_its_reason() -> None:
    upload = send("RHW", "activity", short_activity())
    with pytest.raises(NotReady, match=r"^1 finding still needs a reason\.$") as refused:
        submit(by=planner_of("RHW"), uploads=[upload])
    assert [finding.rule for finding in refused.value.findings] == ["23-10"]

    explain(by=planner_of("RHW"), findings=refused.value.findings, text="Fifty wait by choice of surgeon.")

    assert submit(by=planner_of("RHW"), uploads=[upload]).reference


def test_a_stage_may_let_reasons_wait() -> None:
    Stage.objects.filter(round_id=ROUND, code="draft").update(needs_reasons=False)
    upload = send("RHW", "activity", short_activity())

    assert waiting_findings([upload]) == []
    submit(by=planner_of("RHW"), uploads=[upload])


def test_a_preparer_may_upload_and_not_hand_over() -> None:
    upload = send("RTH", "activity")
    scope = planner_of("RTH")
    preparer = Scope(
        kind="trust", own=scope.own, acts={"RTH": frozenset({"see", "upload"})}, person=scope.person
    )

    with pytest.raises(NotAllowed):
        submit(by=preparer, uploads=[upload])


# --- reasons -------------------------------------------------------------------------------------------
def test_a_reason_survives_a_reupload_and_lapses_when_its_figures_change() -> None:
    send("RHW", "activity", short_activity())
    [finding] = Finding.objects.filter(rule="23-10", organisation_id="RHW")
    explain(by=planner_of("RHW"), findings=[finding], text="By choice.")

    same = short_activity()
    same["E.M.8"][2] += 1
    send("RHW", "activity", same)
    kept = Finding.objects.get(rule="23-10", organisation_id="RHW", run__pointers__basis="latest")
    assert kept.pk != finding.pk
    assert explanations([kept])[kept.pk].status == GIVEN
    assert explanations([kept])[kept.pk].text == "By choice."

    other = short_activity()
    other["E.B.20"][13] += 1
    send("RHW", "activity", other)
    lapsed = Finding.objects.get(rule="23-10", organisation_id="RHW", run__pointers__basis="latest")
    assert explanations([lapsed])[lapsed.pk].status == LAPSED
    assert explanations([lapsed])[lapsed.pk].text == "By choice."


def test_a_reason_that_the_icb_asked_again_about_keeps_the_version_from_being_submitted() -> None:
    upload = send("RHW", "activity", short_activity())
    findings = waiting_findings([upload])
    explain(by=planner_of("RHW"), findings=findings, text="By choice.")
    known = explanations(findings)
    seen = {str(pk): held.reason or 0 for pk, held in known.items()}
    review(by=planner_of("QU9"), findings=findings, seen=seen, accept=False, note="By whose?")
    with pytest.raises(NotReady, match="still need"):
        submit(by=planner_of("RHW"), uploads=[upload])

    explain(by=planner_of("RHW"), findings=findings, text="By the board's, of 3 May.")
    assert submit(by=planner_of("RHW"), uploads=[upload]).returns


def test_reasons_are_ones_own_to_give_and_have_words() -> None:
    send("RHW", "activity", short_activity())
    [finding] = Finding.objects.filter(rule="23-10", organisation_id="RHW")

    assert explanations([finding])[finding.pk].status == NEEDED
    with pytest.raises(NotAllowed):
        explain(by=planner_of("RTH"), findings=[finding], text="Not mine.")
    with pytest.raises(NoReason, match="Enter a reason"):
        explain(by=planner_of("RHW"), findings=[finding], text="  ")
    with pytest.raises(NoReason, match="2,000 characters"):
        explain(by=planner_of("RHW"), findings=[finding], text="x" * 2001)


# --- review --------------------------------------------------------------------------------------------
def test_accepted_at_a_national_stage_is_seen_by_nhs_england(lead: Scope, national: Scope) -> None:
    uploads = send_three("RTH", stage="final")
    assert not visible_uploads(national).exists()

    submit(by=planner_of("RTH"), uploads=list(uploads.values()))
    run_jobs()
    assert not visible_uploads(national).exists()
    for upload in uploads.values():
        accept(by=lead, upload=upload)
    run_jobs()

    assert set(visible_uploads(national)) == set(Upload.objects.all())
    assert visible_values(national).filter(line="E.M.10").count() == 1
    for basis in ("accepted", "final/accepted"):
        found = evaluations_of(national, ROUND, basis=basis).filter(organisation_id="RTH")
        assert found.get(target="23-01").outcome == "met"
    bases = set(CurrentRun.objects.filter(subject="RTH", scope="return").values_list("basis", flat=True))
    assert bases == {"latest", "final", "accepted", "final/accepted"}


def test_sent_back_with_a_note_and_handed_over_again(lead: Scope) -> None:
    upload = send("RTH", "activity")
    submit(by=planner_of("RTH"), uploads=[upload])
    with pytest.raises(ValueError, match="Say what should change"):
        send_back(by=lead, upload=upload, note=" ")

    send_back(by=lead, upload=upload, note="Check the beds.")

    upload.refresh_from_db()
    assert (upload.state, upload.review_note, upload.reviewed_by) == (
        "sent_back",
        "Check the beds.",
        lead.person,
    )
    submit(by=planner_of("RTH"), uploads=[upload])


def test_only_the_trusts_own_icb_reviews(lead: Scope, tamsin: Person) -> None:
    upload = send("RTH", "activity")
    with pytest.raises(WrongState):
        accept(by=lead, upload=upload)
    submit(by=planner_of("RTH"), uploads=[upload])

    with pytest.raises(NotAllowed):
        accept(by=scope_of_person(tamsin), upload=upload)
    with pytest.raises(NotAllowed):
        accept(by=planner_of("RTH"), upload=upload)


def test_an_icbs_own_return_is_accepted_by_somebody_else(lead: Scope, colin: Person) -> None:
    upload = send("QU9", "activity")
    receipts.send(str(submit(by=lead, uploads=[upload]).pk))
    told = ["cara@example.nhs.uk", "colin@example.nhs.uk", "planner.qu9@example.nhs.uk"]
    assert [letter.to for letter in mail.outbox] == [[address] for address in told]

    with pytest.raises(NotAllowed, match="Another person"):
        accept(by=lead, upload=upload)
    accept(by=scope_of_person(colin), upload=upload)


def test_withdrawing_brings_back_what_stood_before() -> None:
    first = send("RHW", "activity")
    second = send("RHW", "activity", short_activity())
    with pytest.raises(ValueError, match="Say why you withdraw it"):
        withdraw(by=planner_of("RHW"), upload=second, reason=" ")

    withdraw(by=planner_of("RHW"), upload=second, reason="Sent by mistake. ")
    run_jobs()

    second.refresh_from_db()
    assert (second.state, second.withdrawal) == ("withdrawn", "Sent by mistake.")
    assert (second.withdrawn_by, second.withdrawn_at is None) == (planner_of("RHW").person, False)

    pointer = CurrentRun.objects.get(scope="organisation", subject="RHW", basis="latest")
    assert [row["upload"] for row in pointer.run.inputs] == [str(first.pk)]
    returned = CurrentRun.objects.get(scope="return", subject="RHW", basis="latest")
    assert returned.run.inputs[0]["upload"] == str(first.pk)


def test_withdrawing_leaves_the_findings_of_a_later_blocked_version() -> None:
    send("RHW", "activity")
    second = send("RHW", "activity", short_activity())
    broken = figures_of("RHW", "activity")
    broken["E.M.8"][4] = -1
    third = send("RHW", "activity", broken)
    assert third.blocked

    withdraw(by=planner_of("RHW"), upload=second, reason="Sent by mistake.")
    run_jobs()

    returned = CurrentRun.objects.get(scope="return", subject="RHW", basis="latest")
    assert returned.run.inputs[0]["upload"] == str(third.pk)


def test_rejected_bytes_go_after_a_month_and_the_verdict_stays() -> None:
    rejected, fresh = send("RTH", "activity", content=b"no"), send("RTH", "workforce", content=b"nor this")
    path = Path(rejected.file.path)
    Upload.objects.filter(pk=rejected.pk).update(received_at=timezone.now() - timedelta(days=31))

    assert (clear_rejected(), clear_rejected()) == (1, 0)

    rejected.refresh_from_db()
    assert not path.exists()
    assert (rejected.error_code, len(rejected.sha256)) == ("not_a_workbook", 64)
    assert Path(fresh.file.path).exists()


def test_nothing_leaves_accepted(lead: Scope) -> None:
    upload = send("RTH", "activity")
    submit(by=planner_of("RTH"), uploads=[upload])
    accept(by=lead, upload=upload)

    with pytest.raises(WrongState):
        withdraw(by=planner_of("RTH"), upload=upload, reason="Sent by mistake.")
    with pytest.raises(WrongState):
        send_back(by=lead, upload=upload, note="No.")


# --- who sees what -------------------------------------------------------------------------------------
def test_the_wall(lead: Scope, asha: Person, bill: Person, tamsin: Person, national: Scope) -> None:
    own = send("RTH", "activity")
    served = send("RYE", "activity")
    served_money = send("RYE", "finance")
    refused = send("RTH", "workforce", content=b"not a workbook")

    def seen(scope: Scope) -> set[Upload]:
        return set(visible_uploads(scope))

    assert seen(scope_of_person(asha)) == {own, refused}
    assert seen(scope_of_person(bill)) == set()
    assert seen(lead) == {own, served}
    assert seen(scope_of_person(tamsin)) == set()
    assert seen(national) == set()
    assert seen(planner_of("RYE")) == {served, served_money}


def test_a_served_system_sees_what_the_trust_is_shown_for(lead: Scope, tamsin: Person) -> None:
    slow = figures_of("RYE", "activity")
    slow["E.B.23c"] = [value and value + 20 for value in slow["E.B.23c"]]
    send("RYE", "activity", slow)
    money = figures_of("RYE", "finance")
    money["F.PAY.AGY"] = [value and value * 4 for value in money["F.PAY.AGY"]]
    send("RYE", "finance", money)

    seen = findings_of(lead, ROUND, basis="latest").filter(organisation_id="RYE")
    assert set(seen.values_list("rule", flat=True)) == {"23-02"}
    assert not findings_of(scope_of_person(tamsin), ROUND, basis="latest").exists()
    own = findings_of(planner_of("RYE"), ROUND, basis="latest")
    assert {"23-02", "T08"} <= set(own.values_list("rule", flat=True))


def test_a_trust_sees_no_siblings_and_no_system(lead: Scope, asha: Person) -> None:
    send("RTH", "activity")
    send("RHW", "activity", short_activity())

    mine = scope_of_person(asha)
    assert not findings_of(mine, ROUND, basis="latest").exists()
    assert set(evaluations_of(mine, ROUND, basis="latest").values_list("organisation_id", flat=True)) == {
        "RTH"
    }
    assert findings_of(lead, ROUND, basis="latest").filter(organisation_id="RHW").exists()
    assert None in set(evaluations_of(lead, ROUND, basis="latest").values_list("organisation_id", flat=True))


def test_a_closed_stage_takes_no_hand_over() -> None:
    """Not by the page, which hides the button, and not by any other door."""
    upload = make_upload("RTH", "activity")
    Stage.objects.filter(round_id=ROUND, code="draft").update(is_open=False)

    with pytest.raises(NotReady, match="draft stage is closed"):
        submit(by=planner_of("RTH"), uploads=[upload])
