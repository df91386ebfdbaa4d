"""Questions about returns: the list, asking one, and the thread with what one's role may do to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from planning.people.access import NotAllowed, Scope, scope_of
from planning.people.roles import EXPLAIN
from planning.plan.findings import Finding
from submissions import asking
from submissions.asking import About, Closed, NotAsked
from submissions.queries.question import about_line, ask_page, question_page
from submissions.queries.questions import questions_page
from submissions.queries.result import findings_across, findings_of_upload, reviewing
from submissions.questions import Question
from submissions.uploads import Upload
from submissions.views.asking import crumbs, place_or_404, upload_or_404
from submissions.visible import visible_questions
from submissions.wording import RETURN_NAMES, version_name

BOARD = ("close", "again")  # what the ICB does to a question
FILTERS = ("state", "organisation", "return", "page")


@require_safe
@login_required
def questions(request: HttpRequest, round: str) -> HttpResponse:
    """What was asked and is not closed, and what was."""
    scope = scope_of(request)
    place = place_or_404(round)
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    context = {"round": place.round, "caption": place.round.year, "breadcrumbs": crumbs(), "asked": asked}
    return render(request, "questions.jinja", {**context, **questions_page(scope, place, asked)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask(request: HttpRequest, upload: UUID) -> HttpResponse:
    """The ICB asks about a finding of a version, or about one of its lines."""
    scope = scope_of(request)
    found = upload_or_404(scope, upload)
    if not reviewing(scope, found):
        raise PermissionDenied("Asking is for the ICB.")
    finding = _finding_of(scope, found, request.POST.get("finding") or request.GET.get("finding") or "")
    if request.method != "POST":
        return _ask_page(request, scope, found, finding)
    text = request.POST.get("text", "")
    try:
        question = asking.ask(by=scope, upload=found, about=_about(request, scope, found, finding), text=text)
    except NotAsked as error:
        return _ask_page(request, scope, found, finding, {error.field: str(error)})
    except NotAllowed as error:
        return _ask_page(request, scope, found, finding, {"text": str(error)})
    return redirect("question", question.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def question(request: HttpRequest, question: UUID) -> HttpResponse:
    """One question with all that was said; answered by the organisation, closed or asked again by the ICB."""
    scope = scope_of(request)
    rows = visible_questions(scope).select_related(
        "organisation", "upload", "owner", "asked_by", "closed_by", "round"
    )
    found = get_object_or_404(rows, pk=question)
    if request.method != "POST":
        return _thread(request, scope, found)
    act = request.POST.get("act", "")
    if not (reviewing(scope, found.upload) if act in BOARD else scope.may(EXPLAIN, found.organisation_id)):
        raise PermissionDenied("The organisation answers, the ICB closes.")
    try:
        _act(scope, found, act, request.POST.get("text", ""))
    except (NotAsked, NotAllowed, Closed) as error:
        return _thread(request, scope, found, str(error))
    return redirect(f"{reverse('question', args=[found.pk])}#thread")


def _act(scope: Scope, found: Question, act: str, text: str) -> None:
    if act == "close":
        asking.close(by=scope, question=found, text=text)
    elif act == "again":
        asking.ask_again(by=scope, question=found, text=text)
    else:
        asking.answer(by=scope, question=found, text=text)


def _about(request: HttpRequest, scope: Scope, found: Upload, finding: Finding | None) -> About:
    if finding is not None:
        return About.of_finding(finding)
    return about_line(scope, found, request.POST.get("line", ""), request.POST.get("period", ""))


def _finding_of(scope: Scope, upload: Upload, asked: str) -> Finding | None:
    """The finding of that version that the address names, of its own checks or across its returns."""
    if not asked:
        return None
    every = findings_of_upload(scope, upload) + findings_across(scope, upload)
    return next((row for row in every if str(row.pk) == asked), None)


def _ask_page(
    request: HttpRequest,
    scope: Scope,
    found: Upload,
    finding: Finding | None,
    wrong: dict[str, str] | None = None,
) -> HttpResponse:
    place = place_or_404(found.round_id, found.stage)
    name = f"{RETURN_NAMES[found.return_kind]} {version_name(found)}"
    context: dict[str, Any] = {
        "round": place.round,
        "caption": f"{place.caption} · {found.organisation.short_name}",
        "breadcrumbs": crumbs((name, reverse("upload_result", args=[found.pk]))),
        "upload": found,
        "name": name,
        "wrong": wrong or {},
        "errors": [{"text": text, "href": f"#{field}"} for field, text in (wrong or {}).items()],
        "given": {name: request.POST.get(name, "") for name in ("line", "period", "text")},
        **ask_page(scope, found, finding),
    }
    return render(request, "ask.jinja", context, status=422 if wrong else 200)


def _thread(request: HttpRequest, scope: Scope, found: Question, wrong: str = "") -> HttpResponse:
    place = place_or_404(found.round_id)
    context: dict[str, Any] = {
        "round": place.round,
        "caption": f"{place.round.year} · {found.organisation.short_name}",
        "breadcrumbs": crumbs(("Questions", reverse("questions", args=[found.round_id]))),
        "wrong": wrong,
        "errors": [{"text": wrong, "href": "#text"}] if wrong else [],
        "given": request.POST.get("text", "") if wrong else "",
        **question_page(scope, found),
    }
    return render(request, "question.jinja", context, status=422 if wrong else 200)
