"""The version that stood before one: what its figures are held against, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from planning.registry.lines import Lines
from submissions.comparing import answers_digest, compare
from submissions.uploads import READ, Upload, Value

MOVED = "V14"  # the check that tells what an earlier version said


def versions_before(upload: Upload) -> QuerySet[Upload]:
    """The versions of the same return that were received earlier and kept their figures, the latest first."""
    rows = Upload.objects.filter(
        round_id=upload.round_id,
        organisation_id=upload.organisation_id,
        return_kind=upload.return_kind,
        received_at__lt=upload.received_at,
        state__in=READ,
        blocked=False,
        number__isnull=False,
    )
    return rows.exclude(pk=upload.pk).order_by("-received_at")


@dataclass(frozen=True)
class Earlier:
    """The version that counted before one: itself, and its stored lines."""

    upload: Upload
    rows: Sequence[Value]

    @property
    def years(self) -> dict[str, int | None]:
        """Each line's exact figure of the year, None where it was blank or n/a."""
        return {row.line: row.p14 for row in self.rows}


def version_before(upload: Upload) -> Earlier | None:
    """Two queries; None, after one, where there was no such version."""
    found = versions_before(upload).only("number", "columns", "received_at").first()
    return None if found is None else Earlier(found, list(Value.objects.filter(upload=found)))


def versions_of_return(upload: Upload) -> list[Upload]:
    """Every version of the same return, itself too, the latest received first, with what tells which of them counted
    before which; one query."""
    rows = Upload.objects.filter(
        round_id=upload.round_id, organisation_id=upload.organisation_id, return_kind=upload.return_kind
    )
    known = rows.only("state", "number", "received_at", "blocked", "answers_digest")
    return list(known.order_by("-received_at"))


def note_changes(
    upload: Upload, rows: Sequence[Value], lines: Lines, versions: Iterable[Upload], read: Earlier | None
) -> None:
    """Note on a version whose figures were just kept: their digest, the latest earlier version that says the same,
    and how many cells changed since the last one. `versions` are those of the return as they stand now, `read` the
    one that counted before when the workbook was read; no query unless that is another now. The caller saves."""
    before = [version for version in versions if _counted_before(version, upload)]
    upload.answers_digest = answers_digest(rows)
    upload.same_as = next((one for one in before if one.answers_digest == upload.answers_digest), None)
    upload.changes = {}
    if before:
        earlier = read if read is not None and read.upload.pk == before[0].pk else version_before(upload)
        upload.changes = {} if earlier is None else _changes(earlier, upload, rows, lines)


def _counted_before(version: Upload, upload: Upload) -> bool:
    """Of versions in hand those of `versions_before`."""
    is_read = version.state in READ and not version.blocked and version.number is not None
    return is_read and version.pk != upload.pk and version.received_at < upload.received_at


def _changes(earlier: Earlier, upload: Upload, rows: Sequence[Value], lines: Lines) -> dict[str, Any]:
    before = earlier.upload
    found = compare(before, upload, [*earlier.rows, *rows], lines, upload.organisation.kind)
    return {
        "upload": str(before.pk),
        "version": before.number,
        "cells": len(found.cells),
        "comments": len(found.comments),
    }
