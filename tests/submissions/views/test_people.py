"""The page of the people of one's returns, and where else they are shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from planning.people.person import Appointment, Person
from submissions.lifecycle import submit
from submissions.named import Named
from submissions.uploads import SUBMITTED
from tests.flow import planner_of
from tests.planned import ROUND, count_queries, make_upload, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
PAGE = f"/rounds/{ROUND}/people/"


@pytest.fixture
def ann(db: None) -> Person:
    person = Person.objects.create_user("ann@example.nhs.uk", name="Ann Lee")
    Appointment.objects.create(person=person, organisation_id="RTH", role="preparer")
    return person


def test_naming_and_removing(asha: Person, ann: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    assert text_of(browser.get(PAGE)).count("Nobody yet") == 9
    sent = {"person": str(ann.pk), "part": "preparer", "returns": ["activity", "finance"]}
    assert browser.post(PAGE, sent).status_code == 302
    said = text_of(browser.get(PAGE))
    assert "Ann Lee was named." in said
    assert said.count("Ann Lee, ann@example.nhs.uk named by Asha Patel") == 2

    named = Named.objects.get(return_kind="finance")
    assert browser.post(PAGE, {"remove": str(named.pk)}).status_code == 302
    assert [row.return_kind for row in Named.objects.all()] == ["activity"]
    assert count_queries(browser, PAGE) <= 8


@pytest.mark.parametrize(
    ("given", "said"),
    [({"person": ""}, "Choose a person"), ({"person": "x"}, "Choose a person"), ({"returns": []}, "at least one"),
     ({"part": ""}, "Choose what the person does"), ({"part": "lead"}, "who may submit returns"),
     ({"part": "king"}, "Choose a return, and what the person does for it.")],
)  # fmt: skip
def test_what_is_wrong_is_said(
    given: dict[str, object], said: str, asha: Person, ann: Person, signed_in: SignIn
) -> None:
    sent: dict[str, object] = {"person": str(ann.pk), "part": "preparer", "returns": ["activity"]} | given
    answer = signed_in(asha).post(PAGE, sent)
    assert answer.status_code == 422 and said in text_of(answer)
    assert not Named.objects.exists()


def test_anothers_row_is_not_removed(asha: Person, bill: Person, signed_in: SignIn) -> None:
    theirs = Named.objects.create(
        round_id=ROUND, organisation_id="RHW", return_kind="finance", part="lead", person=bill
    )
    browser = signed_in(asha)
    for chosen in (str(theirs.pk), "²", "9" * 40, "x"):
        assert browser.post(PAGE, {"remove": chosen}).status_code == 302
    assert Named.objects.get() == theirs


def test_ones_own_return_comes_first_and_says_who_prepares_it(
    asha: Person, ann: Person, signed_in: SignIn
) -> None:
    Named.objects.create(
        round_id=ROUND, organisation_id="RTH", return_kind="workforce", part="preparer", person=ann
    )
    returns = f"/rounds/{ROUND}/returns/"
    hers, leads = text_of(signed_in(ann).get(returns)), text_of(signed_in(asha).get(returns))
    assert "Workforce Prepared by Ann Lee" in hers
    assert hers.index("Workforce Prepared by") < hers.index("Activity Not started")
    assert leads.index("Activity Not started") < leads.index("Workforce Prepared by")


def test_receipts_and_reviews_name_them(asha: Person, ann: Person, cara: Person, signed_in: SignIn) -> None:
    for part, person in (("preparer", ann), ("lead", asha)):
        Named.objects.create(
            round_id=ROUND, organisation_id="RTH", return_kind="activity", part=part, person=person
        )
    upload = make_upload("RTH", "activity", asha)
    receipt = submit(by=planner_of("RTH"), uploads=[upload])
    Named.objects.all().delete()
    given = text_of(signed_in(asha).get(reverse("receipt", args=[receipt.pk])))
    assert "Prepared by: Ann Lee Planning lead: Asha Patel" in given

    Named.objects.create(
        round_id=ROUND, organisation_id="RTH", return_kind="activity", part="preparer", person=ann
    )
    upload.refresh_from_db()
    assert upload.state == SUBMITTED
    assert "Prepared by Ann Lee" in text_of(signed_in(cara).get(reverse("review", args=[upload.pk])))
