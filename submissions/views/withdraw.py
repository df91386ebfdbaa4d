"""Taking a version back: what will count instead is said first, why is asked, and it is done by a form alone."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from planning.people.access import Scope, scope_of
from planning.people.roles import SUBMIT
from submissions import lifecycle
from submissions.lifecycle import WrongState
from submissions.queries.handing_over import withdraw_page
from submissions.uploads import Upload
from submissions.views.asking import crumbs, place_or_404, upload_or_404
from submissions.wording import RETURN_NAMES, version_name

LONGEST = 1000


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Asked first, then done; the file itself is kept."""
    scope = scope_of(request)
    found = upload_or_404(scope, upload)
    if not scope.may(SUBMIT, found.organisation_id):
        raise PermissionDenied("Withdrawing is for the planning lead.")
    if request.method != "POST":
        return _page(request, scope, found)
    reason = request.POST.get("reason", "")
    if len(reason) > LONGEST:
        return _page(request, scope, found, f"The reason must be {LONGEST:,} characters or fewer", reason)
    try:
        lifecycle.withdraw(by=scope, upload=found, reason=reason)
    except (WrongState, ValueError) as error:
        return _page(request, scope, found, str(error), reason)
    name = f"{RETURN_NAMES[found.return_kind]} {version_name(found)}"
    messages.success(request, f"{name} was withdrawn.")
    address = reverse("returns", args=[found.round_id])
    return redirect(f"{address}?stage={found.stage}&organisation={found.organisation_id}")


def _page(
    request: HttpRequest, scope: Scope, found: Upload, wrong: str = "", reason: str = ""
) -> HttpResponse:
    place = place_or_404(found.round_id, found.stage)
    result = (
        f"{RETURN_NAMES[found.return_kind]} {version_name(found)}",
        reverse("upload_result", args=[found.pk]),
    )
    context = {
        "round": place.round,
        "caption": f"{place.caption} · {found.organisation.short_name}",
        "breadcrumbs": crumbs(result),
        "errors": [{"text": wrong, "href": "#reason"}] if wrong else [],
        "wrong": wrong,
        "reason": reason,
        **withdraw_page(scope, place, found),
    }
    return render(request, "withdraw.jinja", context, status=422 if wrong else 200)
