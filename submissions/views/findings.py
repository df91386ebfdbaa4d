"""The list of findings, filtered by the address."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from planning.people.access import scope_of
from submissions.queries.findings import findings_page
from submissions.views.asking import crumbs, place_or_404

FILTERS = ("list", "rule", "severity", "organisation", "reason", "page")


@require_safe
@login_required
def findings(request: HttpRequest, round: str) -> HttpResponse:
    """What was found in the plans that the asker may see, the largest gap first."""
    scope = scope_of(request)
    place = place_or_404(round)
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    context = {"round": place.round, "caption": place.round.year, "breadcrumbs": crumbs(), "asked": asked}
    return render(request, "findings.jinja", {**context, **findings_page(scope, place, asked)})
