"""The ICB's dashboard of its system."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from planning.people.access import NATIONAL, scope_of
from planning.people.roles import REVIEW
from planning.plan.visible import NATIONAL_STAGES
from submissions.queries.more import more
from submissions.queries.system import basis_of, system_page, system_seen
from submissions.views.asking import crumbs, place_or_404


@require_safe
@login_required
def system(request: HttpRequest, ods: str, round: str) -> HttpResponse:
    """Do we break even, what stands in the way, who is it, who has returned what?"""
    scope = scope_of(request)
    found = system_seen(scope, ods)
    if found is None:
        raise Http404("No such system of yours.")
    first = NATIONAL_STAGES[0] if scope.kind == NATIONAL else ""  # no draft reaches NHS England
    place = place_or_404(round, request.GET.get("stage") or first)
    page = system_page(
        scope, place, found, basis_of(scope, place, request.GET.get("basis", "")), timezone.now()
    )
    as_at = f" · as at {page['as_at']}" if page["as_at"] else ""
    context = {
        "round": place.round,
        "stage": place.stage,
        "caption": f"{place.caption} · {found.system_name or found.name}{as_at}",
        "breadcrumbs": crumbs(),
        "basis": request.GET.get("basis", ""),
        "chooses_basis": scope.kind != NATIONAL,
        "more": more(scope, place.round.code, found.ods),
        "judge_again_address": reverse("judge_again", args=[found.ods, place.round.code])
        if scope.may(REVIEW, found.ods)
        else "",
    }
    return render(request, "system.jinja", {**context, **page})
