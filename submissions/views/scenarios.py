"""Scenarios: the list, one of them, and some side by side. None of them counts anywhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from planning.people.access import NATIONAL, NotAllowed, Scope, scope_of
from planning.registry.place import Place
from submissions.queries.scenario import arrived_since, scenario_page, title_of
from submissions.queries.scenarios import CannotCompare, compare_page, may_be_compared, scenarios_page
from submissions.scenarios import asking
from submissions.scenarios.bodies import Body, bodies_seen, bodies_tried, may_try
from submissions.scenarios.changing import CannotChange
from submissions.scenarios.models import Scenario
from submissions.scenarios.visible import visible_scenarios
from submissions.views.asking import crumbs, place_or_404


@require_safe
@login_required
def scenarios(request: HttpRequest, round: str) -> HttpResponse:
    """What has been saved, by whom, and what is not saved yet."""
    return _list(request, _planner(request), place_or_404(round))


@require_safe
@login_required
def compare(request: HttpRequest, round: str) -> HttpResponse:
    """The plan and the scenarios chosen (`with`), side by side."""
    scope = _planner(request)
    place = place_or_404(round)
    chosen = _chosen(scope, place, request.GET)
    try:
        may_be_compared(chosen)
    except CannotCompare as error:
        return _list(request, scope, place, str(error))
    body = _body_of(scope, chosen[0])
    stale = {str(one.pk): bool(arrived_since(one, body)) for one in chosen}
    context = {
        "round": place.round,
        "caption": f"{place.round.year} · {body.name}",
        "breadcrumbs": crumbs(("Scenarios", reverse("scenarios", args=[round]))),
        **compare_page(place, chosen, body, stale),
    }
    return render(request, "scenario_compare.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def scenario(request: HttpRequest, scenario: UUID) -> HttpResponse:
    """One scenario; its own planner adds and undoes changes, saves it, works it out again or deletes it."""
    scope = scope_of(request)
    rows = visible_scenarios(scope).select_related("body", "by", "round")
    found = get_object_or_404(rows, pk=scenario)
    if request.method != "POST":
        return _page(request, scope, found)
    try:
        return _act(request, scope, found)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except CannotChange as error:
        return _page(request, scope, found, error)


def _act(request: HttpRequest, scope: Scope, found: Scenario) -> HttpResponse:
    """Does what the form asks. Raises NotAllowed, CannotChange."""
    act = request.POST.get("act", "")
    if act == "delete":
        asking.delete(by=scope, scenario=found)
        messages.success(request, f"“{title_of(found)}” was deleted.")
        return redirect("scenarios", found.round_id)
    if act == "copy":
        made = asking.copy(by=scope, scenario=found, body=_body_of(scope, found))
        return redirect("scenario", made.pk)
    if act == "save":
        posted = request.POST
        asking.save(
            by=scope,
            scenario=found,
            name=posted.get("name", ""),
            note=posted.get("note", ""),
            is_shared=posted.get("is_shared") == "yes",
        )
        messages.success(request, "Saved. It counts nowhere.")
    elif act == "remove":
        asking.remove(by=scope, scenario=found, at=_whole(request.POST.get("at", "")))
    elif act == "again":
        asking.again(by=scope, scenario=found)
    else:
        raise CannotChange("name", "Choose what to do with the scenario")
    return redirect("scenario", found.pk)


def _page(
    request: HttpRequest, scope: Scope, found: Scenario, wrong: CannotChange | None = None
) -> HttpResponse:
    place = place_or_404(found.round_id)
    body = _body_of(scope, found)
    context: dict[str, Any] = {
        "round": place.round,
        "caption": f"{place.round.year} · {body.name}",
        "breadcrumbs": crumbs(("Scenarios", reverse("scenarios", args=[found.round_id]))),
        "wrong": {wrong.field: str(wrong)} if wrong is not None else {},
        "errors": [{"text": str(wrong), "href": f"#{wrong.field}"}] if wrong is not None else [],
        "form": {
            "name": request.POST.get("name", found.name),
            "note": request.POST.get("note", found.note),
            "is_shared": request.POST.get("is_shared") == "yes"
            if request.method == "POST"
            else found.is_shared,
        },
        "print_foot": "Scenario: counts nowhere",
        **scenario_page(scope, place, found, body, may_try=may_try(scope, found.body_id)),
    }
    return render(request, "scenario.jinja", context, status=422 if wrong is not None else 200)


def _list(request: HttpRequest, scope: Scope, place: Place, wrong: str = "") -> HttpResponse:
    context = {
        "round": place.round,
        "caption": place.round.year,
        "breadcrumbs": crumbs(),
        "errors": [{"text": wrong, "href": "#saved"}] if wrong else [],
        **scenarios_page(scope, place, bodies_seen(scope), may_try=bool(bodies_tried(scope))),
    }
    return render(request, "scenarios.jinja", context, status=422 if wrong else 200)


def _planner(request: HttpRequest) -> Scope:
    """The asker, where scenarios are anything of theirs."""
    scope = scope_of(request)
    if scope.kind == NATIONAL or scope.person is None or not scope.own:
        raise Http404("No scenarios of yours.")
    return scope


def _chosen(scope: Scope, place: Place, given: QueryDict) -> list[Scenario]:
    """Those asked for that the asker may see, in the order asked. One query."""
    try:
        wanted = [UUID(text) for text in dict.fromkeys(given.getlist("with"))]
    except ValueError as error:
        raise Http404("No such scenario of yours.") from error
    rows = visible_scenarios(scope).filter(round=place.round, pk__in=wanted).select_related("body", "by")
    found = {row.pk: row for row in rows}
    if len(found) != len(wanted):
        raise Http404("No such scenario of yours.")
    return [found[pk] for pk in wanted]


def _body_of(scope: Scope, found: Scenario) -> Body:
    """Whose plan it is of, among those that the asker sees."""
    bodies = (body for body in bodies_seen(scope) if body.organisation.ods == found.body_id)
    return next(body for body in bodies if body.is_system == found.is_system)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
