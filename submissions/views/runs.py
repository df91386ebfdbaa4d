"""Runs: what counts and from which versions, one run with what it was made with, and making it again."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from planning.people.access import NATIONAL, scope_of
from planning.plan.runs import LATEST
from submissions.queries.run import run_page, runs_page
from submissions.remaking import ask_to_make_again
from submissions.views.asking import crumbs, place_or_404
from submissions.visible import current_runs, visible_runs


@require_safe
@login_required
def runs(request: HttpRequest, round: str) -> HttpResponse:
    """The runs that count now, of the bodies that the asker may see."""
    scope = scope_of(request)
    place = place_or_404(round)
    if scope.kind == NATIONAL:
        raise Http404("What was accepted is read from the API.")
    context = {
        "round": place.round,
        "caption": place.round.year,
        "breadcrumbs": crumbs(),
        **runs_page(list(current_runs(scope, place.round.code, basis=LATEST)), place.round.code),
    }
    return render(request, "runs.jinja", context)


@require_safe
@login_required
def run(request: HttpRequest, run: UUID) -> HttpResponse:
    """One run: its inputs by hash, the catalogues by digest, and whether it came out the same when made again."""
    found = get_object_or_404(visible_runs(scope_of(request)).select_related("round"), pk=run)
    context = {
        "round": found.round,
        "caption": found.round.year,
        "breadcrumbs": crumbs(("Runs", reverse("runs", args=[found.round_id]))),
        **run_page(found),
    }
    return render(request, "run.jinja", context)


@require_POST
@login_required
def make_again(request: HttpRequest, run: UUID) -> HttpResponse:
    """Have it made again by a worker; pressed twice, once."""
    scope = scope_of(request)
    found = get_object_or_404(visible_runs(scope), pk=run)
    ask_to_make_again(by=scope, run=found)
    return redirect(reverse("run", args=[found.pk]) + "#again")
