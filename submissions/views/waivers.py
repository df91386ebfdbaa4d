"""Setting a check aside for a return, seeing what is set aside, and ending it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from planning.foundation.typed import day_typed
from planning.people.access import NotAllowed, Scope, scope_of
from planning.people.roles import WAIVE
from planning.plan.findings import Finding
from submissions.queries.result import findings_across, findings_of_upload
from submissions.queries.waivers import end_page, waive_page
from submissions.uploads import Upload
from submissions.views.asking import crumbs, place_or_404, upload_or_404
from submissions.visible import visible_waivers
from submissions.waiving import NotWaivable, end_waiver, latest_version, waive
from submissions.wording import RETURN_NAMES, version_name

BEING_CHECKED = "The return is being checked again: look at it in a minute."


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def set_aside(request: HttpRequest, upload: UUID) -> HttpResponse:
    """What is set aside for the return of a version, and the form for more; the form is the ICB's."""
    scope = scope_of(request)
    found = upload_or_404(scope, upload)
    if found.organisation_id not in scope.own and not scope.reviews(found.organisation_id):
        raise PermissionDenied("What is set aside is for the organisation and for the ICB that reviews it.")
    if request.method != "POST":
        return _page(request, scope, found)
    if not scope.reviews(found.organisation_id, WAIVE):
        raise PermissionDenied("Setting checks aside is for the ICB's planning lead.")
    try:
        _grant(request, scope, found)
    except NotWaivable as error:
        return _page(request, scope, found, {error.field: str(error)})
    except NotAllowed as error:
        return _page(request, scope, found, {"rule": str(error)})
    messages.success(request, f"{request.POST.get('rule', '')} is set aside. {BEING_CHECKED}")
    return redirect("waive", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def end(request: HttpRequest, waiver: UUID) -> HttpResponse:
    """Asked first, then the check counts again."""
    scope = scope_of(request)
    rows = visible_waivers(scope).select_related("organisation", "by", "ended_by")
    found = get_object_or_404(rows, pk=waiver)
    if not scope.reviews(found.organisation_id, WAIVE):
        raise PermissionDenied("Ending a waiver is for the ICB's planning lead.")
    wrong = ""
    if request.method == "POST":
        try:
            end_waiver(by=scope, waiver=found)
        except NotWaivable as error:
            wrong = str(error)
        else:
            messages.success(request, f"{found.rule} counts again. {BEING_CHECKED}")
            version = latest_version(found)
            return redirect("waive", version.pk) if version is not None else redirect("waiting")
    place = place_or_404(found.round_id)
    context: dict[str, Any] = {
        "round": place.round,
        "caption": f"{place.round.year} · {found.organisation.short_name}",
        "breadcrumbs": crumbs(),
        "errors": [{"text": wrong}] if wrong else [],
        **end_page(found, scope),
    }
    return render(request, "end_waiver.jinja", context, status=422 if wrong else 200)


def _grant(request: HttpRequest, scope: Scope, found: Upload) -> None:
    try:
        until = day_typed(request.POST, "until")
    except ValueError as error:
        raise NotWaivable("until", str(error)) from error
    waive(
        by=scope,
        upload=found,
        rule=request.POST.get("rule", ""),
        line=request.POST.get("line", "")[:60],
        reason=request.POST.get("reason", ""),
        until=until,
    )


def _finding_asked(request: HttpRequest, found: list[Finding]) -> Finding | None:
    asked = request.GET.get("finding", "")
    return next((row for row in found if str(row.pk) == asked), None)


def _page(
    request: HttpRequest, scope: Scope, found: Upload, wrong: dict[str, str] | None = None
) -> HttpResponse:
    place = place_or_404(found.round_id, found.stage)
    every = findings_of_upload(scope, found) + findings_across(scope, found)
    finding = _finding_asked(request, every)
    rule = request.POST.get("rule") or (finding.rule if finding is not None else "")
    name = f"{RETURN_NAMES[found.return_kind]} {version_name(found)}"
    hrefs = {"until": "until-day", "waiver": "waivers"}
    context: dict[str, Any] = {
        "round": place.round,
        "caption": f"{place.caption} · {found.organisation.short_name}",
        "breadcrumbs": crumbs((name, reverse("upload_result", args=[found.pk]))),
        "upload": found,
        "name": name,
        "wrong": wrong or {},
        "errors": [
            {"text": text, "href": f"#{hrefs.get(field, field)}"} for field, text in (wrong or {}).items()
        ],
        "reason": request.POST.get("reason", ""),
        "until": {part: request.POST.get(f"until-{part}", "") for part in ("day", "month", "year")},
        "rule": rule,
        "line": request.POST.get("line", ""),
        **waive_page(scope, found, [row for row in every if row.kind != "target"], rule),
    }
    return render(request, "waive.jinja", context, status=422 if wrong else 200)
