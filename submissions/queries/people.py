"""The people of an organisation's returns: who is named for each, who may be, and who reviews them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Value

from planning.foundation import wording
from planning.people.access import Scope
from planning.people.person import Appointment, Person
from planning.people.roles import REVIEW, ROLES, SUBMIT
from planning.registry.organisations import Membership, Organisation
from planning.registry.place import Place
from planning.registry.rounds import RETURNS
from submissions.named import LEAD, PARTS, PREPARER, SIGNATORY, Named
from submissions.naming import parts_open_to
from submissions.wording import RETURN_NAMES

SAID = {PREPARER: "Prepared by", LEAD: "Planning lead", SIGNATORY: "Board signatory"}


@dataclass(frozen=True)
class About:
    """Somebody who has to do with an organisation's returns: `part` is what they are named for at a return, or,
    without a return, the role in which they review."""

    return_kind: str
    part: str
    person: UUID
    name: str
    email: str
    body: str


def people_about(round_code: str, organisation: Organisation) -> list[About]:
    """Those named for its returns and those of its ICB who review them, one query."""
    fields = ("person_id", "person__name", "person__email", "organisation__short_name")
    named = Named.objects.filter(round=round_code, organisation=organisation).order_by()
    reviewing = [code for code, role in ROLES.items() if REVIEW in role.acts]
    reviewers = Appointment.objects.filter(
        role__in=reviewing, organisation__in=_boards(organisation), person__is_active=True
    )
    rows = named.values_list("return_kind", "part", *fields).union(
        reviewers.values_list(Value(""), "role", *fields), all=True
    )
    return sorted((About(*row) for row in rows), key=lambda row: (row.return_kind, row.part, row.name))


def _boards(organisation: Organisation) -> Any:
    if not organisation.is_trust:
        return [organisation]
    return Membership.objects.filter(organisation=organisation, role=Membership.HOST).values("system_id")


def reviewers_said(people: Iterable[About]) -> list[dict[str, Any]]:
    """Who reviews, as rows of a summary list."""
    return [
        {
            "key": {"text": f"{ROLES[row.part].label}, {row.body}"},
            "value": {"text": f"{row.name}, {row.email}"},
        }
        for row in people
        if not row.return_kind
    ]


def preparers_said(people: Iterable[About], return_kind: str) -> str:
    """`prepared by A Patel and P Shah`; nothing where nobody is named."""
    names = [row.name for row in people if (row.return_kind, row.part) == (return_kind, PREPARER)]
    return f"prepared by {wording.names(names)}" if names else ""


def prepares(people: Iterable[About], return_kind: str, person: Person | None) -> bool:
    """Whether that person is named as one who prepares the return."""
    mine = (return_kind, PREPARER, person.pk if person is not None else None)
    return any((row.return_kind, row.part, row.person) == mine for row in people)


def named_said(names: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """`("Prepared by", "A Patel and P Shah")` and its like, of those parts that somebody is named for."""
    return [(SAID[part], wording.names(list(names[part]))) for part in SAID if names.get(part)]


def people_page(scope: Scope, place: Place, organisation: Organisation) -> dict[str, Any]:
    """Who is named for each return, and whom there is to name. Two queries."""
    rows = list(
        Named.objects.filter(round=place.round, organisation=organisation).select_related("person", "by")
    )
    return {
        "organisation": organisation,
        "returns": [_return(kind, rows) for kind in RETURNS],
        "may_name": scope.may(SUBMIT, organisation.ods),
        "candidates": _candidates(organisation),
        "kinds": [(kind, RETURN_NAMES[kind]) for kind in RETURNS],
        "parts": PARTS,
    }


def _return(kind: str, rows: Sequence[Named]) -> dict[str, Any]:
    return {
        "name": RETURN_NAMES[kind],
        "parts": [
            {
                "name": SAID[part],
                "people": [_named(row) for row in rows if (row.return_kind, row.part) == (kind, part)],
            }
            for part in SAID
        ],
    }


def _named(row: Named) -> dict[str, str]:
    by = f"named by {row.by.name}, {wording.moment(row.at)}" if row.by is not None else ""
    return {"id": str(row.pk), "name": row.person.name, "email": row.person.email, "by": by}


def _candidates(organisation: Organisation) -> list[dict[str, str]]:
    """The organisation's people who can be named for something, with their roles; one query."""
    roles: dict[Person, list[str]] = {}
    rows = Appointment.objects.filter(organisation=organisation, person__is_active=True)
    for row in rows.select_related("person").order_by("person__name", "pk"):
        roles.setdefault(row.person, []).append(row.role)
    return [
        {
            "value": str(person.pk),
            "text": f"{person.name} ({', '.join(ROLES[role].label for role in held).lower()})",
        }
        for person, held in roles.items()
        if parts_open_to(held, organisation)
    ]
