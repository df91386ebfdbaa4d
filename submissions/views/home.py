"""The first page: by role, one's returns, one's system, or what has been accepted; and the planning rounds."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from planning.people.access import BOARD, TRUST, Scope, scope_of
from planning.registry.rounds import Round
from submissions.queries.national import accepted_page
from submissions.queries.rounds import round_in_hand, rounds_page, start_of
from submissions.views.asking import crumbs


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """A trust goes to its returns, an ICB to its system; NHS England sees what was accepted, by system."""
    scope = scope_of(request)
    chosen = _asked(request, scope)
    if chosen is not None and (scope.kind == TRUST or (scope.kind == BOARD and scope.systems)):
        return redirect(start_of(scope, chosen.code))
    context = accepted_page(scope, chosen) if chosen is not None else {}
    return render(request, "home.jinja", {"round": chosen, "scope": scope, **context})


def _asked(request: HttpRequest, scope: Scope) -> Round | None:
    code = request.GET.get("round", "")
    if not code:
        return round_in_hand(scope)
    found = Round.objects.filter(code=code).first()
    if found is None:
        raise Http404("There is no such round.")
    return found


@require_safe
@login_required
def rounds(request: HttpRequest) -> HttpResponse:
    """Every round that is loaded, and the way into each."""
    context = {"breadcrumbs": crumbs(), **rounds_page(scope_of(request), timezone.now())}
    return render(request, "rounds.jinja", context)
