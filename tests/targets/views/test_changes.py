"""The change report and the try-out on plans in hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from planning.foundation.jobs import Job
from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.plan.runs import ACCEPTED, LATEST, Run
from submissions.uploads import Upload
from targets.evaluations import MET, NOT_MET
from targets.guidance.trials import GuidanceTrial
from targets.guidance.trying_out import MISSES, RELEASED, TRY
from tests.planned import ROUND, count_queries, make_run, make_upload, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
PAGE = "/guidance/changes/"
DRAFT = f"{PAGE}?from=23-24-guidance-v1.1&to=24-25-draft"
ASKED = {"from": "23-24-guidance-v1.1", "to": "24-25-draft", "plans": ROUND, "system": "QU9"}


def in_hand(system: str = "QU9", ods: str = "RTH", basis: str = LATEST) -> None:
    """Another version of one trust's return, and the system's run made from it."""
    number = Upload.objects.count() + 1
    make_run(Run.SYSTEM, system, [make_upload(ods, "finance", number=number)], basis=basis)


def try_out(browser: Client, **more: str) -> Any:
    return browser.post(f"{PAGE}try/", {**ASKED, **more})


def became(kind: str, organisation: str, name: str) -> dict[str, Any]:
    figures = {"outcome": MET, "planned": 3.5, "threshold": 3.7, "unit": "%", "gap": 0.0}
    figures |= {"gap_units": 0.0, "gap_unit": "£000", "why": ""}
    return {
        "kind": kind,
        "target": "24-13",
        "was": "23-43",
        "metric": "agency-share",
        "title": "Agency spend",
        "area": "Use of resources",
        "organisation": organisation,
        "name": name,
        "before": figures,
        "after": {**figures, "outcome": NOT_MET, "threshold": 3.2, "gap": 0.3, "gap_units": 1454.0},
    }


def done(*rows: dict[str, Any]) -> None:
    GuidanceTrial.objects.update(state=GuidanceTrial.DONE, rows=list(rows))


# --- the report ----------------------------------------------------------------------------------------
def test_two_are_chosen_first(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(PAGE))
    assert "All that governs 2023/24" in said
    assert "Choose what stood before and what came after" in said
    assert "All that governs 2022/23, then 2023/24" in said
    assert (
        "2023/24 priorities and operational planning guidance, version 1.1, then 2024/25 priorities and "
        "operational planning guidance, version 1.0" in said
    )


def test_one_year_beside_the_next(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(f"{PAGE}?from=22-23-guidance-v3&to=23-24-guidance-v1.1"))
    assert (
        "Tightened, counted otherwise 75%, was a rise towards 75%. Of people aged over 14, was of people aged "
        "14 and over. Before 22-52 rising towards 75.0% by March 2024" in said
    )
    assert "Another measure 1" in said
    assert "takes the place of" in said
    assert "Added" in said
    assert "Removed" in said


def test_a_document_known_in_part_adds_and_removes_nothing(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(f"{PAGE}?from=22-23-guidance-v1&to=22-23-guidance-v2"))
    assert "Unit changed 1" in said
    assert "is known in part: what it does not list is not known" in said
    said = text_of(signed_in(asha).get(f"{PAGE}?from=22-23-guidance-v2&to=22-23-guidance-v3"))
    assert "Not known 71" in said
    assert "Added 7" not in said


def test_all_that_governs_two_rounds(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(f"{PAGE}?from=2022-23&to={ROUND}"))
    assert "2023/24, beside 2022/23: " in said
    assert "Choose two documents to see who newly misses and who newly meets." in said


@pytest.mark.parametrize(
    "asked", ["from=nothing&to=24-25-draft", "from=2099-00&to=24-25-draft", "to=nothing"]
)
def test_what_is_neither_document_nor_round(asha: Person, signed_in: SignIn, asked: str) -> None:
    assert signed_in(asha).get(f"{PAGE}?{asked}").status_code == 404


def test_one_beside_itself_is_no_comparison(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(f"{PAGE}?from=24-25-draft&to=24-25-draft"))
    assert "Choose what stood before and what came after" in said


# --- trying out ----------------------------------------------------------------------------------------
def test_without_plans_there_is_nothing_to_try_it_out_on(cara: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(cara).get(DRAFT))
    assert "No plans of these rounds are in hand" in said
    assert "Try it out" not in said
    assert try_out(signed_in(cara)).status_code == 404


def test_an_icb_has_its_systems_plans_tried_out(cara: Person, signed_in: SignIn) -> None:
    in_hand()
    browser = signed_in(cara)
    assert "Buckinghamshire, Oxfordshire and Berkshire West, plans of 2023/24" in text_of(browser.get(DRAFT))
    response = try_out(browser)
    assert response.status_code == 302
    assert response.headers["Location"].endswith("&plans=2023-24&system=QU9#tried")
    trial = GuidanceTrial.objects.get()
    assert [job.subject for job in Job.objects.filter(task=TRY)] == [str(trial.pk)]
    said = text_of(browser.get(response.headers["Location"].partition("#")[0]))
    assert "The plans are being judged under both documents. See whether it is done" in said
    assert "A try-out: it counts nowhere." in said
    done(became(MISSES, "", "BOB (system)"), became(MISSES, "RTH", "Oxford University Hospitals"))
    said = text_of(browser.get(DRAFT))
    assert "Newly misses: 2" in said
    assert (
        "BOB (system) Target Agency spend 23-43 to 24-13 Before ✓ Met 3.5% against 3.7% After ✕ Not met 3.5% "
        "against 3.2%; short by 1,454 (£000)" in said
    )
    assert "Newly meets: nobody." in said


def test_a_trust_sees_its_own_rows_alone(asha: Person, bill: Person, signed_in: SignIn) -> None:
    in_hand()
    assert try_out(signed_in(asha)).status_code == 302
    done(
        became(MISSES, "", "BOB (system)"),
        became(MISSES, "RHW", "Royal Berkshire"),
        became(RELEASED, "RTH", "Oxford University Hospitals"),
    )
    said = text_of(signed_in(asha).get(DRAFT))
    assert "Newly misses: nobody." in said
    assert "Missed and no longer asked: 1" in said
    assert "Royal Berkshire" not in said
    assert "(system)" not in said
    said = text_of(signed_in(bill).get(DRAFT))  # the same trial
    assert "Newly misses: 1" in said
    assert "Oxford University" not in said


def test_anothers_system_is_not_found(rhys: Person, tamsin: Person, signed_in: SignIn) -> None:
    in_hand()
    for person in (rhys, tamsin):
        assert try_out(signed_in(person)).status_code == 404
        said = text_of(signed_in(person).get(f"{DRAFT}&system=QU9&plans={ROUND}"))
        assert "No plans of these rounds are in hand" in said
    assert not GuidanceTrial.objects.exists()


def test_nhs_england_tries_it_out_on_what_was_accepted(
    nadia: Person, cara: Person, signed_in: SignIn
) -> None:
    in_hand()
    assert "have been accepted, so there is nothing" in text_of(signed_in(nadia).get(DRAFT))
    in_hand("QT6", "REF", ACCEPTED)
    in_hand(basis=ACCEPTED)
    assert try_out(signed_in(cara)).status_code == 302  # on the latest versions
    done(became(MISSES, "RTH", "Oxford University Hospitals"))
    said = text_of(signed_in(nadia).get(f"{DRAFT}&system=QU9"))
    assert "plans of 2023/24 as accepted" in said
    assert "Oxford University" not in said
    assert "Other plans in hand: Cornwall and the Isles of Scilly, plans of 2023/24" in said
    assert try_out(signed_in(nadia)).status_code == 302
    assert GuidanceTrial.objects.count() == 2


def test_other_versions_ask_for_another_trial(cara: Person, signed_in: SignIn) -> None:
    in_hand()
    browser = signed_in(cara)
    try_out(browser)
    done(became(MISSES, "RTH", "Oxford University Hospitals"))
    in_hand()  # another version counts
    said = text_of(browser.get(DRAFT))
    assert "Newly misses" not in said
    assert "Try it out on these plans" in said


def test_what_failed_says_so_and_can_be_tried_again(cara: Person, signed_in: SignIn) -> None:
    in_hand()
    try_out(signed_in(cara))
    GuidanceTrial.objects.update(state=GuidanceTrial.FAILED, error="The fault is ours.")
    said = text_of(signed_in(cara).get(DRAFT))
    assert "The fault is ours. Try it out on these plans" in said


@pytest.mark.parametrize(
    "change",
    [
        {"to": "2024-25"},
        {"to": "23-24-guidance-v1.1"},
        {"from": "x"},
        {"plans": "2022-23"},
        {"system": "QT6"},
    ],
)
def test_what_cannot_be_tried_out(cara: Person, signed_in: SignIn, change: dict[str, str]) -> None:
    in_hand()
    assert try_out(signed_in(cara), **change).status_code == 404
    assert signed_in(cara).get(f"{PAGE}try/").status_code == 405


def test_a_person_without_appointment_has_no_plans(asha: Person, signed_in: SignIn) -> None:
    in_hand()
    asha.appointments.all().delete()
    assert scope_of_person(asha).kind == "none"
    assert "No plans of these rounds are in hand" in text_of(signed_in(asha).get(DRAFT))


@pytest.mark.parametrize(("who", "number"), [("asha", 7), ("cara", 6), ("nadia", 7)])
def test_queries_are_the_same_for_few_rows_and_many(
    who: str, number: int, request: pytest.FixtureRequest, signed_in: SignIn
) -> None:
    in_hand(basis=ACCEPTED)
    in_hand()
    browser = signed_in(request.getfixturevalue(who))
    try_out(browser)
    few = count_queries(browser, DRAFT)
    done(*(became(MISSES, "RTH", "Oxford University Hospitals") for _ in range(50)))
    assert count_queries(browser, DRAFT) == few == number
