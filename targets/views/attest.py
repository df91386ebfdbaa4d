"""Answering for one thing asked, as one body."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from planning.foundation.typed import day_typed
from planning.people.access import Scope, scope_of
from planning.registry.place import Place
from targets.assurance.answering import Body, bodies_of, body_named, is_asked_of, may_answer
from targets.assurance.assurances import Asked, load_asked, named
from targets.assurance.attesting import Answer, AnsweredMeanwhile, NotAnswered, attest, said_of
from targets.local.typed import figure_typed
from targets.queries.attest import attest_page
from targets.views.assurances import place_or_404

FIELDS = ("state", "lead", "evidence", "figure", "step", "due-day", "due-month", "due-year")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def attest_for(request: HttpRequest, round: str, subject: str, body: str) -> HttpResponse:
    """What is asked, what has been answered, and the form of those who answer for that body."""
    scope = scope_of(request)
    place = place_or_404(round)
    asked, found = _asked_or_404(scope, place, subject, body)
    if request.method != "POST":
        return _page(request, scope, place, asked, found)
    if not may_answer(scope, found):
        raise PermissionDenied("The organisation's planning lead answers.")
    try:
        answer = _answer(request.POST, asked)
        kept = attest(
            by=scope, round_code=place.round.code, asked=asked, body=found, answer=answer,
            seen=request.POST.get("seen", ""),
        )  # fmt: skip
    except NotAnswered as error:
        return _page(request, scope, place, asked, found, {error.field: str(error)})
    except AnsweredMeanwhile as error:
        return _page(request, scope, place, asked, found, {"": str(error)}, status=409)
    messages.success(request, f"Saved: {said_of(kept.state).lower()}.")
    return redirect("attest", place.round.code, asked.code, found.code)


def _asked_or_404(scope: Scope, place: Place, subject: str, code: str) -> tuple[Asked, Body]:
    body = body_named(bodies_of(scope, place.round.code), code)
    asked = named(load_asked(place.round.code), subject) if body is not None else None
    if asked is None or body is None or not is_asked_of(asked, body):
        raise Http404(f"{subject} is not asked of {code}, or is not yours to see.")
    return asked, body


def _answer(form: Mapping[str, str], asked: Asked) -> Answer:
    """The answer as typed. Raises NotAnswered at the field that cannot be read."""
    if "state" not in form:
        raise NotAnswered("state", "Choose how it stands")
    return Answer(
        state=form["state"],
        lead=form.get("lead", ""),
        due=_due(form),
        evidence=form.get("evidence", ""),
        figure=_figure(form, asked.unit) if asked.takes_figure else None,
        step=form.get("step", ""),
    )


def _due(form: Mapping[str, str]) -> date | None:
    if not any(form.get(f"due-{part}", "").strip() for part in ("day", "month", "year")):
        return None
    try:
        return day_typed(form, "due")
    except ValueError as error:
        raise NotAnswered("due", str(error)) from error


def _figure(form: Mapping[str, str], unit: str) -> int | None:
    text = form.get("figure", "").strip()
    try:
        return figure_typed(text, unit) if text else None
    except ValueError as error:
        raise NotAnswered("figure", str(error)) from error


def _page(
    request: HttpRequest,
    scope: Scope,
    place: Place,
    asked: Asked,
    body: Body,
    wrong: dict[str, str] | None = None,
    status: int = 422,
) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in FIELDS} if wrong else None
    at = {"due": "#due-day", "": "#standing"}
    code = place.round.code
    context: dict[str, Any] = {
        "round": place.round,
        "caption": f"{place.round.year} · {body.name}",
        "breadcrumbs": [
            {"text": "Home", "href": "/"},
            {"text": "Assurances", "href": reverse("assurances", args=[code])},
        ],
        "wrong": wrong or {},
        "errors": [
            {"text": text, "href": at.get(field, f"#{field}")} for field, text in (wrong or {}).items()
        ],
        **attest_page(scope, place, asked, body, typed),
    }
    return render(request, "attest.jinja", context, status=status if wrong else 200)
