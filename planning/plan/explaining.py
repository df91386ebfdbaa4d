"""Giving reasons for findings, and telling which findings still want one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from planning.people.access import NATIONAL, NotAllowed, Scope
from planning.people.roles import EXPLAIN
from planning.plan.findings import BLOCK, Finding
from planning.plan.findings import EXPLAIN as TO_EXPLAIN
from planning.plan.reasons import Reason

NEEDED, GIVEN, LAPSED, NOT_NEEDED = "needed", "given", "lapsed", "not_needed"
LONGEST = 2000


class NoReason(ValueError):
    """The text of a reason is empty or too long."""


@dataclass(frozen=True)
class Explanation:
    """Where a finding's reason stands. `lapsed` carries the old words: the figures have changed since."""

    status: str
    text: str = ""
    by: str = ""
    at: datetime | None = None


def subject_digest(finding: Finding) -> str:
    """What a reason is bound to: the rule and its version, what it is about, and the input values.

    Not the version of the upload and not the cell: the same figures sent again keep their reason.
    """
    figures = sorted((i.get("organisation", ""), i["line"], i["period"], i["value"]) for i in finding.inputs)
    about = [finding.rule, finding.rule_version, subject_of(finding), finding.line, finding.period]
    return hashlib.sha256(json.dumps([about, figures], default=str).encode()).hexdigest()


def subject_of(finding: Finding) -> str:
    """The body that owes the reason: the organisation, or for a system's finding its ICB."""
    return finding.organisation_id or finding.system_id or ""


def explain(*, by: Scope, findings: Sequence[Finding], text: str) -> None:
    """Record one reason for some findings, all or none. Raises NoReason, NotAllowed."""
    words = text.strip()
    if not words:
        raise NoReason("Enter a reason.")
    if len(words) > LONGEST:
        raise NoReason(f"The reason must be {LONGEST:,} characters or fewer.")
    for finding in findings:
        by.must(EXPLAIN, subject_of(finding))
        if finding.severity == BLOCK:
            raise NotAllowed("A finding that blocks must be put right in the workbook.")
    with transaction.atomic():
        Reason.objects.bulk_create([_reason(by, finding, words) for finding in findings])


def explanations(findings: Iterable[Finding], asker: Scope | None = None) -> dict[object, Explanation]:
    """Each finding's explanation by the finding's id; one query for all of them.

    A reason for other figures is not told to NHS England: they may be a draft's.
    """
    listed = list(findings)
    rules = {finding.rule for finding in listed}
    subjects = {subject_of(finding) for finding in listed}
    rows = Reason.objects.filter(rule__in=rules, subject__in=subjects).select_related("by").order_by("at")
    by_digest: dict[str, Reason] = {}
    by_place: dict[tuple[object, ...], Reason] = {}
    for row in rows if listed else ():
        by_digest[row.subject_digest] = row
        if asker is None or asker.kind != NATIONAL:
            by_place[row.round_id, row.rule, row.subject, row.line, row.period] = row
    return {finding.pk: _explanation(finding, by_digest, by_place) for finding in listed}


def unexplained(findings: Iterable[Finding]) -> list[Finding]:
    """Those that want a reason and have none that still holds; trial and waived findings want none."""
    wanted = [row for row in findings if row.severity == TO_EXPLAIN and row.is_counted]
    known = explanations(wanted)
    return [row for row in wanted if known[row.pk].status != GIVEN]


def _reason(by: Scope, finding: Finding, words: str) -> Reason:
    return Reason(
        round_id=finding.round_id,
        rule=finding.rule,
        subject=subject_of(finding),
        line=finding.line,
        period=finding.period,
        subject_digest=finding.subject_digest,
        text=words,
        by=by.person,
        by_client=by.client,
    )


def _explanation(
    finding: Finding, by_digest: dict[str, Reason], by_place: dict[tuple[object, ...], Reason]
) -> Explanation:
    held = by_digest.get(finding.subject_digest)
    if held is not None:
        return Explanation(GIVEN, held.text, held.author, held.at)
    place = (finding.round_id, finding.rule, subject_of(finding), finding.line, finding.period)
    old = by_place.get(place)
    if old is not None:
        return Explanation(LAPSED, old.text, old.author, old.at)
    wanted = finding.severity == TO_EXPLAIN and finding.waived is None
    return Explanation(NEEDED if wanted else NOT_NEEDED)
