"""Choosing, checking, handing over, the receipt, and the ICB's review of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from planning.people.access import scope_of_person
from planning.people.notices import Notice
from planning.people.person import Person
from submissions.asking import About, ask, close
from submissions.uploads import ACCEPTED, CHECKED, SENT_BACK, SUBMITTED, WITHDRAWN, Receipt, Upload
from tests.planned import ROUND, make_finding, make_return_run, make_upload, text_of

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
    refused = browser.post(address, {"reason": " "})
    assert refused.status_code == 422 and "Say why you withdraw it." in text_of(refused)
    assert browser.post(address, {"reason": "Wrong month pasted."}).status_code == 302
    newer.refresh_from_db()
    assert (newer.state, newer.withdrawal) == (WITHDRAWN, "Wrong month pasted.")
    kept = text_of(browser.get(reverse("upload_result", args=[newer.pk])))
    assert "Withdrawn by Asha Patel, " in kept and "Wrong month pasted." in kept
    assert "Activity version 2 was withdrawn." in text_of(browser.get(f"/rounds/{ROUND}/returns/"))
    alone = text_of(browser.get(reverse("withdraw", args=[activity.pk])))
    assert "no version of your activity return will count, and the ICB will see it as not returned" in alone


def test_what_is_accepted_cannot_be_withdrawn(asha: Person, signed_in: SignIn) -> None:
    accepted = make_upload("RTH", "activity", asha, state=ACCEPTED)
    browser, address = signed_in(asha), reverse("withdraw", args=[accepted.pk])
    assert "You cannot withdraw" in text_of(browser.get(address))
    assert browser.post(address, {"reason": "Sent by mistake."}).status_code == 422
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


# --- review: what holds it, what it is sent back for -------------------------------------------------------
def test_the_review_says_which_question_holds_the_acceptance(
    asha: Person, cara: Person, signed_in: SignIn
) -> None:
    upload = make_upload("RTH", "activity", asha, state=SUBMITTED)
    browser, address = signed_in(cara), reverse("review", args=[upload.pk])
    about = About(line="E.M.26", period="2023-05", sheet="Beds", cell="H9")
    question = ask(by=scope_of_person(cara), upload=upload, about=about, text="Why so few?")
    said = text_of(browser.get(address))
    assert "You can accept this return once the open question is closed" in said and "Why so few?" in said

    refused = browser.post(address, {"decision": "accept"})

    assert refused.status_code == 422
    assert "A question is not closed: E.M.26, May 2023 (Beds, cell H9)." in text_of(refused)
    close(by=scope_of_person(cara), question=question)
    assert browser.post(address, {"decision": "accept"}).status_code == 302
    upload.refresh_from_db()
    assert upload.state == ACCEPTED


def test_what_is_sent_back_names_its_cells(asha: Person, cara: Person, signed_in: SignIn) -> None:
    columns = {"Beds": list("CDEFGHIJKLMNOPQ"), "Elective care": list("CDEFGHIJKLMNOPQ")}
    upload = make_upload("RTH", "activity", asha, state=SUBMITTED, columns=columns)
    finding = make_finding(
        make_return_run(upload), "RTH", "QU9", upload, sheet="Beds", cell="H9", message="Beds halve in May."
    )
    other = make_finding(upload.run, "RTH", "QU9", upload, message="Not ticked.")
    about = About(line="E.M.10", period="2023-05", sheet="Elective care", cell="G7")
    question = ask(by=scope_of_person(cara), upload=upload, about=about, text="Why?")
    browser, address = signed_in(cara), reverse("review", args=[upload.pk])
    given = {"decision": "send_back", "note": "Look at May.", "findings": [str(finding.pk)]}

    wrong = browser.post(address, given | {"cells": "Beds!H10\nNowhere!A1"})
    assert wrong.status_code == 422
    assert "“Nowhere!A1” is no cell of this workbook" in text_of(wrong)
    assert "Look at May." in wrong.content.decode() and str(other.pk) in wrong.content.decode()
    done = browser.post(
        address, given | {"questions": [str(question.pk)], "cells": "beds!$h$10, 'Elective care'!G9"}
    )

    assert done.status_code == 302
    upload.refresh_from_db()
    assert upload.state == SENT_BACK
    assert [(row["sheet"], row["cell"], row["text"]) for row in upload.review_cells] == [
        ("Beds", "H9", "Beds halve in May."),
        ("Elective care", "G7", "Question: E.M.10, May 2023 (Elective care, cell G7)"),
        ("Beds", "H10", ""),
        ("Elective care", "G9", ""),
    ]
    notice = Notice.objects.get(person=asha, subject="Sent back: RTH activity return, version 1")
    assert notice.text == (
        "Look at May.\n\n- Beds, cell H9: Beds halve in May.\n"
        "- Elective care, cell G7: Question: E.M.10, May 2023 (Elective care, cell G7)\n"
        "- Beds, cell H10\n- Elective care, cell G9"
    )
    page = signed_in(asha).get(notice.address)
    assert "Beds, cell H9 : Beds halve in May." in text_of(page)
    for name, pk in (("finding", finding.pk), ("question", question.pk)):
        assert f'href="{reverse(name, args=[pk])}"' in page.content.decode()


def test_an_acceptance_is_told(asha: Person, cara: Person, signed_in: SignIn) -> None:
    upload = make_upload("RTH", "activity", asha, state=SUBMITTED)
    signed_in(cara).post(reverse("review", args=[upload.pk]), {"decision": "accept"})
    assert Notice.objects.get(person=asha).subject == "Accepted: RTH activity return, version 1"
