"""The administrator's pages open, and to an administrator only."""

from __future__ import annotations

import pytest
from django.test import Client

from planning.people.person import Person

pytestmark = pytest.mark.django_db

PAGES = (
    "/admin/",
    "/admin/planning/person/",
    "/admin/planning/person/add/",
    "/admin/planning/stage/",
    "/admin/planning/organisation/",
    "/admin/planning/organisation/RTH/change/",
    "/admin/planning/apiclient/",
)


@pytest.fixture
def administrator() -> Person:
    return Person.objects.create_superuser("admin@example.nhs.uk", "long-enough-7", name="Ada")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_to_an_administrator_and_to_nobody_else(
    address: str, administrator: Person, asha: Person, signed_in: object
) -> None:
    assert signed_in(administrator).get(address).status_code == 200  # type: ignore[operator]
    assert signed_in(asha).get(address).status_code == 302  # type: ignore[operator]
    assert Client().get(address).status_code == 302


def test_an_administrator_makes_a_person_and_appoints_them(administrator: Person, signed_in: object) -> None:
    browser = signed_in(administrator)  # type: ignore[operator]
    browser.post(
        "/admin/planning/person/add/",
        {
            "email": "New@Example.nhs.uk",
            "name": "New Person",
            "password1": "a-long-enough-one-9",
            "password2": "a-long-enough-one-9",
            "appointments-TOTAL_FORMS": "1",
            "appointments-INITIAL_FORMS": "0",
            "appointments-0-organisation": "RTH",
            "appointments-0-role": "planner",
        },
    )

    person = Person.objects.get(name="New Person")
    assert person.check_password("a-long-enough-one-9")
    assert person.appointments.get().role == "planner"
