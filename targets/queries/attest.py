"""What the page of one answer shows: what is asked, the form, and every answer given before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.registry.periods import month_label
from planning.registry.place import Place
from targets.assurance.answering import Body, may_answer
from targets.assurance.assurances import Asked
from targets.assurance.attestations import STATES, Attestation
from targets.local.typed import figure_plain
from targets.queries.assurances import facts_of, figure_of, state_of
from targets.wording import asks

HINTS = {
    "in_place": "Say under evidence what shows it.",
    "on_track": "It will be in place in time.",
    "at_risk": "It may not be in place in time. Say why under evidence.",
    "not_in_place": "It will not be in place in time. Say why under evidence.",
}


def answers_given(round_code: str, subject: str, body: Body) -> QuerySet[Attestation]:
    """Every answer of that body, the one that counts first, then the newest."""
    rows = Attestation.objects.filter(
        round_id=round_code, subject=subject, organisation_id=body.organisation, group_id=body.group or None
    )
    return rows.select_related("by").order_by("-is_current", "-at")


def attest_page(
    scope: Scope, place: Place, asked: Asked, body: Body, typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The page, with what was typed where it could not be kept. One query."""
    rows = list(answers_given(place.round.code, asked.code, body))
    standing = next((row for row in rows if row.is_current), None)
    given = dict(typed) if typed is not None else _as_it_stands(standing, asked)
    return {
        "asked": asked,
        "body": body,
        "facts": facts_of(asked, place.round.code),
        "standing": _row(standing, asked) if standing is not None else None,
        "history": [_row(row, asked) for row in rows if not row.is_current],
        "may_answer": may_answer(scope, body),
        "seen": str(standing.pk) if standing is not None else "",
        "given": given,
        "due": {part: given.get(f"due-{part}", "") for part in ("day", "month", "year")},
        "states": [{"value": state, "text": word, "hint": {"text": HINTS[state]}} for state, word in STATES]
        + [{"value": "", "text": "No answer yet", "hint": {"text": "Only name who leads on it."}}],
        "steps": _steps(asked),
        "compared": _compared(asked),
        "unit": asked.unit,
        "back_address": reverse("assurances", args=[place.round.code]),
    }


def _as_it_stands(standing: Attestation | None, asked: Asked) -> dict[str, str]:
    """The fields begin with the answer that counts."""
    if standing is None:
        return {"state": "-"}
    return {
        "state": standing.state,
        "lead": standing.lead,
        "evidence": standing.evidence,
        "figure": figure_plain(standing.figure) if standing.figure is not None else "",
        "step": _step_of(standing.due, asked),
        **_date_fields(standing.due),
    }


def _date_fields(due: date | None) -> dict[str, str]:
    if due is None:
        return {}
    return {"due-day": str(due.day), "due-month": str(due.month), "due-year": str(due.year)}


def _step_of(due: date | None, asked: Asked) -> str:
    return f"{due:%Y-%m}" if due is not None and asked.steps else ""


def _steps(asked: Asked) -> list[dict[str, str]]:
    """The steps of a trajectory as choices."""
    return [
        {
            "value": str(step["by"]),
            "text": f"{wording.figure(step['threshold'], asked.unit)} by {month_label(step['by'])}",
        }
        for step in asked.steps
    ]


def _compared(asked: Asked) -> str:
    """What a figure is held against."""
    if asked.target is None or not asked.takes_figure:
        return ""
    return f"The figure that is planned, not today's. It is held against what is asked: {asks(asked.target)}."


def _row(row: Attestation, asked: Asked) -> dict[str, Any]:
    due = row.due if row.due is not None and not asked.steps else None
    return {
        "state": state_of(row),
        "lead": row.lead,
        "due": f"{due.day} {due:%B %Y}" if due is not None else "",
        "figure": figure_of(row, asked),
        "evidence": row.evidence,
        "by": row.by.name,
        "at": wording.moment(row.at),
    }
