"""The page of the line catalogue: everything in it, found by return, type and words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from planning.people.person import Person
from planning.registry.lines import Lines
from tests.planned import count_queries, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
PAGE = "/rounds/2023-24/lines/"


def test_every_line_stands_there_with_its_definition(asha: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(asha).get(PAGE))
    catalogue = Lines.load("2023-24")
    assert f"{len(catalogue)} of {len(catalogue)} lines" in said
    missing = [
        line.code for line in catalogue.values() if line.code not in said or line.definition not in said
    ]
    assert missing == []


def test_it_is_searched_and_says_who_gives_what(asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    said = text_of(browser.get(f"{PAGE}?return=finance&type=icb&search=adjusted+financial+performance"))
    assert "F.INC.TOTAL" not in said.partition("lines")[2]
    assert "F.AFP" in said and "for an ICB F.ICB.ALLOC + F.ICB.EXP" in said
    said = text_of(browser.get(f"{PAGE}?search=F.PAY.AGY.RN"))
    assert "Part of F.PAY.AGY" in said and "Optional: acute trust, mental health and community trust" in said
    assert "0 or less (spending); months add up" in said
    assert "No line matches" in text_of(browser.get(f"{PAGE}?search=zebra"))
    assert browser.get(f"{PAGE}?return=narrative").status_code == 404
    assert browser.get("/rounds/1066-67/lines/").status_code == 404


def test_it_asks_little(asha: Person, signed_in: SignIn) -> None:
    assert count_queries(signed_in(asha), PAGE) <= 3
