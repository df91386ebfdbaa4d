"""Setting what a target asks of one system or trust, and how that figure came to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from planning.people.access import Scope, scope_of
from planning.registry.place import Place
from targets.assurance.answering import Body, bodies_of, body_named, may_set_figure
from targets.guidance.governing import load_targets
from targets.guidance.target import Target
from targets.local.setting import NotSet, SetMeanwhile, is_set_for, set_figure, takes_figure
from targets.local.typed import figure_said, figure_typed
from targets.queries.local_figure import local_figure_page
from targets.views.assurances import place_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def local_figure(request: HttpRequest, round: str, code: str, body: str = "") -> HttpResponse:
    """The figure of one body, beside those of its system; the form is the ICB's."""
    scope = scope_of(request)
    place = place_or_404(round)
    target = _target_or_404(place, code)
    bodies = [one for one in bodies_of(scope, place.round.code) if is_set_for(target, one)]
    found = body_named(bodies, body) if body else next(iter(bodies), None)
    if found is None:
        raise Http404(f"{code} takes no figure of {body}, or it is not yours to see.")
    if request.method != "POST":
        return _page(request, scope, place, target, bodies, found)
    if not may_set_figure(scope, found):
        raise PermissionDenied("Setting a target's figure is for the ICB.")
    try:
        kept = set_figure(
            by=scope, round_code=place.round.code, target=target, body=found, value=_value(request, target),
            source=request.POST.get("source", ""), seen=request.POST.get("seen", ""),
        )  # fmt: skip
    except NotSet as error:
        return _page(request, scope, place, target, bodies, found, {error.field: str(error)})
    except SetMeanwhile as error:
        return _page(request, scope, place, target, bodies, found, {"": str(error)}, status=409)
    said = figure_said(kept.value, target.unit)
    messages.success(request, f"{found.name}: {said}. Plans in hand are being judged again.")
    return redirect("local_figure", place.round.code, target.code, found.code)


def _target_or_404(place: Place, code: str) -> Target:
    found = next((target for target in load_targets(place.round.code) if target.code == code), None)
    if found is None or not takes_figure(found):
        raise Http404(f"{code} is no target of {place.round.year} that takes a figure of its own.")
    return found


def _value(request: HttpRequest, target: Target) -> int:
    try:
        return figure_typed(request.POST.get("value", ""), target.unit)
    except ValueError as error:
        raise NotSet("value", str(error)) from error


def _page(
    request: HttpRequest,
    scope: Scope,
    place: Place,
    target: Target,
    bodies: Sequence[Body],
    body: Body,
    wrong: dict[str, str] | None = None,
    status: int = 422,
) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("value", "source")} if wrong else None
    code = place.round.code
    context: dict[str, Any] = {
        "round": place.round,
        "caption": f"{place.round.year} · {target.code} · {body.name}",
        "breadcrumbs": [
            {"text": "Home", "href": "/"},
            {"text": "Targets", "href": reverse("targets", args=[code])},
            {"text": target.code, "href": reverse("target", args=[code, target.code])},
        ],
        "wrong": wrong or {},
        "errors": [{"text": text, "href": f"#{field or 'figures'}"} for field, text in (wrong or {}).items()],
        **local_figure_page(scope, place, target, bodies, body, typed, request.GET.get("again", "")),
    }
    return render(request, "local_figure.jinja", context, status=status if wrong else 200)
