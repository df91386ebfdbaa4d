"""Faults of a workbook as findings: what the checks of one return found, with the cell and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from planning.plan.explaining import subject_digest
from planning.plan.findings import BLOCK, Finding
from planning.plan.rulebook import Rule

if TYPE_CHECKING:
    from submissions.judging import Book
    from submissions.parsing import Fault
    from submissions.uploads import Upload


def fault_findings(book: Book, upload: Upload, system: str | None, faults: Iterable[Fault]) -> list[Finding]:
    """One finding a fault, in the order found. Raises KeyError for a fault whose rule is not declared."""
    rules = {rule.code: rule for rule in book.rules}
    return [_finding(rules[fault.rule], upload, system, fault) for fault in faults]


def _finding(rule: Rule, upload: Upload, system: str | None, fault: Fault) -> Finding:
    finding = Finding(
        round_id=upload.round_id,
        rule=rule.code,
        rule_version=rule.version,
        kind=rule.kind,
        title=rule.title[:200],
        severity=rule.severity,
        needs_acceptance=rule.needs_acceptance,
        trial=rule.trial,
        organisation_id=upload.organisation_id,
        system_id=system,
        return_kind=upload.return_kind,
        line=fault.line,
        period=fault.period,
        sheet=fault.sheet[:60],
        cell=fault.cell[:12],
        seen=fault.seen[:300],
        message=fault.message,
        instruction=fault.instruction or rule.instruction,
        inputs=[_input(upload, fault)] if fault.cell else [],
        working={"formula": rule.formula, "source": rule.source, "why": rule.why},
        size=1.0 if rule.severity == BLOCK else 0.0,
    )
    finding.subject_digest = subject_digest(finding)
    return finding


def _input(upload: Upload, fault: Fault) -> dict[str, Any]:
    return {
        "organisation": upload.organisation_id,
        "return": upload.return_kind,
        "line": fault.line,
        "label": "",
        "period": fault.period,
        "value": fault.seen[:300] or None,
        "unit": "",
        "sheet": fault.sheet,
        "cell": fault.cell,
        "upload": str(upload.pk),
        "version": upload.number,
    }
