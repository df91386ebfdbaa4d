"""One finding: is it true, from which cells, what would close it, whose move is it; and its reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from planning.people.access import NotAllowed, Scope, scope_of
from planning.plan.explaining import NoReason, explain
from planning.plan.findings import Finding
from planning.plan.reviewing import NoNote, NotToReview, review
from submissions.queries.finding import finding_page
from submissions.queries.finding_history import now_of
from submissions.queries.questions import questions_about
from submissions.views.asking import crumbs, place_or_404
from submissions.visible import all_findings, past_findings


@require_safe
@login_required
def finding(request: HttpRequest, finding: UUID) -> HttpResponse:
    """A finding of now; or one of before, which leads to what the same rule finds of the same line today, or else says
    that it is found no more."""
    scope = scope_of(request)
    found = _current(scope).filter(pk=finding).first()
    if found is None:
        found = get_object_or_404(_with_bodies(past_findings(scope)), pk=finding)
        newer = now_of(scope, found)
        if newer is not None:
            return redirect("finding", newer.pk)
        return _page(request, scope, found, resolved=True)
    return _page(request, scope, found)


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


@require_POST
@login_required
def review_reason(request: HttpRequest, finding: UUID) -> HttpResponse:
    """The ICB accepts the reason that it has read, or asks again with a note."""
    scope = scope_of(request)
    found = _found(scope, finding)
    accept, note = request.POST.get("answer") == "accept", request.POST.get("note", "")
    try:
        review(by=scope, findings=[found], seen=seen_in(request), accept=accept, note=note)
    except NoNote as error:
        return _page(request, scope, found, note_wrong=str(error))
    except NotToReview as error:
        return _page(request, scope, found, answer_wrong=str(error))
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    return redirect(f"{reverse('finding', args=[found.pk])}#reason-given")


def seen_in(request: HttpRequest) -> dict[str, int]:
    """The reasons that the asker has read, by the finding's id: fields of `FINDING.REASON`."""
    pairs = (given.rpartition(".") for given in request.POST.getlist("seen"))
    return {finding: int(reason) for finding, _, reason in pairs if reason.isdecimal() and len(reason) < 19}


def _found(scope: Scope, finding: UUID) -> Finding:
    return get_object_or_404(_current(scope), pk=finding)


def _current(scope: Scope) -> QuerySet[Finding]:
    return _with_bodies(all_findings(scope))


def _with_bodies(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    return rows.select_related("organisation", "system", "run")


def _page(
    request: HttpRequest,
    scope: Scope,
    found: Finding,
    wrong: str = "",
    text: str = "",
    note_wrong: str = "",
    answer_wrong: str = "",
    resolved: bool = False,
) -> HttpResponse:
    place = place_or_404(found.round_id)
    faults = {"reason": wrong, "note": note_wrong, "reason-given": answer_wrong}
    context = {
        "round": place.round,
        "caption": place.round.year,
        "breadcrumbs": crumbs(("Findings", reverse("findings", args=[place.round.code]))),
        "errors": [{"text": said, "href": f"#{name}"} for name, said in faults.items() if said],
        "wrong": wrong,
        "note_wrong": note_wrong,
        "note_text": request.POST.get("note", ""),
        **finding_page(scope, place, found, with_history=resolved or "history" in request.GET),
        "questions": questions_about(scope, found),
    }
    if resolved:  # there is nothing left to explain, to ask about or to set aside
        context |= {
            "resolved": True,
            "may_explain": False,
            "ask_address": "",
            "waive_address": "",
            "options": [],
        }
    context["reason_text"] = text or _taken(request, context) or context["explanation"].text
    return render(request, "finding.jinja", context, status=422 if any(faults.values()) else 200)


def _taken(request: HttpRequest, context: dict[str, Any]) -> str:
    """The words of the workbook's comment that the asker took over, to be changed before they are saved."""
    asked = request.GET.get("take", "")
    return next((row["text"] for row in context["offers"] if row["line"] == asked), "")
