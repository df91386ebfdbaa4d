"""Sending workbooks: one or several at once, each recognised by what it says it is."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from planning.people.access import NotAllowed, Scope, scope_of
from planning.people.roles import UPLOAD
from planning.registry.organisations import Organisation
from planning.registry.place import Place
from submissions.mappings import Mapping
from submissions.reader import ReaderFailed
from submissions.receive import StageClosed, TooLarge, clean_name, receive, recognise
from submissions.refusals import Refused
from submissions.uploads import Upload
from submissions.views.asking import crumbs, own_or_404, place_or_404
from submissions.visible import visible_uploads
from submissions.wording import RETURN_NAMES, status_of

logger = logging.getLogger(__name__)
BUSY = "We could not open the workbook just now. The fault is ours: try again in a few minutes."
SENT = "files sent"  # where the session keeps what became of the last files
MOST_FILES = 12


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def upload(request: HttpRequest, round: str) -> HttpResponse:
    """The form; sending it ends on the result of the one file, or on a page that lists them all."""
    scope = scope_of(request)
    organisation, _ = own_or_404(request, scope)
    place = place_or_404(round, request.POST.get("stage") or request.GET.get("stage") or "")
    if not scope.may(UPLOAD, organisation.ods):
        raise PermissionDenied("Uploading is for those who prepare the return.")
    if request.method != "POST":
        return _form(request, place, organisation)
    files = request.FILES.getlist("files")
    if not files:
        return _form(request, place, organisation, "Choose the workbooks to upload")
    if len(files) > MOST_FILES:
        return _form(request, place, organisation, f"Choose {MOST_FILES} workbooks or fewer")
    outcomes = [_send(scope, place, file) for file in files]
    if len(outcomes) == 1:
        if outcomes[0]["upload"]:
            return redirect("upload_result", outcomes[0]["upload"])
        return _form(request, place, organisation, outcomes[0]["message"])
    request.session[SENT] = outcomes
    return redirect(
        f"{reverse('upload_sent', args=[round])}?stage={place.stage.code}&organisation={organisation.ods}"
    )


@require_safe
@login_required
def sent(request: HttpRequest, round: str) -> HttpResponse:
    """What became of each of several files."""
    scope = scope_of(request)
    place = place_or_404(round, request.GET.get("stage", ""))
    outcomes = request.session.get(SENT, [])
    kept = (
        visible_uploads(scope)
        .select_related("organisation")
        .in_bulk([outcome["upload"] for outcome in outcomes if outcome["upload"]])
    )
    rows = [
        _row(outcome, kept.get(UUID(outcome["upload"])) if outcome["upload"] else None)
        for outcome in outcomes
    ]
    address = f"{reverse('returns', args=[round])}?stage={place.stage.code}"
    context = {
        "round": place.round,
        "caption": place.caption,
        "breadcrumbs": crumbs(("Your planning returns", address)),
        "rows": rows,
        "received": sum(1 for row in rows if row["address"]),
        "upload_address": f"{reverse('upload', args=[round])}?stage={place.stage.code}",
        "returns_address": address,
    }
    return render(request, "upload_sent.jinja", context)


def _form(request: HttpRequest, place: Place, organisation: Organisation, error: str = "") -> HttpResponse:
    address = f"{reverse('returns', args=[place.round.code])}?stage={place.stage.code}&organisation={organisation.ods}"
    context = {
        "round": place.round,
        "stage": place.stage,
        "stages": [
            {"value": stage.code, "text": stage.name, "checked": stage == place.stage}
            for stage in place.stages
            if stage.is_open
        ],
        "caption": place.caption,
        "breadcrumbs": crumbs(("Your planning returns", address)),
        "organisation": organisation,
        "error": error,
        "errors": [{"text": error, "href": "#files"}] if error else [],
        "fill_address": reverse("fill", args=[place.round.code])
        + f"?stage={place.stage.code}&organisation={organisation.ods}"
        if Mapping.objects.filter(round=place.round, retired=False).exists()
        else "",
        "workbooks": [
            {"text": name, "address": reverse("template", args=[place.round.code, organisation.ods, kind])}
            for kind, name in RETURN_NAMES.items()
        ],
    }
    return render(request, "upload.jinja", context)


def _send(scope: Scope, place: Place, file: UploadedFile) -> dict[str, Any]:
    """What became of one file: the id of its upload, or the sentence that refuses it."""
    name = clean_name(file.name or "")
    try:
        said = recognise(file)
    except Refused as refusal:
        return _refused(name, refusal)
    except TooLarge as error:
        return {"name": name, "upload": "", "message": str(error)}
    except ReaderFailed:
        logger.exception("A file sent by %s could not be opened", scope.name)
        return {"name": name, "upload": "", "message": BUSY}
    if said.round != place.round.code:
        return _refused(name, Refused("wrong_round", seen=said.round, expected=place.round.code))
    if not scope.may(UPLOAD, said.organisation):
        expected = " or ".join(sorted(scope.own))
        return _refused(name, Refused("wrong_organisation", seen=said.organisation, expected=expected))
    try:
        kept, _ = receive(
            by=scope,
            round=place.round.code,
            organisation=said.organisation,
            return_kind=said.return_kind,
            stage=place.stage.code,
            file=file,
        )
    except (StageClosed, NotAllowed) as error:
        return {"name": name, "upload": "", "message": str(error)}
    return {"name": name, "upload": str(kept.pk), "message": ""}


def _refused(name: str, refusal: Refused) -> dict[str, Any]:
    return {"name": name, "upload": "", "message": refusal.message}


def _row(outcome: dict[str, Any], kept: Upload | None) -> dict[str, Any]:
    if kept is None:
        return {"name": outcome["name"], "message": outcome["message"], "address": ""}
    return {
        "name": outcome["name"],
        "message": "",
        "return": RETURN_NAMES[kept.return_kind],
        "organisation": kept.organisation.short_name,
        "status": status_of(kept),
        "address": reverse("upload_result", args=[kept.pk]),
    }
