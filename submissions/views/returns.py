"""The task list of an organisation's returns, and its blank workbooks."""

from io import BytesIO

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from planning.people.access import scope_of
from planning.registry.lines import Lines
from planning.registry.organisations import Organisation
from planning.registry.rounds import RETURNS
from submissions.layout import default_file_name, write_return
from submissions.queries.returns import furthest, returns_page, versions_of
from submissions.returns import expected_lines, return_identity
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
        **page,
    }
    return render(request, "returns.jinja", context)


@require_safe
@login_required
def template(request: HttpRequest, round: str, ods: str, return_kind: str) -> HttpResponse:
    """The blank workbook of one of the asker's own organisations."""
    scope = scope_of(request)
    organisation = get_object_or_404(Organisation.objects.filter(ods__in=scope.own), ods=ods)
    place = place_or_404(round)
    if return_kind not in RETURNS:
        raise Http404("No such return.")
    lines = expected_lines(Lines.load(place.round.code), organisation, return_kind)
    identity = return_identity(
        lines, round_code=place.round.code, organisation_ods=organisation.ods, return_kind=return_kind
    )
    book = BytesIO()
    write_return(book, lines=lines, identity=identity, organisation=organisation)
    response = HttpResponse(book.getvalue(), content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="{default_file_name(identity)}"'
    return response
