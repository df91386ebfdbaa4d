"""A version's way after it is checked: submitted, accepted or sent back, withdrawn. Each verb says who did it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from planning.foundation import wording
from planning.foundation.jobs import enqueue
from planning.people.access import NotAllowed, Scope
from planning.people.roles import REVIEW, SUBMIT
from planning.people.telling import tell
from planning.plan.explaining import unexplained
from planning.plan.findings import BLOCK, EXPLAIN, Finding
from planning.plan.runs import ACCEPTED as ACCEPTED_BASIS
from planning.plan.runs import LATEST, CurrentRun, Run, accepted_at
from planning.plan.visible import NATIONAL_STAGES
from planning.registry.organisations import Organisation
from planning.registry.rounds import Stage
from submissions.asking import holding, place_of
from submissions.correspondents import board_of, preparers_of
from submissions.queued import TELL, judge_again
from submissions.receipts import make_receipt
from submissions.sending_back import MOST, as_text
from submissions.uploads import ACCEPTED, CHECKED, SENT_BACK, SUBMITTED, WITHDRAWN, Receipt, Upload
from submissions.versions import current_versions

MOVES = {
    CHECKED: {SUBMITTED, WITHDRAWN},
    SUBMITTED: {ACCEPTED, SENT_BACK, WITHDRAWN},
    SENT_BACK: {SUBMITTED},
}


@dataclass
class NotReady(Exception):
    """Why a version cannot be handed over: sentences, and the findings that still want a reason."""

    sentences: list[str]
    findings: list[Finding] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(self.sentences)


class Held(Exception):
    """What holds the acceptance of a version, a sentence each."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class WrongState(Exception):
    """The version has moved on, or was never there: says what state it is in."""

    def __init__(self, upload: Upload, wanted: str) -> None:
        super().__init__(
            f"This version is {upload.state.replace('_', ' ')}, so it cannot be {wanted.replace('_', ' ')}."
        )
        self.state = upload.state


def submit(*, by: Scope, uploads: Sequence[Upload]) -> Receipt:
    """Hand over versions of one organisation and stage, all or none, and give a receipt.

    Raises NotAllowed, WrongState, NotReady while anything of them blocks or lacks a reason. A version
    already handed over raises WrongState: pressing twice gives one receipt.
    """
    with transaction.atomic():
        locked = _lock(uploads)
        for upload in locked:
            by.must(SUBMIT, upload.organisation_id)
            _may_become(upload, SUBMITTED)
        if len({(upload.organisation_id, upload.round_id, upload.stage) for upload in locked}) != 1:
            raise NotReady(["Hand over the returns of one organisation and stage at a time."])
        _must_be_ready(locked)
        at = timezone.now()
        Upload.objects.filter(pk__in=[upload.pk for upload in locked]).update(
            state=SUBMITTED, submitted_at=at
        )
        receipt = make_receipt(by=by, uploads=locked, at=at, waived=_set_aside(locked))
        enqueue(TELL, str(receipt.pk))
        _judge_again(locked[0], locked[0].stage)
    return receipt


def accept(*, by: Scope, upload: Upload) -> None:
    """The ICB accepts what was handed over. Its own return is accepted by another person than who sent it.

    Raises NotAllowed, WrongState, and Held while a question about the return is not closed or something of the
    version blocks, as it may where a waiver has ended.
    """
    with transaction.atomic():
        held = _review(by, upload, ACCEPTED)
        if held.organisation_id in by.own and by.person is not None and _submitter(held) == by.person.pk:
            raise NotAllowed(
                "Another person of the ICB must accept its own return than the one who submitted it."
            )
        _must_not_be_held(held)
        _record(held, by, ACCEPTED, "")
        _tell_preparers(held, by, "Accepted", f"{by.name} has accepted it for the ICB.")
        bases = [held.stage]
        if held.stage in NATIONAL_STAGES:
            bases += [ACCEPTED_BASIS, accepted_at(held.stage)]
        _judge_again(held, *bases)


def send_back(*, by: Scope, upload: Upload, note: str, cells: Sequence[dict[str, Any]] = ()) -> None:
    """The ICB sends a version back, saying why and naming the cells (entries of `sending_back`). Raises
    NotAllowed, WrongState, ValueError without a note."""
    if not note.strip():
        raise ValueError("Say what should change, so that the trust knows.")
    with transaction.atomic():
        held = _review(by, upload, SENT_BACK)
        _record(held, by, SENT_BACK, note.strip(), list(cells)[:MOST])
        listed = f"\n\n{as_text(list(cells)[:MOST])}" if cells else ""
        _tell_preparers(held, by, "Sent back", f"{note.strip()}{listed}")
        _judge_again(held, held.stage)


def withdraw(*, by: Scope, upload: Upload, reason: str) -> None:
    """Take back a version that is not accepted, saying why: the one before it counts again.

    Raises NotAllowed, WrongState, ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("Say why you withdraw it.")
    with transaction.atomic():
        held = _lock([upload])[0]
        by.must(SUBMIT, held.organisation_id)
        _may_become(held, WITHDRAWN)
        Upload.objects.filter(pk=held.pk).update(
            state=WITHDRAWN, withdrawn_at=timezone.now(), withdrawn_by=by.person, withdrawal=reason.strip()
        )
        _judge_again(held, LATEST, held.stage)


def waiting_findings(uploads: Sequence[Upload]) -> list[Finding]:
    """What still wants a reason before these versions go: `explain` findings of their organisation whose
    inputs lie in them. Four queries. Empty where their stage lets reasons wait."""
    first = uploads[0]
    stage = Stage.objects.get(round_id=first.round_id, code=first.stage)
    if not stage.needs_reasons:
        return []
    found = findings_on(uploads).filter(severity=EXPLAIN, trial=False, waived__isnull=True)
    return unexplained(row for row in found if _rests_on(row, uploads))


def findings_on(uploads: Sequence[Upload]) -> QuerySet[Finding]:
    """The findings of the versions' own checks, and of their organisation across its returns and against its
    ICB's, now current."""
    first = uploads[0]
    pointers = CurrentRun.objects.filter(round_id=first.round_id, scope__in=Run.ACROSS, basis=LATEST)
    across = Finding.objects.filter(run__in=pointers.values("run_id"), organisation=first.organisation_id)
    runs = [upload.run_id for upload in uploads if upload.run_id]
    return Finding.objects.filter(run__in=runs) | across


def _set_aside(uploads: Sequence[Upload]) -> list[Finding]:
    """What was found in the versions, alone and across returns, and is waived."""
    found = findings_on(uploads).filter(waived__isnull=False)
    return [row for row in found if _rests_on(row, uploads)]


def _rests_on(finding: Finding, uploads: Sequence[Upload]) -> bool:
    wanted = {str(upload.pk) for upload in uploads}
    if finding.run_id in {upload.run_id for upload in uploads}:
        return True
    return any(entry.get("upload") in wanted for entry in finding.inputs)


def _must_be_ready(uploads: Sequence[Upload]) -> None:
    sentences = []
    stage = Stage.objects.get(round_id=uploads[0].round_id, code=uploads[0].stage)
    if not stage.is_open:
        sentences.append(f"The {stage.name.lower()} stage is closed. Ask your ICB to open it.")
    for upload in uploads:
        if upload.blocked:
            count = upload.counts.get(BLOCK, 0)
            sentences.append(f"The {upload.return_kind} return has {count} things to put right first.")
    current = {row.upload for row in current_versions(uploads[0].round_id, [uploads[0].organisation_id])}
    for upload in uploads:
        if not upload.blocked and str(upload.pk) not in current:
            sentences.append(
                f"Version {upload.number} of the {upload.return_kind} return is not the latest one."
            )
    if sentences:
        raise NotReady(sentences)
    wanting = waiting_findings(uploads)
    if wanting:
        need = "1 finding still needs" if len(wanting) == 1 else f"{len(wanting)} findings still need"
        raise NotReady([f"{need} a reason."], wanting)


def _lock(uploads: Sequence[Upload]) -> list[Upload]:
    """The organisation's row, then the versions as they are now."""
    odses = sorted({upload.organisation_id for upload in uploads})
    list(Organisation.objects.select_for_update().filter(pk__in=odses).order_by("pk"))
    return list(Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).order_by("return_kind"))


def _review(by: Scope, upload: Upload, outcome: str) -> Upload:
    held = _lock([upload])[0]
    by.must(REVIEW, board_of(held.organisation_id))
    _may_become(held, outcome)
    return held


def _submitter(upload: Upload) -> object:
    """The id of the person who handed the version over last; None where that was a machine. Names may change,
    and two people may share one."""
    receipts = Receipt.objects.filter(organisation_id=upload.organisation_id, round_id=upload.round_id)
    held = (row for row in receipts if any(given["upload"] == str(upload.pk) for given in row.returns))
    return next((receipt.by_id for receipt in held), None)


def _may_become(upload: Upload, state: str) -> None:
    if state not in MOVES.get(upload.state, set()):
        raise WrongState(upload, state)


def _must_not_be_held(upload: Upload) -> None:
    sentences = [f"A question is not closed: {place_of(question)}." for question in holding(upload)]
    if upload.blocked:
        things = wording.count(upload.counts.get(BLOCK, 0), "thing")
        sentences.append(
            f"{things} must be put right: a waiver has ended since it was submitted. Send it back."
        )
    if sentences:
        raise Held(sentences)


def _record(upload: Upload, by: Scope, state: str, note: str, cells: Sequence[dict[str, Any]] = ()) -> None:
    Upload.objects.filter(pk=upload.pk).update(
        state=state,
        reviewed_at=timezone.now(),
        reviewed_by=by.person,
        review_note=note,
        review_cells=list(cells),
    )


def _tell_preparers(upload: Upload, by: Scope, what: str, text: str) -> None:
    name = f"{upload.organisation_id} {upload.return_kind} return, version {upload.number}"
    address = reverse("upload_result", args=[upload.pk])
    people = preparers_of(upload.organisation_id)
    tell(people, subject=f"{what}: {name}", text=text, address=address, but=by.person)


def _judge_again(upload: Upload, *bases: str) -> None:
    judge_again(upload.round_id, upload.organisation_id, bases)
