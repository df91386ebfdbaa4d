"""Judging many again: asking for it, how far it is, and who newly fails."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from planning.people.access import NotAllowed, scope_of
from planning.plan.rejudgements import Rejudgement
from planning.registry.organisations import Organisation
from submissions.queries.rejudgement import rejudgement_page, rejudgements_page
from submissions.remaking import judge_system_again
from submissions.views.asking import crumbs, place_or_404
from submissions.visible import visible_rejudged


@require_safe
@login_required
def rejudgements(request: HttpRequest, round: str) -> HttpResponse:
    """The times that the asker's organisations were judged again."""
    place = place_or_404(round)
    context = {"round": place.round, "caption": place.round.year, "breadcrumbs": crumbs()}
    rows = visible_rejudged(scope_of(request))
    return render(request, "rejudgements.jinja", {**context, **rejudgements_page(rows, place.round.code)})


@require_safe
@login_required
def rejudgement(request: HttpRequest, round: str, rejudgement: UUID) -> HttpResponse:
    """How far one is, and what is new and gone for whom; it reloads itself while it is under way."""
    place = place_or_404(round)
    asked = get_object_or_404(Rejudgement.objects.select_related("by"), pk=rejudgement, round=place.round)
    bodies = list(
        visible_rejudged(scope_of(request)).filter(rejudgement=asked).select_related("organisation")
    )
    if not bodies:
        raise Http404("None of your organisations was judged again.")
    context = {
        "round": place.round,
        "caption": place.round.year,
        "breadcrumbs": crumbs(("Judged again", reverse("rejudgements", args=[place.round.code]))),
        **rejudgement_page(asked, bodies),
    }
    return render(request, "rejudgement.jinja", context)


@require_POST
@login_required
def judge_again(request: HttpRequest, ods: str, round: str) -> HttpResponse:
    """Have a whole system judged again; while that is under way, pressing again leads there."""
    scope = scope_of(request)
    place = place_or_404(round)
    if ods not in scope.systems:
        raise Http404("No such system of yours.")
    system = get_object_or_404(Organisation, pk=ods)
    try:
        asked = judge_system_again(by=scope, round_code=place.round.code, system=system)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    return redirect(reverse("rejudgement", args=[place.round.code, asked.pk]))
