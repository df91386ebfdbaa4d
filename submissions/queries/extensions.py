"""What the pages of more time show, and the sentence that other pages say of it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.registry.place import Place
from planning.registry.rounds import Stage
from submissions.deadlines import Deadlines
from submissions.extending import about, may_decide
from submissions.extensions import ASKED, GRANTED, Extension
from submissions.wording import RETURN_NAMES, Status

STATES = {
    ASKED: Status("Waiting for the ICB", "blue"),
    GRANTED: Status("Granted", shape="✓"),
    "refused": Status("Refused", "orange"),
}


def extension_page(scope: Scope, place: Place, extension: Extension) -> dict[str, Any]:
    """A wish for more time, what became of it, and whether it is the asker's to decide. No query of its own."""
    return {
        "extension": extension,
        "organisation": extension.organisation,
        "name": f"More time for {'the ' if extension.return_kind else ''}{about(extension)}",
        "status": STATES[extension.state],
        "facts": [
            {"key": {"text": key}, "value": {"text": value}}
            for key, value in _facts(place, extension)
            if value
        ],
        "open": extension.state == ASKED,
        "may_decide": may_decide(scope, extension),
        "own": extension.organisation_id in scope.own,
    }


def _facts(place: Place, extension: Extension) -> list[tuple[str, str]]:
    return [
        ("Organisation", extension.organisation.name),
        ("Stage", place.stage.name),
        ("Return", about(extension).capitalize()),
        ("Deadline", moment_said(place.stage.due_at)),
        ("Wanted until", moment_said(extension.wanted_until)),
        ("Asked by", _by(extension.asked_by, extension.asked_at)),
        ("Reason", extension.reason),
        ("Given until", moment_said(extension.until) if extension.until else ""),
        ("Decided by", _by(extension.decided_by, extension.decided_at)),
        ("Note", extension.note),
    ]


def moment_said(at: Any) -> str:
    """`Friday 24 February 2023 at 5pm`."""
    return f"{wording.day(at)} at {wording.clock(at)}"


def _by(person: Any, at: Any) -> str:
    return f"{person.name}, {wording.moment(at)}" if person is not None and at is not None else ""


def more_time_rows(extensions: list[Extension], place: Place) -> list[dict[str, Any]]:
    """What the returns page says of each wish for more time at its stage, newest first."""
    return [
        {
            "text": said_of(row),
            "status": STATES[row.state],
            "address": reverse("extension", args=[row.pk]),
        }
        for row in extensions
        if row.stage == place.stage.code
    ]


def said_of(extension: Extension) -> str:
    """`Finance return: extended to 24 February 2023, 5pm, by Cara Jones`."""
    what = about(extension).capitalize()
    if extension.until is not None:
        return f"{what}: {extended(extension)}"
    if extension.state == ASKED:
        by = extension.asked_by.name if extension.asked_by is not None else "Your organisation"
        return f"{what}: {by} asked for time until {wording.moment(extension.wanted_until)}"
    by = extension.decided_by.name if extension.decided_by is not None else "the ICB"
    return f"{what}: more time was refused by {by}. {extension.note}"


def extended(extension: Extension) -> str:
    """`extended to 24 February 2023, 5pm, by Cara Jones`."""
    by = f", by {extension.decided_by.name}" if extension.decided_by is not None else ""
    return f"extended to {wording.moment(extension.until)}{by}"


def extended_of_body(deadlines: Deadlines, stage: Stage, ods: str) -> list[str]:
    """What is said of one organisation at a stage, its returns together where they were given the same time."""
    found: dict[str, list[str]] = {}
    for kind in RETURN_NAMES:
        extension = deadlines.extension(stage, ods, kind) if kind in stage.returns else None
        if extension is not None:
            found.setdefault(extended(extension), []).append(RETURN_NAMES[kind].lower())
    return [_with_returns(words, kinds, len(stage.returns)) for words, kinds in found.items()]


def _with_returns(words: str, kinds: list[str], number: int) -> str:
    said = words if len(kinds) == number else f"{wording.names(kinds)} {words}"
    return said[0].upper() + said[1:]
