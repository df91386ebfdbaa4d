"""The people of a return: who may be named for what, one lead and one signatory, and who is told."""

from __future__ import annotations

import pytest

from planning.people.access import NotAllowed, Scope, scope_of_person
from planning.people.notices import Notice
from planning.people.person import Appointment, Person
from planning.registry.organisations import Organisation
from planning.registry.rounds import Round
from submissions.named import LEAD, PREPARER, SIGNATORY, Named, named_for
from submissions.naming import NotNameable, name_person, remove_person
from tests.flow import ROUND

pytestmark = pytest.mark.django_db


def somebody(name: str, role: str, ods: str = "RTH") -> Person:
    person = Person.objects.create_user(f"{name.lower()}@example.nhs.uk", name=name)
    Appointment.objects.create(person=person, organisation_id=ods, role=role)
    return person


@pytest.fixture
def planner(asha: Person) -> Scope:
    return scope_of_person(asha)


def name(by: Scope, person: Person, part: str, kind: str = "finance", ods: str = "RTH") -> Named:
    return name_person(
        by=by,
        round=Round.objects.get(pk=ROUND),
        organisation=Organisation.objects.get(pk=ods),
        return_kind=kind,
        part=part,
        person=person,
    )


def told() -> set[tuple[str, str]]:
    return set(Notice.objects.values_list("person__name", "subject"))


def test_several_prepare_and_one_leads_and_one_signs(planner: Scope) -> None:
    ann, ben = somebody("Ann", "preparer"), somebody("Ben", "preparer")
    dan = somebody("Dan", "signatory")
    for person in (ann, ben, ann):  # twice is once
        name(planner, person, PREPARER)
    assert planner.person is not None
    name(planner, planner.person, LEAD)
    name(planner, dan, SIGNATORY)
    assert named_for(ROUND, "RTH", ["finance", "activity"]) == {
        "finance": {"preparer": ["Ann", "Ben"], "lead": ["Asha Patel"], "signatory": ["Dan"]},
        "activity": {},
    }
    about = "the finance return of Oxford University Hospitals, 2023/24"
    assert told() == {(who, f"You are named: {about}") for who in ("Ann", "Ben", "Dan", "Asha Patel")}


@pytest.mark.parametrize("part", [LEAD, SIGNATORY])
def test_who_is_replaced_and_who_replaces_are_told(planner: Scope, part: str) -> None:
    role = {LEAD: "planner", SIGNATORY: "signatory"}[part]
    first, second = somebody("First", role), somebody("Second", role)
    name(planner, first, part)
    Notice.objects.all().delete()

    name(planner, second, part)

    [row] = Named.objects.filter(part=part)
    assert (row.person, row.by) == (second, planner.person)
    about = "the finance return of Oxford University Hospitals, 2023/24"
    assert told() == {
        ("First", f"Second has taken your place: {about}"),
        ("Second", f"You are named: {about}"),
    }
    kept = Notice.objects.get(person=first)
    assert "Asha Patel did this." in kept.text
    assert kept.address == f"/rounds/{ROUND}/people/?organisation=RTH"


def test_each_return_has_its_own(planner: Scope) -> None:
    lead = somebody("First", "planner")
    other = somebody("Second", "planner")
    name(planner, lead, LEAD, "finance")
    name(planner, other, LEAD, "activity")
    assert Named.objects.filter(part=LEAD).count() == 2


@pytest.mark.parametrize(
    ("role", "ods", "parts"),
    [
        ("planner", "RTH", {PREPARER, LEAD}),
        ("preparer", "RTH", {PREPARER}),
        ("signatory", "RTH", {SIGNATORY}),
        ("planner", "RHW", set()),
        ("icb_planner", "QU9", set()),
    ],
)
def test_an_appointment_there_must_fit(planner: Scope, role: str, ods: str, parts: set[str]) -> None:
    person = somebody("Ann", role, ods)
    for part in (PREPARER, LEAD, SIGNATORY):
        if part in parts:
            assert name(planner, person, part).person == person
        else:
            with pytest.raises(NotNameable, match="can be"):
                name(planner, person, part)


def test_somebody_who_left_is_not_named(planner: Scope) -> None:
    gone = somebody("Ann", "preparer")
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    with pytest.raises(NotNameable):
        name(planner, gone, PREPARER)


def test_an_icb_names_its_own_people(cara: Person, colin: Person) -> None:
    lead = scope_of_person(cara)
    for part in (PREPARER, SIGNATORY):
        name(lead, colin, part, ods="QU9")
    with pytest.raises(NotNameable):
        name(lead, colin, LEAD, ods="QU9")
    name(lead, cara, LEAD, ods="QU9")


def test_only_the_organisations_planner_names_and_removes(planner: Scope, bill: Person, cara: Person) -> None:
    preparer = somebody("Ann", "preparer")
    named = name(planner, preparer, PREPARER)
    for person in (preparer, bill, cara):
        with pytest.raises(NotAllowed):
            name(scope_of_person(person), preparer, PREPARER, "activity")
        with pytest.raises(NotAllowed):
            remove_person(by=scope_of_person(person), named=named)
    Notice.objects.all().delete()
    remove_person(by=planner, named=named)
    remove_person(by=planner, named=Named(pk=named.pk, organisation_id="RTH"))
    assert not Named.objects.exists()
    assert [subject.partition(":")[0] for _, subject in told()] == ["You are no longer named"]
