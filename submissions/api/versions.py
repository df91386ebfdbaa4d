"""Which versions answer: those an asker may see that count on a basis. Reads no figures, so no array."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from planning.people.access import NATIONAL, Scope
from submissions.uploads import ACCEPTED, HANDED_OVER, READ, Upload
from submissions.visible import visible_uploads


def counted_uploads(scope: Scope, round_code: str, stage: str = "") -> QuerySet[Upload]:
    """Visible versions that nothing blocks and that may count: read, or handed over at the stage, or for
    NHS England accepted. The latest of an organisation's return is the one that counts, so they are in order."""
    states = (ACCEPTED,) if scope.kind == NATIONAL else HANDED_OVER if stage else READ
    rows = visible_uploads(scope).filter(
        round_id=round_code, blocked=False, state__in=states, number__isnull=False
    )
    return (rows.filter(stage=stage) if stage else rows).order_by("received_at")


def current_of(scope: Scope, round_code: str) -> set[UUID]:
    """The ids of the current versions of a round among those the asker may see; one query."""
    chosen = {
        (ods, return_kind): upload
        for upload, ods, return_kind in counted_uploads(scope, round_code).values_list(
            "id", "organisation_id", "return_kind"
        )
    }
    return set(chosen.values())
