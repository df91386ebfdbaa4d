"""How states and severities are said: one vocabulary for all pages, a word before a colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planning.foundation.wording import count
from planning.plan.findings import BLOCK, EXPLAIN, NOTE
from submissions import uploads
from submissions.uploads import Upload

RETURN_NAMES = {"activity": "Activity", "workforce": "Workforce", "finance": "Finance"}


@dataclass(frozen=True)
class Status:
    """A word, and the colour class of its tag; without one it is plain text, so the eye passes over."""

    text: str
    colour: str = ""
    shape: str = ""

    @property
    def item(self) -> dict[str, Any]:
        """The shape that the NHS.UK task list takes."""
        if not self.colour:
            return {"text": self.text}
        return {"tag": {"text": self.text, "classes": f"nhsuk-tag--{self.colour}"}}


@dataclass(frozen=True)
class Severity:
    """A severity's word, shape, tag colour, and style in tables."""

    word: str
    shape: str
    colour: str
    style: str


SEVERITIES = {
    BLOCK: Severity("Blocks", "✕", "red", "block"),
    EXPLAIN: Severity("Explain", "!", "orange", "explain"),
    NOTE: Severity("Note", "i", "grey", "note"),
}
TRIAL = Severity("On trial, does not count", "◇", "white", "trial")
WAIVED = Severity("Set aside", "⊘", "white", "waived")

_PLAIN = {
    uploads.RECEIVED: Status("Checking", "blue"),
    uploads.PROCESSING: Status("Checking", "blue"),
    uploads.HELD: Status("Held by the virus scanner", "orange"),
    uploads.REJECTED: Status("File not accepted", "red"),
    uploads.SUBMITTED: Status("Submitted", "blue"),
    uploads.SENT_BACK: Status("Sent back", "orange"),
    uploads.ACCEPTED: Status("Accepted", shape="✓"),
    uploads.WITHDRAWN: Status("Withdrawn", "grey"),
    uploads.FAILED: Status("Could not be processed", "red"),
}


def severity_of(severity: str, trial: bool = False, waived: object = None) -> Severity:
    return WAIVED if waived else TRIAL if trial else SEVERITIES[severity]


def status_of(upload: Upload | None, reasons_wanted: int = 0, reasons_needed: bool = True) -> Status:
    """How far a return has come, in words with a number where something is left to do."""
    if upload is None:
        return Status("Not started", "grey")
    if upload.state != uploads.CHECKED:
        return _PLAIN[upload.state]
    if upload.blocked:
        stops = upload.counts.get(BLOCK, 0)
        return Status(f"{count(stops, 'thing')} to put right", "red", "✕")
    if reasons_wanted and reasons_needed:
        return Status(f"{count(reasons_wanted, 'reason')} to give", "orange", "!")
    return Status("Ready to submit", "aqua-green")


def state_of(upload: Upload) -> Status:
    """How a version stands in a list of many, where nobody has counted the reasons that it wants."""
    is_clean = upload.state == uploads.CHECKED and not upload.blocked
    return Status("Checked") if is_clean else status_of(upload)


def version_name(upload: Upload) -> str:
    """`version 4`; a file that could not be read has taken no number."""
    return f"version {upload.number}" if upload.number else "unread file"
