"""The page of one uploaded file: its progress, its result, and the file itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from planning.people.access import Scope, scope_of
from planning.people.roles import EXPLAIN
from planning.plan.explaining import NoReason, explain
from planning.registry.place import Place
from submissions.queries.result import (
    actions,
    facts,
    findings_across,
    findings_of_upload,
    progress,
    result_page,
)
from submissions.uploads import FAILED, HELD, REJECTED, WITHDRAWN, Upload
from submissions.views.asking import crumbs, place_or_404, upload_or_404
from submissions.views.findings import words_for

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNREAD = {REJECTED: "refused.jinja", FAILED: "failed.jinja", HELD: "held.jinja"}


@require_safe
@login_required
def upload_result(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Can I submit it; if not, exactly which cells; what was changed in reading it?"""
    scope = scope_of(request)
    found = upload_or_404(scope, upload)
    return _page(request, scope, found)


@require_safe
@login_required
def upload_progress(request: HttpRequest, upload: UUID) -> HttpResponse:
    """The piece of the page that asks again while the file is checked; once it is, the page is loaded anew."""
    scope = scope_of(request)
    found = upload_or_404(scope, upload)
    if not request.headers.get("HX-Request"):
        return redirect("upload_result", found.pk)
    if not found.is_waiting or found.state == HELD:
        return HttpResponseClientRefresh()
    if request.GET.get("step") == found.step:
        return HttpResponse(status=204)  # nothing to say again
    return render(request, "parts/progress.jinja", {"upload": found, "steps": progress(found)})


@require_safe
@login_required
def upload_file(request: HttpRequest, upload: UUID) -> FileResponse:
    """The workbook as it came, for those who may see the version."""
    scope = scope_of(request)
    found = upload_or_404(scope, upload)
    if not found.file.name or not found.file.storage.exists(found.file.name):
        raise Http404("The bytes of this file are no longer kept.")
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.download_name, content_type=EXCEL
    )


@require_safe
@login_required
def upload_faults(request: HttpRequest, upload: UUID) -> FileResponse:
    """Every fault of a version that has more than its page lists."""
    found = upload_or_404(scope_of(request), upload)
    if not found.fault_list:
        raise Http404("Every fault of this version is on its page.")
    name = f"{found.organisation_id}_{found.return_kind}_version_{found.number}_faults.csv"
    return FileResponse(
        found.fault_list.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )


@require_POST
@login_required
def reasons(request: HttpRequest, upload: UUID) -> HttpResponse:
    """One reason for the findings that were ticked."""
    scope = scope_of(request)
    found = upload_or_404(scope, upload)
    if not scope.may(EXPLAIN, found.organisation_id):
        raise PermissionDenied("Giving reasons is for those who prepare the return.")
    asked = {request.POST["still"]} if "still" in request.POST else set(request.POST.getlist("findings"))
    chosen = [
        row
        for row in findings_of_upload(scope, found) + findings_across(scope, found)
        if str(row.pk) in asked
    ]
    text = words_for(request, scope, chosen) if chosen else request.POST.get("reason", "")
    if not chosen:
        return _page(request, scope, found, {"findings": "Tick the findings that the reason is for"}, text)
    try:
        explain(by=scope, findings=chosen, text=text)
    except NoReason as error:
        return _page(request, scope, found, {"reason": str(error)}, text, asked)
    return redirect(f"{reverse('upload_result', args=[found.pk])}#to-explain")


def _page(
    request: HttpRequest,
    scope: Scope,
    found: Upload,
    wrong: dict[str, str] | None = None,
    text: str = "",
    ticked: set[str] | None = None,
) -> HttpResponse:
    place = place_or_404(found.round_id, found.stage)
    context: dict[str, Any] = {
        "round": place.round,
        "caption": f"{place.caption} · {found.organisation.short_name}",
        "breadcrumbs": _crumbs(scope, place, found),
    }
    if found.is_waiting or found.state in UNREAD or (found.state == WITHDRAWN and not found.number):
        name = UNREAD.get(found.state, "checking.jinja")
        context |= {**facts(place, found), **actions(scope, place, found), "steps": progress(found)}
        context |= {"standing": result_page(scope, place, found)["standing"]} if found.state in UNREAD else {}
        if found.state == REJECTED:
            context["errors"] = [{"text": found.error_message}]
        return render(request, f"uploads/{name}", context)
    shown, page = request.GET.get("show", ""), request.GET.get("page", "1")
    context |= result_page(scope, place, found, shown, int(page) if page.isdecimal() and len(page) < 5 else 1)
    context |= _taken(request, context["to_explain"])
    if wrong:
        context["errors"] = [{"text": words, "href": f"#{name}"} for name, words in wrong.items()]
        context |= {"wrong": wrong, "reason_text": text, "ticked": ticked or set(), "stops_title": ""}
    return render(request, "uploads/result.jinja", context, status=422 if wrong else 200)


def _taken(request: HttpRequest, cards: list[dict[str, Any]]) -> dict[str, Any]:
    """The comment of the workbook that the asker took over (`take=FINDING.LINE`), and its finding ticked."""
    asked, _, line = request.GET.get("take", "").partition(".")
    for card in cards:
        words = next((row["text"] for row in card["offers"] if row["line"] == line), "")
        if card["id"] == asked and words:
            return {"reason_text": words, "ticked": {asked}}
    return {}


def _crumbs(scope: Scope, place: Place, found: Upload) -> list[dict[str, Any]]:
    code = place.round.code
    if found.organisation_id in scope.own:
        address = (
            f"{reverse('returns', args=[code])}?stage={place.stage.code}&organisation={found.organisation_id}"
        )
        return crumbs(("Your planning returns", address))
    systems = sorted(scope.systems)
    return crumbs(("System", reverse("system", args=[systems[0], code]))) if systems else crumbs()
