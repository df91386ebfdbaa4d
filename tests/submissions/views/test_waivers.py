"""The pages on which a check is set aside and made to count again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planning.people.person import Person
from submissions.uploads import Upload
from submissions.waivers import Waiver
from tests.planned import make_finding, make_return_run, make_upload, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


@pytest.fixture
def upload(asha: Person) -> Upload:
    found = make_upload("RTH", "finance", asha, blocked=True, counts={"block": 1, "explain": 0, "note": 0})
    make_finding(
        make_return_run(found), "RTH", "QU9", found, rule="V05", kind="check", severity="block", line="F.PAY.AGY",
        return_kind="finance", title="Required figures must be given.",
    )  # fmt: skip
    return found


def form(**given: str) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=9)
    until = {"until-day": str(day.day), "until-month": str(day.month), "until-year": str(day.year)}
    return {"rule": "V05", "line": "", "reason": "The ledger moves.", **until, **given}


def test_a_form_as_the_browser_sends_it(upload: Upload, cara: Person, signed_in: SignIn) -> None:
    """The fields of the page have the names that are read."""
    browser, address = signed_in(cara), reverse("waive", args=[upload.pk])
    page = browser.get(address).content.decode()
    for name in form():
        assert f'name="{name}"' in page, name
    assert browser.post(address, form()).status_code == 302
    said = text_of(browser.get(address))
    assert "V05 is set aside. The return is being checked again" in said and "The ledger moves." in said
    waiver = Waiver.objects.get()
    assert (waiver.rule, waiver.return_kind, waiver.by) == ("V05", "finance", cara)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"reason": ""}, "Say why the check is set aside"),
        ({"until-month": "13"}, "Enter a real date"),
        ({"until-day": ""}, "Enter a day, a month and a year"),
        ({"until-year": "2020"}, "The last day must be today or later."),
        ({"rule": "V01"}, "V01 cannot be set aside. A line that is missing has no figures"),
        ({"rule": ""}, "Choose a check or a rule of this return."),
    ],
)
def test_what_is_wrong_is_said(
    upload: Upload, cara: Person, signed_in: SignIn, given: dict[str, str], wrong: str
) -> None:
    page = signed_in(cara).post(reverse("waive", args=[upload.pk]), form(**given))
    assert page.status_code == 422 and wrong in text_of(page)
    assert not Waiver.objects.exists()


def test_ending_is_asked_first(upload: Upload, cara: Person, asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    browser.post(reverse("waive", args=[upload.pk]), form())
    waiver = Waiver.objects.get()
    address = reverse("end_waiver", args=[waiver.pk])
    assert "Let V05 count again?" in text_of(browser.get(address))
    waiver.refresh_from_db()
    assert waiver.ended_at is None
    assert browser.post(address).status_code == 302
    assert "Ended" in text_of(browser.get(reverse("waive", args=[upload.pk])))
    again = browser.post(address)
    assert again.status_code == 422 and "had ended already" in text_of(again)
    theirs = text_of(signed_in(asha).get(reverse("waive", args=[upload.pk])))
    assert "The ledger moves." in theirs and "Which check or rule?" not in theirs


def test_it_is_shown_where_the_result_is(
    upload: Upload, cara: Person, asha: Person, signed_in: SignIn
) -> None:
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    given = {"id": "1", "reason": "The ledger moves.", "by": "Cara Jones", "at": "", "until": day}
    upload.run.findings.update(waived=given)  # type: ignore[union-attr]
    Upload.objects.filter(pk=upload.pk).update(
        blocked=False, counts={"block": 0, "explain": 0, "note": 0, "waived": 1}
    )
    finding = upload.run.findings.get()  # type: ignore[union-attr]
    browser = signed_in(cara)
    for address in (
        reverse("upload_result", args=[upload.pk]),
        reverse("review", args=[upload.pk]),
        reverse("finding", args=[finding.pk]),
    ):
        said = text_of(browser.get(address))
        assert "The ledger moves." in said and "Cara Jones" in said, address
    result = text_of(signed_in(asha).get(reverse("upload_result", args=[upload.pk])))
    assert "The ICB has set 1 finding aside." in result and "Set aside (1)" in result
    assert "1 set aside" in text_of(browser.get("/systems/QU9/rounds/2023-24/"))
    assert "Set aside until" in text_of(browser.get("/rounds/2023-24/findings/?list=faults"))
    rows = browser.get("/api/v1/rounds/2023-24/findings/").json()["results"]
    assert [row["waived"] for row in rows] == [
        {"reason": "The ledger moves.", "by": "Cara Jones", "until": day}
    ]
    flat = browser.get("/api/v1/rounds/2023-24/findings/?format=csv")
    assert f"The ledger moves.,Cara Jones,{day}" in b"".join(flat.streaming_content).decode()
    version = browser.get(f"/api/v1/uploads/{upload.pk}/").json()
    assert (version["counts"], version["waived"]) == ({"block": 0, "explain": 0, "note": 0}, 1)
