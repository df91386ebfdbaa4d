"""The page of a target's figure for one system or trust."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from planning.foundation import jobs
from planning.people.person import Person
from targets.guidance.documents import TargetVersion
from targets.local.figures import LocalFigure
from tests.planned import count_queries, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
ROUND = "2022-23"
CODE = "22-12"


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ring", lambda job: None)


def address(ods: str = "", code: str = "22-44") -> str:
    return f"/rounds/{ROUND}/targets/{code}/figure/{ods}{'/' if ods else ''}"


def sent(browser: Client, ods: str = "QU9", code: str = "22-44", **given: str) -> Any:
    return browser.post(address(ods, code), {"value": "612.5", "source": "A letter", "seen": "", **given})


@pytest.fixture
def of_trusts() -> None:
    """A share of a national amount that acute trusts have too; the guidance at hand sets none such."""
    row = TargetVersion.objects.get(code=CODE)
    row.entry |= {"levels": ["trust", "system"], "types": ["ac"]}
    row.save()


def test_the_icb_sets_its_systems_share(cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    said = text_of(browser.get(address()))
    assert "their share of the 20,500 FTE PCN roles" in said and "BOB ICB (system) Figure Not set" in said

    assert sent(browser)["Location"] == address("QU9")

    said = text_of(browser.get(address("QU9")))
    assert "BOB ICB: 612.5 FTE. Plans in hand are being judged again." in said
    assert "BOB ICB (system) Figure 612.5 FTE Source A letter Set by Cara Jones, " in said


def test_a_former_figure_is_begun_with_again(cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    sent(browser)
    first = LocalFigure.objects.get()
    sent(browser, value="6125", seen=str(first.pk))
    page = browser.get(address("QU9")).content.decode()
    assert f"?again={first.pk}#value" in page
    again = browser.get(f"{address('QU9')}?again={first.pk}").content.decode()
    assert 'value="612.5"' in again
    standing = LocalFigure.objects.get(is_current=True)
    assert f'name="seen" value="{standing.pk}"' in again
    assert 'value="6,125"' in browser.get(f"{address('QU9')}?again=nonsense").content.decode()


@pytest.mark.parametrize(
    ("given", "text", "field"),
    [
        ({"value": "lots"}, "Enter a number, such as 45 or 1,250.5", "value"),
        ({"value": ""}, "Enter a number, such as 45 or 1,250.5", "value"),
        ({"value": "-4"}, "Enter a figure of 0 or more", "value"),
        ({"source": " "}, "Say where the figure comes from", "source"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cara: Person, signed_in: SignIn, given: dict[str, str], text: str, field: str
) -> None:
    page = sent(signed_in(cara), **given)
    assert page.status_code == 422 and not LocalFigure.objects.exists()
    assert f'href="#{field}"' in page.content.decode() and text in text_of(page)


def test_somebody_elses_figure_meanwhile(cara: Person, colin: Person, signed_in: SignIn) -> None:
    sent(signed_in(cara))
    page = sent(signed_in(colin), value="700")
    assert page.status_code == 409 and "Cara Jones set 612.5 FTE meanwhile" in text_of(page)
    assert 'value="700"' in page.content.decode() and LocalFigure.objects.count() == 1


def test_who_may_read_and_who_may_set(
    cara: Person, asha: Person, tamsin: Person, nadia: Person, signed_in: SignIn
) -> None:
    sent(signed_in(cara))
    for person in (tamsin, asha, nadia):
        assert signed_in(person).get(address("QU9")).status_code == 404
        assert sent(signed_in(person)).status_code == 404
    assert signed_in(asha).get(address()).status_code == 404  # asked of systems alone
    assert LocalFigure.objects.count() == 1


def test_a_trusts_own_figure_is_set_by_its_icb(
    of_trusts: None, cara: Person, asha: Person, signed_in: SignIn
) -> None:
    board, trust = signed_in(cara), signed_in(asha)
    assert sent(board, "RTH", CODE, value="100").status_code == 302
    said = text_of(trust.get(address("RTH", CODE)))
    assert "Oxford University Hospitals Figure 100" in said and "Save figure" not in said
    assert "Royal Berkshire" not in said
    assert sent(trust, "RTH", CODE, value="1").status_code == 403
    assert LocalFigure.objects.get().value == 1_000_000


def test_shares_of_an_amount_are_added_up(of_trusts: None, cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    for ods, value in (("QU9", "600"), ("RTH", "350"), ("RHW", "200.5")):
        sent(browser, ods, CODE, value=value)
    said = text_of(browser.get(address("QU9", CODE)))
    assert "The figures of 2 trusts add up to 550.5" in said
    assert "49.5" in said and "less than the system's." in said


def test_a_target_with_one_number_for_all_takes_none(cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    assert browser.get(address("", "22-02")).status_code == 404
    assert browser.get(address("", "99-99")).status_code == 404


def test_queries_are_the_same_for_one_figure_and_many(cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    sent(browser)
    browser.get(address("QU9"))
    few = count_queries(browser, address("QU9"))
    for number in range(4):
        sent(browser, value=str(number), seen=str(LocalFigure.objects.get(is_current=True).pk))
    browser.get(address("QU9"))
    assert count_queries(browser, address("QU9")) == few
    assert few == 5
