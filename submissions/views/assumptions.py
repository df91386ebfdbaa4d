"""The register of planning assumptions, one of them in full, and what organisations answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from planning.people.access import TRUST, NotAllowed, Scope, scope_of
from planning.plan.assuming import NotStated, SaidMeanwhile, confirm, state, take_back
from planning.plan.rejudgements import Rejudgement
from planning.registry.assumption_values import value_typed
from planning.registry.assumptions import AssumptionVersion
from planning.registry.organisations import Organisation
from planning.registry.place import Place
from submissions.queries.assumptions import answering, assumption_page, assumptions_page, current_versions
from submissions.views.asking import crumbs, place_or_404

Wrong = Mapping[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def assumptions(request: HttpRequest, round: str) -> HttpResponse:
    """What plans of the round are made with; posting confirms those ticked, or all that are not answered."""
    scope = scope_of(request)
    place = place_or_404(round)
    body = _body(request, scope)
    if request.method != "POST":
        return _register(request, scope, place, body)
    try:
        seen = _seen(request)
        asked = confirm(by=scope, round_code=place.round.code, organisation=_ods(body), seen=seen)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except NotStated as error:
        return _register(request, scope, place, body, {error.field: str(error)})
    except SaidMeanwhile as error:
        return _register(request, scope, place, body, {"codes": str(error)}, status=409)
    _say(request, place, f"{len(seen)} confirmed.", asked)
    return redirect(f"{reverse('assumptions', args=[place.round.code])}?organisation={_ods(body)}")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def assumption(request: HttpRequest, round: str, code: str) -> HttpResponse:
    """One assumption with its history; posting answers for an organisation of one's own."""
    scope = scope_of(request)
    place = place_or_404(round)
    row = get_object_or_404(current_versions(place.round.code), code=code)
    body = _body(request, scope)
    if request.method != "POST":
        return _one(request, scope, place, row, body)
    try:
        said, asked = _answer(request, scope, place, row, _ods(body))
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except NotStated as error:
        return _one(request, scope, place, row, body, {error.field: str(error)})
    except SaidMeanwhile as error:
        return _one(request, scope, place, row, body, {"": str(error)}, status=409)
    _say(request, place, said, asked)
    return redirect(f"{reverse('assumption', args=[place.round.code, code])}?organisation={_ods(body)}")


def _answer(
    request: HttpRequest, scope: Scope, place: Place, row: AssumptionVersion, ods: str
) -> tuple[str, Rejudgement | None]:
    """What was pressed, done; says what, and who is judged again."""
    given = request.POST
    named: dict[str, Any] = {"by": scope, "round_code": place.round.code, "organisation": ods}
    act, version = given.get("act", ""), _whole(given.get("version", ""))
    if act == "take_back":
        return "The answer was taken back.", take_back(
            **named, code=row.code, standing=given.get("standing", "")
        )
    if act == "confirm":
        return "Confirmed.", confirm(**named, seen={row.code: version})
    scope.must("assume", ods)
    try:
        value = value_typed(row.entry, given.get("value", ""))
    except ValueError as error:
        raise NotStated("value", str(error)) from error
    asked = state(
        **named, code=row.code, value=value, reason=given.get("reason", ""), seen=version,
        standing=given.get("standing", ""),
    )  # fmt: skip
    return "Your own value was saved.", asked


def _body(request: HttpRequest, scope: Scope) -> Organisation | None:
    """The body asked for; a trust's people see their own without asking. None: all that an ICB reviews."""
    asked = request.POST.get("organisation") or request.GET.get("organisation")
    bodies = answering(scope)
    if asked:
        found = next((one for one in bodies if one.ods == asked), None)
        if found is None:
            raise Http404("No such organisation of yours.")
        return found
    return bodies[0] if bodies and scope.kind == TRUST else None


def _ods(body: Organisation | None) -> str:
    return body.ods if body is not None else ""


def _seen(request: HttpRequest) -> dict[str, int]:
    """The assumptions that are confirmed, with the version that was on the page: fields of `CODE|VERSION`."""
    every = "every" if request.POST.get("act") == "all" else "codes"
    pairs = (given.rpartition("|") for given in request.POST.getlist(every))
    return {code: _whole(version) for code, _, version in pairs if code}


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _say(request: HttpRequest, place: Place, said: str, asked: Rejudgement | None) -> None:
    if asked is None:
        messages.success(request, said)
        return
    link = reverse("rejudgement", args=[place.round.code, asked.pk])
    words = '{} Plans are being judged again: <a href="{}">see what is new</a>.'
    messages.success(request, format_html(words, said, link))


def _register(
    request: HttpRequest,
    scope: Scope,
    place: Place,
    body: Organisation | None,
    wrong: Wrong | None = None,
    status: int = 422,
) -> HttpResponse:
    context = {
        **_context(place, wrong),
        "breadcrumbs": crumbs(),
        "ticked": set(request.POST.getlist("codes")),
        **assumptions_page(scope, place, body),
    }
    return render(request, "assumptions.jinja", context, status=status if wrong else 200)


def _one(
    request: HttpRequest,
    scope: Scope,
    place: Place,
    row: AssumptionVersion,
    body: Organisation | None,
    wrong: Wrong | None = None,
    status: int = 422,
) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("value", "reason")} if wrong else {}
    listed = reverse("assumptions", args=[place.round.code])
    context = {
        **_context(place, wrong),
        "breadcrumbs": crumbs(
            ("Planning assumptions", f"{listed}?organisation={body.ods}" if body is not None else listed)
        ),
        **assumption_page(scope, place, row, body, typed),
    }
    return render(request, "assumption.jinja", context, status=status if wrong else 200)


def _context(place: Place, wrong: Wrong | None) -> dict[str, Any]:
    return {
        "round": place.round,
        "caption": place.round.year,
        "wrong": wrong or {},
        "errors": [{"text": text, "href": f"#{name or 'answer'}"} for name, text in (wrong or {}).items()],
    }
