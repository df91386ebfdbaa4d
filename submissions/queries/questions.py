"""What the lists of questions show: on the pages of a version and of a finding, and by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import shorten
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.plan.findings import Finding
from planning.registry.periods import month_label
from planning.registry.place import Place
from planning.registry.rounds import RETURNS
from submissions.queries.findings import pages_of
from submissions.questions import ANSWERED, CLOSED, OPEN, Message, Question
from submissions.uploads import Upload
from submissions.visible import visible_questions
from submissions.wording import RETURN_NAMES, Status

PAGE = 50
SAID = {
    OPEN: Status("Wants an answer", "orange"),
    ANSWERED: Status("Answered", "blue"),
    CLOSED: Status("Closed"),
}
NOT_CLOSED = (OPEN, ANSWERED)


def listed(scope: Scope) -> QuerySet[Question]:
    """The asker's questions, each with its first words as `said`."""
    first = Message.objects.filter(question=OuterRef("pk")).order_by("at", "id").values("text")[:1]
    rows = visible_questions(scope).annotate(said=Subquery(first))
    return rows.select_related("organisation", "asked_by", "owner")


def questions_of(scope: Scope, upload: Upload) -> list[dict[str, Any]]:
    """The questions about a version's return, those that hold it first. One query."""
    rows = listed(scope).filter(
        round_id=upload.round_id, organisation_id=upload.organisation_id, return_kind=upload.return_kind
    )
    return [question_row(row) for row in sorted(rows, key=lambda row: row.state == CLOSED)]


def questions_about(scope: Scope, finding: Finding) -> list[dict[str, Any]]:
    """The questions about what a rule found at a line, of whichever version they were asked. One query."""
    rows = listed(scope).filter(
        round_id=finding.round_id,
        organisation_id=finding.organisation_id,
        rule=finding.rule,
        line=finding.line,
        period=finding.period,
    )
    return [question_row(row) for row in rows]


def questions_page(scope: Scope, place: Place, asked: Mapping[str, str]) -> dict[str, Any]:
    """The list of a round with its filters, each choice in the address. Three queries."""
    every = listed(scope).filter(round=place.round)
    known = list(every.values_list("state", "organisation_id", "organisation__short_name", "return_kind"))
    rows = list(_filtered(every, asked).select_related("upload").order_by("-asked_at"))
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(1, int(asked["page"]) if asked.get("page", "").isdecimal() else 1), pages)
    return {
        "rows": [question_row(row) for row in rows[(page - 1) * PAGE : page * PAGE]],
        "lead": f"{wording.count(len(rows), 'question')}.",
        "filters": {
            "state": _choices(asked.get("state"), [(state, SAID[state].text) for state in SAID]),
            "organisation": _choices(asked.get("organisation"), sorted({(row[1], row[2]) for row in known})),
            "return": _choices(asked.get("return"), [(kind, RETURN_NAMES[kind]) for kind in RETURNS]),
        },
        "filtered": any(asked.get(name) for name in ("state", "organisation", "return")),
        "pages": pages_of(asked, page, pages),
        "address": reverse("questions", args=[place.round.code]),
    }


def question_row(question: Question) -> dict[str, Any]:
    """A question as lists show it."""
    return {
        "id": str(question.pk),
        "address": reverse("question", args=[question.pk]),
        "about": about_words(question),
        "who": question.organisation.short_name,
        "return": RETURN_NAMES[question.return_kind],
        "text": shorten(getattr(question, "said", "") or "", 160, placeholder=" …"),
        "status": SAID[question.state],
        "open": question.state in NOT_CLOSED,
        "asked": said_by(question.asked_by, question.asked_at),
        "owner": question.owner.name if question.owner is not None else "The planners",
        "sheet": question.sheet,
        "cell": question.cell,
    }


def about_words(question: Question) -> str:
    """`E.M.10, April 2023`, `Rule T03, F.PAY.TOTAL`."""
    parts = [question.rule, question.line, month_label(question.period) if question.period else ""]
    return ", ".join(part for part in parts if part)


def _filtered(rows: QuerySet[Question], asked: Mapping[str, str]) -> QuerySet[Question]:
    if asked.get("state") in SAID:
        rows = rows.filter(state=asked["state"])
    if asked.get("organisation"):
        rows = rows.filter(organisation_id=asked["organisation"])
    return rows.filter(return_kind=asked["return"]) if asked.get("return") in RETURN_NAMES else rows


def _choices(chosen: str | None, known: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"value": value, "text": text, "selected": value == (chosen or "")}
        for value, text in [("", "All"), *known]
    ]


def said_by(person: Any, at: Any) -> str:
    """`Cara Jones, 3 March 2023, 2pm`."""
    return f"{person.name if person is not None else 'somebody'}, {wording.moment(at)}"
