"""One finding: is it true, from which cells, what would close it, whose move is it; and its reason."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from planning.people.access import NotAllowed, Scope, scope_of
from planning.plan.explaining import NoReason, explain
from planning.plan.findings import Finding
from submissions.queries.findings import finding_page
from submissions.queries.questions import questions_about
from submissions.views.asking import crumbs, place_or_404
from submissions.visible import all_findings


@require_safe
@login_required
def finding(request: HttpRequest, finding: UUID) -> HttpResponse:
    scope = scope_of(request)
    return _page(request, scope, _found(scope, finding))


@require_POST
@login_required
def reason(request: HttpRequest, finding: UUID) -> HttpResponse:
    """Give the reason, or give it anew; the same figures keep it when the return is sent again."""
    scope = scope_of(request)
    found = _found(scope, finding)
    text = request.POST.get("reason", "")
    try:
        explain(by=scope, findings=[found], text=text)
    except NoReason as error:
        return _page(request, scope, found, str(error), text)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    return redirect(f"{reverse('finding', args=[found.pk])}#reason-given")


def _found(scope: Scope, finding: UUID) -> Finding:
    rows = all_findings(scope).select_related("organisation", "system", "run")
    return get_object_or_404(rows, pk=finding)


def _page(
    request: HttpRequest, scope: Scope, found: Finding, wrong: str = "", text: str = ""
) -> HttpResponse:
    place = place_or_404(found.round_id)
    context = {
        "round": place.round,
        "caption": place.round.year,
        "breadcrumbs": crumbs(("Findings", reverse("findings", args=[place.round.code]))),
        "errors": [{"text": wrong, "href": "#reason"}] if wrong else [],
        "wrong": wrong,
        **finding_page(scope, place, found),
        "questions": questions_about(scope, found),
    }
    context["reason_text"] = text or context["explanation"].text
    return render(request, "finding.jinja", context, status=422 if wrong else 200)
