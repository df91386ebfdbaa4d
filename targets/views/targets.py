"""The targets of a round by area, each with how the plans stand."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from planning.people.access import scope_of
from planning.registry.place import NoSuchRound, place_of
from targets.queries.targets import Asked, NoSuchChoice, targets_page


@require_safe
@login_required
def targets(request: HttpRequest, round: str) -> HttpResponse:
    """What is asked, and who meets it."""
    scope = scope_of(request)
    try:
        place, asked = place_of(round), Asked.of(request.GET)
    except (NoSuchRound, NoSuchChoice) as error:
        raise Http404(str(error)) from error
    context = {
        "round": place.round,
        "caption": place.round.year,
        "breadcrumbs": [{"text": "Home", "href": "/"}],
    }
    return render(request, "targets.jinja", {**context, **targets_page(scope, place, asked)})
