"""The cast and the reference data that tests share.

Asha plans for Oxford University Hospitals (RTH); Bill for Royal Berkshire (RHW), in the same system; Cara
leads planning at the BOB board (QU9) and Colin is in its finance team; Rhys plans for Royal Cornwall (REF)
and Tamsin leads at the Cornwall board (QT6), another system; Nadia reads for NHS England (X24).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker

from planning.people.person import Appointment, Person
from planning.registry.rounds import Round

ROUND = "2023-24"
CAST = {
    "asha": ("Asha Patel", "RTH", "planner"),
    "bill": ("Bill Reeve", "RHW", "planner"),
    "cara": ("Cara Jones", "QU9", "icb_planner"),
    "colin": ("Colin Day", "QU9", "icb_finance"),
    "rhys": ("Rhys Nance", "REF", "planner"),
    "tamsin": ("Tamsin Kelly", "QT6", "icb_planner"),
    "nadia": ("Nadia Khan", "X24", "nhse_reader"),
}
PASSWORD = "correct-horse-battery-7"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The reference data, loaded once into the test database."""
    with django_db_blocker.unblock():
        call_command("load_reference", verbosity=0)
    yield


@pytest.fixture(scope="session", autouse=True)
def _cache_of_their_own() -> Iterator[None]:
    """Two test processes on one Redis would empty each other's cache, and count each other's requests: each
    takes a database of its own beside the one given."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not (configured.REDIS_URL and worker):
        yield
        return
    server, _, given = configured.REDIS_URL.rpartition("/")
    address = f"{server}/{(int(given) + 8 + int(worker.removeprefix('gw'))) % 16}"
    with override_settings(CACHES={"default": {**configured.CACHES["default"], "LOCATION": address}}):
        yield


@pytest.fixture(autouse=True)
def _files_of_their_own(tmp_path_factory: pytest.TempPathFactory, settings: object) -> None:
    """Uploads of a test lie in a folder of its own."""
    settings.MEDIA_ROOT = str(tmp_path_factory.mktemp("media"))  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _reference_after_flush(request: pytest.FixtureRequest) -> None:
    """Tests that commit empty the tables behind them: the reference data comes back before the next one."""
    if {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        if not Round.objects.exists():
            call_command("load_reference", verbosity=0)


def make_person(key: str) -> Person:
    """Somebody of the cast, with their one appointment."""
    name, ods, role = CAST[key]
    person = Person.objects.create_user(f"{key}@example.nhs.uk", PASSWORD, name=name)
    Appointment.objects.create(person=person, organisation_id=ods, role=role)
    return person


def _person_fixture(key: str) -> object:
    @pytest.fixture(name=key)
    def person(db: None) -> Person:
        return make_person(key)

    return person


asha = _person_fixture("asha")
bill = _person_fixture("bill")
cara = _person_fixture("cara")
colin = _person_fixture("colin")
rhys = _person_fixture("rhys")
tamsin = _person_fixture("tamsin")
nadia = _person_fixture("nadia")


@pytest.fixture
def signed_in() -> object:
    """`signed_in(person)` gives a browser in which that person is signed in."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
