"""V21 answers on the Cover that cannot be right. An unanswered Cover is no fault."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from submissions.layout.places import COVER
from submissions.parsing import Fault, Return

_EVENT, _EMAIL = "Submission event", "Contact e-mail"


def cover_agrees_with_the_upload(parsed: Return, stage: str) -> Iterator[Fault]:
    """The event chosen is that which the file was uploaded at (`stage`; "" where it was not uploaded), and the
    contact can be written to."""
    event, email = parsed.cover.get(_EVENT), parsed.cover.get(_EMAIL)
    if event is not None and stage and _plain(event.answer) != _plain(stage):
        seen = event.answer[:80]
        message = (
            f"The Cover says '{seen}', but the file was uploaded at the stage '{stage}'. The upload counts."
        )
        yield Fault("V21", COVER, event.cell, "", "", seen, message)
    if email is not None and not _is_address(email.answer):
        message = (
            f"'{email.answer[:80]}' is no e-mail address, so nobody can be asked about this return by e-mail."
        )
        yield Fault("V21", COVER, email.cell, "", "", email.answer[:80], message)


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "-").replace("_", "-")


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
