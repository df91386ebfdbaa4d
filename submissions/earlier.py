"""The version that stood before one: what its figures are held against, and what changed since."""

from __future__ import annotations

from collections.abc import Mapping

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


def years_before(upload: Upload) -> tuple[int, Mapping[str, int | None]] | None:
    """The number of the version that counted before, and each line's exact figure of the year, None where it
    was blank or n/a. Two queries; None where there was no such version."""
    earlier = versions_before(upload).only("number").first()
    if earlier is None or earlier.number is None:
        return None
    return earlier.number, dict(Value.objects.filter(upload=earlier).values_list("line", "p14"))


def keep_changes(upload: Upload, lines: Lines) -> None:
    """Write down of a version whose figures were just kept: their digest, the latest earlier version that says
    the same, and how many cells changed since the last one. Four queries at most."""
    earlier = versions_before(upload).only("number", "columns", "received_at", "answers_digest").first()
    versions = [upload] if earlier is None else [upload, earlier]
    rows = list(Value.objects.filter(upload__in=versions))
    upload.answers_digest = answers_digest(row for row in rows if row.upload_id == upload.pk)
    upload.same_as = versions_before(upload).filter(answers_digest=upload.answers_digest).first()
    upload.changes = {}
    if earlier is not None:
        found = compare(earlier, upload, rows, lines, upload.organisation.kind)
        upload.changes = {
            "upload": str(earlier.pk),
            "version": earlier.number,
            "cells": len(found.cells),
            "comments": len(found.comments),
        }
    upload.save(update_fields=["answers_digest", "same_as", "changes"])
