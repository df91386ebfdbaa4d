"""The list of targets and the page of one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from planning.foundation import charts
from planning.people.person import Person
from targets.evaluations import NOT_ASSESSABLE
from tests.planned import ROUND, count_queries, make_evaluation, make_standing, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
LIST, ONE = f"/rounds/{ROUND}/targets/", f"/rounds/{ROUND}/targets/23-01/"


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody draws here, so a page need not wait."""
    monkeypatch.setattr(charts, "PATIENCE", 0)
    monkeypatch.setattr(charts, "_ask", lambda chart: None)


def test_a_trust_sees_its_own_outcome(asha: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9", asha)
    said = text_of(signed_in(asha).get(LIST))
    assert "A&E patients seen within 4 hours 23-01 Asks for at least 76.0% by March 2024 Outcome ✕ Not met" in said


def test_an_icb_sees_the_system_and_counts_the_trusts(cara: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9")
    said = text_of(signed_in(cara).get(LIST))
    assert "System ✕ Not met Organisations 1 not met" in said


def test_before_anything_is_judged(asha: Person, signed_in: SignIn) -> None:
    assert "Nothing has been judged against them yet." in text_of(signed_in(asha).get(LIST))
    assert "No plan that you may see has been judged against it yet." in text_of(signed_in(asha).get(ONE))


def test_one_target_in_full(cara: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9")
    make_evaluation(
        standing.runs["organisation"],
        "RHW",
        "QU9",
        outcome=NOT_ASSESSABLE,
        planned=None,
        why="No activity return.",
    )
    said = text_of(signed_in(cara).get(ONE))
    assert "no less than 76% of patients are seen within 4 hours by March 2024" in said
    assert "2023/24 priorities and operational planning guidance, version 1.1" in said
    assert "Published Friday 27 January 2023" in said
    assert "E.M.13N ÷ E.M.13D" in said
    assert "Oxford University Hospitals ✕ Not met 71.0 76.0 5.0 points 445 attendances March 2024" in said
    assert "Royal Berkshire ? Not assessable No activity return." in said
    assert "Mar-24 (first out) 71.0 76.0" in said


def test_another_systems_plans_are_not_in_it(rhys: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9")
    assert "Oxford" not in text_of(signed_in(rhys).get(ONE))


def test_a_target_that_is_not_there(asha: Person, signed_in: SignIn) -> None:
    assert signed_in(asha).get(f"{LIST}99-99/").status_code == 404


@pytest.mark.parametrize(("address", "number"), [(LIST, 4), (ONE, 6)])
def test_queries_are_the_same_for_one_trust_and_many(
    cara: Person, signed_in: SignIn, address: str, number: int
) -> None:
    browser = signed_in(cara)
    make_standing("RTH", "QU9")
    browser.get(address)  # the chart is asked for once
    few = count_queries(browser, address)
    for ods in ("RHW", "RXQ", "RNU"):
        make_standing(ods, "QU9")
    assert count_queries(browser, address) == few
    assert few == number
