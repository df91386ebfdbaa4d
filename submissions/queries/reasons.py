"""What pages say of reasons: wanted, given, accepted or asked for again, and what may be done about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.people.roles import EXPLAIN as MAY_EXPLAIN
from planning.plan.explaining import (
    ACCEPTED,
    ASKED_AGAIN,
    GIVEN,
    LAPSED,
    NOT_NEEDED,
    Explanation,
    subject_of,
)
from planning.plan.findings import BLOCK, EXPLAIN, Finding
from planning.plan.lapsing import lapsed_because
from planning.plan.reviewing import may_review
from submissions.visible import visible_values

Known = Mapping[object, Explanation]
MOST_OFFERED = 5  # comments of the workbook offered for one finding
WORDS = {
    GIVEN: "Given: the ICB to answer",
    ACCEPTED: "Accepted",
    ASKED_AGAIN: "Asked again",
    LAPSED: "Lapsed: is it still true?",
    NOT_NEEDED: "Not needed",
}


@dataclass(frozen=True)
class Choice:
    """One way to narrow a list of findings by their reasons."""

    text: str
    phrase: str  # what the lead of the list says of those that are left
    fits: Callable[[Finding, Explanation], bool]


def _counts(finding: Finding) -> bool:
    return finding.severity == EXPLAIN and finding.is_counted


REASONS = {
    "wanted": Choice("Wanted", "that want a reason", lambda row, held: _counts(row) and not held.holds),
    "lapsed": Choice("Lapsed", "whose reason has lapsed", lambda row, held: held.status == LAPSED),
    "asked_again": Choice(
        "Asked again", "that the ICB asked again about", lambda row, held: held.status == ASKED_AGAIN
    ),
    "to_review": Choice(
        "For the ICB to answer",
        "whose reason the ICB has not answered",
        lambda row, held: _counts(row) and held.status == GIVEN,
    ),
    "accepted": Choice("Accepted", "whose reason is accepted", lambda row, held: held.status == ACCEPTED),
    "given": Choice("Given", "that have a reason", lambda row, held: held.holds),
}
REVIEWED = ("to_review", "accepted", "given")  # the lists on which the ICB answers


def by_reason(rows: list[Finding], known: Known, asked: str) -> list[Finding]:
    """Those that fit the choice; all where none is made."""
    choice = REASONS.get(asked)
    return rows if choice is None else [row for row in rows if choice.fits(row, known[row.pk])]


def reason_choices(asked: str) -> list[dict[str, Any]]:
    listed = [("", "All"), *((name, choice.text) for name, choice in REASONS.items())]
    return [{"value": value, "text": text, "selected": value == asked} for value, text in listed]


def reason_word(explanation: Explanation) -> str:
    """How a finding's reason stands, for a column."""
    return WORDS.get(explanation.status, "Wanted")


def may_explain(scope: Scope, finding: Finding) -> bool:
    """Whether the asker gives the reason of a finding: where it is due from their own, and a reason is enough."""
    return (
        scope.may(MAY_EXPLAIN, subject_of(finding)) and finding.severity != BLOCK and finding.waived is None
    )


def may_answer(scope: Scope, finding: Finding, held: Explanation) -> bool:
    """Whether the asker may answer the reason that stands."""
    return held.stands and finding.severity == EXPLAIN and finding.is_counted and may_review(scope, finding)


def is_own(scope: Scope, held: Explanation) -> bool:
    """Whether the asker gave the reason: another person accepts it."""
    return scope.person is not None and held.author == scope.person.pk


def standing_of(finding: Finding, held: Explanation) -> dict[str, Any]:
    """A reason and how it stands, in words: for the page of a finding and for every card. Of a lapsed one it reads
    the finding's inputs."""
    return {
        "given": held.holds,
        "accepted": held.status == ACCEPTED,
        "asked_again": held.status == ASKED_AGAIN,
        "lapsed": held.status == LAPSED,
        "lapsed_because": lapsed_because(held.figures, finding) if held.status == LAPSED else "",
        "state": reason_word(held),
        "colour": {ACCEPTED: "green", GIVEN: "blue"}.get(held.status, "orange"),
        "text": held.text,
        "by": held.by,
        "at": wording.moment(held.at),
        "note": held.note if held.status == ASKED_AGAIN else "",
        "reviewed": f"{held.reviewer}, {wording.moment(held.reviewed_at)}" if held.reviewer else "",
    }


def reason_part(scope: Scope, finding: Finding, held: Explanation) -> dict[str, Any]:
    """The part of a finding's page on its reason. One query for those who may give it, for the comments that its
    workbook offers."""
    may = may_explain(scope, finding)
    review = may_answer(scope, finding, held)
    address = reverse("finding", args=[finding.pk])
    offers = offers_of(scope, [finding]).get(finding.pk, []) if may and not held.holds else []
    return {
        "standing": standing_of(finding, held),
        "may_explain": may,
        "may_review": review,
        "may_accept": review and held.status != ACCEPTED and not is_own(scope, held),
        "own_reason": review and is_own(scope, held),
        "seen": held.reason,
        "still_true": may and held.status == LAPSED,
        "offers": [{**row, "address": f"{address}?take={row['line']}#reason"} for row in offers],
        "reason_address": reverse("reason", args=[finding.pk]),
        "review_address": reverse("review_reason", args=[finding.pk]),
    }


def offers_of(scope: Scope, findings: Sequence[Finding]) -> dict[object, list[dict[str, str]]]:
    """What the Comment column of the workbooks says of the lines that each finding rests on, by the finding's id.

    Only of the body that owes the reason. One query, none where no finding rests on a version.
    """
    wanted = {finding.pk: _lines_of(finding) for finding in findings}
    uploads = {UUID(upload) for lines in wanted.values() for upload, _ in lines}
    lines = {line for of in wanted.values() for _, line in of}
    if not uploads:
        return {}
    rows = visible_values(scope).filter(upload__in=uploads, line__in=lines).exclude(comment="")
    said = {(str(upload), line): text for upload, line, text in rows.values_list("upload", "line", "comment")}
    return {
        pk: [
            {"line": line, "label": label, "text": said[upload, line]}
            for (upload, line), label in of.items()
            if (upload, line) in said
        ][:MOST_OFFERED]
        for pk, of in wanted.items()
    }


def _lines_of(finding: Finding) -> dict[tuple[str, str], str]:
    """(version, line) of what it rests on at the body that owes the reason, its own line first, with the labels."""
    subject = subject_of(finding)
    mine = [
        row for row in finding.inputs if row.get("upload") and row.get("organisation", subject) == subject
    ]
    found = {(row["upload"], finding.line): "" for row in mine if finding.line}
    return found | {(row["upload"], row["line"]): row.get("label", "") for row in mine if row.get("line")}


def at_once(
    scope: Scope, shown: Sequence[Finding], known: Known, asked: str, rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the asker may do to several of a list's findings at once: give one reason, or answer reasons.

    `rows` are the same findings as the list shows them. Nothing where there is nothing to do.
    """
    giving = asked in ("wanted", "lapsed", "asked_again") and any(may_explain(scope, row) for row in shown)
    answering = asked in REVIEWED and any(may_answer(scope, row, known[row.pk]) for row in shown)
    if not giving and not answering:
        return {"giving": False, "answering": False}
    cards = [reason_card(scope, row, known[row.pk], listed) for row, listed in zip(shown, rows, strict=True)]
    return {"giving": giving, "answering": answering, "cards": cards}


def reason_card(
    scope: Scope, finding: Finding, held: Explanation, listed: Mapping[str, Any]
) -> dict[str, Any]:
    """One finding with its reason, to tick: `listed` is the row that a list shows of it."""
    may_accept = may_answer(scope, finding, held)
    return {
        **standing_of(finding, held),
        "id": str(finding.pk),
        "seen": f"{finding.pk}.{held.reason}",
        "may_explain": may_explain(scope, finding),
        "may_answer": may_accept,
        "own": is_own(scope, held),
        "must_accept": finding.needs_acceptance,
        **{name: listed.get(name, "") for name in ("rule", "who", "message", "address", "closes", "gap")},
    }
