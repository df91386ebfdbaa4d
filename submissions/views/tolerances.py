"""The tolerances of a system: seen by its ICB, set and ended by its planning lead."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from planning.foundation.wording import MINUS
from planning.people.access import NATIONAL, Scope, scope_of
from planning.people.roles import TOLERATE
from planning.plan.rejudgements import Rejudgement
from planning.plan.tolerating import NotTolerable, end_tolerance, tolerate
from planning.registry.organisations import Organisation
from planning.registry.place import Place
from submissions.queries.system import system_seen
from submissions.queries.tolerances import tolerances_page
from submissions.views.asking import crumbs, place_or_404

_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?", re.ASCII)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def tolerances(request: HttpRequest, ods: str, round: str) -> HttpResponse:
    """What holds in the system and why; with `?rule=T01` the form for that rule."""
    scope = scope_of(request)
    system = system_seen(scope, ods)
    if system is None or scope.kind == NATIONAL:
        raise Http404("No such system of yours.")
    place = place_or_404(round)
    if request.method != "POST":
        return _page(request, scope, place, system, request.GET.get("rule", ""))
    if not scope.may(TOLERATE, ods):
        raise PermissionDenied("Tolerances are set by the ICB's planning lead.")
    rule = request.POST.get("rule", "")
    try:
        said = _act(request, scope, place, system, rule)
    except NotTolerable as error:
        return _page(request, scope, place, system, rule, {error.field: str(error)})
    asked = (
        Rejudgement.objects.filter(round=place.round, about=rule, system=system).order_by("-asked_at").first()
    )
    address = reverse("rejudgement", args=[place.round.code, asked.pk]) if asked is not None else ""
    link = (
        format_html(' <a href="{}">See who newly fails and who no longer does</a>.', address)
        if address
        else ""
    )
    messages.success(request, format_html("{} Its plans are being judged again.{}", said, link))
    return redirect("tolerances", ods, place.round.code)


def _act(request: HttpRequest, scope: Scope, place: Place, system: Organisation, rule: str) -> str:
    code = place.round.code
    if request.POST.get("act") == "end":
        end_tolerance(by=scope, system=system.ods, round_code=code, rule=rule)
        return f"{rule} is held in {system.short_name} to what holds elsewhere."
    form = tolerances_page(system, code, rule)["chosen"]
    if form is None:
        raise NotTolerable("rule", "Choose a rule that has a tolerance to change")
    if request.POST.get("seen", "") != form["seen"]:
        raise NotTolerable("rule", f"Somebody changed the tolerance of {rule} meanwhile: look at it again")
    typed = {figure["name"]: request.POST.get(figure["name"], "") for figure in form["figures"]}
    before = {figure["name"]: figure["value"] for figure in form["figures"]}
    entry = {name: _number(name, text) for name, text in typed.items() if text.strip()}
    changed = {name: value for name, value in entry.items() if value != _number(name, before[name])}
    made = tolerate(
        by=scope, system=system.ods, round_code=code, rule=rule, entry=changed or entry,
        text=request.POST.get("text", ""), reason=request.POST.get("reason", ""),
    )  # fmt: skip
    return f"{rule} is held to {made.text} in {system.short_name}."


def _number(name: str, text: str) -> Decimal:
    said = text.strip().replace(MINUS, "-")
    if name == "relative":  # elsewhere 5% would be read as 5
        said = said.removesuffix("%").strip()
    if not _NUMBER.fullmatch(said):
        raise NotTolerable(name, "Enter a number, without commas, such as 5 or 0.5")
    value = Decimal(said)
    return value / 100 if name == "relative" else value


def _page(
    request: HttpRequest,
    scope: Scope,
    place: Place,
    system: Organisation,
    rule: str,
    wrong: dict[str, str] | None = None,
) -> HttpResponse:
    code = place.round.code
    page = tolerances_page(system, code, rule, request.POST.dict() if wrong else None)
    context: dict[str, Any] = {
        "round": place.round,
        "caption": f"{place.round.year} · {system.system_name or system.name}",
        "breadcrumbs": crumbs(
            (system.system_name or system.name, reverse("system", args=[system.ods, code])),
            ("Rules", reverse("rule_book", args=[code])),
        ),
        "wrong": wrong or {},
        "errors": [{"text": text, "href": f"#{_anchor(field)}"} for field, text in (wrong or {}).items()],
        "rule": rule,
        "may_set": scope.may(TOLERATE, system.ods),
        "system_name": system.system_name or system.name,
        **page,
    }
    return render(request, "tolerances.jinja", context, status=422 if wrong else 200)


def _anchor(field: str) -> str:
    return field.replace(".", "-")
