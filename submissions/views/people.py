"""The people named for an organisation's returns."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from planning.people.access import Scope, scope_of
from planning.people.person import Person
from planning.people.roles import SUBMIT
from planning.registry.organisations import Organisation
from planning.registry.place import Place
from submissions.named import Named
from submissions.naming import NotNameable, name_person, remove_person
from submissions.queries.people import people_page
from submissions.views.asking import crumbs, own_or_404, place_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def people(request: HttpRequest, round: str) -> HttpResponse:
    """Who answers for which return; the planning lead names them."""
    scope = scope_of(request)
    organisation, _ = own_or_404(request, scope)
    place = place_or_404(round)
    if request.method != "POST":
        return _page(request, scope, place, organisation)
    if not scope.may(SUBMIT, organisation.ods):
        raise PermissionDenied("Naming people is for the planning lead.")
    if request.POST.get("remove"):
        _remove(request, scope, place, organisation)
    else:
        wrong = _name(request, scope, place, organisation)
        if wrong:
            return _page(request, scope, place, organisation, wrong)
    return redirect(f"{reverse('people', args=[round])}?organisation={organisation.ods}")


def _name(request: HttpRequest, scope: Scope, place: Place, organisation: Organisation) -> dict[str, str]:
    """Names somebody for each return that was ticked; says what is wrong."""
    kinds, person = request.POST.getlist("returns"), _person(request.POST.get("person", ""))
    if person is None:
        return {"person": "Choose a person"}
    if not kinds:
        return {"returns": "Choose at least one return"}
    if not request.POST.get("part"):
        return {"part": "Choose what the person does"}
    try:
        for kind in kinds:
            name_person(
                by=scope,
                round=place.round,
                organisation=organisation,
                return_kind=kind,
                part=request.POST.get("part", ""),
                person=person,
            )
    except NotNameable as error:
        return {"part": str(error)}
    messages.success(request, f"{person.name} was named.")
    return {}


def _remove(request: HttpRequest, scope: Scope, place: Place, organisation: Organisation) -> None:
    chosen = request.POST.get("remove", "")
    rows = Named.objects.filter(round=place.round, organisation=organisation)
    found = rows.select_related("person", "organisation", "round").filter(
        pk=int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else 0
    )
    for named in found:
        remove_person(by=scope, named=named)
        messages.success(request, f"{named.person.name} is no longer named.")


def _person(chosen: str) -> Person | None:
    try:
        return Person.objects.filter(pk=chosen).first()
    except ValidationError:
        return None


def _page(
    request: HttpRequest,
    scope: Scope,
    place: Place,
    organisation: Organisation,
    wrong: dict[str, str] | None = None,
) -> HttpResponse:
    address = f"{reverse('returns', args=[place.round.code])}?organisation={organisation.ods}"
    context: dict[str, Any] = {
        "round": place.round,
        "caption": f"{place.round.year} · {organisation.short_name}",
        "breadcrumbs": crumbs(("Your planning returns", address)),
        "errors": [{"text": text, "href": f"#{name}"} for name, text in (wrong or {}).items()],
        "wrong": wrong or {},
        "chosen_person": request.POST.get("person", ""),
        "chosen_part": request.POST.get("part", ""),
        "chosen_returns": request.POST.getlist("returns"),
        **people_page(scope, place, organisation),
    }
    return render(request, "people.jinja", context, status=422 if wrong else 200)
