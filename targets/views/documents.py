"""The guidance of all rounds: which documents there are and how each stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from targets.queries.documents import documents_page

WRONG_DAY = "Give a day, with its month and year."


@require_safe
@login_required
def guidance(request: HttpRequest) -> HttpResponse:
    """Which documents are there, how do they stand today or on the day asked for, and what is wrong in them?
    Guidance and board papers are public: whoever signs in may read them."""
    given = request.GET.get("on", "").strip()
    on = _day(given) if given else timezone.localdate()
    context: dict[str, Any] = {
        "breadcrumbs": [{"text": "Home", "href": "/"}],
        "given": given,
        "errors": [{"text": WRONG_DAY, "href": "#on"}] if on is None else [],
        **documents_page(on or timezone.localdate()),
    }
    return render(request, "guidance.jinja", context, status=400 if on is None else 200)


def _day(given: str) -> date | None:
    """The day as a date field sends it; None where it is none."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
