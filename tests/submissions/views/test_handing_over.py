"""Choosing, checking, handing over, the receipt, and the ICB's review of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from planning.people.person import Person
from submissions.uploads import ACCEPTED, CHECKED, SENT_BACK, SUBMITTED, WITHDRAWN, Receipt, Upload
from tests.planned import ROUND, make_upload, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
PAGE = f"/rounds/{ROUND}/returns/submit/"


@pytest.fixture
def activity(asha: Person) -> Upload:
    return make_upload("RTH", "activity", asha)


def given(upload: Upload, step: str) -> dict[str, str]:
    return {"organisation": "RTH", "stage": "draft", "step": step, "uploads": str(upload.pk)}


def test_only_what_is_ready_can_be_chosen(activity: Upload, asha: Person, signed_in: SignIn) -> None:
    make_upload("RTH", "workforce", asha, blocked=True, counts={"block": 3})
    said = text_of(signed_in(asha).get(PAGE))
    assert "Activity, version 1" in said
    assert "Workforce: 3 things to put right" in said


def test_nothing_chosen(activity: Upload, asha: Person, signed_in: SignIn) -> None:
    response = signed_in(asha).post(PAGE, {"organisation": "RTH", "stage": "draft", "step": "check"})
    assert response.status_code == 422
    assert "Choose at least one return to submit" in text_of(response)


def test_check_then_receipt(activity: Upload, asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    check = text_of(browser.post(PAGE, given(activity, "check")))
    assert "Check before you submit" in check and activity.sha256[:8] in check
    done = browser.post(PAGE, given(activity, "submit"))
    receipt = Receipt.objects.get()
    assert done["Location"] == reverse("receipt", args=[receipt.pk])
    said = text_of(browser.get(done["Location"]))
    assert "Returns received" in said and receipt.reference in said and activity.sha256 in said
    activity.refresh_from_db()
    assert activity.state == SUBMITTED


def test_pressed_twice_gives_one_receipt(activity: Upload, asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    browser.post(PAGE, given(activity, "submit"))
    again = browser.post(PAGE, given(activity, "submit"))
    assert again.status_code == 422
    assert "cannot be submitted" in text_of(again)
    assert Receipt.objects.count() == 1


def test_another_trusts_version_is_not_submitted(activity: Upload, bill: Person, signed_in: SignIn) -> None:
    asked = given(activity, "submit") | {"organisation": "RHW"}
    assert signed_in(bill).post(PAGE, asked).status_code == 422
    activity.refresh_from_db()
    assert activity.state == "checked"


@pytest.mark.parametrize(
    ("answer", "state", "wrong"),
    [
        ({"decision": "accept"}, ACCEPTED, ""),
        ({"decision": "send_back", "note": "Explain March."}, SENT_BACK, ""),
        ({"decision": "send_back", "note": " "}, SUBMITTED, "Say what should change"),
        ({}, SUBMITTED, "Choose whether to accept the return or send it back"),
    ],
)
def test_review(cara: Person, signed_in: SignIn, answer: dict[str, str], state: str, wrong: str) -> None:
    upload = make_upload("RTH", "activity", state=SUBMITTED)
    browser = signed_in(cara)
    response = browser.post(reverse("review", args=[upload.pk]), answer)
    upload.refresh_from_db()
    assert upload.state == state
    if wrong:
        assert response.status_code == 422 and wrong in text_of(response)
    else:
        assert response["Location"] == f"/systems/QU9/rounds/{ROUND}/?stage=draft"
        assert "activity version 1 was" in text_of(browser.get(response["Location"]))


def test_a_version_that_is_not_submitted_has_nothing_to_decide(cara: Person, signed_in: SignIn) -> None:
    upload = make_upload("RTH", "activity")
    address = reverse("review", args=[upload.pk])
    assert "the trust has not submitted this version" in text_of(signed_in(cara).get(address))
    assert signed_in(cara).post(address, {"decision": "accept"}).status_code == 422


# --- taking back -------------------------------------------------------------------------------------------
def test_withdrawing_says_first_what_counts_instead(
    activity: Upload, asha: Person, signed_in: SignIn
) -> None:
    newer = make_upload("RTH", "activity", asha, number=2)
    browser, address = signed_in(asha), reverse("withdraw", args=[newer.pk])
    assert "Withdraw this version" in text_of(browser.get(reverse("upload_result", args=[newer.pk])))
    asked = text_of(browser.get(address))
    newer.refresh_from_db()
    assert newer.state == CHECKED
    assert "Withdraw activity return, version 2?" in asked and "Then version 1 , received" in asked
    assert browser.post(address).status_code == 302
    newer.refresh_from_db()
    assert newer.state == WITHDRAWN
    assert "Activity version 2 was withdrawn." in text_of(browser.get(f"/rounds/{ROUND}/returns/"))
    alone = text_of(browser.get(reverse("withdraw", args=[activity.pk])))
    assert "no version of your activity return will count, and the ICB will see it as not returned" in alone


def test_what_is_accepted_cannot_be_withdrawn(asha: Person, signed_in: SignIn) -> None:
    accepted = make_upload("RTH", "activity", asha, state=ACCEPTED)
    browser, address = signed_in(asha), reverse("withdraw", args=[accepted.pk])
    assert "You cannot withdraw" in text_of(browser.get(address))
    assert browser.post(address).status_code == 422
    accepted.refresh_from_db()
    assert accepted.state == ACCEPTED


def test_nobody_else_withdraws(
    activity: Upload, cara: Person, bill: Person, nadia: Person, signed_in: SignIn
) -> None:
    address = reverse("withdraw", args=[activity.pk])
    for person, status in ((cara, 403), (bill, 404), (nadia, 404)):
        browser = signed_in(person)
        assert (browser.get(address).status_code, browser.post(address).status_code) == (status, status)
    activity.refresh_from_db()
    assert activity.state == CHECKED
