"""Handing over: choose the checked versions, see them once more, and get a receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from planning.people.access import Scope, scope_of
from planning.people.roles import SUBMIT
from planning.registry.organisations import Organisation
from planning.registry.place import Place
from submissions import lifecycle
from submissions.lifecycle import NotReady, WrongState
from submissions.queries.handing_over import receipt_page, submit_page
from submissions.views.asking import crumbs, own_or_404, place_or_404
from submissions.visible import visible_receipts, visible_uploads


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submit(request: HttpRequest, round: str) -> HttpResponse:
    """First the choice, then the check, then it is done: each a form that works by itself."""
    scope = scope_of(request)
    organisation, _ = own_or_404(request, scope)
    place = place_or_404(round, request.POST.get("stage") or request.GET.get("stage") or "")
    if not scope.may(SUBMIT, organisation.ods):
        raise PermissionDenied("Submitting is for the planning lead.")
    asked = request.POST.getlist("uploads")
    if request.method != "POST" or request.POST.get("step") == "back":
        return _choose(request, scope, place, organisation, asked)
    if not asked:
        return _choose(request, scope, place, organisation, asked, ["Choose at least one return to submit"])
    if request.POST.get("step") != "submit":
        return _check(request, scope, place, organisation, asked)
    return _hand_over(request, scope, place, organisation, asked)


@require_safe
@login_required
def receipt(request: HttpRequest, receipt: UUID) -> HttpResponse:
    """What was received, exactly when, and what happens next."""
    scope = scope_of(request)
    found = get_object_or_404(
        visible_receipts(scope).select_related("organisation", "by", "round"), pk=receipt
    )
    place = place_or_404(found.round_id, found.stage)
    address = f"{reverse('returns', args=[found.round_id])}?stage={found.stage}&organisation={found.organisation_id}"
    context = {
        "round": place.round,
        "caption": place.caption,
        "breadcrumbs": crumbs(("Your planning returns", address)),
    }
    return render(
        request, "receipt.jinja", {**context, **receipt_page(found, place), "returns_address": address}
    )


def _choose(
    request: HttpRequest,
    scope: Scope,
    place: Place,
    organisation: Organisation,
    asked: list[str],
    wrong: list[str] | None = None,
) -> HttpResponse:
    context = _context(scope, place, organisation, asked)
    context["errors"] = [{"text": text, "href": "#uploads"} for text in wrong or []]
    return render(request, "submit/choose.jinja", context, status=422 if wrong else 200)


def _check(
    request: HttpRequest, scope: Scope, place: Place, organisation: Organisation, asked: list[str]
) -> HttpResponse:
    return render(request, "submit/check.jinja", _context(scope, place, organisation, asked))


def _hand_over(
    request: HttpRequest, scope: Scope, place: Place, organisation: Organisation, asked: list[str]
) -> HttpResponse:
    rows = visible_uploads(scope).filter(organisation=organisation, round=place.round, stage=place.stage.code)
    wanted = [row for row in rows if str(row.pk) in set(asked)]
    if not wanted:
        return _choose(request, scope, place, organisation, [], ["Choose at least one return to submit"])
    try:
        given = lifecycle.submit(by=scope, uploads=wanted)
    except NotReady as error:
        return _choose(request, scope, place, organisation, asked, error.sentences)
    except WrongState as error:
        return _choose(request, scope, place, organisation, asked, [str(error)])
    return redirect("receipt", given.pk)


def _context(scope: Scope, place: Place, organisation: Organisation, asked: list[str]) -> dict[str, Any]:
    address = f"{reverse('returns', args=[place.round.code])}?stage={place.stage.code}&organisation={organisation.ods}"
    return {
        "round": place.round,
        "stage": place.stage,
        "caption": f"{place.caption} · {organisation.short_name}",
        "breadcrumbs": crumbs(("Your planning returns", address)),
        "organisation": organisation,
        "returns_address": address,
        **submit_page(scope, place, organisation, asked),
    }
