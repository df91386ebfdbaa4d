"""What a version's Cover says of who sends it and who stands by it, as facts on its page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from submissions.layout.cover import STATEMENTS
from submissions.uploads import Upload

_CONTACT = ("Contact name", "Contact role", "Contact e-mail", "Contact telephone")


def cover_facts(upload: Upload) -> list[tuple[str, str]]:
    """Contact, statements and notes as far as they are answered; nothing of a file that was not read."""
    said: Mapping[str, str] = upload.cover
    if not upload.number:
        return []
    if not said:
        return [("Cover", "Not filled in")]
    contact = ", ".join(said[label] for label in _CONTACT if said.get(label))
    rows = [("Contact", contact), *(_statement(said, name) for name, _ in STATEMENTS)]
    return [row for row in (*rows, ("Notes on the Cover", said.get("Notes", ""))) if row[1]]


def _statement(said: Mapping[str, str], name: str) -> tuple[str, str]:
    """`Certified complete: by Jane Lee, Chief Finance Officer, 20 February 2023`."""
    answer = said.get(f"{name}: yes or no", "").casefold()
    who = [said[f"{name}: {part}"] for part in ("name", "job title") if said.get(f"{name}: {part}")]
    day = _day(said.get(f"{name}: date", ""))
    by = ", ".join([*who, day] if day else who)
    if answer == "no":
        return f"Not certified {name.lower()}", by or "No"
    if answer == "yes":
        return f"Certified {name.lower()}", by or "Yes, with no name"
    return f"Certified {name.lower()}", f"Neither yes nor no, {by}" if by else ""


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%B %Y}"
