"""Which versions count on a basis. Reads no figures, so the web process may ask it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from submissions.uploads import ACCEPTED, HANDED_OVER, READ, Upload


@dataclass(frozen=True)
class Version:
    """One version that a plan is made from."""

    upload: str
    organisation: str
    return_kind: str
    number: int
    sha256: str
    columns: Mapping[str, Sequence[str]]
    run: str | None = None  # the run of its own checks
    received_at: datetime | None = None  # what came last counts, whichever was read first

    def as_input(self) -> dict[str, Any]:
        return {
            "upload": self.upload,
            "organisation": self.organisation,
            "return": self.return_kind,
            "version": self.number,
            "sha256": self.sha256,
        }


def current_versions(round_code: str, organisations: Iterable[str], basis: str = "latest") -> list[Version]:
    """The versions that count on a basis: one an organisation and return, the latest received that nothing blocks.

    One query. Bases: `latest`, a stage's code (handed over at it), `accepted` and `STAGE/accepted`.
    """
    return read_versions(round_code, organisations, basis)[0]


def read_versions(
    round_code: str, organisations: Iterable[str], basis: str = "latest"
) -> tuple[list[Version], dict[tuple[str, str], datetime]]:
    """The same, and by organisation and return when the last version of the basis was received, blocked or not."""
    rows = Upload.objects.filter(round_id=round_code, organisation_id__in=list(organisations))
    stage, _, accepted = basis.partition("/")
    if basis == "latest":
        rows = rows.filter(state__in=READ)
    elif basis == "accepted":
        rows = rows.filter(state=ACCEPTED, stage__in=("regional-draft", "final"))
    else:
        rows = rows.filter(stage=stage, state__in=[ACCEPTED] if accepted else HANDED_OVER)
    chosen: dict[tuple[str, str], Version] = {}
    last: dict[tuple[str, str], datetime] = {}
    said = ("id", "organisation_id", "return_kind", "number", "sha256", "columns", "run_id", "received_at")
    ordered = rows.order_by("received_at").values_list(*said, "blocked")
    for upload, ods, kind, number, sha256, columns, run, at, blocked in ordered:
        last[ods, kind] = at
        if blocked:
            continue
        known = str(run) if run else None
        chosen[ods, kind] = Version(str(upload), ods, kind, number or 0, sha256, columns, known, at)
    return [chosen[key] for key in sorted(chosen)], last
