"""What the task list of an organisation's returns shows: what is left, by when, and whether it arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Subquery
from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.people.roles import SUBMIT, UPLOAD
from planning.plan.explaining import unexplained
from planning.plan.findings import EXPLAIN, Finding
from planning.plan.runs import LATEST
from planning.registry.organisations import Organisation
from planning.registry.place import Place
from planning.registry.rounds import RETURNS, Stage
from submissions import uploads
from submissions.deadlines import Deadlines
from submissions.extensions import GRANTED
from submissions.queries.extensions import extended_of_body, more_time_rows
from submissions.queries.people import About, people_about, preparers_said, prepares, reviewers_said
from submissions.queries.sent_back import cells_sent_back
from submissions.uploads import HANDED_OVER, READ, Receipt, Upload
from submissions.visible import (
    evaluations_of,
    findings_of,
    positions_of,
    visible_extensions,
    visible_receipts,
    visible_uploads,
)
from submissions.wording import RETURN_NAMES, Status, state_of, status_of, version_name
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
    return list(rows.select_related("uploaded_by", "same_as").order_by("-received_at"))


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
    sent = [row for row in versions if row.return_kind == kind and row.stage == place.stage.code]
    upload = next(iter(sorted(sent, key=_is_withdrawn)), None)
    status = status_of(upload, waits, place.stage.needs_reasons)
    if upload is None and not asked:
        later = place.first_that_asks_for(kind)
        status = Status(f"Not needed until {later.name.lower()}" if later else "Not needed")
    reasons_wait = bool(waits and place.stage.needs_reasons)
    movable = upload is not None and upload.state in (uploads.CHECKED, uploads.SENT_BACK)
    ready = movable and upload is not None and not upload.blocked and not reasons_wait
    return ReturnTask(kind, asked, upload, status, waits, ready)


def _is_withdrawn(upload: Upload) -> bool:
    """What was withdrawn is shown where nothing else was sent: what stands comes first."""
    return upload.state == uploads.WITHDRAWN


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
    outcomes, adjusted = _standing(scope, place, organisation)
    asked = list(
        visible_extensions(scope)
        .filter(round=place.round, organisation=organisation)
        .select_related("asked_by", "decided_by")
    )
    deadlines = Deadlines(tuple(row for row in asked if row.state == GRANTED))
    due = due_of(place, listed, deadlines, organisation.ods)
    people = people_about(place.round.code, organisation)
    return {
        "organisation": organisation,
        "bodies": _choices(bodies, organisation, place),
        "stages": _stages(place, organisation),
        "lead": lead(place, listed, now, due),
        "more_time": more_time_rows(asked, place),
        "more_time_address": _with(reverse("more_time", args=[place.round.code]), place, organisation)
        if _may_ask(scope, place, organisation, listed)
        else "",
        "next_stage": next_stage(place, listed, organisation),
        "steps": not versions,
        "closed": not place.stage.is_open,
        "sent_back": [
            _sent_back(task.upload)
            for task in listed
            if task.upload and task.upload.state == uploads.SENT_BACK
        ],
        "returns": [_item(task, place, organisation, people) for task in mine_first(listed, people, scope)],
        "workbooks": [_workbook(task.kind, place, organisation, versions) for task in listed],
        "reasons": _reasons(place, wanting, listed),
        "handing_over": _handing_over(place, listed, organisation),
        "may_upload": scope.may(UPLOAD, organisation.ods) and place.stage.is_open,
        "may_submit": scope.may(SUBMIT, organisation.ods),
        "upload_address": _with(reverse("upload", args=[place.round.code]), place, organisation),
        "unsent_address": _with(reverse("unsent", args=[place.round.code]), place, organisation),
        "submit_address": _with(reverse("submit", args=[place.round.code]), place, organisation),
        "targets": _targets(outcomes),
        "targets_address": reverse("targets", args=[place.round.code]),
        "position": _position(adjusted),
        "dates": _dates(place, now, deadlines, organisation.ods),
        "people": reviewers_said(people),
        "people_address": f"{reverse('people', args=[place.round.code])}?organisation={organisation.ods}",
        "stands": stands(place, versions) if versions else [],
        "stage_names": [stage.name for stage in place.stages],
        "versions": [version_row(row, place) for row in versions],
        "receipts": [_receipt(row) for row in receipts],
    }


def due_of(place: Place, listed: Sequence[ReturnTask], deadlines: Deadlines, ods: str) -> datetime:
    """The next deadline of what the stage asks for and the ICB does not have yet; of all of it once it has."""
    left = [task for task in listed if task.asked and not (task.upload and task.upload.state in HANDED_OVER)]
    asked = [task for task in listed if task.asked]
    return min(
        (deadlines.due(place.stage, ods, task.kind) for task in left or asked), default=place.stage.due_at
    )


def _may_ask(scope: Scope, place: Place, organisation: Organisation, listed: Sequence[ReturnTask]) -> bool:
    left = [task for task in listed if task.asked and not (task.upload and task.upload.state in HANDED_OVER)]
    return scope.may(SUBMIT, organisation.ods) and place.stage.is_open and bool(left)


def _standing(scope: Scope, place: Place, organisation: Organisation) -> tuple[Counter[str], float | None]:
    """How its targets came out, and its adjusted position, £000. One query: every judgement that gives a
    position evaluates the targets too."""
    position = positions_of(scope, place.round.code, basis=LATEST).filter(organisation=organisation)
    rows = (
        evaluations_of(scope, place.round.code, basis=LATEST)
        .filter(organisation=organisation, run__scope="organisation")
        .values_list("outcome", Subquery(position.values("adjusted")[:1]))
    )
    found = list(rows)
    return Counter(outcome for outcome, _ in found), found[0][1] if found else None


def lead(place: Place, listed: Sequence[ReturnTask], now: datetime, due: datetime) -> str:
    """`Due Monday 20 February 2023 at 5pm, in 2 hours. 1 of 2 is with the ICB.` Counts what the stage asks for."""
    asked = [task for task in listed if task.asked]
    over = sum(1 for task in asked if task.upload and task.upload.state in HANDED_OVER)
    if asked and all(task.upload and task.upload.state == uploads.ACCEPTED for task in asked):
        return f"{_due_words(due, now)} The ICB has accepted every return of this stage."
    sentence = f"{_due_words(due, now)} {over} of {len(asked)} {'is' if over == 1 else 'are'} with the ICB."
    if not place.stage.is_open:
        return f"{sentence} This stage is closed."
    if now > due and over < len(asked):
        left = len(asked) - over
        sentence += f" You can still send {'it' if len(asked) == 1 else 'the other' if left == 1 else 'what is left'};"
        sentence += " it will be marked late."
    return sentence


def _due_words(due: datetime, now: datetime) -> str:
    begin = "Due" if now <= due else "It was due on"
    return f"{begin} {wording.day(due)} at {wording.clock(due)}, {wording.until(due, now)}."


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


def _sent_back(upload: Upload) -> dict[str, Any]:
    return {
        "title": f"{RETURN_NAMES[upload.return_kind]} {version_name(upload)} was sent back",
        "note": upload.review_note,
        "cells": cells_sent_back(upload),
        "address": reverse("upload_result", args=[upload.pk]),
    }


def mine_first(listed: Sequence[ReturnTask], people: Sequence[About], scope: Scope) -> list[ReturnTask]:
    """The returns that the asker is named as preparing before the others."""
    return sorted(listed, key=lambda task: not prepares(people, task.kind, scope.person))


def _item(
    task: ReturnTask, place: Place, organisation: Organisation, people: Sequence[About]
) -> dict[str, Any]:
    """One row of the task list; a return without a version leads to the upload page."""
    upload = task.upload
    item: dict[str, Any] = {"heading": {"text": RETURN_NAMES[task.kind]}, "status": task.status.item}
    hints = []
    if upload is not None:
        item["href"] = reverse("upload_result", args=[upload.pk])
        by = f" by {upload.uploader}" if upload.uploader else ""
        said = version_name(upload).capitalize()
        late = " · late" if upload.late else ""
        hints.append(f"{said}{by}, {wording.moment(upload.received_at)}{late}")
    elif task.asked and place.stage.is_open:
        item["href"] = _with(reverse("upload", args=[place.round.code]), place, organisation)
    hints.append(preparers_said(people, task.kind))
    if any(hints):
        words = " · ".join(hint for hint in hints if hint)
        item["hint"] = {"text": words[0].upper() + words[1:]}
    return item


def _workbook(
    kind: str, place: Place, organisation: Organisation, versions: Sequence[Upload]
) -> dict[str, str]:
    """Where to get a return's workbook: blank, and with the figures of the last version whose figures were kept."""
    address = reverse("template", args=[place.round.code, organisation.ods, kind])
    kept = [
        row for row in versions if row.return_kind == kind and row.state in uploads.READ and not row.blocked
    ]
    last = max(kept, key=lambda row: row.number or 0, default=None)
    return {
        "return": RETURN_NAMES[kind].lower(),
        "text": f"{RETURN_NAMES[kind]} workbook (Excel)",
        "address": address,
        "last": f"version {last.number}" if last else "",
        "last_address": f"{address}?prefill=last",
    }


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


def _position(adjusted: float | None) -> str:
    if adjusted is None:
        return "Not known until a finance return has been checked."
    word = "Surplus" if adjusted > 0 else "Deficit" if adjusted < 0 else "Breakeven"
    return f"{word}: {wording.figure(adjusted, '£000')}"


def _dates(place: Place, now: datetime, deadlines: Deadlines, ods: str) -> list[dict[str, Any]]:
    rows = []
    for stage in place.stages:
        words = [f"{_due(stage, now)}: {_asks(stage.returns)}", *extended_of_body(deadlines, stage, ods)]
        rows.append({"key": {"text": stage.name}, "value": {"text": ". ".join(words)}})
    return rows


def _due(stage: Stage, now: datetime) -> str:
    return f"{wording.moment(stage.due_at)} ({wording.until(stage.due_at, now)})"


def _asks(returns: Sequence[str]) -> str:
    return wording.names([RETURN_NAMES[kind].lower() for kind in RETURNS if kind in returns])


def stands(place: Place, versions: Sequence[Upload]) -> list[dict[str, Any]]:
    """Of each return the version that stands at each stage: the latest handed over there, else the latest that
    nothing blocks. `versions` are newest first."""
    return [
        {
            "name": RETURN_NAMES[kind],
            "cells": [_stands_at(stage, kind, versions) for stage in place.stages],
        }
        for kind in RETURNS
    ]


def _stands_at(stage: Stage, kind: str, versions: Sequence[Upload]) -> dict[str, Any]:
    there = [
        row
        for row in versions
        if (row.stage, row.return_kind) == (stage.code, kind) and row.state in READ and not row.blocked
    ]
    standing = next((row for row in there if row.state in HANDED_OVER), next(iter(there), None))
    if standing is None:
        return {"text": "Nothing yet" if kind in stage.returns else "Not asked for"}
    return {
        "text": version_name(standing).capitalize(),
        "address": reverse("upload_result", args=[standing.pk]),
        "status": Status("Not submitted", "grey")
        if standing.state == uploads.CHECKED
        else status_of(standing),
        "at": wording.moment(standing.submitted_at or standing.received_at),
    }


def version_row(upload: Upload, place: Place) -> dict[str, Any]:
    stage = place.stage_named(upload.stage)
    return {
        "return": RETURN_NAMES[upload.return_kind],
        "version": str(upload.number or "–"),
        "stage": stage.name if stage else upload.stage,
        "by": upload.uploader,
        "received": wording.moment(upload.received_at),
        "late": upload.late,
        "status": state_of(upload),
        "withdrawal": upload.withdrawal,
        "same": f"same figures as {version_name(upload.same_as)}" if upload.same_as is not None else "",
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
