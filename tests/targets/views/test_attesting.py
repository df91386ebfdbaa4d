"""The form of one answer: what is typed wrong, who may, and what stands below it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from planning.foundation import jobs
from planning.people.person import Appointment, Person
from targets.assurance.attestations import Attestation
from tests.planned import ROUND, count_queries, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
PAGE = f"/rounds/{ROUND}/assurances/23-A02/RTH/"
STEPS = f"/rounds/{ROUND}/assurances/QT6-23-19/QT6/"
GIVEN = {
    "state": "in_place", "lead": "Priya Shah", "evidence": "Board paper of 3 March.", "seen": "",
    "due-day": "30", "due-month": "9", "due-year": "2023",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ring", lambda job: None)


def sent(browser: Client, address: str = PAGE, **given: Any) -> Any:
    return browser.post(address, {**GIVEN, **given})


def test_an_answer_is_saved_and_those_before_it_stay_below(asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    assert "Nobody has answered yet." in text_of(browser.get(PAGE))
    assert sent(browser, state="at_risk", evidence="Beds\nare short.")["Location"] == PAGE
    first = Attestation.objects.get()
    sent(browser, seen=str(first.pk))

    said = text_of(browser.get(PAGE))

    assert "Saved: in place." in said
    assert "State ✓ In place Lead Priya Shah Due 30 September 2023 Evidence Board paper of 3 March." in said
    history = said.partition("Answers before this one")[2]
    assert "! At risk" in history and "Beds are short." in history and "Asha Patel, " in history
    assert 'value="Priya Shah"' in browser.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("given", "text", "field"),
    [
        ({"state": "", "lead": ""}, "Choose how it stands, or name who leads on it", "state"),
        ({"state": "finished"}, "Choose how it stands", "state"),
        ({"evidence": " "}, "Say what shows that it is in place", "evidence"),
        ({"due-day": "31"}, "Enter a real date", "due-day"),
        ({"due-month": ""}, "Enter a day, a month and a year", "due-day"),
        ({"due-year": "23"}, "Enter the year in four figures, such as 2024", "due-day"),
        ({"lead": "x" * 121}, "The lead must be 120 characters or fewer", "lead"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    asha: Person, signed_in: SignIn, given: dict[str, str], text: str, field: str
) -> None:
    page = sent(signed_in(asha), **given)
    assert (page.status_code, Attestation.objects.count()) == (422, 0)
    html = page.content.decode()
    assert f'href="#{field}"' in html and f'id="{field}"' in html and text in text_of(page)
    assert "<title>\n  Error: " in html or "Error: " in html.partition("</title>")[0]
    assert given.get("lead", "Priya Shah")[:20] in html


def test_a_form_without_a_state_is_answered_so(asha: Person, signed_in: SignIn) -> None:
    page = signed_in(asha).post(PAGE, {"lead": "Priya Shah"})
    assert page.status_code == 422 and "Choose how it stands" in text_of(page)


@pytest.mark.parametrize(
    ("figure", "step", "text"),
    [
        ("half", "2023-09", "Enter a number, such as 45 or 1,250.5"),
        ("45.12345", "2023-09", "Enter at most four decimals"),
        ("-45", "2023-09", "Enter a figure of 0 or more"),
        ("£45", "2023-09", "Enter a number of %, without £"),
        ("45", "", "Choose which step the figure answers"),
        ("45", "2023-10", "Choose one of the steps"),
    ],
)
def test_a_figure_typed_wrong(tamsin: Person, signed_in: SignIn, figure: str, step: str, text: str) -> None:
    page = sent(signed_in(tamsin), STEPS, state="on_track", figure=figure, step=step)
    assert page.status_code == 422 and text in text_of(page)
    assert not Attestation.objects.exists()


def test_a_figure_is_shown_with_its_step(tamsin: Person, signed_in: SignIn) -> None:
    browser = signed_in(tamsin)
    assert "50.0% by September 2023" in text_of(browser.get(STEPS))
    sent(browser, STEPS, state="on_track", figure="47.5%", step="2023-09")
    assert Attestation.objects.get().due == date(2023, 9, 30)
    said = text_of(browser.get(STEPS))
    assert "Figure 47.5% for September 2023" in said
    assert "47.5% for September 2023" in text_of(browser.get(f"/rounds/{ROUND}/assurances/"))


def test_somebody_elses_answer_meanwhile(asha: Person, signed_in: SignIn) -> None:
    other = Person.objects.create_user("priya@example.nhs.uk", name="Priya Shah")
    Appointment.objects.create(person=other, organisation_id="RTH", role="planner")
    sent(signed_in(other), state="on_track", evidence="Mine")

    page = sent(signed_in(asha), evidence="Asha's own words")

    said = text_of(page)
    assert page.status_code == 409 and "Priya Shah answered “On track” meanwhile" in said
    assert "→ On track" in said and "Asha's own words" in said
    standing = Attestation.objects.get()
    assert f'name="seen" value="{standing.pk}"' in page.content.decode()
    assert sent(signed_in(asha), seen=str(standing.pk)).status_code == 302


def test_pressed_twice(asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    assert [sent(browser).status_code for _ in range(2)] == [302, 302]
    assert Attestation.objects.count() == 1


def test_who_may_read_and_who_may_answer(
    asha: Person, cara: Person, bill: Person, nadia: Person, signed_in: SignIn
) -> None:
    sent(signed_in(asha))
    board = signed_in(cara)
    said = text_of(board.get(PAGE))
    assert "Board paper of 3 March." in said and "Save answer" not in said
    assert sent(board).status_code == 403
    for person in (bill, nadia):
        assert (signed_in(person).get(PAGE).status_code, sent(signed_in(person)).status_code) == (404, 404)
    preparer = Person.objects.create_user("prue@example.nhs.uk", name="Prue")
    Appointment.objects.create(person=preparer, organisation_id="RTH", role="preparer")
    assert signed_in(preparer).get(PAGE).status_code == 200
    assert sent(signed_in(preparer)).status_code == 403
    assert Attestation.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "23-A02/XXX/",  # nobody
        "23-A03/RTH/",  # asked of ambulance trusts
        "23-48/RTH/",  # asked of systems
        "23-01/RTH/",  # the returns answer
        "QT6-23-19/QU9/",  # another system's own
    ],
)
def test_what_is_not_asked_of_a_body_is_not_there(cara: Person, signed_in: SignIn, address: str) -> None:
    assert signed_in(cara).get(f"/rounds/{ROUND}/assurances/{address}").status_code == 404


def test_queries_are_the_same_for_one_answer_and_many(asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    sent(browser)
    browser.get(PAGE)
    few = count_queries(browser, PAGE)
    for number in range(5):
        sent(browser, evidence=f"Paper {number}", seen=str(Attestation.objects.get(is_current=True).pk))
    browser.get(PAGE)
    assert count_queries(browser, PAGE) == few
    assert few == 6
