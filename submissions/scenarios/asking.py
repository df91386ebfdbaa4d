"""Asking what if: changes put to a scenario, kept under a name or let go. Each verb does one transaction; the worker's
part is `working.py`. Nothing here makes a version, and nothing of it is added up anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from planning.foundation.jobs import enqueue
from planning.people.access import NotAllowed, Scope
from planning.registry.reference import digest_of
from submissions.queued import WHAT_IF
from submissions.scenarios.bodies import Body, may_try
from submissions.scenarios.changing import MOST, CannotChange, Change
from submissions.scenarios.models import Scenario

KEPT = timedelta(days=7)  # how long a what-if without a name stays
LONGEST_NAME, LONGEST_NOTE = 120, 2000
MOST_WAITING = 20  # of one person: the worker that judges them checks everybody's uploads too


def ask(*, by: Scope, round_code: str, body: Body, changes: Sequence[Change]) -> Scenario:
    """A new what-if of the asker's, queued. Raises NotAllowed, CannotChange."""
    _must_try(by, body.organisation.ods)
    if not changes:
        raise CannotChange("line", "Choose a line to change")
    made = _new(by, round_code, body, changes, kind=Scenario.WHAT_IF)
    with transaction.atomic():
        _queue(made)
    return made


def add(*, by: Scope, scenario: Scenario, changes: Sequence[Change]) -> None:
    """More changes after those that it has. Raises NotAllowed, CannotChange."""
    _rewrite(by, scenario.pk, lambda rows: [*rows, *(change.row() for change in changes)])


def remove(*, by: Scope, scenario: Scenario, at: int) -> None:
    """Undo one change by its place; one that is gone already stays so. Raises NotAllowed."""
    _rewrite(by, scenario.pk, lambda rows: [row for place, row in enumerate(rows) if place != at])


def again(*, by: Scope, scenario: Scenario) -> None:
    """Work it out on the versions that count now. For everybody who may ask about that body. Raises NotAllowed."""
    _must_try(by, scenario.body_id)
    with transaction.atomic():
        held = Scenario.objects.select_for_update().get(pk=scenario.pk)
        if held.state != Scenario.WAITING:
            _queue(held)


def copy(*, by: Scope, scenario: Scenario, body: Body) -> Scenario:
    """The same changes as a what-if of the asker's own, not saved. Raises NotAllowed."""
    return ask(by=by, round_code=scenario.round_id, body=body, changes=changes_of(scenario))


def save(*, by: Scope, scenario: Scenario, name: str, note: str, is_shared: bool) -> None:
    """Keep it under a name, or change name, note and who sees it. Raises NotAllowed, CannotChange for a bad name."""
    _own(by, scenario)
    said = " ".join(name.split())
    if not said:
        raise CannotChange("name", "Enter a name, so that the scenario is found again")
    if len(said) > LONGEST_NAME:
        raise CannotChange("name", f"The name must be {LONGEST_NAME} characters or fewer")
    if len(note) > LONGEST_NOTE:
        raise CannotChange("note", f"The note must be {LONGEST_NOTE:,} characters or fewer")
    Scenario.objects.filter(pk=scenario.pk).update(
        name=said, note=note.strip(), is_shared=is_shared, saved_at=scenario.saved_at or timezone.now()
    )


def delete(*, by: Scope, scenario: Scenario) -> None:
    """Let one's own go for good. Raises NotAllowed."""
    _own(by, scenario)
    Scenario.objects.filter(pk=scenario.pk).delete()


def load_outside(
    *,
    by: Scope,
    round_code: str,
    body: Body,
    changes: Sequence[Change],
    name: str,
    supplier: str,
    made_on: date,
    note: str,
) -> Scenario:
    """What an outside model gives, as a scenario with supplier and date, saved and queued. Raises NotAllowed."""
    _must_try(by, body.organisation.ods)
    made = _new(by, round_code, body, changes, kind=Scenario.OUTSIDE)
    made.name, made.supplier, made.made_on, made.note = name, supplier, made_on, note
    made.saved_at = timezone.now()
    with transaction.atomic():
        _queue(made)
    return made


def changes_of(scenario: Scenario) -> list[Change]:
    return [Change.of(row) for row in scenario.changes]


def clear_unsaved() -> int:
    """Remove what nobody has saved within a week. Says how many. May run twice."""
    rows = Scenario.objects.filter(name="", asked_at__lt=timezone.now() - KEPT)
    return rows.delete()[0]


def _new(by: Scope, round_code: str, body: Body, changes: Sequence[Change], kind: str) -> Scenario:
    if kind == Scenario.WHAT_IF and len(changes) > MOST:
        raise _too_many()
    if Scenario.objects.filter(by=by.person, state=Scenario.WAITING).count() >= MOST_WAITING:
        raise CannotChange(
            "line", f"{MOST_WAITING} scenarios of yours are waiting. Try again when one is done"
        )
    return Scenario(
        round_id=round_code,
        body=body.organisation,
        is_system=body.is_system,
        kind=kind,
        changes=[change.row() for change in changes],
        by=by.person,
    )


def _rewrite(by: Scope, pk: Any, rewritten: Any) -> None:
    """New changes, queued; the row is locked, so that two presses at once lose nothing."""
    with transaction.atomic():
        held = Scenario.objects.select_for_update().get(pk=pk)
        _own(by, held)
        if held.kind == Scenario.OUTSIDE:
            raise CannotChange(
                "line", "An outside model’s result stays as it was loaded. Ask what if beside it instead"
            )
        held.changes = rewritten(held.changes)
        if len(held.changes) > MOST:
            raise _too_many()
        _queue(held)


def _queue(scenario: Scenario) -> None:
    """To be worked out, in the caller's transaction. The digest tells the worker's answer to these changes from
    its answer to earlier ones."""
    scenario.state, scenario.error, scenario.result, scenario.finished_at = Scenario.WAITING, "", {}, None
    scenario.digest = digest_of([scenario.changes, timezone.now().isoformat()])
    scenario.save()
    enqueue(WHAT_IF, str(scenario.pk))


def _must_try(by: Scope, ods: str) -> None:
    if by.person is None or not may_try(by, ods):
        raise NotAllowed("Asking what if is for those who prepare the plan, and for the ICB that reviews it.")


def _own(by: Scope, scenario: Scenario) -> None:
    if by.person is None or scenario.by_id != by.person.pk:
        raise NotAllowed("A scenario is changed by the person who made it. Make a copy to change it.")
    _must_try(by, scenario.body_id)


def _too_many() -> CannotChange:
    return CannotChange("line", f"A what-if holds at most {MOST} changes. Undo one, or start another")
