"""Asking for more time, and deciding on it. Nobody decides what they asked for themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from planning.foundation import wording
from planning.people.access import NotAllowed, Scope
from planning.people.person import Person
from planning.people.roles import REVIEW, SUBMIT
from planning.people.telling import tell
from planning.registry.organisations import Organisation
from planning.registry.rounds import Stage
from submissions.correspondents import board_of, preparers_of, reviewers_of
from submissions.extensions import ASKED, GRANTED, REFUSED, Extension
from submissions.uploads import Upload
from submissions.wording import RETURN_NAMES

MOST_LETTERS = 2000  # of a reason or note


class NotSo(ValueError):
    """Why more time cannot be asked for, or granted, so. `field` is what was given wrong."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class AlreadyDecided(Exception):
    """Somebody else was quicker: says who decided what."""

    def __init__(self, extension: Extension) -> None:
        by = extension.decided_by.name if extension.decided_by is not None else "Somebody else"
        super().__init__(
            f"{by} {extension.state} it already, {wording.moment(extension.decided_at)}. Nothing was changed."
        )
        self.extension = extension


def ask_for_time(
    *, by: Scope, organisation: str, stage: Stage, return_kind: str, reason: str, until: datetime
) -> Extension:
    """Ask the ICB for a later deadline at a stage, for one return or all ("").

    The people of the ICB are told. Raises NotAllowed, and NotSo for a wish that is not open to asking: no
    reason, a time before the deadline, a closed stage, or one that waits for its answer.
    """
    by.must(SUBMIT, organisation)
    words = _words(reason, "reason", "Say why you need more time")
    if return_kind and return_kind not in stage.returns:
        raise NotSo("return", f"The {stage.name.lower()} stage does not ask for that return.")
    if not stage.is_open:
        raise NotSo("until", f"The {stage.name.lower()} stage is closed. Ask your ICB to open it.")
    _must_be_later(stage, until)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation)
        _must_not_wait(stage, organisation, return_kind)
        extension = Extension.objects.create(
            round_id=stage.round_id,
            organisation_id=organisation,
            stage=stage.code,
            return_kind=return_kind,
            reason=words,
            wanted_until=until,
            asked_by=by.person,
        )
        text = f"{by.name} asks for more time, until {wording.moment(until)}: {words}"
        _tell(reviewers_of(organisation), extension, stage, "More time is asked for", text, by)
    return extension


def grant(*, by: Scope, extension: Extension, until: datetime, note: str = "") -> None:
    """Give more time until then; what was received in between is late no more.

    Raises NotAllowed, AlreadyDecided, and NotSo for a time before the stage's deadline.
    """
    _decide(by, extension, GRANTED, until, note.strip())


def refuse(*, by: Scope, extension: Extension, note: str) -> None:
    """Leave the deadline as it is, saying why. Raises NotAllowed, AlreadyDecided, NotSo without a note."""
    _decide(by, extension, REFUSED, None, _words(note, "note", "Say why you refuse"))


def may_decide(scope: Scope, extension: Extension) -> bool:
    """Whether it is the asker's to decide: a reviewer of its ICB who did not ask for it."""
    mine = scope.person is not None and extension.asked_by_id == scope.person.pk
    return scope.reviews(extension.organisation_id) and not mine


def _decide(by: Scope, extension: Extension, state: str, until: datetime | None, note: str) -> None:
    by.must(REVIEW, board_of(extension.organisation_id))
    if len(note) > MOST_LETTERS:
        raise NotSo("note", f"The note must be {MOST_LETTERS:,} characters or fewer")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=extension.organisation_id)
        held = Extension.objects.select_related("decided_by", "asked_by").get(pk=extension.pk)
        if held.state != ASKED:
            raise AlreadyDecided(held)
        if by.person is not None and held.asked_by_id == by.person.pk:
            raise NotAllowed("Another person of the ICB must decide on what you asked for.")
        stage = Stage.objects.get(round_id=held.round_id, code=held.stage)
        if until is not None:
            _must_be_later(stage, until)
        held.state, held.until, held.note = state, until, note
        held.decided_by, held.decided_at = by.person, timezone.now()
        held.save(update_fields=["state", "until", "note", "decided_by", "decided_at"])
        if until is not None:
            _no_longer_late(held, stage, until)
        _tell_what_became_of_it(held, stage, by)


def _no_longer_late(extension: Extension, stage: Stage, until: datetime) -> None:
    rows = Upload.objects.filter(
        round_id=stage.round_id,
        organisation_id=extension.organisation_id,
        stage=stage.code,
        received_at__lte=until,
        late=True,
    )
    (rows.filter(return_kind=extension.return_kind) if extension.return_kind else rows).update(late=False)


def _tell_what_became_of_it(extension: Extension, stage: Stage, by: Scope) -> None:
    if extension.until is not None:
        title, text = "More time is granted", f"{by.name} has given until {wording.moment(extension.until)}."
    else:
        title, text = "More time is refused", f"{by.name} has refused it."
    text += f" {extension.note}" if extension.note else ""
    people = preparers_of(extension.organisation_id)
    people += [extension.asked_by] if extension.asked_by is not None else []
    _tell(people, extension, stage, title, text, by)


def _must_be_later(stage: Stage, until: datetime) -> None:
    if until <= stage.due_at:
        raise NotSo("until", f"Give a time after the deadline, {wording.moment(stage.due_at)}")


def _must_not_wait(stage: Stage, organisation: str, return_kind: str) -> None:
    waiting = Extension.objects.filter(
        round_id=stage.round_id, organisation_id=organisation, stage=stage.code, state=ASKED
    )
    if any(return_kind in ("", row.return_kind) or not row.return_kind for row in waiting):
        raise NotSo("return", "More time has been asked for already. The ICB has not decided yet.")


def _words(text: str, field: str, wanted: str) -> str:
    words = text.strip()
    if not words:
        raise NotSo(field, wanted)
    if len(words) > MOST_LETTERS:
        raise NotSo(field, f"The {field} must be {MOST_LETTERS:,} characters or fewer")
    return words


def _tell(
    people: Iterable[Person], extension: Extension, stage: Stage, title: str, text: str, by: Scope
) -> None:
    body = Organisation.objects.get(pk=extension.organisation_id).short_name
    subject = f"{title}: {body}, {stage.name.lower()}, {about(extension)}"
    address = reverse("extension", args=[extension.pk])
    tell(people, subject=subject, text=text, address=address, but=by.person)


def about(extension: Extension) -> str:
    """`finance return`, or `all returns`."""
    kind = extension.return_kind
    return f"{RETURN_NAMES[kind].lower()} return" if kind else "all returns"
