"""Answering for a milestone, a key action or a plan: one row takes the place of the one before it."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from planning.foundation import wording
from planning.foundation.jobs import enqueue
from planning.people.access import NotAllowed, Scope
from planning.people.roles import ATTEST
from planning.registry.organisations import Organisation
from targets.assurance.answering import Body, is_asked_of
from targets.assurance.assurances import Asked
from targets.assurance.attestations import IN_PLACE, NOT_IN_PLACE, STATES, Attestation

JUDGE_AGAIN = "submissions.judge_again"  # told `round:ods`; the app on the floor above does it
MOST_LETTERS = 4000  # of evidence
LONGEST_NAME = 120
YEARS = range(2000, 2100)
SIGNED = frozenset({"£000"})  # units of figures that may be below zero


class NotAnswered(ValueError):
    """Why an answer cannot be kept so. `field` is what was given wrong."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class AnsweredMeanwhile(Exception):
    """Somebody else has answered since the page was opened: says who and what."""

    def __init__(self, standing: Attestation) -> None:
        super().__init__(
            f"{standing.by.name} answered “{said_of(standing.state)}” meanwhile, {wording.moment(standing.at)}. "
            "Nothing of yours was saved. Read it below, then save yours if it still holds."
        )
        self.standing = standing


@dataclass(frozen=True)
class Answer:
    """What somebody says of one thing asked. `figure` in ten-thousandths; `step` names the month of a step."""

    state: str  # "" while only a lead is named
    lead: str = ""
    due: date | None = None
    evidence: str = ""
    figure: int | None = None
    step: str = ""


def attest(
    *, by: Scope, round_code: str, asked: Asked, body: Body, answer: Answer, seen: str = ""
) -> Attestation:
    """Keep an answer of that body; it is judged again where a target rests on it.

    `seen` is the id of the answer that stood when the asker looked, "" for none. The same answer by the same
    person is kept once. Raises NotAllowed, NotAnswered, AnsweredMeanwhile.
    """
    by.must(ATTEST, body.organisation)
    if by.person is None:
        raise NotAllowed("A person answers, not a program.")
    given = _checked(asked, body, answer)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=body.organisation)
        standing = current_answer(round_code, asked.code, body)
        if standing is not None and _is_same(standing, given) and standing.by_id == by.person.pk:
            return standing
        if standing is not None and str(standing.pk) != seen:
            raise AnsweredMeanwhile(standing)
        if standing is not None:
            Attestation.objects.filter(pk=standing.pk).update(is_current=False)
        kept = Attestation.objects.create(
            round_id=round_code,
            subject=asked.code,
            organisation_id=body.organisation,
            group_id=body.group or None,
            by=by.person,
            **given,
        )
        if asked.target is not None:
            enqueue(JUDGE_AGAIN, f"{round_code}:{body.judged_as}")
    return kept


def current_answer(round_code: str, subject: str, body: Body) -> Attestation | None:
    """The answer that counts, with who gave it; one query."""
    rows = Attestation.objects.filter(
        round_id=round_code,
        subject=subject,
        organisation_id=body.organisation,
        group_id=body.group or None,
        is_current=True,
    )
    return rows.select_related("by").first()


def said_of(state: str) -> str:
    return dict(STATES).get(state, "No answer")


def _checked(asked: Asked, body: Body, answer: Answer) -> dict[str, object]:
    """The fields as they are stored. Raises NotAnswered with the first fault."""
    lead, evidence = " ".join(answer.lead.split()), answer.evidence.strip()
    if not is_asked_of(asked, body):
        raise NotAnswered("state", f"{asked.code} is not asked of {body.name}.")
    if answer.state and answer.state not in dict(STATES):
        raise NotAnswered("state", "Choose how it stands")
    if not (answer.state or lead):
        raise NotAnswered("state", "Choose how it stands, or name who leads on it")
    if len(lead) > LONGEST_NAME:
        raise NotAnswered("lead", f"The lead must be {LONGEST_NAME} characters or fewer")
    if answer.due is not None and answer.due.year not in YEARS:
        raise NotAnswered("due", "Enter the year in four figures, such as 2024")
    due = _due(asked, answer)
    _must_be_shown(answer.state, evidence)
    return {"state": answer.state, "lead": lead, "due": due, "figure": answer.figure, "evidence": evidence}


def _must_be_shown(state: str, evidence: str) -> None:
    if state in (IN_PLACE, NOT_IN_PLACE) and not evidence:
        wanted = {IN_PLACE: "Say what shows that it is in place", NOT_IN_PLACE: "Say why it is not in place"}
        raise NotAnswered("evidence", wanted[state])
    if len(evidence) > MOST_LETTERS:
        raise NotAnswered("evidence", f"The evidence must be {MOST_LETTERS:,} characters or fewer")


def _due(asked: Asked, answer: Answer) -> date | None:
    """The day that the answer is for: of a target in steps, the last day of the step that its figure answers."""
    if answer.figure is not None and not asked.takes_figure:
        raise NotAnswered("figure", "No figure is asked for here")
    if answer.figure is not None and answer.figure < 0 and asked.unit not in SIGNED:
        raise NotAnswered("figure", "Enter a figure of 0 or more")
    if not asked.steps:
        return answer.due
    months = [str(step["by"]) for step in asked.steps]
    if answer.step and answer.step not in months:
        raise NotAnswered("step", "Choose one of the steps")
    if answer.figure is not None and not answer.step:
        raise NotAnswered("step", "Choose which step the figure answers")
    return last_day(answer.step) if answer.step else None


def last_day(month: str) -> date:
    """Of `2023-09`: 30 September 2023."""
    year, number = map(int, month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def _is_same(standing: Attestation, given: dict[str, object]) -> bool:
    return all(getattr(standing, name) == value for name, value in given.items())
