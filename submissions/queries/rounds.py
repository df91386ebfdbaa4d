"""Which planning round somebody works in, and the others that they may turn to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import BOARD, TRUST, Scope
from planning.registry.rounds import Round, Stage
from submissions.uploads import Upload
from submissions.visible import visible_uploads


def round_in_hand(scope: Scope) -> Round | None:
    """The round of the latest version that the asker may see, else the one that others work in, else the newest.
    At most three queries; None before any round is loaded."""
    for rows in (visible_uploads(scope), Upload.objects.all()):
        latest = rows.order_by("-received_at").select_related("round").first()
        if latest is not None:
            return latest.round
    return Round.objects.filter(systems__isnull=False).order_by("-code").first()


def start_of(scope: Scope, round_code: str) -> str:
    """The address where the asker's work in a round begins."""
    if scope.kind == TRUST:
        return reverse("returns", args=[round_code])
    if scope.kind == BOARD and scope.systems:
        return reverse("system", args=[sorted(scope.systems)[0], round_code])
    return f"{reverse('home')}?round={round_code}"


def rounds_page(scope: Scope, now: datetime) -> dict[str, Any]:
    """One row a round, newest first, with its dates and what the asker may see in it. Three queries."""
    seen: dict[str, int] = {}
    for code in visible_uploads(scope).values_list("round_id", flat=True):
        seen[code] = seen.get(code, 0) + 1
    rounds = Round.objects.order_by("-code").prefetch_related("stages")
    return {"rounds": [_row(scope, row, seen.get(row.code, 0), now) for row in rounds]}


def _row(scope: Scope, row: Round, versions: int, now: datetime) -> dict[str, Any]:
    return {
        "title": row.title,
        "address": start_of(scope, row.code),
        "stages": [_stage(stage, now) for stage in row.stages.all()],
        "versions": wording.count(versions, "version") if versions else "None yet",
    }


def _stage(stage: Stage, now: datetime) -> str:
    closed = "" if stage.is_open else ", closed"
    return f"{stage.name}: due {wording.moment(stage.due_at)}{closed}"
