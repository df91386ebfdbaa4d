"""Faults of a workbook: counted exactly, the first of each rule as findings, with the cell and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planning.plan.explaining import subject_digest
from planning.plan.findings import BLOCK, Finding
from planning.plan.keeping import MOST_ROWS
from planning.plan.rulebook import Rule

if TYPE_CHECKING:
    from submissions.book import Book
    from submissions.parsing import Fault
    from submissions.uploads import Upload


@dataclass(frozen=True)
class Counted:
    """The faults of one return: how many of each rule, and the first thousand of each, in their order."""

    every: Sequence[Fault]
    numbers: Mapping[str, int]  # rule -> how many there are
    first: Sequence[Fault]

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> Counted:
        every = list(faults)
        numbers: Counter[str] = Counter()
        first = []
        for fault in every:
            numbers[fault.rule] += 1
            if numbers[fault.rule] <= MOST_ROWS:
                first.append(fault)
        return cls(every, numbers, first)

    @property
    def left_out(self) -> dict[str, int]:
        """Rule -> how many of its faults are counted but not listed; empty where all are."""
        return {rule: number - MOST_ROWS for rule, number in self.numbers.items() if number > MOST_ROWS}


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
