"""Fill one of our workbooks from a file of another layout: the person gets it back to check and upload."""

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

from planning.people.access import scope_of
from planning.people.roles import UPLOAD
from planning.registry.organisations import Organisation
from submissions.mapped import OtherLayout, fill_from
from submissions.mappings import BadMapping, Mapping
from submissions.reader import ReaderFailed
from submissions.receive import TooLarge
from submissions.refusals import Refused
from submissions.views.asking import crumbs, own_or_404, place_or_404
from submissions.wording import RETURN_NAMES

logger = logging.getLogger(__name__)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OURS = "The layout is not set up right, which is ours to mend. Your administrator has to correct it: "
BUSY = "We could not open the workbook just now. The fault is ours: try again in a few minutes."


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def fill(request: HttpRequest, round: str) -> HttpResponse:
    """The form; sending it gives our workbook, filled. Nothing is stored."""
    scope = scope_of(request)
    organisation, _ = own_or_404(request, scope)
    place = place_or_404(round, request.GET.get("stage", ""))
    if not scope.may(UPLOAD, organisation.ods):
        raise PermissionDenied("Filling workbooks is for those who prepare the return.")
    mappings = list(Mapping.objects.filter(round=place.round, retired=False))
    error: tuple[str, str] | None = None
    if request.method == "POST":
        chosen = next((row for row in mappings if str(row.pk) == request.POST.get("mapping")), None)
        answer = _answer(organisation, chosen, request.FILES.get("file"))
        if isinstance(answer, HttpResponse):
            return answer
        error = answer
    address = f"{reverse('returns', args=[round])}?stage={place.stage.code}&organisation={organisation.ods}"
    context = {
        "round": place.round,
        "caption": place.round.year,
        "breadcrumbs": crumbs(("Your planning returns", address)),
        "organisation": organisation,
        "mappings": [_choice(row, request.POST.get("mapping", "")) for row in mappings],
        "wrong": {error[0]: error[1]} if error else {},
        "errors": [{"text": error[1], "href": f"#{error[0]}"}] if error else [],
    }
    return render(request, "fill.jinja", context, status=422 if error else 200)


def _answer(
    organisation: Organisation, mapping: Mapping | None, file: UploadedFile | None
) -> HttpResponse | tuple[str, str]:
    """The workbook, or which field is wrong and the sentence that says so."""
    if mapping is None:
        return "mapping", "Choose the layout of your file"
    if file is None:
        return "file", "Choose the workbook to take the figures from"
    try:
        content = fill_from(file, mapping, organisation)
    except BadMapping as fault:
        return "mapping", f"{OURS}{fault}"
    except (TooLarge, Refused, OtherLayout) as refusal:
        return "file", str(refusal)
    except ReaderFailed:
        logger.exception("A file to fill a workbook from could not be opened")
        return "file", BUSY
    name = f"{mapping.round_id}_{organisation.ods}_{mapping.return_kind}_filled.xlsx"
    return HttpResponse(
        content, content_type=EXCEL, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _choice(mapping: Mapping, chosen: str) -> dict[str, Any]:
    return {
        "value": str(mapping.pk),
        "text": f"{mapping.name} ({RETURN_NAMES[mapping.return_kind].lower()} return)",
        "hint": {"text": mapping.note} if mapping.note else None,
        "checked": str(mapping.pk) == chosen,
    }
