"""The map of targets and organisations."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from planning.people.person import Person
from planning.plan.runs import Run
from targets.evaluations import MET, NOT_APPLICABLE, NOT_ASSESSABLE
from tests.planned import ROUND, Standing, count_queries, make_evaluation, make_run, make_standing, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
MAP = f"/rounds/{ROUND}/targets/map/"


def judged() -> Standing:
    """A&E: the system meets it, RTH misses; bed occupancy met by all; virtual wards asked of nobody."""
    standing = make_standing("RTH", "QU9")
    standing.runs["system"].evaluations.update(outcome=MET, planned=77.04)
    for run, ods in ((standing.runs["organisation"], "RTH"), (standing.runs["system"], None)):
        make_evaluation(run, ods, "QU9", target="23-03", outcome=MET, planned=91.0)
        make_evaluation(run, ods, "QU9", target="23-33", outcome=NOT_APPLICABLE)
    return standing


def heads(page: str) -> list[str]:
    """The columns' names."""
    found = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", head).split()) for head in found]


def test_every_cell_has_a_shape_a_word_and_a_figure(cara: Person, signed_in: SignIn) -> None:
    judged()
    response = signed_in(cara).get(MAP)
    said, page = text_of(response), response.content.decode()
    assert "Met by the system though Oxford University Hospitals misses ✓ Met 77.0%" in said
    assert "✕ Not met 71.0%" in said
    assert f'href="/rounds/{ROUND}/targets/23-01/#RTH"' in page
    assert f'href="/rounds/{ROUND}/targets/23-01/#system-QU9"' in page
    assert re.search(r"Urgent and emergency care: 1 of \d+ not met by somebody", said)
    assert heads(page)[:2] == ["Target", "The system"]


def test_a_short_word_is_said_in_full_to_those_who_listen(cara: Person, signed_in: SignIn) -> None:
    standing = judged()
    standing.runs["system"].evaluations.filter(target="23-03").update(outcome=NOT_ASSESSABLE, so_far="1 of 3")
    said = text_of(signed_in(cara).get(MAP))
    assert "? Open Not assessable 91.0% so far, 1 of 3" in said


def test_what_applies_to_nobody_is_folded(cara: Person, signed_in: SignIn) -> None:
    judged()
    page = signed_in(cara).get(MAP).content.decode()
    table, _, folded = page.partition("</table>")
    assert "/targets/23-33/" not in table and "/targets/23-33/" in folded
    assert "not applicable to anybody shown this year" in folded


def test_only_what_is_missed_and_one_area(cara: Person, signed_in: SignIn) -> None:
    judged()
    browser = signed_in(cara)
    missed = browser.get(MAP, {"missed": "yes"}).content.decode()
    assert "/targets/23-01/" in missed and "/targets/23-03/" not in missed
    area = browser.get(MAP, {"area": "Primary care"}).content.decode().partition("</table>")[0]
    assert "/targets/23-01/" not in area
    nothing = text_of(browser.get(MAP, {"area": "Cancer", "missed": "yes"}))
    assert "Nobody misses a target of this area so far. Show the whole map" in nothing


def test_a_trust_has_its_own_column(bill: Person, signed_in: SignIn) -> None:
    judged()
    page = signed_in(bill).get(MAP).content.decode()
    assert heads(page) == ["Target", "Royal Berkshire"]
    assert "Oxford" not in page.partition("<main")[2].partition("app-print-foot")[0]


def test_nhs_england_has_a_column_for_each_system_and_may_choose_one(
    nadia: Person, signed_in: SignIn
) -> None:
    for system, outcome in (("QU9", MET), ("QT6", "not_met")):
        run = make_run(Run.SYSTEM, system, [], basis="accepted")
        make_evaluation(run, None, system, outcome=outcome)
    browser = signed_in(nadia)
    page = browser.get(MAP).content.decode()
    assert {"BOB ICB", "Cornwall and the Isles of Scilly ICB"} <= set(heads(page))
    one = browser.get(MAP, {"system": "QU9"}).content.decode()
    assert heads(one)[:2] == ["Target", "The system"] and "Royal Berkshire" in heads(one)


def test_another_system_is_not_found(cara: Person, signed_in: SignIn) -> None:
    assert signed_in(cara).get(MAP, {"system": "QT6"}).status_code == 404
    assert signed_in(cara).get("/rounds/1999-00/targets/map/").status_code == 404


def test_somebody_without_an_organisation_has_no_map(asha: Person, signed_in: SignIn) -> None:
    asha.appointments.all().delete()
    for query in ({}, {"missed": "yes"}, {"area": "Cancer"}):
        said = text_of(signed_in(asha).get(MAP, query))
        assert (
            "Nothing has been judged against the targets yet." in said and "No target of this round" in said
        )


def test_before_anything_is_judged(cara: Person, signed_in: SignIn) -> None:
    assert "Nothing has been judged against the targets yet." in text_of(signed_in(cara).get(MAP))


def test_queries_are_the_same_for_one_trust_and_many(
    cara: Person, asha: Person, nadia: Person, signed_in: SignIn
) -> None:
    browser = signed_in(cara)
    judged()
    few = count_queries(browser, MAP)
    for ods in ("RHW", "RXQ", "RNU"):
        make_standing(ods, "QU9")
    assert count_queries(browser, MAP) == few == 4
    assert count_queries(signed_in(asha), MAP) == 5  # and the systems that it belongs to
    assert count_queries(signed_in(nadia), MAP) == 5  # and which systems there are
