"""The list of targets: by area, searched and filtered, with how plans stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from planning.people.person import Person
from planning.plan.runs import Run
from targets.evaluations import MET, NOT_APPLICABLE, NOT_ASSESSABLE
from tests.planned import ROUND, count_queries, make_evaluation, make_run, make_standing, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
LIST = f"/rounds/{ROUND}/targets/"


def test_a_trust_sees_its_own_outcome(asha: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9", asha)
    said = text_of(signed_in(asha).get(LIST))
    assert (
        "A&E patients seen within 4 hours 23-01 Asks for at least 76.0% by March 2024 Outcome ✕ Not met"
        in said
    )
    assert "✕ Not met: 1" in said
    assert "Organisations" not in said


def test_an_icb_sees_the_system_and_counts_its_members(cara: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9")
    assert "System ✕ Not met Organisations 1 not met" in text_of(signed_in(cara).get(LIST))


def test_where_a_system_and_its_members_part(cara: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9")
    standing.runs["system"].evaluations.update(outcome=MET)
    said = text_of(signed_in(cara).get(LIST))
    assert "✓ Met Organisations 1 not met Met by the system though 1 organisation misses" in said
    standing.runs["system"].evaluations.update(outcome="not_met")
    standing.runs["organisation"].evaluations.update(outcome=MET)
    said = text_of(signed_in(cara).get(LIST))
    assert "1 met Missed by the system though no organisation on its own misses" in said


def test_nhs_england_counts_the_systems(nadia: Person, signed_in: SignIn) -> None:
    for system, outcome in (("QU9", MET), ("QT6", "not_met")):
        run = make_run(Run.SYSTEM, system, [], basis="accepted")
        make_evaluation(run, None, system, outcome=outcome)
    region = make_run("region", "Y59", [], basis="accepted")
    make_evaluation(region, None, "Y59", outcome=MET)
    assert "Systems 1 met, 1 not met" in text_of(signed_in(nadia).get(LIST))


def test_before_anything_is_judged(asha: Person, signed_in: SignIn) -> None:
    assert "Nothing has been judged against them yet." in text_of(signed_in(asha).get(LIST))


def test_words_are_looked_for_in_title_quote_code_and_measure(asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    for words in ("seen 4 HOURS", "23-01", "no less than 76%", "ae four hours"):
        said = text_of(browser.get(LIST, {"search": words}))
        assert "A&E patients seen within 4 hours" in said and "1 of " in said, words
    said = text_of(browser.get(LIST, {"search": "zebra"}))
    assert "No target fits these choices" in said and "show all" in said


@pytest.mark.parametrize(
    ("chosen", "there", "not_there"),
    [
        ({"kind": "national"}, "23-07", "23-01"),
        ({"kind": "quantified"}, "23-01", "23-07"),
        ({"answered": "attestation"}, "23-05", "23-01"),
        ({"level": "primary_care_network"}, "23-08", "23-01"),
        ({"issuer": "national"}, "23-01", "QT6-23-13"),
        ({"issuer": "local"}, "QT6-23-13", "23-01"),
        ({"outcome": "not_met"}, "23-01", "23-03"),
        ({"outcome": "met"}, "23-03", "23-01"),
        ({"missed": "yes"}, "23-01", "23-03"),
    ],
)
def test_filters_stand_in_the_address(
    chosen: dict[str, str], there: str, not_there: str, tamsin: Person, signed_in: SignIn
) -> None:
    standing = make_standing("REF", "QT6")
    make_evaluation(standing.runs["system"], None, "QT6", target="23-03", outcome=MET)
    page = signed_in(tamsin).get(LIST, chosen).content.decode()
    assert f"/targets/{there}/" in page and f"/targets/{not_there}/" not in page


def test_what_is_no_choice_is_not_found(asha: Person, signed_in: SignIn) -> None:
    assert signed_in(asha).get(LIST, {"outcome": "splendid"}).status_code == 404


def test_local_targets_are_those_of_ones_own_system(
    rhys: Person, asha: Person, nadia: Person, signed_in: SignIn
) -> None:
    assert "QT6-23-13 Local" in text_of(signed_in(rhys).get(LIST))
    assert "QT6-23-13" not in text_of(signed_in(asha).get(LIST))
    assert "QT6-23-13" in text_of(signed_in(nadia).get(LIST))


def test_what_does_not_apply_this_year_is_folded(asha: Person, signed_in: SignIn) -> None:
    standing = make_standing("RTH", "QU9", asha)
    make_evaluation(standing.runs["organisation"], "RTH", "QU9", target="23-03", outcome=NOT_APPLICABLE)
    make_evaluation(standing.runs["organisation"], "RTH", "QU9", target="23-10", outcome=NOT_ASSESSABLE)
    said = text_of(signed_in(asha).get(LIST))
    assert "1 not applicable this year in Urgent and emergency care" in said
    assert "0 pathways by March 2024 Outcome ? Not assessable" in said


def test_queries_are_the_same_for_one_trust_and_many(cara: Person, asha: Person, signed_in: SignIn) -> None:
    browser, trust = signed_in(cara), signed_in(asha)
    make_standing("RTH", "QU9")
    few = count_queries(browser, LIST)
    for ods in ("RHW", "RXQ", "RNU"):
        make_standing(ods, "QU9")
    assert count_queries(browser, LIST) == few == 4
    assert count_queries(trust, LIST) == 5  # and the systems that it belongs to
