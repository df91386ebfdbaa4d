"""Versions: what was received for a return, how far it has come, its bytes, and handing it over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import FileResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.described import identity, text, thing, time, whole, yes_or_no
from planning.api.filters import ORGANISATION, RETURN, organisation_asked, stage_asked
from planning.foundation.asking import PAGED, Asked, Parameter
from planning.foundation.paging import Keyset, enveloped, identifier, moment, paged
from planning.foundation.policy import SUBMIT
from planning.foundation.problems import Problem, not_found
from planning.foundation.rest import route
from planning.people.access import NotAllowed, Scope, scope_of
from submissions.api.counts import SEVERITIES, Counts, counts_for
from submissions.api.versions import current_of
from submissions.lifecycle import NotReady, WrongState, submit
from submissions.uploads import STATES, Upload
from submissions.visible import visible_uploads

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_STAGE = Parameter("stage", "Only versions made for that stage.")
CURRENT = Parameter(
    "current", "`true`: only the versions that count; `false`: only the others.", ("true", "false")
)
NEWEST_FIRST = Keyset(("received_at", "id"), (moment, identifier), descending=True)
COUNTS = thing("Counts", {name: whole() for name in SEVERITIES}, allow_null=True)
FAULT = thing("UploadError", {"code": text("the same as on the pages"), "message": text()}, allow_null=True)
WITHDRAWAL = thing(
    "Withdrawal",
    {"reason": text(), "by": text("the person who withdrew it"), "at": time(null=False)},
    allow_null=True,
)
TIMES = thing(
    "Times",
    {
        "received": time("this one counts for the deadline", null=False),
        "checked": time(),
        "submitted": time(),
        "reviewed": time("accepted or sent back"),
    },
)
UPLOAD_FIELDS = {
    "id": identity(),
    "round": text(),
    "organisation": text(),
    "return": text(),
    "stage": text("the stage that it was made for"),
    "version": whole("numbered through all stages once it has been read; null before", null=True),
    "file_name": text(),
    "size": whole("bytes"),
    "sha256": text(),
    "state": text(f"{', '.join(f'`{state}`' for state in STATES[:-1])} or `{STATES[-1]}`"),
    "current": yes_or_no("the latest version that nothing blocks: what all results are made from"),
    "late": yes_or_no("received after the stage's deadline"),
    "counts": COUNTS,
    "waived": whole("findings of its own checks that a waiver sets aside: they stand in no count", null=True),
    "error": FAULT,
    "withdrawal": WITHDRAWAL,
    "uploaded_by": text("the person or client"),
    "times": TIMES,
}
UPLOADS = thing("Upload", UPLOAD_FIELDS, many=True)
UPLOAD = UPLOADS.child


@route(
    "GET",
    says="Versions\nThe versions of a round that the asker may see, newest first.",
    tag="uploads",
    gives=paged("UploadPage", UPLOADS),
    parameters=(ORGANISATION, RETURN, AT_STAGE, CURRENT, *PAGED),
)
def uploads(request: Request, asked: Asked, round_code: str) -> Response:
    scope, stage = scope_of(request), stage_asked(asked, round_code)
    current = current_of(scope, round_code)
    rows = visible_uploads(scope).filter(_filters(asked, stage, current), round_id=round_code)
    page = NEWEST_FIRST.page(rows.select_related("uploaded_by", "withdrawn_by"), asked)
    counts = counts_for(scope, page.rows)
    listed = [shown(row, row.pk in current, counts[row.pk]) for row in page.rows]
    return Response(enveloped(request, page, listed))


@route("GET", says="One version\nHow far it has come and what was found.", tag="uploads", gives=UPLOAD)
def upload(request: Request, asked: Asked, upload_id: UUID) -> Response:
    scope = scope_of(request)
    found = visible_upload(scope, upload_id)
    return Response(as_it_stands(scope, found))


@route(
    "GET",
    says="A version's file\nThe bytes as they were received.",
    tag="uploads",
    gives={(200, WORKBOOK): OpenApiTypes.BINARY},
)
def upload_file(request: Request, asked: Asked, upload_id: UUID) -> HttpResponseBase:
    found = visible_upload(scope_of(request), upload_id)
    if not found.file.name or not found.file.storage.exists(found.file.name):
        raise Problem(404, "file_not_kept", "The bytes of this file are no longer kept: it was rejected.")
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.download_name, content_type=WORKBOOK
    )


@route(
    "POST",
    says="""Hand a version over
    Refused with 409 while anything of it blocks or lacks a reason; `reasons` says what. Answers with the version
    as it then stands.""",
    tag="uploads",
    gives=UPLOAD,
    problems=(409,),
    scope=SUBMIT,
)
def submit_upload(request: Request, asked: Asked, upload_id: UUID) -> Response:
    scope = scope_of(request)
    found = visible_upload(scope, upload_id)
    try:
        submit(by=scope, uploads=[found])
    except NotAllowed as error:
        raise Problem(403, "not_allowed", str(error)) from error
    except WrongState as error:
        raise Problem(409, "wrong_state", str(error), reasons=[str(error)]) from error
    except NotReady as error:
        raise Problem(409, "not_ready", str(error), reasons=error.sentences) from error
    found = visible_upload(scope, upload_id)
    return Response(as_it_stands(scope, found))


def visible_upload(scope: Scope, upload_id: UUID) -> Upload:
    """One version by its id, one query. Raises Problem 404."""
    found = visible_uploads(scope).filter(pk=upload_id).select_related("uploaded_by", "withdrawn_by").first()
    if found is None:
        raise not_found("version")
    return found


def as_it_stands(scope: Scope, row: Upload) -> dict[str, Any]:
    """One version with what it takes to say how it stands."""
    return shown(row, row.pk in current_of(scope, row.round_id), counts_for(scope, [row])[row.pk])


def shown(row: Upload, current: bool, counts: Counts | None) -> dict[str, Any]:
    """A version as the API gives it."""
    error = {"code": row.error_code, "message": row.error_message} if row.error_code else None
    return {
        "id": row.id,
        "round": row.round_id,
        "organisation": row.organisation_id,
        "return": row.return_kind,
        "stage": row.stage,
        "version": row.number,
        "file_name": row.file_name,
        "size": row.size,
        "sha256": row.sha256,
        "state": row.state,
        "current": current,
        "late": row.late,
        "counts": counts,
        "waived": None if counts is None else row.counts.get("waived", 0),
        "error": error,
        "withdrawal": _withdrawal(row),
        "uploaded_by": row.uploader,
        "times": {
            "received": row.received_at,
            "checked": row.checked_at,
            "submitted": row.submitted_at,
            "reviewed": row.reviewed_at,
        },
    }


def _withdrawal(row: Upload) -> dict[str, Any] | None:
    if row.withdrawn_at is None:
        return None
    by = row.withdrawn_by.name if row.withdrawn_by is not None else ""
    return {"reason": row.withdrawal, "by": by, "at": row.withdrawn_at}


def _filters(asked: Asked, stage: str, current: set[UUID]) -> Q:
    condition = Q()
    if organisation := organisation_asked(asked):
        condition &= Q(organisation_id=organisation)
    if asked["return"]:
        condition &= Q(return_kind=asked["return"])
    if stage:
        condition &= Q(stage=stage)
    if asked["current"]:
        condition &= Q(pk__in=current) if asked["current"] == "true" else ~Q(pk__in=current)
    return condition
