"""Every page: one's own opens, anybody else's is not there, and a visitor is asked to sign in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from planning.people.person import Person
from submissions.uploads import SUBMITTED, Receipt
from tests.planned import ROUND, Standing, make_standing

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


def status(browser: Client, address: str) -> int:
    """What a page answers; a file is read to its end, which closes it and leaves the database's connection."""
    response = browser.get(address)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


@pytest.fixture
def standing(asha: Person) -> Standing:
    return make_standing("RTH", "QU9", asha)


@pytest.fixture
def addresses(standing: Standing, asha: Person) -> dict[str, str]:
    """The pages about the trust's own things."""
    receipt = Receipt.objects.create(
        reference="AAAA-BBBB-CCCC",
        round_id=ROUND,
        organisation_id="RTH",
        stage="draft",
        at=standing.activity.checked_at,
        by=asha,
        returns=[
            {"return": "activity", "version": 1, "sha256": "0" * 64, "upload": str(standing.activity.pk)}
        ],
    )
    return {
        "result": reverse("upload_result", args=[standing.finance.pk]),
        "file": reverse("upload_file", args=[standing.finance.pk]),
        "finding": reverse("finding", args=[standing.finding.pk]),
        "receipt": reverse("receipt", args=[receipt.pk]),
        "template": reverse("template", args=[ROUND, "RTH", "activity"]),
        "returns": reverse("returns", args=[ROUND]) + "?organisation=RTH",
        "upload": reverse("upload", args=[ROUND]) + "?organisation=RTH",
        "submit": reverse("submit", args=[ROUND]) + "?organisation=RTH",
    }


def test_own_pages_open(addresses: dict[str, str], asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    assert {name: status(browser, address) for name, address in addresses.items()} == dict.fromkeys(
        addresses, 200
    )


@pytest.mark.parametrize("who", ["bill", "rhys", "tamsin", "nadia"])
def test_others_pages_are_not_there(
    addresses: dict[str, str], who: str, request: pytest.FixtureRequest, signed_in: SignIn
) -> None:
    browser = signed_in(request.getfixturevalue(who))
    assert {name: status(browser, address) for name, address in addresses.items()} == dict.fromkeys(
        addresses, 404
    )


def test_the_icb_opens_what_it_reviews_and_no_more(
    addresses: dict[str, str], cara: Person, signed_in: SignIn
) -> None:
    browser = signed_in(cara)
    seen = {name: status(browser, address) for name, address in addresses.items()}
    assert seen == dict.fromkeys(addresses, 404) | {"result": 200, "file": 200, "finding": 200}


def test_a_visitor_is_asked_to_sign_in(addresses: dict[str, str]) -> None:
    public = [
        "/",
        *addresses.values(),
        reverse("findings", args=[ROUND]),
        reverse("targets", args=[ROUND]),
        reverse("target", args=[ROUND, "23-01"]),
        reverse("system", args=["QU9", ROUND]),
        reverse("upload_sent", args=[ROUND]),
    ]
    for address in public:
        response = Client().get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize(
    ("who", "status"), [("cara", 200), ("colin", 200), ("asha", 404), ("tamsin", 404), ("nadia", 200)]
)
def test_the_dashboard_is_the_systems_own(
    standing: Standing, who: str, status: int, request: pytest.FixtureRequest, signed_in: SignIn
) -> None:
    browser = signed_in(request.getfixturevalue(who))
    assert browser.get(reverse("system", args=["QU9", ROUND])).status_code == status


def test_lists_hold_one_system_only(standing: Standing, tamsin: Person, signed_in: SignIn) -> None:
    page = signed_in(tamsin).get(reverse("findings", args=[ROUND])).content.decode()
    assert "Pay grows" not in page and "Royal" not in page and "Oxford" not in page


def test_review_is_for_the_icb(
    standing: Standing, asha: Person, cara: Person, rhys: Person, signed_in: SignIn
) -> None:
    standing.finance.state = SUBMITTED
    standing.finance.save()
    address = reverse("review", args=[standing.finance.pk])
    assert [signed_in(person).get(address).status_code for person in (cara, asha, rhys)] == [200, 403, 404]


def test_another_persons_reason_is_refused(standing: Standing, rhys: Person, signed_in: SignIn) -> None:
    address = reverse("reason", args=[standing.finding.pk])
    assert signed_in(rhys).post(address, {"reason": "Mine"}).status_code == 404


def test_a_round_or_stage_that_is_not_there(asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    for address in (
        "/rounds/1999-00/returns/",
        f"/rounds/{ROUND}/returns/?stage=never",
        "/rounds/1999-00/targets/",
    ):
        assert browser.get(address).status_code == 404
