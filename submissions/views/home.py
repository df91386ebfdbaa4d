"""The first page: by role, one's returns, one's system, or what has been accepted."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from planning.people.access import BOARD, TRUST, scope_of
from planning.registry.rounds import Round
from submissions.queries.national import accepted_page


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """A trust goes to its returns, an ICB to its system; NHS England sees what was accepted, by system."""
    scope = scope_of(request)
    newest = Round.objects.filter(systems__isnull=False).order_by("-code").first()
    if newest is not None and scope.kind == TRUST:
        return redirect("returns", newest.code)
    if newest is not None and scope.kind == BOARD and scope.systems:
        return redirect("system", sorted(scope.systems)[0], newest.code)
    context = accepted_page(scope, newest) if newest is not None else {}
    return render(request, "home.jinja", {"round": newest, "scope": scope, **context})
