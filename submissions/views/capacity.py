"""Demand and capacity by month, for a trust or a system."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from planning.people.access import scope_of
from submissions.queries.capacity import capacity_page
from submissions.scenarios.bodies import bodies_seen, body_named
from submissions.views.asking import crumbs, place_or_404


@require_safe
@login_required
def capacity(request: HttpRequest, round: str) -> HttpResponse:
    """Does capacity hold the demand that is planned, and in which month does it not?"""
    scope = scope_of(request)
    bodies = bodies_seen(scope)
    body = body_named(bodies, request.GET.get("body", ""))
    if body is None:
        raise Http404("No such plan of yours.")
    place = place_or_404(round)
    context = {
        "round": place.round,
        "caption": f"{place.round.year} · {body.name}",
        "breadcrumbs": crumbs(),
        **capacity_page(scope, place, bodies, body),
    }
    return render(request, "capacity.jinja", context)
