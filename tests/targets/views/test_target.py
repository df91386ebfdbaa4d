"""The page of one target."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from planning.foundation import charts
from planning.people.person import Person
from planning.registry.groups import Group
from targets.evaluations import MET, NOT_ASSESSABLE
from targets.local.figures import LocalFigure
from tests.planned import (
    ROUND,
    count_queries,
    make_evaluation,
    make_finding,
    make_standing,
    text_of,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
LIST = f"/rounds/{ROUND}/targets/"
ONE = f"{LIST}23-01/"


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody draws here, so a page need not wait."""
    monkeypatch.setattr(charts, "PATIENCE", 0)
    monkeypatch.setattr(charts, "_ask", lambda chart: None)


def test_one_target_in_full(cara: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9")
    make_evaluation(
        standing.runs["organisation"], "RHW", "QU9", outcome=NOT_ASSESSABLE, planned=None, why="No activity return."
    )  # fmt: skip
    said = text_of(signed_in(cara).get(ONE))
    assert "no less than 76% of patients are seen within 4 hours by March 2024" in said
    assert "Document 2023/24 priorities and operational planning guidance, version 1.1" in said
    assert "Published Friday 27 January 2023" in said
    assert "Asked of Trusts (acute trust) and systems" in said
    assert "E.M.13N ÷ E.M.13D" in said
    assert (
        "Oxford University Hospitals Its year , Oxford University Hospitals Outcome ✕ Not met Plan 71.0"
        " Threshold 76.0 Gap 5.0 points Gap in attendances 445 attendances First fails March 2024" in said
    )
    assert "Royal Berkshire Its year , Royal Berkshire Outcome ? Not assessable No activity return." in said
    assert "Mar-24 (first out) 70.0 76.0" not in said and "Mar-24 (first out) 71.0 76.0" in said


def test_before_anything_is_judged(asha: Person, signed_in: SignIn) -> None:
    assert "No plan that you may see has been judged against it yet." in text_of(signed_in(asha).get(ONE))


def test_another_systems_plans_are_not_in_it(rhys: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9")
    assert "Oxford" not in text_of(signed_in(rhys).get(ONE))


def test_a_target_that_is_not_there(asha: Person, signed_in: SignIn) -> None:
    assert signed_in(asha).get(f"{LIST}99-99/").status_code == 404


def test_the_month_from_which_it_holds_again(cara: Person, signed_in: SignIn) -> None:
    """Two hours, in every month: missed until June, met from July."""
    standing = make_standing("RTH", "QU9")
    make_evaluation(
        standing.runs["organisation"], "RTH", "QU9", target="23-04", planned=60.0, threshold=70.0,
        first_failing_period="2023-04", months=[60.0] * 3 + [70.0] * 9,
    )  # fmt: skip
    make_evaluation(
        standing.runs["system"], None, "QU9", target="23-04", planned=60.0, threshold=70.0,
        first_failing_period="2023-05", months=[71.0] + [69.9] * 11,
    )  # fmt: skip
    said = text_of(signed_in(cara).get(f"{LIST}23-04/"))
    assert "First fails April 2023 Holds again from July 2023" in said
    assert "First fails May 2023 Holds again from Not this year" in said


def test_whose_year_is_drawn_stands_in_the_address(cara: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9")
    browser = signed_in(cara)
    assert "Berkshire West (system) first falls short in March 2024" in text_of(browser.get(ONE))
    asked = text_of(browser.get(ONE, {"of": "RTH"}))
    assert "Oxford University Hospitals first falls short in March 2024" in asked
    assert "(system) first falls short" in text_of(browser.get(ONE, {"of": "REF"}))


def test_each_test_of_a_target_with_several(cara: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9")
    parts = [
        {"title": "Turnover", "outcome": "met", "planned": 9.0, "threshold": 10.0, "unit": "%", "gap": 0.0},
        {
            "title": "Sickness",
            "outcome": "not_met",
            "planned": 5.1,
            "threshold": 4.9,
            "unit": "%",
            "gap": 0.2,
        },
    ]
    make_evaluation(standing.runs["system"], None, "QU9", target="23-20", parts=parts, months=[])
    said = text_of(signed_in(cara).get(f"{LIST}23-20/"))
    assert "✓ Turnover: met, 9.0% against 10.0%" in said and "✕ Sickness: not met, 5.1% against 4.9%" in said


def test_an_answer_is_shown_with_who_gave_it(cara: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9")
    answer = {"state": "at_risk", "figure": None, "lead": "Dr Shah", "by": "Cara Jones", "at": ""}
    make_evaluation(
        standing.runs["system"], None, "QU9", target="23-05", outcome=NOT_ASSESSABLE, planned=None,
        threshold=None, months=[], attested=answer, why="At risk, and not yet in place.",
    )  # fmt: skip
    page = signed_in(cara).get(f"{LIST}23-05/")
    assert "Answered “At risk” by Cara Jones; its lead is Dr Shah." in text_of(page)
    assert f"/rounds/{ROUND}/assurances/23-05/" in page.content.decode()


def test_a_groups_row_is_the_groups(cara: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9")
    group = Group.objects.get(code="QU9-primary-care-networks")
    make_evaluation(standing.runs["system"], None, "QU9", target="23-08", group=group, outcome=MET, months=[])
    assert f"{group.name} Outcome ✓ Met" in text_of(signed_in(cara).get(f"{LIST}23-08/"))


def test_its_history_goes_over_documents_and_rounds(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get("/rounds/2022-23/targets/22-38/"))
    assert "version 1 22-38" in said and "Replaced by a later version" in said
    assert "22-38 , this page Asks for" in said and "40 to 50 beds per 100,000 by December 2023" in said
    assert "Standing Governs 2022/23 and 2023/24" in said


def test_one_that_governs_no_more_is_still_there(asha: Person, signed_in: SignIn) -> None:
    draft = text_of(signed_in(asha).get("/rounds/2024-25/targets/24-13/"))
    assert "Draft: it governs nothing." in draft


def test_a_local_target_stands_beside_the_national(tamsin: Person, cara: Person, signed_in: SignIn) -> None:
    weaker = text_of(signed_in(tamsin).get(f"{LIST}QT6-23-21/"))
    assert "Beside the national target" in weaker
    assert "it stands beside the national target and takes nothing from it" in weaker
    code = "23-25"
    assert "QT6-23-21" in text_of(signed_in(tamsin).get(f"{LIST}{code}/"))
    assert "QT6-23-21" not in text_of(signed_in(cara).get(f"{LIST}{code}/"))


def test_whom_it_asks(tamsin: Person, signed_in: SignIn) -> None:
    browser = signed_in(tamsin)
    assert "Asked of Trusts (acute trust) and systems" in text_of(browser.get(ONE))
    assert "Asked of Systems; integrated care boards for information" in text_of(
        browser.get(f"{LIST}QT6-23-21/")
    )


def test_a_slip_of_the_document_is_shown(tamsin: Person, signed_in: SignIn) -> None:
    assert "A slip in the document" in text_of(signed_in(tamsin).get(f"{LIST}QT6-23-12/"))


def test_a_local_share_is_told_to_those_it_is_for(cara: Person, tamsin: Person, signed_in: SignIn) -> None:
    LocalFigure.objects.create(round_id=ROUND, target="23-07", organisation_id="QU9", value=350_0000)
    own = signed_in(cara).get(f"{LIST}23-07/")
    assert "Set for BOB ICB 350" in text_of(own) and "Set the local share" in text_of(own)
    assert "Set for" not in text_of(signed_in(tamsin).get(f"{LIST}23-07/"))


def test_notes_on_the_way_there_are_ones_own(cara: Person, rhys: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9")
    given = {"rule": "V22", "severity": "note", "kind": "check"}
    run = standing.runs["organisation"]
    make_finding(run, "RTH", "QU9", message="23-01, A&E: 62% of the improvement is late.", **given)
    make_finding(run, "RTH", "QU9", message="23-010, another: not this one.", **given)
    said = text_of(signed_in(cara).get(ONE))
    assert "Oxford University Hospitals What was noticed 62% of the improvement is late. Check V22" in said
    assert "not this one" not in said
    assert "62%" not in text_of(signed_in(rhys).get(ONE))


def test_queries_are_the_same_for_one_trust_and_many(cara: Person, asha: Person, signed_in: SignIn) -> None:
    browser, trust = signed_in(cara), signed_in(asha)
    make_standing("RTH", "QU9")
    browser.get(ONE)  # the chart is asked for once
    trust.get(ONE)
    few = count_queries(browser, ONE)
    for ods in ("RHW", "RXQ", "RNU"):
        make_standing(ods, "QU9")
    assert count_queries(browser, ONE) == few == 6
    assert count_queries(trust, ONE) == 7  # and the systems that it belongs to
