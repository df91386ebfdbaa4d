"""What a version was sent back for, as pages list it: each cell with what is wrong and where to read more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from planning.plan.findings import Finding
from submissions.uploads import Upload


def cells_sent_back(upload: Upload, found: Iterable[Finding] = ()) -> list[dict[str, Any]]:
    """The cells that the ICB's note is about; a finding among those given leads to its page, a question to its
    own. No query."""
    known = {row.subject_digest: row for row in found}
    return [
        {**entry, "address": _address(entry, known.get(entry["digest"]))} for entry in upload.review_cells
    ]


def _address(entry: dict[str, Any], finding: Finding | None) -> str:
    if entry["question"]:
        return reverse("question", args=[entry["question"]])
    return reverse("finding", args=[finding.pk]) if finding is not None else ""
