"""What the task list of an organisation's returns shows: what is left, by when, and whether it arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse

from finance.positions import Position
from planning.foundation import wording
from planning.people.access import Scope
from planning.people.person import Appointment
from planning.people.roles import REVIEW, ROLES, SUBMIT, UPLOAD
from planning.plan.explaining import unexplained
from planning.plan.findings import EXPLAIN, Finding
from planning.plan.runs import LATEST
from planning.registry.organisations import Membership, Organisation
from planning.registry.place import Place
from planning.registry.rounds import RETURNS, Stage
from submissions import uploads
from submissions.uploads import HANDED_OVER, Receipt, Upload
from submissions.visible import evaluations_of, findings_of, positions_of, visible_receipts, visible_uploads
from submissions.wording import RETURN_NAMES, Status, status_of, version_name
from targets.evaluations import MET, NOT_ASSESSABLE, NOT_MET


@dataclass(frozen=True)
class ReturnTask:
    """One of the three returns at a stage: its latest version there and what it waits for."""

    kind: str
    asked: bool
    upload: Upload | None
    status: Status
    wanted: int  # reasons still to give
    ready: bool


def own_organisations(scope: Scope) -> list[Organisation]:
    """The bodies whose returns the asker prepares."""
    return sorted(scope.bodies, key=lambda body: body.ods)


def versions_of(scope: Scope, organisation: Organisation, place: Place) -> list[Upload]:
    """Every version and file of the round, newest first, one query."""
    rows = visible_uploads(scope).filter(round=place.round, organisation=organisation)
    return list(rows.select_related("uploaded_by").order_by("-received_at"))


def furthest(place: Place, versions: Sequence[Upload]) -> Place:
    """The place at the last stage that anything was sent for, else as it is: people come back to where they are."""
    sent = {row.stage for row in versions}
    reached = [stage for stage in place.stages if stage.code in sent]
    return replace(place, stage=reached[-1]) if reached else place


def wanting_reasons(scope: Scope, ods: str, round_code: str) -> list[Finding]:
    """The organisation's findings that still want a reason, two queries."""
    rows = findings_of(scope, round_code, basis=LATEST).filter(organisation_id=ods, severity=EXPLAIN)
    return unexplained(rows)


def returns_in(finding: Finding) -> set[str]:
    """The returns that a finding rests on, and so waits with."""
    return (
        {finding.return_kind}
        if finding.return_kind
        else {i["return"] for i in finding.inputs if i.get("return")}
    )


def tasks(place: Place, versions: Sequence[Upload], wanting: Sequence[Finding]) -> list[ReturnTask]:
    """The three returns of the stage, in their order."""
    waits = Counter(kind for finding in wanting for kind in returns_in(finding))
    return [_task(place, kind, versions, waits[kind]) for kind in RETURNS]


def _task(place: Place, kind: str, versions: Sequence[Upload], waits: int) -> ReturnTask:
    asked = kind in place.stage.returns
    upload = next(
        (row for row in versions if row.return_kind == kind and row.stage == place.stage.code), None
    )
    status = status_of(upload, waits, place.stage.needs_reasons)
    if upload is None and not asked:
        later = place.first_that_asks_for(kind)
        status = Status(f"Not needed until {later.name.lower()}" if later else "Not needed")
    reasons_wait = bool(waits and place.stage.needs_reasons)
    movable = upload is not None and upload.state in (uploads.CHECKED, uploads.SENT_BACK)
    ready = movable and upload is not None and not upload.blocked and not reasons_wait
    return ReturnTask(kind, asked, upload, status, waits, ready)


def returns_page(
    scope: Scope,
    place: Place,
    organisation: Organisation,
    bodies: list[Organisation],
    now: datetime,
    versions: Sequence[Upload],
) -> dict[str, Any]:
    """Everything the page says, of the versions that were found. Six queries, whatever their number."""
    wanting = wanting_reasons(scope, organisation.ods, place.round.code)
    listed = tasks(place, versions, wanting)
    receipts = list(visible_receipts(scope).filter(round=place.round, organisation=organisation))
    outcomes = Counter(
        evaluations_of(scope, place.round.code, basis=LATEST)
        .filter(organisation=organisation, run__scope="organisation")
        .values_list("outcome", flat=True)
    )
    position = positions_of(scope, place.round.code, basis=LATEST).filter(organisation=organisation).first()
    return {
        "organisation": organisation,
        "bodies": _choices(bodies, organisation, place),
        "stages": _stages(place, organisation),
        "lead": lead(place, listed, now),
        "next_stage": next_stage(place, listed, organisation),
        "steps": not versions,
        "closed": not place.stage.is_open,
        "sent_back": [
            _sent_back(task.upload)
            for task in listed
            if task.upload and task.upload.state == uploads.SENT_BACK
        ],
        "returns": [_item(task, place, organisation) for task in listed],
        "workbooks": [_workbook(task, place, organisation) for task in listed],
        "reasons": _reasons(place, wanting, listed),
        "handing_over": _handing_over(place, listed, organisation),
        "may_upload": scope.may(UPLOAD, organisation.ods) and place.stage.is_open,
        "may_submit": scope.may(SUBMIT, organisation.ods),
        "upload_address": _with(reverse("upload", args=[place.round.code]), place, organisation),
        "submit_address": _with(reverse("submit", args=[place.round.code]), place, organisation),
        "targets": _targets(outcomes),
        "targets_address": reverse("targets", args=[place.round.code]),
        "position": _position(position),
        "dates": _dates(place, now),
        "people": _people(organisation),
        "versions": [version_row(row, place) for row in versions],
        "receipts": [_receipt(row) for row in receipts],
    }


def lead(place: Place, listed: Sequence[ReturnTask], now: datetime) -> str:
    """`Due Monday 20 February 2023 at 5pm, in 2 hours. 1 of 2 is with the ICB.` Counts what the stage asks for."""
    asked = [task for task in listed if task.asked]
    over = sum(1 for task in asked if task.upload and task.upload.state in HANDED_OVER)
    if asked and all(task.upload and task.upload.state == uploads.ACCEPTED for task in asked):
        return f"{_due_words(place.stage, now)} The ICB has accepted every return of this stage."
    sentence = (
        f"{_due_words(place.stage, now)} {over} of {len(asked)} {'is' if over == 1 else 'are'} with the ICB."
    )
    if not place.stage.is_open:
        return f"{sentence} This stage is closed."
    if now > place.stage.due_at and over < len(asked):
        left = len(asked) - over
        sentence += f" You can still send {'it' if len(asked) == 1 else 'the other' if left == 1 else 'what is left'};"
        sentence += " it will be marked late."
    return sentence


def _due_words(stage: Stage, now: datetime) -> str:
    due = f"{wording.day(stage.due_at)} at {wording.clock(stage.due_at)}"
    begin = "Due" if now <= stage.due_at else "It was due on"
    return f"{begin} {due}, {wording.until(stage.due_at, now)}."


def next_stage(
    place: Place, listed: Sequence[ReturnTask], organisation: Organisation
) -> dict[str, str] | None:
    """Where to go on once the ICB has accepted all that this stage asks for."""
    asked = [task for task in listed if task.asked]
    if not asked or any(not task.upload or task.upload.state != uploads.ACCEPTED for task in asked):
        return None
    later = [stage for stage in place.stages if stage.position > place.stage.position and stage.is_open]
    if not later:
        return None
    address = reverse("returns", args=[place.round.code])
    return {
        "text": f"{later[0].name}: due {wording.moment(later[0].due_at)}",
        "address": f"{address}?stage={later[0].code}&organisation={organisation.ods}",
    }


def _with(address: str, place: Place, organisation: Organisation) -> str:
    return f"{address}?stage={place.stage.code}&organisation={organisation.ods}"


def _choices(bodies: list[Organisation], chosen: Organisation, place: Place) -> list[dict[str, Any]]:
    return [{"value": body.ods, "text": body.name, "selected": body == chosen} for body in bodies]


def _stages(place: Place, organisation: Organisation) -> list[dict[str, Any]]:
    address = reverse("returns", args=[place.round.code])
    return [
        {
            "name": stage.name,
            "address": f"{address}?stage={stage.code}&organisation={organisation.ods}",
            "current": stage == place.stage,
        }
        for stage in place.stages
    ]


def _sent_back(upload: Upload) -> dict[str, str]:
    return {
        "title": f"{RETURN_NAMES[upload.return_kind]} {version_name(upload)} was sent back",
        "note": upload.review_note,
        "address": reverse("upload_result", args=[upload.pk]),
    }


def _item(task: ReturnTask, place: Place, organisation: Organisation) -> dict[str, Any]:
    """One row of the task list; a return without a version leads to the upload page."""
    upload = task.upload
    item: dict[str, Any] = {"heading": {"text": RETURN_NAMES[task.kind]}, "status": task.status.item}
    if upload is not None:
        item["href"] = reverse("upload_result", args=[upload.pk])
        by = f" by {upload.uploader}" if upload.uploader else ""
        said = version_name(upload).capitalize()
        late = " · late" if upload.late else ""
        item["hint"] = {"text": f"{said}{by}, {wording.moment(upload.received_at)}{late}"}
    elif task.asked and place.stage.is_open:
        item["href"] = _with(reverse("upload", args=[place.round.code]), place, organisation)
    return item


def _workbook(task: ReturnTask, place: Place, organisation: Organisation) -> dict[str, str]:
    address = reverse("template", args=[place.round.code, organisation.ods, task.kind])
    return {"text": f"{RETURN_NAMES[task.kind]} workbook (Excel)", "address": address}


def _reasons(place: Place, wanting: Sequence[Finding], listed: Sequence[ReturnTask]) -> list[dict[str, Any]]:
    left = len(wanting)
    anything = any(task.upload for task in listed)
    said = Status(f"{left} to give", "orange") if left else Status("None wanted" if anything else "None yet")
    item: dict[str, Any] = {"heading": {"text": "Give reasons for findings"}, "status": said.item}
    if not place.stage.needs_reasons and left:
        item["hint"] = {"text": "This stage can be submitted without them."}
    if left:
        chosen = "faults" if all(finding.kind == "check" for finding in wanting) else "plan"
        item["href"] = reverse("findings", args=[place.round.code]) + f"?list={chosen}&reason=wanted"
    return [item]


def _handing_over(
    place: Place, listed: Sequence[ReturnTask], organisation: Organisation
) -> list[dict[str, Any]]:
    left = [task for task in listed if task.asked and not (task.upload and task.upload.state in HANDED_OVER)]
    ready = [task for task in listed if task.ready]
    item: dict[str, Any] = {"heading": {"text": "Check and submit to the ICB"}}
    if ready:
        words = [RETURN_NAMES[task.kind].lower() for task in ready]
        item["hint"] = {"text": f"You can submit {wording.names(words)}."}
        item["href"] = _with(reverse("submit", args=[place.round.code]), place, organisation)
        item["status"] = Status("Ready", "aqua-green").item
    elif left:
        words = [RETURN_NAMES[task.kind].lower() for task in left]
        item["hint"] = {
            "text": f"After {wording.names(words)} {'is' if len(words) == 1 else 'are'} ready to submit."
        }
        item["status"] = Status("Cannot start yet").item
    else:
        item["status"] = Status("Submitted").item
    return [item]


def _targets(outcomes: Counter[str]) -> str:
    if not outcomes:
        return "Nothing has been checked yet."
    return f"{outcomes[MET]} met, {outcomes[NOT_MET]} not met, {outcomes[NOT_ASSESSABLE]} not assessable"


def _position(position: Position | None) -> str:
    if position is None or position.adjusted is None:
        return "Not known until a finance return has been checked."
    word = "Surplus" if position.adjusted > 0 else "Deficit" if position.adjusted < 0 else "Breakeven"
    return f"{word}: {wording.figure(position.adjusted, '£000')}"


def _dates(place: Place, now: datetime) -> list[dict[str, Any]]:
    return [
        {"key": {"text": stage.name}, "value": {"text": f"{_due(stage, now)}: {_asks(stage.returns)}"}}
        for stage in place.stages
    ]


def _due(stage: Stage, now: datetime) -> str:
    return f"{wording.moment(stage.due_at)} ({wording.until(stage.due_at, now)})"


def _asks(returns: Sequence[str]) -> str:
    return wording.names([RETURN_NAMES[kind].lower() for kind in RETURNS if kind in returns])


def _people(organisation: Organisation) -> list[dict[str, Any]]:
    """The host system and who there reviews returns, one query."""
    hosts = Membership.objects.filter(organisation=organisation, role=Membership.HOST).values("system_id")
    boards = Appointment.objects.filter(organisation__in=hosts) if organisation.is_trust else None
    rows = boards if boards is not None else Appointment.objects.filter(organisation=organisation)
    reviewers = [
        row for row in rows.select_related("person", "organisation") if REVIEW in ROLES[row.role].acts
    ]
    return [
        {
            "key": {"text": f"{row.get_role_display()}, {row.organisation.short_name}"},
            "value": {"text": f"{row.person.name}, {row.person.email}"},
        }
        for row in reviewers
    ]


def version_row(upload: Upload, place: Place) -> dict[str, Any]:
    stage = place.stage_named(upload.stage)
    return {
        "return": RETURN_NAMES[upload.return_kind],
        "version": str(upload.number or "–"),
        "stage": stage.name if stage else upload.stage,
        "by": upload.uploader,
        "received": wording.moment(upload.received_at),
        "late": upload.late,
        "status": status_of(upload),
        "address": reverse("upload_result", args=[upload.pk]),
        "file": reverse("upload_file", args=[upload.pk]),
        "file_name": upload.file_name,
    }


def _receipt(receipt: Receipt) -> dict[str, str]:
    kinds = wording.names([RETURN_NAMES[row["return"]].lower() for row in receipt.returns])
    return {
        "reference": receipt.reference,
        "at": wording.moment(receipt.at),
        "returns": kinds,
        "address": reverse("receipt", args=[receipt.pk]),
    }
