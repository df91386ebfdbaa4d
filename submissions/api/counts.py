"""How many findings a version has by severity: its own checks, and what its organisation's checks across
returns and its targets find in its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from planning.people.access import Scope
from planning.plan.runs import Run
from submissions.uploads import Upload
from submissions.visible import basis_for, findings_of

SEVERITIES = ("block", "explain", "note")
Counts = dict[str, int]


def counts_for(scope: Scope, rows: Sequence[Upload]) -> dict[UUID, Counts | None]:
    """{block, explain, note} of each version, None before it was read. One query, whatever the number of rows;
    a finding that rests on two versions counts with each, as it waits with each."""
    read = [row for row in rows if row.number is not None and row.checked_at is not None]
    found: dict[UUID, Counts | None] = {row.pk: None for row in rows}
    across = _across(scope, read) if read else {}
    for row in read:
        own = across.get(str(row.pk), Counter())
        found[row.pk] = {name: row.counts.get(name, 0) + own[name] for name in SEVERITIES}
    return found


def _across(scope: Scope, rows: Sequence[Upload]) -> dict[str, Counter[str]]:
    """What was found across the returns of the versions' organisations, by the id of each version it rests on."""
    odses = {row.organisation_id for row in rows}
    findings = findings_of(scope, rows[0].round_id, basis=basis_for(scope)).filter(
        run__scope__in=Run.ACROSS, organisation_id__in=odses, trial=False, waived__isnull=True
    )
    counted: dict[str, Counter[str]] = {}
    for ods, severity, inputs in findings.values_list("organisation_id", "severity", "inputs"):
        # not with its ICB's version, against which some are held: the reason is the trust's
        for version in {entry.get("upload") for entry in inputs if entry.get("organisation") == ods}:
            counted.setdefault(str(version), Counter())[severity] += 1
    return counted
