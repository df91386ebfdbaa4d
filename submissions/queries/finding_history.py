"""Each time that a finding was found: the values then, of which versions, and whether it is found still."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from planning.foundation import wording
from planning.people.access import Scope
from planning.plan.findings import Finding
from submissions.visible import basis_for, findings_of, past_findings
from submissions.wording import RETURN_NAMES

LOOKED_AT, SHOWN = 60, 10
FIELDS = ("actual", "expected", "gap", "rule_version", "severity", "message")


def history_of(scope: Scope, finding: Finding) -> list[dict[str, Any]]:
    """The runs that found the same of the same body and line, newest first; runs on end that found the same figures
    are told once, as the first of them. One query."""
    rows = _same(past_findings(scope), finding).select_related("run").order_by("-run__created_at")
    rows = rows.defer("inputs", "working")[:LOOKED_AT]
    told: list[Finding] = []
    for row in rows:
        if told and all(getattr(told[-1], name) == getattr(row, name) for name in FIELDS):
            told[-1] = row
        else:
            told.append(row)
    return [_row(row) for row in told[:SHOWN]]


def now_of(scope: Scope, finding: Finding) -> Finding | None:
    """What the same rule finds today of the same body and line, on the basis that the asker sees; None where it finds
    nothing any more. One query."""
    rows = findings_of(scope, finding.round_id, basis=basis_for(scope))
    return _same(rows, finding).order_by("-run__created_at").first()


def _same(rows: QuerySet[Finding], finding: Finding) -> QuerySet[Finding]:
    """Those of the same rule, body and line."""
    return rows.filter(
        round_id=finding.round_id,
        rule=finding.rule,
        organisation_id=finding.organisation_id,
        system_id=finding.system_id,
        line=finding.line,
    )


def _row(finding: Finding) -> dict[str, Any]:
    waived = finding.waived or {}
    return {
        "at": wording.moment(finding.run.created_at),
        "versions": _versions(finding),
        "planned": wording.figure(finding.actual, finding.unit) if finding.actual is not None else "",
        "expected": wording.figure(finding.expected, finding.unit) if finding.expected is not None else "",
        "gap": wording.gap(finding.gap, finding.unit),
        "rule": f"Version {finding.rule_version}",
        "waived": f"Set aside until {waived['until']}" if waived else "",
    }


def _versions(finding: Finding) -> str:
    """`Workforce 2 and finance 3`, of the body that it is about; nothing for a system, which has many."""
    mine = [row for row in finding.run.inputs if row.get("organisation") == finding.organisation_id]
    words = [f"{RETURN_NAMES[row['return']].lower()} {row['version']}" for row in mine if row.get("version")]
    said = wording.names(words)
    return f"{said[:1].upper()}{said[1:]}"
