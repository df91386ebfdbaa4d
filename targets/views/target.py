"""One target: its operative words, its history, and the standing of every plan that the asker may see."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from planning.people.access import scope_of
from planning.registry.place import NoSuchRound, place_of
from targets.queries.target import target_of, target_page


@require_safe
@login_required
def target(request: HttpRequest, round: str, code: str) -> HttpResponse:
    """Is it met, by whom, from when not, and where does the guidance say so? `?of=RTH` draws that body's year."""
    scope = scope_of(request)
    try:
        place = place_of(round)
    except NoSuchRound as error:
        raise Http404(str(error)) from error
    found = target_of(place, code)
    if found is None:
        raise Http404(f"{code} is no target of {place.round.year}.")
    home = {"text": "Home", "href": "/"}
    listed = {"text": "Targets", "href": reverse("targets", args=[place.round.code])}
    context = {
        "round": place.round,
        "caption": f"{place.round.year} · Target {code}",
        "breadcrumbs": [home, listed],
    }
    page = target_page(scope, place, found, request.GET.get("of", ""))
    return render(request, "target.jinja", {**context, **page})
