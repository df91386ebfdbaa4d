"""The administrator's pages open, and to an administrator only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client

from planning.people.person import Person
from planning.registry.actuals import Actual
from planning.registry.organisations import Organisation, Succession
from submissions.waivers import Waiver

pytestmark = pytest.mark.django_db

PAGES = (
    "/admin/",
    "/admin/planning/person/",
    "/admin/planning/person/add/",
    "/admin/planning/stage/",
    "/admin/planning/organisation/",
    "/admin/planning/organisation/RTH/change/",
    "/admin/planning/succession/",
    "/admin/planning/actual/",
    "/admin/submissions/mapping/",
    "/admin/submissions/waiver/",
    "/admin/planning/apiclient/",
    "/admin/planning/group/",
    "/admin/planning/referencevalue/",
    "/admin/planning/ruleversion/",
    "/admin/planning/ruleversion/add/",
    "/admin/planning/ruletolerance/",
    "/admin/planning/ruletolerance/add/",
    "/admin/targets/targetversion/",
    "/admin/targets/guidancedocument/",
    "/admin/targets/assuranceversion/",
    "/admin/targets/attestation/",
    "/admin/targets/localfigure/",
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


@pytest.mark.parametrize(
    "table", ["planning/organisation", "planning/succession", "planning/actual", "submissions/waiver"]
)
def test_what_comes_from_files_or_acts_is_changed_by_nobody_here(
    table: str, administrator: Person, signed_in: object
) -> None:
    app, model = table.split("/")
    row = _made(apps.get_model(app, model), administrator)
    browser, shelf = signed_in(administrator), f"/admin/{table}/"  # type: ignore[operator]
    assert browser.get(f"{shelf}{row.pk}/change/").status_code == 200
    assert browser.post(f"{shelf}{row.pk}/change/", {}).status_code == 403
    assert browser.post(f"{shelf}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert browser.get(f"{shelf}add/").status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def _made(table: type[Model], by: Person) -> Model:
    at = {"round_id": "2023-24"}
    rows: dict[str, Callable[[], Model]] = {
        "organisation": lambda: Organisation.objects.get(pk="RTH"),
        "succession": lambda: Succession.objects.create(
            predecessor="RZ1", successor="RTH", since="2021-10-01"
        ),
        "actual": lambda: Actual.objects.create(
            organisation="RTH", line="E.M.10a", period="2022/23", value=12_345_000, source="Published", **at
        ),
        "waiver": lambda: Waiver.objects.create(
            organisation_id="RTH",
            return_kind="finance",
            rule="V05",
            reason="Why",
            until="2023-03-01",
            by=by,
            **at,
        ),
    }
    return rows[table._meta.model_name]()


def test_published_figures_are_listed_as_they_were_published(
    administrator: Person, signed_in: object
) -> None:
    _made(Actual, administrator)
    page = signed_in(administrator).get("/admin/planning/actual/").content.decode()  # type: ignore[operator]
    assert '<td class="field-figure">1,234.5</td>' in page


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
