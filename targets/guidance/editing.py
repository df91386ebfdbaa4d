"""Editing a target in the service: an edit makes a version, says why, and holds from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from planning.foundation.jobs import enqueue
from planning.people.person import Person
from planning.plan.runs import LATEST, CurrentRun, Run
from planning.registry.files import BadReference
from planning.registry.lines import Lines
from targets.guidance.documents import TargetVersion
from targets.guidance.files import check_target

NAMED = ("document", "version", "document_code")  # what a stored source adds to a file's


class Overtaken(Exception):
    """Somebody else has edited the target since it was opened."""


def edit(
    *,
    by: Person,
    opened: TargetVersion,
    entry: Mapping[str, Any],
    reason: str,
    effective_from: date | None = None,
    effective_to: date | None = None,
) -> TargetVersion:
    """Keep a new version of what a document says under a code; what was judged by the old one still cites it.

    Everybody's plans of the round are judged again. Raises Overtaken, and BadReference for an entry that is
    wrong.
    """
    check_entry(opened, entry)
    with transaction.atomic():
        rows = TargetVersion.objects.select_for_update().filter(
            document=opened.document_id, code=opened.code, is_current=True
        )
        current = rows.get()
        if current.pk != opened.pk:
            who = current.by or "A new file"
            raise Overtaken(f"{who} changed {current.code} meanwhile, to version {current.version}.")
        rows.update(is_current=False)
        made = TargetVersion.objects.create(
            round_id=current.round_id,
            document_id=current.document_id,
            code=current.code,
            version=current.version + 1,
            position=current.position,
            entry={**entry, "source": {**current.entry["source"], **entry["source"]}},
            effective_from=effective_from,
            effective_to=effective_to,
            by=by,
            reason=reason,
        )
        judge_round_again(current.round_id)
    return made


def check_entry(opened: TargetVersion, entry: Mapping[str, Any]) -> None:
    """As a file's entry would be. Raises BadReference, naming the field."""
    if entry.get("code") != opened.code:
        raise BadReference("the form", opened.code, "code: an entry keeps its code.")
    check_target(Path(opened.document_id), as_in_file(entry), Lines.load(opened.round_id))


def as_in_file(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A stored entry without what loading added to its source."""
    source = {name: value for name, value in entry.get("source", {}).items() if name not in NAMED}
    return {**entry, "source": source}


def judge_round_again(round_code: str) -> None:
    """Everybody who has figures in the round, judged anew once this transaction commits."""
    rows = CurrentRun.objects.filter(round_id=round_code, scope=Run.ORGANISATION, basis=LATEST)
    for ods in rows.order_by("subject").values_list("subject", flat=True):
        enqueue("submissions.judge_again", f"{round_code}:{ods}")
