"""Two versions of one return side by side."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from planning.people.access import scope_of
from submissions.queries.compare import compare_page, nearest, same_return, versions_beside
from submissions.views.asking import crumbs, place_or_404, upload_or_404
from submissions.wording import RETURN_NAMES, version_name

FILTERS = ("sheet", "page", "lines")


@require_safe
@login_required
def compare(request: HttpRequest, upload: UUID, other: UUID) -> HttpResponse:
    """What changed from the earlier to the later of them?"""
    scope = scope_of(request)
    found, beside = upload_or_404(scope, upload), upload_or_404(scope, other)
    if not same_return(found, beside) or found.pk == beside.pk:
        raise Http404("Only two versions of one return can be compared.")
    place = place_or_404(found.round_id, found.stage)
    name = f"{RETURN_NAMES[found.return_kind]} {version_name(found)}"
    asked = {key: request.GET.get(key, "") for key in FILTERS}
    context = {
        "round": place.round,
        "caption": f"{place.caption} · {found.organisation.short_name} · {RETURN_NAMES[found.return_kind]}",
        "breadcrumbs": crumbs((name, reverse("upload_result", args=[found.pk]))),
        **compare_page(scope, place, found, beside, asked),
    }
    return render(request, "compare.jinja", context)


@require_safe
@login_required
def compare_any(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Goes on to the comparison with the version that was chosen, or with the one before."""
    scope = scope_of(request)
    found = upload_or_404(scope, upload)
    others = versions_beside(scope, found)
    chosen = [row for row in others if str(row.pk) == request.GET.get("with", "")]
    other = chosen[0] if chosen else nearest(found, others)
    if other is None:
        raise Http404("There is no other version to compare with.")
    return redirect("upload_compare", found.pk, other.pk)
