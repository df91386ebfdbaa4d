"""The heat map of targets and organisations, whole."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from planning.people.access import TRUST, scope_of
from planning.registry.place import NoSuchRound, place_of
from targets.queries.heat_map import map_page


@require_safe
@login_required
def target_map(request: HttpRequest, round: str) -> HttpResponse:
    """Who meets what, at a glance: `?system=`, `?area=` and `?missed=yes` choose."""
    scope = scope_of(request)
    try:
        place = place_of(round)
    except NoSuchRound as error:
        raise Http404(str(error)) from error
    system = request.GET.get("system", "").strip() if scope.kind != TRUST else ""
    if system and system not in scope.systems:
        raise Http404(f"{system} is no system of yours.")
    area, missed = request.GET.get("area", "").strip(), bool(request.GET.get("missed"))
    page = map_page(scope, place, system, area, missed)
    home = {"text": "Home", "href": "/"}
    context = {
        "round": place.round,
        "caption": place.round.year,
        "breadcrumbs": [home, {"text": "Targets", "href": reverse("targets", args=[place.round.code])}],
    }
    return render(request, "target_map.jinja", {**context, **page})
