"""The change report: what a document or a round asks that another did not, and what that does to plans in hand."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from planning.people.access import scope_of
from targets.guidance import trying_out
from targets.queries.changes import (
    Compared,
    NoSuchSide,
    address_of,
    choices,
    chosen_of,
    compared,
    in_hand,
    report,
    suggestions,
    systems_of,
    tried,
)
from targets.queries.documents import load_documents

NAMES = ("from", "to", "plans", "system")


@require_safe
@login_required
def guidance_changes(request: HttpRequest) -> HttpResponse:
    """What changed between two documents or rounds, and who newly misses or meets? The documents are public; of
    the plans a trust sees its own, an ICB its system's, NHS England those that were accepted."""
    scope = scope_of(request)
    asked = {name: request.GET.get(name, "").strip() for name in NAMES}
    both = _compared(asked)
    context: dict[str, Any] = {
        "breadcrumbs": [
            {"text": "Home", "href": "/"},
            {"text": "Guidance", "href": reverse("guidance")},
        ],
        "asked": asked,
        "sides": {name: choices(both.documents, asked[name]) for name in ("from", "to")},
        "suggestions": suggestions(both.documents),
        "before": both.before,
        "after": both.after,
    }
    if both.before is not None and both.after is not None:
        context |= report(both.before, both.after) | {"tried": tried(scope, both, asked)}
    return render(request, "guidance_changes.jinja", context)


@require_POST
@login_required
def try_guidance(request: HttpRequest) -> HttpResponse:
    """Have two documents tried out on plans in hand that the asker may see."""
    scope = scope_of(request)
    asked = {name: request.POST.get(name, "").strip() for name in NAMES}
    both = _compared(asked)
    if both.before is None or both.after is None or not both.are_documents:
        raise Http404("Two documents are tried out.")
    rounds = sorted({both.before.round, both.after.round})
    hand = chosen_of(in_hand(scope, rounds, systems_of(scope)), asked)
    if hand is None:
        raise Http404("There are no such plans in hand.")
    trying_out.ask(by=scope.person, hand=hand, before=both.before, after=both.after)
    return redirect(f"{address_of(both.before, both.after, hand)}#tried")


def _compared(asked: dict[str, str]) -> Compared:
    try:
        return compared(asked, load_documents(), timezone.localdate())
    except NoSuchSide as error:
        raise Http404(str(error)) from error
