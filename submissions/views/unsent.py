"""Check a file without sending it: the same answer as an upload's, and nothing is kept."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from planning.people.access import Scope, scope_of
from planning.people.roles import UPLOAD
from submissions.queries.unsent import unsent_page
from submissions.receive import TooLarge, clean_name
from submissions.refusals import Refused
from submissions.turns import Busy
from submissions.unsent import CouldNotCheck, check_unsent
from submissions.views.asking import crumbs, own_or_404, place_or_404

logger = logging.getLogger(__name__)
BUSY = "Many files are being checked just now. Try again in a minute."
OURS = "We could not check the workbook. The fault is ours and has been logged. Try again in a few minutes."


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def check_without_sending(request: HttpRequest, round: str) -> HttpResponse:
    """The form; sending it shows what an upload of that file would be told."""
    scope = scope_of(request)
    organisation, _ = own_or_404(request, scope)
    place = place_or_404(round, request.GET.get("stage", ""))
    if not scope.may(UPLOAD, organisation.ods):
        raise PermissionDenied("Checking files is for those who prepare the return.")
    address = f"{reverse('returns', args=[round])}?stage={place.stage.code}&organisation={organisation.ods}"
    context: dict[str, Any] = {
        "round": place.round,
        "caption": place.round.year,
        "breadcrumbs": crumbs(("Your planning returns", address)),
        "organisation": organisation,
        "upload_address": f"{reverse('upload', args=[round])}?stage={place.stage.code}&organisation={organisation.ods}",
    }
    if request.method == "POST":
        context |= _answer(scope, request.FILES.get("file"))
    return render(request, "unsent.jinja", context, status=422 if context.get("error") else 200)


def _answer(scope: Scope, file: UploadedFile | None) -> dict[str, Any]:
    """The result, or the one sentence that says why there is none."""
    if file is None:
        return _wrong("Choose the workbook to check")
    try:
        verdict = check_unsent(file)
    except TooLarge as error:
        return _wrong(str(error))
    except Busy:
        return _wrong(BUSY)
    except CouldNotCheck:
        logger.exception("A file that %s checked without sending could not be checked", scope.name)
        return _wrong(OURS)
    if "error" in verdict:
        return _wrong(verdict["error"]["message"])
    if not scope.may(UPLOAD, verdict["organisation"]):
        expected = " or ".join(sorted(scope.own))
        return _wrong(Refused("wrong_organisation", seen=verdict["organisation"], expected=expected).message)
    return {"file_name": clean_name(file.name or ""), **unsent_page(verdict)}


def _wrong(sentence: str) -> dict[str, Any]:
    return {"error": sentence, "errors": [{"text": sentence, "href": "#file"}]}
