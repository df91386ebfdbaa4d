"""The ICB's review of a submitted version: accept it, or send it back with a note."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from planning.people.access import NotAllowed, Scope, scope_of
from submissions import lifecycle
from submissions.lifecycle import Held, WrongState
from submissions.queries.handing_over import review_page
from submissions.queries.result import findings_across, findings_of_upload, reviewing
from submissions.sending_back import NoSuchCell, cells_named, of_finding, of_question
from submissions.uploads import SUBMITTED, Upload
from submissions.views.asking import crumbs, place_or_404, upload_or_404
from submissions.visible import visible_questions
from submissions.wording import RETURN_NAMES

LONGEST = 2000


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def review(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Read what was found and the reasons given, then decide."""
    scope = scope_of(request)
    found = upload_or_404(scope, upload)
    if not reviewing(scope, found):
        raise PermissionDenied("Reviewing is for the ICB.")
    if request.method != "POST":
        return _page(request, scope, found)
    decision, note = request.POST.get("decision", ""), request.POST.get("note", "")
    wrong = _wrong(decision, note)
    if wrong:
        return _page(request, scope, found, wrong)
    try:
        _decide(request, scope, found, decision, note)
    except NoSuchCell as error:
        return _page(request, scope, found, {"cells": str(error)})
    except (NotAllowed, WrongState, Held) as error:
        return _page(request, scope, found, {"decision": str(error)})
    said = "accepted" if decision == "accept" else "sent back"
    name = (
        f"{found.organisation.short_name}: {RETURN_NAMES[found.return_kind].lower()} version {found.number}"
    )
    messages.success(request, f"{name} was {said}.")
    return redirect(f"{_system_address(scope, found)}?stage={found.stage}")


def _decide(request: HttpRequest, scope: Scope, found: Upload, decision: str, note: str) -> None:
    if decision == "accept":
        lifecycle.accept(by=scope, upload=found)
    else:
        lifecycle.send_back(by=scope, upload=found, note=note, cells=_cells(request, scope, found))


def _cells(request: HttpRequest, scope: Scope, found: Upload) -> list[dict[str, Any]]:
    """What the note is about: the findings and questions that were ticked, and cells that were typed."""
    asked = {*request.POST.getlist("findings"), *request.POST.getlist("questions")}
    every = findings_of_upload(scope, found) + findings_across(scope, found)
    questions = visible_questions(scope).filter(organisation=found.organisation_id, round=found.round_id)
    return [
        *(of_finding(row) for row in every if str(row.pk) in asked),
        *(of_question(row) for row in questions if str(row.pk) in asked),
        *cells_named(found, request.POST.get("cells", "")),
    ]


def _wrong(decision: str, note: str) -> dict[str, str]:
    if decision not in ("accept", "send_back"):
        return {"decision": "Choose whether to accept the return or send it back"}
    if decision == "send_back" and not note.strip():
        return {"note": "Say what should change, so that the trust knows"}
    if len(note) > LONGEST:
        return {"note": f"The note must be {LONGEST:,} characters or fewer"}
    return {}


def _system_address(scope: Scope, found: Upload) -> str:
    return reverse("system", args=[sorted(scope.systems)[0], found.round_id])


def _page(
    request: HttpRequest, scope: Scope, found: Upload, wrong: dict[str, str] | None = None
) -> HttpResponse:
    place = place_or_404(found.round_id, found.stage)
    context: dict[str, Any] = {
        "round": place.round,
        "caption": f"{place.caption} · {found.organisation.short_name}",
        "breadcrumbs": crumbs(("System", f"{_system_address(scope, found)}?stage={found.stage}")),
        "open": found.state == SUBMITTED,
        "errors": [{"text": text, "href": f"#{name}"} for name, text in (wrong or {}).items()],
        "wrong": wrong or {},
        "decision": request.POST.get("decision", ""),
        "note": request.POST.get("note", ""),
        "cells": request.POST.get("cells", ""),
        "ticked": {*request.POST.getlist("findings"), *request.POST.getlist("questions")},
        **review_page(scope, place, found),
    }
    return render(request, "review.jinja", context, status=422 if wrong else 200)
