"""One target: its operative words, and the standing of every plan that the asker may see."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from planning.people.access import scope_of
from planning.registry.place import NoSuchRound, place_of
from targets.guidance import Target, TargetVersion
from targets.queries import target_page


@require_safe
@login_required
def target(request: HttpRequest, round: str, code: str) -> HttpResponse:
    """Is it met, by whom, from when not, and where does the guidance say so?"""
    scope = scope_of(request)
    try:
        place = place_of(round)
    except NoSuchRound as error:
        raise Http404(str(error)) from error
    rows = TargetVersion.objects.filter(round=place.round, is_current=True, retired=False)
    stored = get_object_or_404(rows, code=code)
    found = Target.from_entry(stored.entry, stored.position, stored.version)
    home = {"text": "Home", "href": "/"}
    listed = {"text": "Targets", "href": reverse("targets", args=[place.round.code])}
    context = {
        "round": place.round,
        "caption": f"{place.round.year} · Target {code}",
        "breadcrumbs": [home, listed],
    }
    return render(request, "target.jinja", {**context, **target_page(scope, place, found)})
