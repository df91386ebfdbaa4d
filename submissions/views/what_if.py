"""What if a line of the plan changed? A change is chosen here; what it does is shown on the scenario's page."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from planning.people.access import Scope, scope_of
from planning.registry.lines import Lines
from planning.registry.place import Place
from submissions.queries.what_if import Asked, change_named, organisation_named, what_if_page
from submissions.scenarios import asking
from submissions.scenarios.asking import changes_of
from submissions.scenarios.bodies import Body, bodies_tried, body_named
from submissions.scenarios.changing import MOST, PERCENT, CannotChange, Change, amount_typed, places_of, plain
from submissions.scenarios.models import Scenario
from submissions.scenarios.today import today_of, try_changes
from submissions.scenarios.visible import visible_scenarios
from submissions.views.asking import crumbs, place_or_404

TYPED = ("way", "amount", "from", "to")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def what_if(request: HttpRequest, round: str) -> HttpResponse:
    """Choose a line and a change; sending it makes a what-if, or adds to the one that is named."""
    scope = scope_of(request)
    bodies = bodies_to_try(scope)
    place = place_or_404(round)
    given = request.POST if request.method == "POST" else request.GET
    asked, wrong = _asked(scope, bodies, place, given)
    if request.method == "POST" and wrong is None:
        try:
            return redirect("scenario", _try(scope, place, asked).pk)
        except CannotChange as error:
            wrong = error
    return _page(request, scope, place, bodies, asked, wrong)


def bodies_to_try(scope: Scope) -> list[Body]:
    """Whose plans the asker may change in a what-if. Raises Http404 for those who have none to see, PermissionDenied
    for those who may only look."""
    bodies = bodies_tried(scope)
    if bodies:
        return bodies
    if scope.person is None or not scope.own:
        raise Http404("No plan of yours.")
    raise PermissionDenied(
        "Asking what if is for those who prepare the plan, and for the ICB that reviews it."
    )


def body_or_404(bodies: list[Body], key: str) -> Body:
    found = body_named(bodies, key)
    if found is None:
        raise Http404("No such plan of yours.")
    return found


def _asked(
    scope: Scope, bodies: list[Body], place: Place, given: QueryDict
) -> tuple[Asked, CannotChange | None]:
    scenario = _scenario(scope, place, given.get("scenario", ""))
    body = _body_of(bodies, scenario) if scenario is not None else body_or_404(bodies, given.get("body", ""))
    of = organisation_named(body, given.get("of", ""))
    asked = Asked(
        body,
        of.ods if of is not None else "",
        given.get("q", "")[:80],
        given.get("return", "")[:10],
        given.get("line", "")[:60],
        {name: given.get(name, "")[:40] for name in TYPED if given.get(name)},
        scenario,
    )
    try:
        several = tuple(change_named(text, body) for text in given.getlist("change")[: MOST + 1])
    except CannotChange as error:
        return asked, error
    if len(several) == 1 and "/" not in given.get("change", ""):
        one = several[0]
        form = {"way": one.way, "amount": one.amount, "from": one.first, "to": one.last}
        return replace(asked, line=one.line, form={name: said for name, said in form.items() if said}), None
    return replace(asked, several=several), None


def _scenario(scope: Scope, place: Place, pk: str) -> Scenario | None:
    """The asker's own what-if that the change is for."""
    if not pk:
        return None
    try:
        own = visible_scenarios(scope).filter(by=scope.person, round=place.round, kind=Scenario.WHAT_IF)
        return get_object_or_404(own.select_related("body"), pk=UUID(pk))
    except ValueError as error:
        raise Http404("No such scenario of yours.") from error


def _body_of(bodies: list[Body], scenario: Scenario) -> Body:
    key = next(
        (
            body.key
            for body in bodies
            if (body.organisation, body.is_system) == (scenario.body, scenario.is_system)
        ),
        "-",
    )
    return body_or_404(bodies, key)


def _try(scope: Scope, place: Place, asked: Asked) -> Scenario:
    """Hold the changes against today's figures, those of the scenario first, and have them worked out. Raises
    CannotChange."""
    lines = Lines.load(place.round.code)
    changes = list(asked.several) or [_typed(asked, lines)]
    before = changes_of(asked.scenario) if asked.scenario is not None else []
    for ods in dict.fromkeys(change.organisation for change in changes):
        organisation = asked.body.organisations.get(ods)
        if organisation is None:
            raise CannotChange("of", "Choose whose returns change")
        today = today_of(organisation, lines)
        try_changes(scope, today, [change for change in [*before, *changes] if change.organisation == ods])
    if asked.scenario is None:
        return asking.ask(by=scope, round_code=place.round.code, body=asked.body, changes=changes)
    asking.add(by=scope, scenario=asked.scenario, changes=changes)
    return asked.scenario


def _typed(asked: Asked, lines: Lines) -> Change:
    """The change of the form, its amount as a plain number. Raises CannotChange."""
    if asked.line not in lines:
        return Change(asked.of, asked.line, "")
    line, way = lines[asked.line], asked.form.get("way", "")
    first, last = asked.form.get("from", ""), asked.form.get("to", "")
    places_of(line, lines.round, first, last)
    amount = amount_typed(asked.form.get("amount", ""), "%" if way == PERCENT else line.unit)
    return Change(asked.of, asked.line, way, plain(amount), first, last)


def _page(
    request: HttpRequest,
    scope: Scope,
    place: Place,
    bodies: list[Body],
    asked: Asked,
    wrong: CannotChange | None,
) -> HttpResponse:
    href = {"way": "way", "amount": "amount", "from": "from", "to": "to", "of": "of"}
    context = {
        "round": place.round,
        "caption": f"{place.round.year} · What if",
        "breadcrumbs": crumbs(("Scenarios", reverse("scenarios", args=[place.round.code]))),
        "wrong": {wrong.field: str(wrong)} if wrong is not None else {},
        "errors": [{"text": str(wrong), "href": f"#{href.get(wrong.field, 'line')}"}]
        if wrong is not None
        else [],
        **what_if_page(scope, place, bodies, asked),
    }
    return render(request, "what_if.jinja", context, status=422 if wrong is not None else 200)
