"""The task list of an organisation's returns, and its workbooks to fill in."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from planning.people.access import scope_of
from planning.registry.organisations import Organisation
from submissions.issuing import NothingToIssue, issue
from submissions.queries.more import more
from submissions.queries.returns import furthest, returns_page, versions_of
from submissions.views.asking import crumbs, own_or_404, place_or_404

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@login_required
def returns(request: HttpRequest, round: str) -> HttpResponse:
    """What is left, by when, and did it arrive?"""
    scope = scope_of(request)
    organisation, bodies = own_or_404(request, scope)
    asked = request.GET.get("stage", "")
    place = place_or_404(round, asked)
    versions = versions_of(scope, organisation, place)
    place = place if asked else furthest(place, versions)
    page = returns_page(scope, place, organisation, bodies, timezone.now(), versions)
    context = {
        "round": place.round,
        "stage": place.stage,
        "caption": place.caption,
        "breadcrumbs": crumbs(),
        "more": more(scope, place.round.code, body=organisation.ods),
        **page,
    }
    return render(request, "returns.jinja", context)


@require_safe
@login_required
def template(request: HttpRequest, round: str, ods: str, return_kind: str) -> HttpResponse:
    """The workbook of one of the asker's own organisations: blank, or with its last version's figures."""
    scope = scope_of(request)
    organisation = get_object_or_404(Organisation.objects.filter(ods__in=scope.own), ods=ods)
    place = place_or_404(round)
    with_last = request.GET.get("prefill") == "last"
    try:
        book = issue(scope, organisation, place.round.code, return_kind, with_last_figures=with_last)
    except NothingToIssue as error:
        raise Http404(str(error)) from error
    response = HttpResponse(book.content, content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="{book.file_name}"'
    return response
