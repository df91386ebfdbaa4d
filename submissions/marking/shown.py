"""Which findings a marked-up workbook shows, and a digest of them: another digest, another workbook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from planning.people.access import NATIONAL, Scope
from planning.plan.findings import Finding
from planning.plan.runs import LATEST, CurrentRun, Run
from submissions.earlier import MOVED
from submissions.marking.writing import weight_of
from submissions.uploads import Upload

MARKING = 1  # raised when marks change, so that workbooks of the same findings are made anew
WHOLE, ALONE, NATION = "whole", "alone", "nation"


@dataclass(frozen=True)
class Shown:
    """The findings of one version for one kind of asker."""

    findings: tuple[Finding, ...]
    digest: str


def audience_of(scope: Scope, upload: Upload) -> str:
    """`whole` for the organisation and its ICB. A served system, which sees one of its returns, is shown what was
    found in that `alone`; NHS England (`nation`) that without what tells of the version before."""
    if scope.kind == NATIONAL:
        return NATION
    return WHOLE if upload.organisation_id in scope.own | scope.hosts | scope.systems else ALONE


def shown_on(upload: Upload, audience: str) -> Shown:
    """The findings of the version's own checks, and for `whole` those between returns that rest on it now. Two
    queries at most."""
    found = list(Finding.objects.filter(run=upload.run_id)) if upload.run_id else []
    if audience == NATION:
        found = [row for row in found if row.rule != MOVED]
    if audience == WHOLE:
        found += _across(upload)
    return Shown(tuple(found), _digest(upload, audience, found))


def _across(upload: Upload) -> list[Finding]:
    runs = CurrentRun.objects.filter(round=upload.round_id, scope__in=Run.ACROSS, basis=LATEST)
    rows = Finding.objects.filter(run__in=runs.values("run_id"), organisation=upload.organisation_id)
    return [row for row in rows if any(given.get("upload") == str(upload.pk) for given in row.inputs)]


def _digest(upload: Upload, audience: str, found: Sequence[Finding]) -> str:
    said = sorted(
        [row.rule, weight_of(row), row.sheet, row.cell, row.seen, row.message, row.instruction]
        for row in found
    )
    whole = [MARKING, audience, upload.sha256, upload.number, upload.rule_counts, said]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
