"""What the pages of handing over, its receipt and the ICB's review show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.plan.explaining import explanations
from planning.plan.findings import BLOCK, EXPLAIN, NOTE, Finding
from planning.registry.organisations import Organisation
from planning.registry.place import Place
from submissions.deadlines import deadlines_of
from submissions.extensions import Extension
from submissions.named import named_for
from submissions.queries.extensions import extended
from submissions.queries.findings import code_of
from submissions.queries.people import named_said
from submissions.queries.questions import questions_of
from submissions.queries.reasons import reason_card
from submissions.queries.result import (
    WITHDRAWABLE,
    explain_card,
    facts,
    findings_across,
    findings_of_upload,
    note_row,
    waived_cards,
)
from submissions.queries.returns import ReturnTask, tasks, versions_of, wanting_reasons
from submissions.receipts import waived_words
from submissions.uploads import HANDED_OVER, READ, Receipt, Upload
from submissions.visible import visible_uploads
from submissions.wording import RETURN_NAMES, version_name

MOST_CHOICES = 60  # findings offered when a version is sent back; more are named by their cells


def submit_page(
    scope: Scope, place: Place, organisation: Organisation, asked: Collection[str]
) -> dict[str, Any]:
    """The versions that can go now, those that cannot yet and why, and those chosen. Three queries."""
    versions = versions_of(scope, organisation, place)
    listed = tasks(place, versions, wanting_reasons(scope, organisation.ods, place.round.code))
    ready = [task for task in listed if task.ready and task.upload is not None]
    chosen = [task for task in ready if str(task.upload.pk) in asked] if asked else ready  # type: ignore[union-attr]
    left = [task for task in listed if task.asked and not task.ready and not _gone(task)]
    return {
        "choices": [_choice(task, task in chosen) for task in ready],
        "left": [{"name": RETURN_NAMES[task.kind], "status": task.status.text} for task in left],
        "chosen": [_summary(task.upload) for task in chosen if task.upload is not None],
        "wanted": sum(task.wanted for task in chosen) if not place.stage.needs_reasons else 0,
        "late": any(task.upload.late for task in chosen if task.upload is not None),
        "due": wording.moment(place.stage.due_at),
    }


def _gone(task: ReturnTask) -> bool:
    return task.upload is not None and task.upload.state in HANDED_OVER


def _choice(task: ReturnTask, checked: bool) -> dict[str, Any]:
    upload = task.upload
    received = wording.moment(upload.received_at) if upload is not None else ""
    said = f"{upload.file_name}, received {received}" if upload is not None else ""
    return {
        "value": str(upload.pk) if upload is not None else "",
        "text": f"{RETURN_NAMES[task.kind]}, {version_name(upload)}" if upload is not None else "",
        "hint": {"text": said},
        "checked": checked,
    }


def _summary(upload: Upload) -> dict[str, str]:
    return {
        "id": str(upload.pk),
        "name": RETURN_NAMES[upload.return_kind],
        "version": version_name(upload),
        "file": upload.file_name,
        "received": wording.moment(upload.received_at),
        "late": "yes" if upload.late else "",
        "sha256": upload.sha256,
        "address": reverse("upload_result", args=[upload.pk]),
    }


def receipt_page(receipt: Receipt, place: Place) -> dict[str, Any]:
    """The receipt in words; whether in time as it stands now, since more time may be granted afterwards. Two
    queries."""
    late = dict(
        Upload.objects.filter(pk__in=[row["upload"] for row in receipt.returns]).values_list("pk", "late")
    )
    deadlines = deadlines_of(receipt.round_id, [receipt.organisation_id])
    by = receipt.by.name if receipt.by is not None else receipt.by_client
    return {
        "receipt": receipt,
        "organisation": receipt.organisation,
        "at": wording.exact_moment(receipt.at),
        "by": by,
        "stage_name": place.stage.name,
        "rows": [
            _receipt_row(row)
            | _in_time(
                deadlines.extension(place.stage, receipt.organisation_id, row["return"]),
                late.get(UUID(row["upload"]), row.get("late")),
            )
            for row in receipt.returns
        ],
        "told": receipt.by.email if receipt.by is not None else "",
        "print_foot": receipt.reference,
    }


def _in_time(extension: Extension | None, late: bool | None) -> dict[str, str]:
    said = "Late" if late else "On time"
    return {"late": f"{said}, {extended(extension)}" if extension is not None else said}


def _receipt_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": RETURN_NAMES[row["return"]],
        "version": str(row["version"]),
        "file": row.get("file_name", ""),
        "sha256": row["sha256"],
        "people": [f"{part}: {names}" for part, names in named_said(row.get("people", {}))],
        "waived": [waived_words(entry) for entry in row.get("waived", ())],
        "address": reverse("upload_result", args=[row["upload"]]),
    }


def withdraw_page(scope: Scope, place: Place, upload: Upload) -> dict[str, Any]:
    """What counts once a version is withdrawn. One query."""
    others = visible_uploads(scope).filter(
        round=place.round,
        organisation=upload.organisation_id,
        return_kind=upload.return_kind,
        state__in=READ,
        blocked=False,
    )
    instead = others.exclude(pk=upload.pk).order_by("-received_at").first()
    is_latest = instead is None or instead.received_at < upload.received_at
    return {
        **facts(place, upload),
        "open": upload.state in WITHDRAWABLE,
        "counts": not upload.blocked and is_latest,
        "instead": {
            "name": version_name(instead),
            "received": wording.moment(instead.received_at),
            "address": reverse("upload_result", args=[instead.pk]),
        }
        if instead is not None
        else None,
        "result_address": reverse("upload_result", args=[upload.pk]),
    }


def review_page(scope: Scope, place: Place, upload: Upload) -> dict[str, Any]:
    """What the ICB weighs before it accepts or sends back: findings with their reasons, what is set aside, the
    questions that hold it, the people of the return, and what the note of sending back may be about. Five
    queries."""
    found = findings_of_upload(scope, upload) + findings_across(scope, upload)
    explain = sorted(
        (row for row in found if row.severity == EXPLAIN and row.is_counted), key=lambda r: -r.size
    )
    questions = questions_of(scope, upload)
    known = explanations(explain, scope)
    cards = [
        reason_card(scope, row, known[row.pk], {**explain_card(row, known[row.pk]), "who": ""})
        for row in explain
    ]
    return {
        **facts(place, upload),
        "cards": cards,
        "given": sum(1 for card in cards if card["given"]),
        "accepted": sum(1 for card in cards if card["accepted"]),
        "answering": any(card["may_answer"] for card in cards),
        "answer_address": f"{reverse('findings', args=[upload.round_id])}?reason=to_review"
        f"&organisation={upload.organisation_id}",
        "notes": [note_row(row) for row in found if row.severity == NOTE and not row.waived],
        "waived": waived_cards(found),
        "questions": questions,
        "holding": [row for row in questions if row["open"]],
        "question_choices": [
            {"value": row["id"], "text": row["about"], "hint": {"text": row["text"]}}
            for row in questions
            if row["open"]
        ],
        "choices": [_cell_choice(row) for row in _askable(found)],
        "people": [
            {"key": {"text": part}, "value": {"text": names}}
            for part, names in named_said(_named(upload)[upload.return_kind])
        ],
        "ask_address": reverse("ask", args=[upload.pk]),
        "result_address": reverse("upload_result", args=[upload.pk]),
    }


def _named(upload: Upload) -> dict[str, dict[str, list[str]]]:
    return named_for(upload.round_id, upload.organisation_id, [upload.return_kind])


def _askable(found: Sequence[Finding]) -> list[Finding]:
    """The findings that a note may be about, the gravest first; what is set aside or on trial is none of them."""
    order = (BLOCK, EXPLAIN, NOTE)
    counted = sorted((row for row in found if row.is_counted), key=lambda row: order.index(row.severity))
    return counted[:MOST_CHOICES]


def _cell_choice(finding: Finding) -> dict[str, Any]:
    place = f"{finding.sheet}, cell {finding.cell}" if finding.cell else finding.sheet
    return {
        "value": str(finding.pk),
        "text": finding.message,
        "hint": {"text": ", ".join(word for word in (code_of(finding), place) if word)},
    }
