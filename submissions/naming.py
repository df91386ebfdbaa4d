"""Naming the people of a return: who prepares it, its one planning lead, the one board member who signs."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from planning.people.access import Scope
from planning.people.person import Appointment, Person
from planning.people.roles import EXPLAIN, ROLES, SUBMIT
from planning.people.telling import tell
from planning.registry.organisations import ICB, Organisation
from planning.registry.rounds import RETURNS, Round
from submissions.named import LEAD, PARTS, PREPARER, SIGNATORY, Named
from submissions.wording import RETURN_NAMES

ONE_ONLY = (LEAD, SIGNATORY)
WANTED = {
    PREPARER: "Only somebody of the organisation who prepares returns can be named for that.",
    LEAD: "Only somebody of the organisation who may submit returns can be its planning lead.",
    SIGNATORY: "Only somebody appointed as board signatory can be named for that.",
}


class NotNameable(ValueError):
    """Why a person cannot be named so."""


def name_person(
    *, by: Scope, round: Round, organisation: Organisation, return_kind: str, part: str, person: Person
) -> Named:
    """Name somebody for one return; a lead or signatory takes the place of the one before, and both are told.

    Named for it already, nothing changes. Raises NotAllowed, and NotNameable for a person whose appointment
    there does not fit the part.
    """
    by.must(SUBMIT, organisation.ods)
    if return_kind not in RETURNS or part not in dict(PARTS):
        raise NotNameable("Choose a return, and what the person does for it.")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if part not in parts_open_to(_roles_of(person, organisation), organisation):
            raise NotNameable(WANTED[part])
        same = {"round": round, "organisation": organisation, "return_kind": return_kind, "part": part}
        known = Named.objects.filter(**same, person=person).first()
        if known is not None:
            return known
        before = (
            Named.objects.filter(**same).select_related("person")
            if part in ONE_ONLY
            else Named.objects.none()
        )
        for row in list(before):
            row.delete()
            _tell([row.person], row, by, f"{person.name} has taken your place")
        named = Named.objects.create(**same, person=person, by=by.person)
        _tell([person], named, by, "You are named")
    return named


def remove_person(*, by: Scope, named: Named) -> None:
    """Take somebody's name off a return, and tell them. Gone already is no error. Raises NotAllowed."""
    by.must(SUBMIT, named.organisation_id)
    with transaction.atomic():
        if Named.objects.filter(pk=named.pk).delete()[0]:
            _tell([named.person], named, by, "You are no longer named")


def parts_open_to(roles: Iterable[str], organisation: Organisation) -> set[str]:
    """What somebody with these roles at an organisation may be named for. An ICB has no role for its
    signatory: any of its people may be."""
    acts = frozenset[str]().union(*(ROLES[role].acts for role in roles))
    found = {PREPARER} if EXPLAIN in acts else set()
    found |= {LEAD} if SUBMIT in acts else set()
    return found | ({SIGNATORY} if "signatory" in roles or (organisation.kind == ICB and acts) else set())


def _roles_of(person: Person, organisation: Organisation) -> list[str]:
    if not person.is_active:
        return []
    return list(
        Appointment.objects.filter(person=person, organisation=organisation).values_list("role", flat=True)
    )


def _tell(people: Iterable[Person], named: Named, by: Scope, what: str) -> None:
    part = dict(PARTS)[named.part].lower()
    about = f"the {RETURN_NAMES[named.return_kind].lower()} return of {named.organisation.short_name}"
    text = f"{what} as the one who {part}" if named.part == PREPARER else f"{what} as {part}"
    tell(
        people,
        subject=f"{what}: {about}, {named.round.year}",
        text=f"{text} for {about}, {named.round.year}. {by.name} did this.",
        address=f"{reverse('people', args=[named.round_id])}?organisation={named.organisation_id}",
    )
