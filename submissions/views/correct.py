"""Correcting a few cells in the browser: the cells, then the list of what changes, then a new version."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from planning.people.access import scope_of
from planning.people.roles import UPLOAD
from planning.registry.place import Place
from submissions import correcting
from submissions.correcting import CannotCorrect
from submissions.marking.shown import audience_of, shown_on
from submissions.queries.correcting import Faulty, Typed, check_page, grid_page, typed_of
from submissions.queries.result import facts
from submissions.reader import ReaderFailed
from submissions.receive import StageClosed, TooLarge
from submissions.refusals import Refused
from submissions.turns import a_turn
from submissions.uploads import Upload
from submissions.views.asking import crumbs, place_or_404, upload_or_404
from submissions.wording import version_name

logger = logging.getLogger(__name__)
BUSY = "We could not open the workbook just now. The fault is ours: try again in a few minutes."
ELSEWHERE = "Download the workbook marked up, correct it in your spreadsheet and upload it."
CHECK, MAKE = "check", "make"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def correct(request: HttpRequest, upload: UUID) -> HttpResponse:
    """The faulty cells to type into; `check` lists what would change; `make` makes the new version."""
    scope = scope_of(request)
    found = upload_or_404(scope, upload)
    if not scope.may(UPLOAD, found.organisation_id):
        raise PermissionDenied("Correcting cells is for those who prepare the return.")
    place = place_or_404(found.round_id, found.stage)
    step = request.POST.get("step", "")
    try:
        # once it is made there is a newer one: then the verb looks, when nothing else can arrive
        newer = None if step == MAKE else correcting.newer_than(found)
        correcting.may_be_corrected(found, newer, place.stage.is_open)
        with a_turn():
            faulty = Faulty.of(found, shown_on(found, audience_of(scope, found)).findings)
        typed = typed_of(faulty, request.POST)
        if step == MAKE and typed.changes and not typed.wrong:
            with a_turn():
                made = correcting.correct(
                    by=scope, upload=found, changes=typed.changes, unvalued=faulty.unvalued()
                )
            return redirect("upload_result", made.pk)
    except (CannotCorrect, StageClosed, TooLarge, Refused, ReaderFailed, FileNotFoundError) as fault:
        return _closed(request, place, found, fault)
    if step == CHECK and typed.changes and not typed.wrong:
        return render(
            request, "uploads/correct_check.jinja", _context(place, found) | check_page(faulty, typed)
        )
    return _grid(request, place, found, faulty, typed, step)


def _grid(
    request: HttpRequest, place: Place, found: Upload, faulty: Faulty, typed: Typed, step: str
) -> HttpResponse:
    asked = request.POST.get("page") or request.GET.get("page", "1")
    page = grid_page(place, faulty, typed, int(asked) if asked.isdecimal() and len(asked) < 5 else 1)
    nothing_new = step in (CHECK, MAKE) and not typed.changes and not typed.wrong
    if nothing_new:
        page["errors"] = [{"text": "Change at least one cell, or go back", "href": "#cell-1"}]
    status = 422 if page["errors"] else 200
    return render(request, "uploads/correct.jinja", _context(place, found) | page, status=status)


def _closed(request: HttpRequest, place: Place, found: Upload, fault: Exception) -> HttpResponse:
    """Why it cannot be corrected here, and what can be done instead."""
    newer = fault.newer if isinstance(fault, CannotCorrect) else None
    context = _context(place, found) | {"sentence": _sentence(fault), "newer": _newer(newer)}
    status = 409 if request.method == "POST" else 200
    return render(request, "uploads/correct_closed.jinja", context, status=status)


def _sentence(fault: Exception) -> str:
    if isinstance(fault, Refused):
        seen = fault.facts.get("seen", "")
        return f"The workbook cannot be changed here{f' ({seen})' if seen else ''}. {ELSEWHERE}"
    if isinstance(fault, ReaderFailed | FileNotFoundError):
        logger.error("A workbook could not be opened to correct it: %s", fault)
        return BUSY
    return str(fault)


def _newer(newer: Upload | None) -> dict[str, str] | None:
    if newer is None:
        return None
    if newer.is_waiting:
        return {"text": "See how far its check is", "address": reverse("upload_result", args=[newer.pk])}
    return {"text": f"Correct {version_name(newer)}", "address": reverse("upload_correct", args=[newer.pk])}


def _context(place: Place, found: Upload) -> dict[str, Any]:
    said = facts(place, found)
    address = reverse("upload_result", args=[found.pk])
    return {
        "round": place.round,
        "caption": f"{place.caption} · {found.organisation.short_name}",
        "breadcrumbs": crumbs((said["name"], address)),
        "name": said["name"],
        "upload": found,
        "result_address": address,
        "marked_address": said["marked_address"],
        "upload_address": f"{reverse('upload', args=[place.round.code])}?stage={found.stage}"
        f"&organisation={found.organisation_id}",
    }
