"""The ICB's answer to reasons: it accepts them, or asks again and says why. The organisation is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from planning.foundation import wording
from planning.people.access import NotAllowed, Scope, those_who_may
from planning.people.roles import EXPLAIN
from planning.people.telling import tell
from planning.plan.explaining import LONGEST, subject_of
from planning.plan.findings import Finding
from planning.plan.reasons import ACCEPTED, ASKED_AGAIN, Reason

MOST_LISTED = 20  # findings named in one notice


class NoNote(ValueError):
    """What the ICB asks is empty or too long."""


class NotToReview(ValueError):
    """Nothing that was chosen has a reason to answer, or another has been given since it was read."""


def may_review(by: Scope, finding: Finding) -> bool:
    """Whether the asker answers reasons for this finding: somebody of the ICB that reviews its organisation."""
    return by.reviews(subject_of(finding))


def review(
    *, by: Scope, findings: Sequence[Finding], seen: Mapping[str, int], accept: bool, note: str = ""
) -> None:
    """Accept the reasons of some findings, or ask again for them, all or none.

    `seen` is the reason that was read, by the finding's id: another given meanwhile is not answered unread.
    Asked again, a finding wants a reason as though it had none. A person of the ICB does not accept a reason of
    their own. Raises NotAllowed, NotToReview, NoNote.
    """
    if not findings:
        raise NotToReview("Tick the reasons that your answer is for.")
    if not all(may_review(by, finding) for finding in findings):
        raise NotAllowed("Answering reasons is for the ICB.")
    words = _checked(note) if not accept else ""
    with transaction.atomic():
        held = _standing(findings)
        for finding in findings:
            reason = held.get(finding.subject_digest)
            if reason is None:
                raise NotToReview("No reason stands for these figures now. Read the finding again.")
            if reason.pk != seen.get(str(finding.pk)):
                raise NotToReview(f"{reason.author} gave another reason meanwhile. Read it, then answer it.")
            if accept and by.person is not None and reason.by_id == by.person.pk:
                raise NotAllowed("Another person of the ICB must accept a reason than the one who gave it.")
        Reason.objects.filter(pk__in=[reason.pk for reason in held.values()]).update(
            review=ACCEPTED if accept else ASKED_AGAIN,
            review_note=words,
            reviewed_by=by.person,
            reviewed_at=timezone.now(),
        )
        again = {row.subject_digest for row in held.values() if accept and row.review == ACCEPTED}
        _tell(by, [row for row in findings if row.subject_digest not in again], accept, words)


def _checked(note: str) -> str:
    words = note.strip()
    if not words:
        raise NoNote("Say what the reason leaves open, so that the trust knows what to answer.")
    if len(words) > LONGEST:
        raise NoNote(f"The note must be {LONGEST:,} characters or fewer.")
    return words


def _standing(findings: Sequence[Finding]) -> dict[str, Reason]:
    """The reason that stands for each finding's figures, by their digest, locked: two answers at once follow one
    another."""
    digests = {finding.subject_digest for finding in findings}
    rows = Reason.objects.select_for_update(of=("self",)).filter(subject_digest__in=digests)
    return {row.subject_digest: row for row in rows.select_related("by").order_by("at", "pk")}


def _tell(by: Scope, findings: Sequence[Finding], accept: bool, note: str) -> None:
    """One notice an organisation, to those who give its reasons."""
    by_subject: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_subject[subject_of(finding)].append(finding)
    for ods, rows in by_subject.items():
        number = wording.count(len(rows), "reason")
        what = f"{number} accepted" if accept else f"Asked again about {number}"
        said = (
            f"{by.name} has accepted for the ICB what you said of:" if accept else f"{note}\n\nIt is about:"
        )
        listed = "\n".join(f"- {row.message}" for row in rows[:MOST_LISTED])
        more = f"\n- and {len(rows) - MOST_LISTED} more" if len(rows) > MOST_LISTED else ""
        tell(
            those_who_may(EXPLAIN, ods),
            subject=f"{what}: {ods} {rows[0].round_id.replace('-', '/')}",
            text=f"{said}\n{listed}{more}",
            address=_address(rows, accept),
            but=by.person,
        )


def _address(rows: Sequence[Finding], accept: bool) -> str:
    """The finding where it is one, else the list of those that it is about."""
    if len(rows) == 1:
        return reverse("finding", args=[rows[0].pk])
    asked = f"?reason={'accepted' if accept else 'wanted'}"
    return reverse("findings", args=[rows[0].round_id]) + asked
