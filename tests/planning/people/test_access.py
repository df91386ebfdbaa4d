"""Whose is what: the scope of each of the cast."""

import pytest

from planning.people.access import NotAllowed, Scope, scope_of_person
from planning.people.person import Appointment, Person
from planning.people.roles import ASSUME, ATTEST, EXPLAIN, REVIEW, SEE, SUBMIT, UPLOAD

pytestmark = pytest.mark.django_db


def test_a_trust_planner_has_their_own_trust_only(asha: Person) -> None:
    scope = scope_of_person(asha)

    assert (scope.kind, scope.own, scope.systems, scope.hosts, scope.served) == (
        "trust",
        {"RTH"},
        frozenset(),
        frozenset(),
        frozenset(),
    )
    assert scope.acts == {"RTH": {SEE, UPLOAD, SUBMIT, EXPLAIN, ATTEST, ASSUME}}
    assert (scope.label, scope.organisation) == (
        "Trust planning lead",
        "Oxford University Hospitals NHS Foundation Trust",
    )


def test_an_icb_has_its_members_and_those_that_serve_it(cara: Person) -> None:
    scope = scope_of_person(cara)

    assert scope.kind == "icb"
    assert scope.systems == {"QU9"}
    assert scope.hosts == {"RTH", "RHW", "RXQ", "RNU", "RWX"}
    assert scope.regions == frozenset()
    assert scope.served == {"RYE"}
    assert scope.served_targets == {"22-33", "22-64", "23-02", "24-02"}
    assert scope.may(REVIEW, "QU9")
    assert not scope.may(UPLOAD, "RTH")


def test_the_finance_team_reviews_and_does_not_upload(colin: Person) -> None:
    scope = scope_of_person(colin)

    assert scope.may(REVIEW, "QU9")
    with pytest.raises(NotAllowed):
        scope.must(UPLOAD, "QU9")


def test_nhs_england_has_every_system_and_a_region_its_own(nadia: Person) -> None:
    whole = scope_of_person(nadia)
    assert {"QU9", "QT6"} <= whole.systems
    assert whole.regions == {"Y58", "Y59", "X24"}
    regional = Person.objects.create_user("region@example.nhs.uk", name="Region")
    Appointment.objects.create(person=regional, organisation_id="Y59", role="nhse_reader")

    scope = scope_of_person(regional)

    assert scope.kind == "nhse"
    assert "QU9" in scope.systems
    assert "QT6" not in scope.systems
    assert scope.regions == {"Y59"}
    assert not scope.may(UPLOAD, "QU9")


def test_somebody_without_an_appointment_has_nothing() -> None:
    nobody = Person.objects.create_user("new@example.nhs.uk", name="New")

    assert scope_of_person(nobody) == Scope(person=nobody)
