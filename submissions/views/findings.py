"""The list of findings, filtered by the address; several of them given one reason, or their reasons answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from planning.foundation import wording
from planning.people.access import NotAllowed, Scope, scope_of
from planning.plan.explaining import NoReason, explain, explanations
from planning.plan.findings import Finding
from planning.plan.reviewing import NoNote, NotToReview, review
from planning.registry.place import Place
from submissions.queries.findings import findings_page
from submissions.views.asking import crumbs, place_or_404
from submissions.views.finding import seen_in
from submissions.visible import basis_for, findings_of

FILTERS = ("list", "rule", "severity", "organisation", "reason", "page")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def findings(request: HttpRequest, round: str) -> HttpResponse:
    """What was found in the plans that the asker may see, the largest gap first; posting is for those ticked."""
    scope = scope_of(request)
    place = place_or_404(round)
    if request.method != "POST":
        return _page(request, scope, place)
    chosen = _ticked(request, scope, place)
    try:
        said = _act(request, scope, chosen)
    except (NoReason, NoNote) as error:
        return _page(request, scope, place, {"reason": str(error)})
    except NotToReview as error:
        return _page(request, scope, place, {"ticked": str(error)})
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    messages.success(request, said)
    return redirect(_back(request))


def _ticked(request: HttpRequest, scope: Scope, place: Place) -> list[Finding]:
    """The findings that were ticked, or the one whose own button was pressed, of those that the asker may see."""
    asked = {request.POST["still"]} if "still" in request.POST else set(request.POST.getlist("findings"))
    rows = findings_of(scope, place.round.code, basis=basis_for(scope))
    named = [row.pk for row in rows.only("pk") if str(row.pk) in asked] if asked else []
    return list(rows.filter(pk__in=named).select_related("organisation", "system"))


def _act(request: HttpRequest, scope: Scope, chosen: list[Finding]) -> str:
    """What was asked for, done; says what."""
    if not chosen:
        raise NotToReview("Tick the findings that it is for")
    number, answer = wording.count(len(chosen), "finding"), request.POST.get("answer", "")
    if answer in ("accept", "ask"):
        note = request.POST.get("reason", "")
        review(by=scope, findings=chosen, seen=seen_in(request), accept=answer == "accept", note=note)
        return (
            f"The reason for {number} was accepted." if answer == "accept" else f"Asked again about {number}."
        )
    explain(by=scope, findings=chosen, text=words_for(request, scope, chosen))
    return f"The reason for {number} was saved."


def words_for(request: HttpRequest, scope: Scope, chosen: list[Finding]) -> str:
    """The reason as typed; for "still true" the words that were given before."""
    if "still" not in request.POST:
        return request.POST.get("reason", "")
    return explanations(chosen, scope)[chosen[0].pk].text


def _back(request: HttpRequest) -> str:
    """To the page that the form stood on."""
    asked = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if is_ours else request.get_full_path()


def _page(
    request: HttpRequest, scope: Scope, place: Place, wrong: Mapping[str, str] | None = None
) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    context: dict[str, Any] = {
        "round": place.round,
        "caption": place.round.year,
        "breadcrumbs": crumbs(),
        "asked": asked,
        "wrong": wrong or {},
        "errors": [{"text": said, "href": f"#{name}"} for name, said in (wrong or {}).items()],
        "ticked": set(request.POST.getlist("findings")),
        "reason_text": request.POST.get("reason", ""),
        **findings_page(scope, place, asked),
    }
    return render(request, "findings.jinja", context, status=422 if wrong else 200)
