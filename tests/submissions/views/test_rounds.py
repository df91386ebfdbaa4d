"""Which round somebody comes to, and how they turn to another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from planning.people.person import Person
from planning.registry.rounds import Round
from tests.planned import count_queries, make_upload, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


@pytest.fixture
def later() -> Round:
    """A round after all others, with systems as every loaded round has them."""
    made = Round.objects.create(code="2031-32", title="2031/32 operational planning", opens=date(2030, 12, 1))
    made.systems.create(system_id="QU9")
    return made


def test_one_comes_to_the_round_one_works_in(
    asha: Person, cara: Person, nadia: Person, signed_in: SignIn, later: Round
) -> None:
    assert signed_in(asha).get("/").url == "/rounds/2031-32/returns/"  # nobody works in any: the newest
    make_upload("RTH", "finance", asha)
    assert signed_in(asha).get("/").url == "/rounds/2023-24/returns/"
    assert signed_in(cara).get("/").url == "/systems/QU9/rounds/2023-24/"
    assert "2023/24" in text_of(
        signed_in(nadia).get("/")
    )  # it may see none of it, and comes where others work


def test_another_round_is_a_link_away(asha: Person, nadia: Person, signed_in: SignIn, later: Round) -> None:
    make_upload("RTH", "finance", asha)
    browser = signed_in(asha)
    assert 'href="/rounds/"' in browser.get("/rounds/2023-24/returns/").content.decode()
    page = browser.get("/rounds/")
    assert 'href="/rounds/2031-32/returns/"' in page.content.decode()
    said = text_of(page)
    assert "2023/24 operational planning" in said and "Draft: due 20 February 2023" in said
    assert "1 version" in said and "None yet" in said
    assert "2031/32" in text_of(signed_in(nadia).get("/?round=2031-32"))
    assert browser.get("/?round=1066-67").status_code == 404


def test_it_asks_little(asha: Person, signed_in: SignIn) -> None:
    assert count_queries(signed_in(asha), "/rounds/") <= 8
