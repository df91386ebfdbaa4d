"""What a round asks for that no return can show: the list, and one of it with every body's answer."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from planning.people.access import scope_of
from planning.registry.place import NoSuchRound, Place, place_of
from targets.assurance.answering import bodies_of, is_asked_of
from targets.assurance.assurances import load_asked, named
from targets.queries.assurances import FILTERS, answers_among, assurance_page, assurances_page


def place_or_404(round_code: str) -> Place:
    try:
        return place_of(round_code)
    except NoSuchRound as error:
        raise Http404(str(error)) from error


@require_safe
@login_required
def assurances(request: HttpRequest, round: str) -> HttpResponse:
    """What is asked of us, who leads on it, how does it stand?"""
    scope = scope_of(request)
    place = place_or_404(round)
    given = {name: request.GET.get(name, "") for name in FILTERS}
    context = {
        "round": place.round,
        "caption": place.round.year,
        "breadcrumbs": [{"text": "Home", "href": "/"}],
    }
    return render(request, "assurances.jinja", {**context, **assurances_page(scope, place, given)})


@require_safe
@login_required
def assurance(request: HttpRequest, round: str, subject: str) -> HttpResponse:
    """One thing asked, and what each body has answered; those of others are not in it."""
    scope = scope_of(request)
    place = place_or_404(round)
    found = named(load_asked(place.round.code), subject)
    bodies = bodies_of(scope, place.round.code)
    if found is None or not any(is_asked_of(found, body) for body in bodies):
        raise Http404(f"{subject} asks nothing of you.")
    answers = answers_among(place.round.code, bodies)
    listed = {"text": "Assurances", "href": reverse("assurances", args=[place.round.code])}
    context = {
        "round": place.round,
        "caption": f"{place.round.year} · {found.code}",
        "breadcrumbs": [{"text": "Home", "href": "/"}, listed],
    }
    return render(
        request, "assurance.jinja", {**context, **assurance_page(scope, place, found, bodies, answers)}
    )
