"""What waits for the person who is signed in, and what they were told."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from planning.people.access import scope_of
from planning.people.telling import mark_read
from submissions.queries.waiting import waiting_page
from submissions.views.asking import crumbs


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """One's own moves first, then the ICB's, then the notices; posting marks one notice, or all, as read."""
    scope = scope_of(request)
    if request.method == "POST":
        if scope.person is not None:
            mark_read(scope.person, request.POST.get("notice", ""))
        return redirect("waiting")
    context = {"breadcrumbs": crumbs(), "caption": scope.organisation}
    return render(request, "waiting.jinja", {**context, **waiting_page(scope)})
