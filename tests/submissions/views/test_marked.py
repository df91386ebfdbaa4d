"""The marked-up workbook as pages and the API give it: waited for, given, refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from planning.foundation.jobs import Job
from planning.foundation.problems import Problem
from planning.people.person import Person
from submissions.marking.making import make
from submissions.marking.shown import WHOLE
from submissions.uploads import PROCESSING, REJECTED, Upload
from tests.api.conftest import Machine, token_for
from tests.flow import send
from tests.planned import make_return_run, make_upload, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
HTMX = {"HX-Request": "true"}


def page_of(upload: Upload) -> str:
    return reverse("upload_marked", args=[upload.pk])


def test_the_page_waits_and_then_gives_the_file(asha: Person, signed_in: SignIn) -> None:
    upload, browser = send("RTH", "finance"), signed_in(asha)
    assert page_of(upload) in browser.get(reverse("upload_result", args=[upload.pk])).content.decode()
    waits = browser.get(page_of(upload))
    assert "Marking up your workbook" in text_of(waits)
    refresh = f'<noscript><meta http-equiv="refresh" content="3; url={page_of(upload)}?wait=1"></noscript>'
    assert refresh in waits.content.decode()
    assert browser.get(page_of(upload), headers=HTMX).status_code == 204
    make(f"{upload.pk}|{WHOLE}")
    assert browser.get(page_of(upload), headers=HTMX)["HX-Redirect"] == f"{page_of(upload)}?wait=1"
    ready = browser.get(f"{page_of(upload)}?wait=1")
    assert "Your workbook is marked up" in text_of(ready)
    assert f'<meta http-equiv="refresh" content="1; url={page_of(upload)}">' in ready.content.decode()
    given = browser.get(page_of(upload))
    assert given["Content-Disposition"] == 'attachment; filename="RTH finance marked up.xlsx"'
    assert given.getvalue()[:2] == b"PK"  # type: ignore[attr-defined]


def test_a_workbook_that_cannot_be_marked_says_whose_fault_it_is(asha: Person, signed_in: SignIn) -> None:
    upload, browser = make_upload("RTH", "finance", asha), signed_in(asha)
    make_return_run(upload)
    browser.get(page_of(upload))
    Job.objects.update(state=Job.FAILED)
    assert "This is our fault, not yours" in text_of(browser.get(page_of(upload)))
    with pytest.raises(Problem) as told:  # a 503, logged: the test client raises what is our fault
        Machine(token_for("RTH")).get(f"/api/v1/uploads/{upload.pk}/marked/")
    assert told.value.status_code == 503


def test_nothing_to_mark(asha: Person, signed_in: SignIn) -> None:
    rejected = make_upload("RTH", "finance", asha, number=None, state=REJECTED)
    waiting = make_upload("RTH", "finance", asha, number=None, state=PROCESSING)
    browser, machine = signed_in(asha), Machine(token_for("RTH"))
    assert browser.get(page_of(rejected)).status_code == 404
    assert browser.get(page_of(waiting))["Location"] == reverse("upload_result", args=[waiting.pk])
    refused = machine.get(f"/api/v1/uploads/{rejected.pk}/marked/")
    assert (refused.status_code, refused.json()["code"]) == (404, "nothing_to_mark")
    assert machine.get(f"/api/v1/uploads/{waiting.pk}/marked/").status_code == 202
    assert not Job.objects.exists()


def test_the_api_says_when_to_come_back() -> None:
    upload, machine = send("RTH", "finance"), Machine(token_for("RTH"))
    address = f"/api/v1/uploads/{upload.pk}/marked/"
    waits = machine.get(address)
    assert (waits.status_code, waits["Retry-After"], waits.json()["state"]) == (202, "3", "making")
    make(f"{upload.pk}|{WHOLE}")
    given = machine.get(address)
    assert given.status_code == 200
    assert given["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert given.getvalue()[:2] == b"PK"
