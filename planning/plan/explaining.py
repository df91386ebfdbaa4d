"""Giving reasons for findings, and telling which findings still want one and whose move each is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from planning.people.access import NATIONAL, NotAllowed, Scope
from planning.people.roles import EXPLAIN
from planning.plan import reasons
from planning.plan.findings import BLOCK, NOTE, Finding
from planning.plan.findings import EXPLAIN as TO_EXPLAIN
from planning.plan.lapsing import figures_of
from planning.plan.reasons import Reason

NEEDED, GIVEN, LAPSED, NOT_NEEDED = "needed", "given", "lapsed", "not_needed"
ACCEPTED, ASKED_AGAIN = (
    reasons.ACCEPTED,
    reasons.ASKED_AGAIN,
)  # what the ICB said of a reason that still stands
LONGEST = 2000


class NoReason(ValueError):
    """The text of a reason is empty or too long."""


@dataclass(frozen=True)
class Explanation:
    """Where a finding's reason stands. `lapsed` carries the old words, and why they no longer hold."""

    status: str
    text: str = ""
    by: str = ""
    at: datetime | None = None
    reason: int | None = None  # the id of the one that stands: what a review is of
    author: object = None  # the id of the person who gave it, None for a machine
    note: str = ""  # why the ICB asks again
    reviewer: str = ""
    reviewed_at: datetime | None = None
    figures: Sequence[Mapping[str, Any]] = ()  # of a lapsed reason: those that it was given for

    @property
    def holds(self) -> bool:
        """Whether there is a reason for these figures with which the ICB is not dissatisfied."""
        return self.status in (GIVEN, ACCEPTED)

    @property
    def stands(self) -> bool:
        """Whether there is a reason for these figures at all, which a review can be of."""
        return self.status in (GIVEN, ACCEPTED, ASKED_AGAIN)


@dataclass(frozen=True)
class Move:
    """Whose turn it is: the code of the body, "" for nobody, and what it is to do."""

    body: str
    words: str


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


def about_whom(finding: Finding) -> str:
    """Its short name: an organisation, or a system by its ICB."""
    if finding.organisation is not None:
        return finding.organisation.short_name
    return f"{finding.system.short_name} system" if finding.system is not None else ""


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

    A reason for other figures is not told to NHS England: they may be a draft's. Nor is what passes between a
    trust and its ICB: it learns whether a reason is given, or accepted.
    """
    listed, is_national = list(findings), asker is not None and asker.kind == NATIONAL
    rules = {finding.rule for finding in listed}
    subjects = {subject_of(finding) for finding in listed}
    rows = Reason.objects.filter(rule__in=rules, subject__in=subjects).select_related("by", "reviewed_by")
    by_digest: dict[str, Reason] = {}
    by_place: dict[tuple[object, ...], Reason] = {}
    for row in rows.order_by("at", "pk") if listed else ():
        by_digest[row.subject_digest] = row
        if not is_national:
            by_place[row.round_id, row.rule, row.subject, row.line, row.period] = row
    known: dict[object, Explanation] = {
        finding.pk: _explanation(finding, by_digest, by_place) for finding in listed
    }
    return {pk: _as_told(held) for pk, held in known.items()} if is_national else known


def unexplained(findings: Iterable[Finding]) -> list[Finding]:
    """Those that want a reason and have none that still holds, or one that the ICB asked again about; trial and
    waived findings want none."""
    wanted = [row for row in findings if row.severity == TO_EXPLAIN and row.is_counted]
    known = explanations(wanted)
    return [row for row in wanted if not known[row.pk].holds]


def unaccepted(findings: Iterable[Finding]) -> list[Finding]:
    """Those whose reason the ICB must accept before a gateway, and has not. What is only read is not among them."""
    wanted = [row for row in findings if row.needs_acceptance and row.severity != NOTE and row.is_counted]
    known = explanations(wanted)
    return [row for row in wanted if known[row.pk].status != ACCEPTED]


def whose_move(finding: Finding, explanation: Explanation) -> Move:
    """Who is to act on a finding next, and how. Reads its organisation and its system."""
    about, subject = about_whom(finding), subject_of(finding)
    if not finding.is_counted or finding.severity == NOTE:
        return Move("", "Nobody: nothing waits for it")
    if finding.severity == BLOCK:
        return Move(subject, f"{about}, to put the workbook right")
    if explanation.status == ACCEPTED:
        return Move("", "Nobody: the ICB has accepted the reason")
    if explanation.status == GIVEN:
        board = finding.system.short_name if finding.system is not None else "The ICB"
        return Move(finding.system_id or "", f"{board}, to accept the reason or ask again")
    to_do = {
        LAPSED: "to say whether the reason still holds",
        ASKED_AGAIN: "to answer the ICB: change the plan or give another reason",
    }
    return Move(subject, f"{about}, {to_do.get(explanation.status, 'to change the plan or give a reason')}")


def _reason(by: Scope, finding: Finding, words: str) -> Reason:
    return Reason(
        round_id=finding.round_id,
        rule=finding.rule,
        subject=subject_of(finding),
        line=finding.line,
        period=finding.period,
        subject_digest=finding.subject_digest,
        figures=figures_of(finding),
        text=words,
        by=by.person,
        by_client=by.client,
    )


def _explanation(
    finding: Finding, by_digest: dict[str, Reason], by_place: dict[tuple[object, ...], Reason]
) -> Explanation:
    held = by_digest.get(finding.subject_digest)
    if held is not None:
        return Explanation(
            held.review or GIVEN,
            held.text,
            held.author,
            held.at,
            reason=held.pk,
            author=held.by_id,
            note=held.review_note,
            reviewer=held.reviewed_by.name if held.reviewed_by is not None else "",
            reviewed_at=held.reviewed_at,
        )
    place = (finding.round_id, finding.rule, subject_of(finding), finding.line, finding.period)
    old = by_place.get(place)
    if old is not None:
        return Explanation(LAPSED, old.text, old.author, old.at, figures=old.figures)
    wanted = finding.severity == TO_EXPLAIN and finding.waived is None
    return Explanation(NEEDED if wanted else NOT_NEEDED)


def _as_told(held: Explanation) -> Explanation:
    """What NHS England learns: the words, and whether they were accepted."""
    status = GIVEN if held.status == ASKED_AGAIN else held.status
    return replace(held, status=status, reason=None, author=None, note="", reviewer="", reviewed_at=None)
