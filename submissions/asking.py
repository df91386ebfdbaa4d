"""Asking about a return, answering, asking again, closing: each says who did it, and the other side is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from planning.people.access import NotAllowed, Scope
from planning.people.person import Person
from planning.people.roles import EXPLAIN, REVIEW
from planning.people.telling import tell
from planning.plan.findings import Finding
from planning.registry.organisations import Organisation
from planning.registry.periods import month_label
from submissions.correspondents import answering_for, board_of, lead_of, reviewers_of
from submissions.questions import ANSWERED, CLOSED, OPEN, Message, Question
from submissions.uploads import READ, Upload
from submissions.wording import RETURN_NAMES

LONGEST = 2000


class NotAsked(ValueError):
    """The words or the place of a question are missing. `field` is what was given wrong."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class Closed(Exception):
    """Somebody else has closed the question meanwhile."""


@dataclass(frozen=True)
class About:
    """What a question is about: a line, mostly in one period, with its cell and the figure seen there; or what
    a rule found."""

    line: str = ""
    period: str = ""
    sheet: str = ""
    cell: str = ""
    seen: str = ""
    rule: str = ""
    digest: str = ""

    @classmethod
    def of_finding(cls, finding: Finding) -> About:
        return cls(
            line=finding.line,
            period=finding.period,
            sheet=finding.sheet,
            cell=finding.cell,
            seen=finding.seen,
            rule=finding.rule,
            digest=finding.subject_digest,
        )


def ask(*, by: Scope, upload: Upload, about: About, text: str) -> Question:
    """A person of the ICB asks about a version that was read. The lead named for the return owns the question,
    else the organisation's planners do. Raises NotAllowed, NotAsked."""
    by.must(REVIEW, board_of(upload.organisation_id))
    words = _words(text, "Enter your question.")
    if not (about.line or about.rule):
        raise NotAsked("line", "Choose the line that you ask about.")
    if upload.state not in READ:
        raise NotAsked("line", "This version does not stand any more. Ask about the latest one.")
    _not_of_their_own(by, upload, upload.uploaded_by_id)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=upload.organisation_id)  # an acceptance waits for it
        question = Question.objects.create(
            round_id=upload.round_id,
            organisation_id=upload.organisation_id,
            return_kind=upload.return_kind,
            upload=upload,
            line=about.line,
            period=about.period,
            sheet=about.sheet,
            cell=about.cell,
            seen=about.seen,
            rule=about.rule,
            finding_digest=about.digest,
            owner=lead_of(upload.round_id, upload.organisation_id, upload.return_kind),
            asked_by=by.person,
        )
        _say(question, by, words)
        _tell(_owners(question), question, "Question from the ICB", words, by)
    return question


def answer(*, by: Scope, question: Question, text: str) -> None:
    """Somebody of the organisation answers, or adds to an answer. Raises NotAllowed, NotAsked, Closed."""
    by.must(EXPLAIN, question.organisation_id)
    words = _words(text, "Enter your answer.")
    _not_of_their_own(by, question.upload, question.asked_by_id)
    with transaction.atomic():
        held = _lock(question)
        _say(held, by, words)
        _move(held, ANSWERED)
        _tell(_askers(held), held, "Answered", words, by)


def ask_again(*, by: Scope, question: Question, text: str) -> None:
    """The ICB is not content with the answer, or adds to its question. Raises NotAllowed, NotAsked, Closed."""
    words = _words(text, "Say what is still open.")
    with transaction.atomic():
        held = _reviewed(by, question)
        _say(held, by, words)
        _move(held, OPEN)
        _tell(_owners(held), held, "The ICB asks again", words, by)


def close(*, by: Scope, question: Question, text: str = "") -> None:
    """The ICB closes the question: it holds nothing any more. A last word is optional. Raises NotAllowed,
    Closed."""
    with transaction.atomic():
        held = _reviewed(by, question)
        words = text.strip()[:LONGEST]
        if words:
            _say(held, by, words)
        Question.objects.filter(pk=held.pk).update(
            state=CLOSED, closed_by=by.person, closed_at=timezone.now()
        )
        _tell(_owners(held), held, "Closed", words or "The ICB has closed this question.", by)


def holding(upload: Upload) -> list[Question]:
    """The questions about a version's return that hold its acceptance: asked of any version, not closed."""
    rows = Question.objects.filter(
        round_id=upload.round_id,
        organisation_id=upload.organisation_id,
        return_kind=upload.return_kind,
        state__in=(OPEN, ANSWERED),
    )
    return list(rows.order_by("asked_at"))


def place_of(question: Question) -> str:
    """`E.M.10, April 2023 (Elective, cell G7)`, or the rule where no line is named."""
    month = f", {month_label(question.period)}" if question.period else ""
    cell = f" ({question.sheet}, cell {question.cell})" if question.sheet and question.cell else ""
    return f"{question.line or question.rule}{month}{cell}"


def _reviewed(by: Scope, question: Question) -> Question:
    """The question, locked, for somebody of the ICB who may act on it."""
    by.must(REVIEW, board_of(question.organisation_id))
    held = _lock(question)
    answered = held.messages.order_by("-at", "-id").first() if held.state == ANSWERED else None
    _not_of_their_own(by, held.upload, held.upload.uploaded_by_id, answered.by_id if answered else None)
    return held


def _not_of_their_own(by: Scope, upload: Upload, *theirs: object) -> None:
    """Of an ICB's own return another person asks and closes than the one who prepares and answers."""
    if upload.organisation_id in by.own and by.person is not None and by.person.pk in theirs:
        raise NotAllowed(
            "Of the ICB's own return one person asks and closes, and another prepares and answers."
        )


def _lock(question: Question) -> Question:
    held = Question.objects.select_for_update(of=("self",)).select_related("upload").get(pk=question.pk)
    if held.state == CLOSED:
        raise Closed("This question has been closed. Ask a new one if something is still open.")
    return held


def _move(question: Question, state: str) -> None:
    Question.objects.filter(pk=question.pk).update(state=state)


def _say(question: Question, by: Scope, words: str) -> None:
    Message.objects.create(question=question, text=words, by=by.person)


def _words(text: str, missing: str) -> str:
    words = text.strip()
    if not words:
        raise NotAsked("text", missing)
    if len(words) > LONGEST:
        raise NotAsked("text", f"It must be {LONGEST:,} characters or fewer.")
    return words


def _owners(question: Question) -> list[Person]:
    owner = question.owner
    return [owner] if owner is not None and owner.is_active else answering_for(question.upload)


def _askers(question: Question) -> list[Person]:
    asker = question.asked_by
    return [asker] if asker is not None and asker.is_active else reviewers_of(question.organisation_id)


def _tell(people: Iterable[Person], question: Question, what: str, words: str, by: Scope) -> None:
    kind = RETURN_NAMES[question.return_kind].lower()
    subject = f"{what}: {question.organisation.short_name} {kind}, {place_of(question)}"
    address = reverse("question", args=[question.pk])
    tell(people, subject=subject, text=words, address=address, but=by.person)
