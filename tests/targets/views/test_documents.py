"""The pages of guidance: every document, and one in full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from planning.people.person import Person
from targets.guidance.documents import GuidanceDocument, TargetVersion
from targets.queries.documents import standing_of
from tests.guidance import document
from tests.planned import count_queries, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
LIST = "/guidance/"


def test_every_document_says_how_it_stands(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(LIST))
    assert said.index("Planning round 2024/25") < said.index("Planning round 2022/23")
    assert (
        "2022/23 priorities and operational planning guidance, version 2 Known in part Issued by "
        "NHS England Published Friday 14 January 2022 Standing Superseded By version 3 from Tuesday 22 February 2022."
        in said
    )
    assert (
        "2022/23 priorities and operational planning guidance, version 3 Issued by NHS England Published "
        "Tuesday 22 February 2022 Standing Governs Since Tuesday 22 February 2022. Targets 72 Actions and plans 24"
        in said
    )
    assert "Draft It governs nothing." in said
    assert "Local Beside the national targets, never instead." in said
    assert "Expected For information; what is published takes its place." in said


def test_slips_are_shown_as_printed(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(LIST))
    assert "Slips in the documents, shown as printed and never put right" in said
    assert "in 2022 that day was a Sunday" in said


def test_how_they_stood_on_another_day(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(f"{LIST}?on=2022-01-20"))
    assert "Friday 14 January 2022 Standing Governs Since Friday 14 January 2022." in said
    assert "Not yet It holds from Tuesday 22 February 2022." in said


def test_a_day_that_is_none(asha: Person, signed_in: SignIn) -> None:
    response = signed_in(asha).get(f"{LIST}?on=soon")
    assert response.status_code == 400
    assert "Error: Give a day, with its month and year." in text_of(response)


def test_a_document_that_ended() -> None:
    ended = document("one", "2022-01-01", valid_to=date(2022, 4, 1))
    assert standing_of(ended, [ended], date(2022, 3, 31)) == ("Governs", "Since Saturday 1 January 2022.")
    assert standing_of(ended, [ended], date(2022, 4, 1)) == ("Ended", "It held until Friday 1 April 2022.")


# --- one document --------------------------------------------------------------------------------------
def test_a_local_document_stands_beside_the_national_one(rhys: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(rhys).get(f"{LIST}cornwall-gateway-2/"))
    assert (
        "QT6-23-12 asks 7 minutes, so that 18 minutes of QT6-23-11 asks nothing more." in said
        and "QT6-23-11 and QT6-23-12" in said
    )
    assert "! Weaker, earlier 23-25, 2023/24 60% by December 2023 asks less than the national 66.7%." in said
    assert "= The same" in said
    assert "Local alone" in said
    assert "targets ask less than the national one, or later." in said
    assert "Slips in the document, shown as printed" in said


def test_what_a_paper_adopts(cara: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(cara).get(f"{LIST}bob-22-23-appendix-1/"))
    for words in ("Restated as they are: ", "Restated otherwise: ", "Left out: ", "Not spoken of: "):
        assert words in said
    left_out = said.partition("Left out: ")[2].partition("Not spoken of")[0]
    assert "22-35" in left_out
    assert "22-36" in left_out


def test_a_national_document_gives_its_own_words(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(f"{LIST}23-24-guidance-v1.1/"))
    assert "no less than 76% of patients are seen within 4 hours by March 2024" in said
    assert "Beside the national target" not in said
    assert "Key actions and plans 60" in said
    assert "Other versions 2023/24 priorities and operational planning guidance, version 1.0" in said


def test_a_target_that_is_held_though_it_is_wrong(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(f"{LIST}cornwall-gateway-2/"))
    assert "Targets held as printed, though something is wrong QT6-23-12" in said


def test_a_document_that_is_not_there_or_gone(asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    assert browser.get(f"{LIST}nothing/").status_code == 404
    GuidanceDocument.objects.filter(code="24-25-draft").update(retired=True)
    assert browser.get(f"{LIST}24-25-draft/").status_code == 404
    assert "24-25-draft" not in browser.get(LIST).content.decode()


@pytest.mark.parametrize(("address", "number"), [(LIST, 4), (f"{LIST}cornwall-gateway-2/", 4)])
def test_queries_are_the_same_for_few_targets_and_many(
    cara: Person, signed_in: SignIn, address: str, number: int
) -> None:
    browser = signed_in(cara)
    many = count_queries(browser, address)
    TargetVersion.objects.filter(document_id="cornwall-gateway-2").exclude(code="QT6-23-01").delete()
    assert count_queries(browser, address) == many == number
