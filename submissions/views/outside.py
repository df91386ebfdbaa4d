"""An outside model's result, loaded as a scenario with its supplier and date."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from planning.foundation.typed import day_typed
from planning.people.access import Scope, scope_of
from planning.registry.lines import Lines
from planning.registry.place import Place
from submissions.queries.what_if import organisation_named
from submissions.reader import ReaderFailed
from submissions.receive import TooLarge
from submissions.refusals import Refused
from submissions.scenarios import asking, outside
from submissions.scenarios.bodies import Body
from submissions.scenarios.changing import CannotChange, Change
from submissions.scenarios.models import Scenario
from submissions.scenarios.outside import BadModel
from submissions.scenarios.today import Today, figures_of, today_of, try_changes
from submissions.views.asking import crumbs, place_or_404
from submissions.views.what_if import bodies_to_try, body_or_404

FIELDS = ("name", "supplier", "note", "of")
BUSY = "Many files are being read just now. Try again in a minute"
HREFS = {"made": "made-day"}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def outside_model(request: HttpRequest, round: str) -> HttpResponse:
    """The form; sending it makes a scenario, or says every row and cell that is wrong."""
    scope = scope_of(request)
    bodies = bodies_to_try(scope)
    place = place_or_404(round)
    given = request.POST if request.method == "POST" else request.GET
    body = body_or_404(bodies, given.get("body", ""))
    wrong: dict[str, str] = {}
    bad: BadModel | None = None
    if request.method == "POST":
        try:
            return redirect("scenario", _load(request, scope, place, body).pk)
        except CannotChange as error:
            wrong = {error.field: str(error)}
        except BadModel as error:
            bad, wrong = error, {"file": "The file was not loaded: see what is wrong below"}
    return _page(request, place, bodies, body, wrong, bad)


def _load(request: HttpRequest, scope: Scope, place: Place, body: Body) -> Scenario:
    """Raises CannotChange, BadModel."""
    said = {name: request.POST.get(name, "").strip() for name in FIELDS}
    _must_say(said)
    try:
        made_on = day_typed(request.POST, "made")
    except ValueError as error:
        raise CannotChange("made", str(error)) from error
    if made_on > timezone.localdate():
        raise CannotChange("made", "The day must not lie in the future")
    organisation = organisation_named(body, said["of"])
    if organisation is None:
        raise CannotChange("of", "Choose whose lines the model gives")
    today = today_of(organisation, Lines.load(place.round.code))
    changes = _read(request, scope, today)
    try:
        try_changes(scope, today, changes)
    except CannotChange as error:
        raise CannotChange("file", str(error)) from error
    return asking.load_outside(
        by=scope,
        round_code=place.round.code,
        body=body,
        changes=changes,
        name=said["name"],
        supplier=said["supplier"],
        made_on=made_on,
        note=said["note"],
    )


def _must_say(said: dict[str, str]) -> None:
    for name, what in (("name", "a name"), ("supplier", "who made the model")):
        if not said[name]:
            raise CannotChange(name, f"Enter {what}")
        if len(said[name]) > asking.LONGEST_NAME:
            raise CannotChange(name, f"It must be {asking.LONGEST_NAME} characters or fewer")
    if len(said["note"]) > asking.LONGEST_NOTE:
        raise CannotChange("note", f"The note must be {asking.LONGEST_NOTE:,} characters or fewer")


def _read(request: HttpRequest, scope: Scope, today: Today) -> list[Change]:
    file = request.FILES.get("file")
    if file is None:
        raise CannotChange("file", "Choose the file to load")
    if not outside.is_workbook(file.name or ""):
        return outside.changes_in(file, today)
    try:
        return outside.changes_in_workbook(file, today, figures_of(scope, today, today.lines))
    except (TooLarge, Refused) as error:
        raise CannotChange("file", getattr(error, "message", "") or str(error)) from error
    except ReaderFailed as error:
        raise CannotChange("file", BUSY) from error


def _page(
    request: HttpRequest,
    place: Place,
    bodies: list[Body],
    body: Body,
    wrong: dict[str, str],
    bad: BadModel | None,
) -> HttpResponse:
    given = request.POST
    of = given.get("of", "")
    context: dict[str, Any] = {
        "round": place.round,
        "caption": f"{place.round.year} · Scenarios",
        "breadcrumbs": crumbs(("Scenarios", reverse("scenarios", args=[place.round.code]))),
        "body": body,
        "bodies": [{"value": one.key, "text": one.name, "selected": one.key == body.key} for one in bodies],
        "organisations": [
            {"value": ods, "text": one.name, "selected": ods == of} for ods, one in body.organisations.items()
        ]
        if body.is_system
        else [],
        "form": {name: given.get(name, "") for name in FIELDS},
        "day": {part: given.get(f"made-{part}", "") for part in ("day", "month", "year")},
        "wrong": wrong,
        "errors": [{"text": text, "href": f"#{HREFS.get(name, name)}"} for name, text in wrong.items()],
        "faults": bad.faults if bad else [],
        "fault_number": bad.number if bad else 0,
    }
    return render(request, "outside_model.jinja", context, status=422 if wrong else 200)
