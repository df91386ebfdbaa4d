"""The person's own workbook with its faults marked: made by a worker, given when it is there."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from planning.people.access import scope_of
from submissions.marking.making import MAKING, READY, ask, can_be_marked, file_name
from submissions.marking.shown import audience_of
from submissions.queries.result import facts
from submissions.uploads import Upload
from submissions.views.asking import crumbs, place_or_404, upload_or_404
from submissions.views.result import EXCEL


@require_safe
@login_required
def marked(request: HttpRequest, upload: UUID) -> HttpResponseBase:
    """The workbook, or a page that waits for it. `?wait` stays a page when it is ready, so that nobody is left
    looking at one that says it is being made."""
    scope = scope_of(request)
    found = upload_or_404(scope, upload)
    if found.is_waiting:
        return redirect("upload_result", found.pk)
    if not can_be_marked(found):
        raise Http404("Nothing was read from this file, so there is nothing to mark.")
    state = ask(found, audience_of(scope, found))
    if request.headers.get("HX-Request"):
        return _piece(found, state)
    if state == READY and "wait" not in request.GET:
        return FileResponse(
            found.marked.open("rb"), as_attachment=True, filename=file_name(found), content_type=EXCEL
        )
    return _page(request, found, state)


def _piece(found: Upload, state: str) -> HttpResponse:
    """What the page's asking gets: nothing new, or the page anew."""
    if state == MAKING:
        return HttpResponse(status=204)
    return HttpResponseClientRedirect(f"{reverse('upload_marked', args=[found.pk])}?wait=1")


def _page(request: HttpRequest, found: Upload, state: str) -> HttpResponse:
    place = place_or_404(found.round_id, found.stage)
    said = facts(place, found)
    address = reverse("upload_result", args=[found.pk])
    context = {
        "round": place.round,
        "caption": f"{place.caption} · {found.organisation.short_name}",
        "breadcrumbs": crumbs((said["name"], address)),
        "state": state,
        "file_address": reverse("upload_marked", args=[found.pk]),
        "result_address": address,
        "name": said["name"],
    }
    return render(request, "uploads/marked.jinja", context)
