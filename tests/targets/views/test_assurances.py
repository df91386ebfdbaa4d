"""The list of assurances, and one of them with every body's answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from planning.people.person import Person
from planning.registry.groups import Group
from targets.assurance.assurances import load_asked
from targets.assurance.attestations import Attestation
from targets.guidance.documents import AssuranceVersion, TargetVersion
from tests.planned import ROUND, count_queries, make_run, make_upload, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
LIST = f"/rounds/{ROUND}/assurances/"
PLAN, BOTH, BOARD_TARGET = "23-A02", "23-58", "23-48"


@pytest.fixture(autouse=True)
def _no_groups(db: None) -> None:
    Group.objects.all().delete()


def answered(by: Person, subject: str, ods: str, state: str = "in_place", **given: Any) -> Attestation:
    said = {"lead": "Priya Shah", "evidence": "Board paper of 3 March.", **given}
    return Attestation.objects.create(
        round_id=ROUND, subject=subject, organisation_id=ods, state=state, by=by, **said
    )


def test_a_trust_sees_what_is_asked_of_it_and_how_it_answered(asha: Person, signed_in: SignIn) -> None:
    answered(asha, PLAN, "RTH", due=date(2023, 9, 30))
    said = text_of(signed_in(asha).get(LIST))
    assert (
        "Who answers In place On track At risk Not in place No answer All Oxford University Hospitals 1 0 0 0 "
        in said
    )
    assert "Key action 23-A02, 2023/24 priorities and operational planning guidance, version 1.1" in said
    assert "✓ In place Change" in said and "Priya Shah 30 September 2023" in said
    assert "Board paper of 3 March." in said
    assert "23-A03" not in said  # of ambulance trusts
    assert BOARD_TARGET not in said  # of systems


def test_a_trust_sees_nothing_of_its_neighbours(bill: Person, asha: Person, signed_in: SignIn) -> None:
    answered(asha, PLAN, "RTH")
    browser = signed_in(bill)
    assert "Board paper" not in text_of(browser.get(LIST))
    assert "Board paper" not in text_of(browser.get(f"{LIST}{PLAN}/"))
    assert browser.get(f"{LIST}{PLAN}/RTH/").status_code == 404


def test_an_icb_sees_its_systems_answer_and_counts_its_trusts(
    cara: Person, asha: Person, bill: Person, signed_in: SignIn
) -> None:
    answered(asha, BOTH, "RTH")
    answered(bill, BOTH, "RHW", "at_risk")
    answered(cara, BOTH, "QU9", "on_track", lead="Cara Jones")
    page = signed_in(cara).get(LIST)
    said = text_of(page)
    assert "→ On track Change" in said
    assert "Trusts 1 in place, 1 at risk, " in said
    assert f'href="{LIST}?body=RTH"' in page.content.decode()


def test_what_is_asked_of_trusts_alone_is_counted(cara: Person, asha: Person, signed_in: SignIn) -> None:
    answered(asha, "23-A13", "RTH")
    said = text_of(signed_in(cara).get(f"{LIST}?area=Elective care"))
    assert "3 trusts State 1 in place, 2 no answer" in said


def test_one_bodys_answers_by_themselves(cara: Person, asha: Person, signed_in: SignIn) -> None:
    answered(asha, PLAN, "RTH")
    said = text_of(signed_in(cara).get(f"{LIST}?body=RTH"))
    assert "Assurances: Oxford University Hospitals" in said
    assert "✓ In place See" in said and BOARD_TARGET not in said


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=at_risk", {BOTH}),
        ("state=in_place", {PLAN}),
        ("lead=mine", {BOTH}),
        ("state=in_place&lead=mine", set()),
        ("area=Nowhere", set()),
    ],
)
def test_filters(asha: Person, signed_in: SignIn, query: str, shown: set[str]) -> None:
    answered(asha, PLAN, "RTH")
    answered(asha, BOTH, "RTH", "at_risk", lead="asha patel")
    said = text_of(signed_in(asha).get(f"{LIST}?{query}"))
    codes = {one.code for one in load_asked(ROUND) if f" {one.code}, " in said}
    assert codes == shown
    assert ("Nothing fits these choices." in said) is (not shown)


def test_what_nobody_leads_on(asha: Person, signed_in: SignIn) -> None:
    answered(asha, PLAN, "RTH")
    said = text_of(signed_in(asha).get(f"{LIST}?lead=nobody&state=none"))
    assert PLAN not in said and BOTH in said


def test_nhs_england_sees_systems_and_trusts_of_which_something_was_accepted(
    nadia: Person, cara: Person, asha: Person, bill: Person, tamsin: Person, signed_in: SignIn
) -> None:
    browser = signed_in(nadia)
    answered(cara, BOTH, "QU9", "on_track")
    answered(asha, BOTH, "RTH", evidence="Of Oxford")
    answered(bill, BOTH, "RHW", evidence="Of Reading")
    answered(tamsin, BOTH, "QT6", evidence="Of Cornwall")
    assert "No system's plan has been accepted in this round yet." in text_of(browser.get(LIST))
    assert browser.get(f"{LIST}{BOTH}/").status_code == 404

    make_run("system", "QU9", [make_upload("RTH", "finance")], "accepted")
    make_run("organisation", "RTH", [make_upload("RTH", "activity")], "accepted")

    assert "→ On track See" in text_of(browser.get(LIST))
    said = text_of(browser.get(f"{LIST}{BOTH}/"))
    assert "Of Oxford" in said and "Of Reading" not in said and "Of Cornwall" not in said

    make_run("system", "QT6", [make_upload("REF", "finance")], "accepted")
    said = text_of(browser.get(LIST))
    assert "2 bodies State 1 in place, 1 on track" in said


def test_a_group_is_answered_for_by_its_lead(cara: Person, asha: Person, signed_in: SignIn) -> None:
    group = Group.objects.create(
        code="a-alliance", name="An alliance", kind="cancer_alliance", system_id="QU9", lead_id="RTH"
    )
    answered(asha, "23-56", "RTH", group=group)
    of_lead, of_board = (text_of(signed_in(person).get(LIST)) for person in (asha, cara))
    assert "An alliance State ✓ In place Change" in of_lead
    assert "An alliance State ✓ In place See" in of_board


def test_one_thing_asked_with_every_answer(cara: Person, asha: Person, signed_in: SignIn) -> None:
    answered(asha, BOTH, "RTH")
    page = signed_in(cara).get(f"{LIST}{BOTH}/")
    said = text_of(page)
    assert "Oxford University Hospitals State ✓ In place Lead Priya Shah" in said
    assert "Royal Berkshire State ? No answer" in said
    assert "1 in place, 5 no answer." in said
    assert reverse("attest", args=[ROUND, BOTH, "RHW"]) in page.content.decode()


def test_where_nothing_is_asked(asha: Person, signed_in: SignIn) -> None:
    browser, later = signed_in(asha), "/rounds/2024-25/assurances/"
    assert "Nothing is asked of your organisation in this round" in text_of(browser.get(later))
    AssuranceVersion.objects.update(retired=True)
    TargetVersion.objects.update(retired=True)
    assert "asks for nothing that is answered here" in text_of(browser.get(later))
    assert browser.get("/rounds/1999-00/assurances/").status_code == 404
    assert browser.get(f"{LIST}99-99/").status_code == 404


@pytest.mark.parametrize("address", [LIST, f"{LIST}{BOTH}/"])
def test_queries_are_the_same_for_one_answer_and_many(
    cara: Person, asha: Person, signed_in: SignIn, address: str
) -> None:
    browser = signed_in(cara)
    answered(asha, BOTH, "RTH")
    few = count_queries(browser, address)
    for ods in ("RHW", "RXQ", "RNU", "QU9"):
        for subject in (PLAN, BOTH, "23-A03"):
            answered(asha, subject, ods)
    assert count_queries(browser, address) == few
    assert few == 5
    assert count_queries(signed_in(asha), address) == 6
