"""Asking for more time, and the page on which the ICB decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from planning.foundation import wording
from planning.foundation.typed import moment_typed
from planning.people.access import NotAllowed, Scope, scope_of
from planning.people.roles import SUBMIT
from planning.registry.organisations import Organisation
from planning.registry.place import Place
from planning.registry.rounds import RETURNS
from submissions.extending import AlreadyDecided, NotSo, ask_for_time, grant, may_decide, refuse
from submissions.extensions import Extension
from submissions.queries.extensions import extension_page, moment_said
from submissions.views.asking import crumbs, own_or_404, place_or_404
from submissions.visible import visible_extensions
from submissions.wording import RETURN_NAMES


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def more_time(request: HttpRequest, round: str) -> HttpResponse:
    """Which return, until when and why: then the ICB is told."""
    scope = scope_of(request)
    organisation, _ = own_or_404(request, scope)
    place = place_or_404(round, request.POST.get("stage") or request.GET.get("stage") or "")
    if not scope.may(SUBMIT, organisation.ods):
        raise PermissionDenied("Asking for more time is for the planning lead.")
    if request.method != "POST":
        return _ask_page(request, place, organisation)
    try:
        extension = ask_for_time(
            by=scope,
            organisation=organisation.ods,
            stage=place.stage,
            return_kind=request.POST.get("return", ""),
            reason=request.POST.get("reason", ""),
            until=_until(request),
        )
    except NotSo as error:
        return _ask_page(request, place, organisation, {error.field: str(error)})
    messages.success(request, "Your ICB has been asked for more time.")
    return redirect("extension", extension.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def extension(request: HttpRequest, extension: UUID) -> HttpResponse:
    """What was asked for and what became of it; the ICB grants or refuses here."""
    scope = scope_of(request)
    rows = visible_extensions(scope).select_related("organisation", "asked_by", "decided_by")
    found = get_object_or_404(rows, pk=extension)
    if request.method != "POST":
        return _page(request, scope, found)
    if not may_decide(scope, found):
        raise PermissionDenied("Deciding is for another person of the ICB.")
    try:
        said = _decide(request, scope, found)
    except NotSo as error:
        return _page(request, scope, found, {error.field: str(error)})
    except (AlreadyDecided, NotAllowed) as error:
        found = get_object_or_404(rows, pk=extension)
        return _page(request, scope, found, {"": str(error)}, status=409)
    messages.success(request, said)
    return redirect("extension", found.pk)


def _decide(request: HttpRequest, scope: Scope, found: Extension) -> str:
    note = request.POST.get("note", "")
    if request.POST.get("decision") == "grant":
        until = _until(request)
        grant(by=scope, extension=found, until=until, note=note)
        return f"More time was granted until {wording.moment(until)}."
    if request.POST.get("decision") == "refuse":
        refuse(by=scope, extension=found, note=note)
        return "More time was refused."
    raise NotSo("decision", "Choose whether to grant more time or refuse it")


def _until(request: HttpRequest) -> datetime:
    try:
        return moment_typed(request.POST, "until")
    except ValueError as error:
        raise NotSo("until", str(error)) from error


def _ask_page(
    request: HttpRequest, place: Place, organisation: Organisation, wrong: dict[str, str] | None = None
) -> HttpResponse:
    address = f"{reverse('returns', args=[place.round.code])}?stage={place.stage.code}&organisation={organisation.ods}"
    context = {
        "round": place.round,
        "caption": f"{place.caption} · {organisation.short_name}",
        "breadcrumbs": crumbs(("Your planning returns", address)),
        "organisation": organisation,
        "stage": place.stage,
        "due": moment_said(place.stage.due_at),
        "kinds": [(kind, RETURN_NAMES[kind]) for kind in RETURNS if kind in place.stage.returns],
        "chosen": request.POST.get("return", ""),
        "reason": request.POST.get("reason", ""),
        "back_address": address,
        **_typed(request),
        **_wrong(wrong),
    }
    return render(request, "more_time.jinja", context, status=422 if wrong else 200)


def _page(
    request: HttpRequest,
    scope: Scope,
    found: Extension,
    wrong: dict[str, str] | None = None,
    status: int = 422,
) -> HttpResponse:
    place = place_or_404(found.round_id, found.stage)
    query = f"?stage={found.stage}&organisation={found.organisation_id}"
    returns = ("Your planning returns", f"{reverse('returns', args=[found.round_id])}{query}")
    context = {
        "round": place.round,
        "caption": f"{place.caption} · {found.organisation.short_name}",
        "breadcrumbs": crumbs(returns) if found.organisation_id in scope.own else crumbs(),
        "decision": request.POST.get("decision", ""),
        "note": request.POST.get("note", ""),
        **_typed(request, found.wanted_until),
        **_wrong(wrong),
        **extension_page(scope, place, found),
    }
    return render(request, "extension.jinja", context, status=status if wrong else 200)


def _typed(request: HttpRequest, begin: datetime | None = None) -> dict[str, Any]:
    """The four fields of the time as they were sent, else as they begin."""
    local = timezone.localtime(begin) if begin is not None else None
    usual = (
        {"day": local.day, "month": local.month, "year": local.year, "time": f"{local:%H:%M}"}
        if local is not None
        else {"day": "", "month": "", "year": "", "time": "17:00"}
    )
    return {"until": {part: request.POST.get(f"until-{part}", str(usual[part])) for part in usual}}


def _wrong(wrong: dict[str, str] | None) -> dict[str, Any]:
    at = {"until": "#until-day", "return": "#return", "reason": "#reason", "note": "#note"}
    errors = [{"text": text, "href": at.get(field, "#decision")} for field, text in (wrong or {}).items()]
    return {"wrong": wrong or {}, "errors": errors}
