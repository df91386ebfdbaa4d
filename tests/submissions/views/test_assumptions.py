"""The register of planning assumptions as pages: who sees which answers, and how they are given."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.plan.assuming import confirm, state
from planning.plan.rejudgements import Rejudgement
from planning.registry.assumptions import AssumptionVersion, StatedAssumption
from tests.planned import ROUND, count_queries, make_standing, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
LIST = f"/rounds/{ROUND}/assumptions/"
ONE = f"{LIST}pay_award/"


def own(person: Person, ods: str, reason: str = "A local deal.") -> None:
    state(
        by=scope_of_person(person), round_code=ROUND, organisation=ods, code="pay_award",
        value=Decimal("0.035"), reason=reason, seen=1,
    )  # fmt: skip


def newer(code: str = "pay_award") -> None:
    """The round's value is changed by an administrator."""
    row = AssumptionVersion.objects.get(round_id=ROUND, code=code, is_current=True)
    AssumptionVersion.objects.filter(pk=row.pk).update(is_current=False)
    row.pk, row.version, row.entry, row.reason = (
        None,
        row.version + 1,
        {**row.entry, "value": 0.05},
        "It came.",
    )
    row.save()


def test_a_trust_reads_and_confirms(asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    said = text_of(browser.get(LIST))
    assert "Pay award between outturn and plan" in said and "2.1%" in said
    assert "Our assumption Planning assumption of the project: no document read gives the award" in said
    assert "Owner: Directors of finance of the system" in said and "Version 1," in said
    assert "Oxford University Hospitals NHS Foundation Trust has answered 0 of 12." in said
    for words in ("Growth in need and demand", "COVID-19", "Total expenditure", "One figure for all", "T03"):
        assert words in said, words

    none = browser.post(LIST, {"organisation": "RTH", "act": "ticked"})
    assert none.status_code == 422 and "Tick the assumptions that you confirm" in text_of(none)
    browser.post(LIST, {"organisation": "RTH", "act": "ticked", "codes": "price|1"})
    assert [row.code for row in StatedAssumption.objects.all()] == ["price"]
    assert "has answered 1 of 12." in text_of(browser.get(LIST))

    page = browser.get(LIST).content.decode()
    every = [line.partition('"')[0] for line in page.split('name="every" value="')[1:]]
    browser.post(LIST, {"organisation": "RTH", "act": "all", "every": every})
    said = text_of(browser.get(LIST))
    assert "has answered 12 of 12." in said and "Confirm all" not in said
    assert not Rejudgement.objects.exists()


def test_a_trust_states_its_own_value_and_takes_it_back(asha: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9", asha)
    browser = signed_in(asha)
    sent = {"organisation": "RTH", "version": "1", "standing": "", "act": "state"}
    for value, reason, why in (
        ("lots", "x", "Enter a percentage, such as 2.5"),
        ("90", "x", "Enter a number from −5% to 25%"),
        ("3.5", "", "Say why you plan with another value"),
    ):
        wrong = browser.post(ONE, {**sent, "value": value, "reason": reason})
        assert wrong.status_code == 422 and why in text_of(wrong)
        assert f'value="{value}"' in wrong.content.decode()
    assert not StatedAssumption.objects.exists()

    done = browser.post(ONE, {**sent, "value": "3.5", "reason": "A <b>local</b> deal."}, follow=True)
    asked = Rejudgement.objects.get()
    assert reverse("rejudgement", args=[ROUND, asked.pk]) in done.content.decode()
    said = text_of(browser.get(ONE))
    assert "3.5% : A <b>local</b> deal." in said and "Asha Patel" in said
    assert "Own value 3.5%" in text_of(browser.get(LIST))

    stale = browser.post(ONE, {**sent, "value": "4", "reason": "Another."})
    assert stale.status_code == 409 and "stated 3.5% meanwhile" in text_of(stale)

    row = StatedAssumption.objects.get()
    browser.post(ONE, {"organisation": "RTH", "act": "take_back", "standing": str(row.pk)})
    assert not StatedAssumption.objects.filter(is_current=True).exists()
    assert "Answers before, the newest first" in text_of(browser.get(ONE))


def test_the_icb_sees_every_trust_of_its_own_and_a_trust_only_itself(
    asha: Person, bill: Person, cara: Person, tamsin: Person, nadia: Person, signed_in: SignIn
) -> None:
    own(asha, "RTH", "Oxford’s deal.")
    confirm(by=scope_of_person(bill), round_code=ROUND, organisation="RHW", seen={"pay_award": 1})
    said = text_of(signed_in(cara).get(LIST))
    assert "Who has answered" in said
    assert "1 confirmed, 1 with a value of their own, 4 not answered" in said
    one = text_of(signed_in(cara).get(ONE))
    assert "Oxford’s deal." in one and "Royal Berkshire" in one
    assert "Plan with a value of your own" not in one
    assert "Plan with a value of your own" in text_of(signed_in(cara).get(f"{ONE}?organisation=QU9"))
    assert "Plan with a value of your own" not in text_of(signed_in(cara).get(f"{ONE}?organisation=RTH"))

    for person in (bill, tamsin, nadia):
        browser = signed_in(person)
        assert "Oxford’s deal." not in text_of(browser.get(LIST)) + text_of(browser.get(ONE))
        assert browser.get(f"{LIST}?organisation=RTH").status_code == 404
        assert browser.post(ONE, {"organisation": "RTH", "act": "confirm", "version": "1"}).status_code == 404
    assert "Answers" not in text_of(signed_in(nadia).get(LIST))


def test_a_confirmation_of_an_earlier_value_is_to_be_given_again(asha: Person, signed_in: SignIn) -> None:
    scope = scope_of_person(asha)
    confirm(by=scope, round_code=ROUND, organisation="RTH", seen={"pay_award": 1})
    newer()
    browser = signed_in(asha)
    assert "Of an earlier value: confirm again" in text_of(browser.get(LIST))
    late = browser.post(LIST, {"organisation": "RTH", "act": "ticked", "codes": "pay_award|1"})
    assert late.status_code == 409 and "changed the round’s value meanwhile, to 5%" in text_of(late)
    browser.post(LIST, {"organisation": "RTH", "act": "ticked", "codes": "pay_award|2"})
    assert "confirm again" not in text_of(browser.get(LIST))
    said = text_of(browser.get(ONE))
    assert "The round’s value over time" in said and "5%" in said and "2.1%" in said


def test_one_figure_for_all_is_not_answered(asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    said = text_of(browser.get(f"{LIST}agency_ceiling/"))
    assert "Nobody: one figure holds for all" in said and "Plan with a value" not in said
    sent = {"organisation": "RTH", "act": "state", "version": "1", "value": "5", "reason": "x"}
    assert browser.post(f"{LIST}agency_ceiling/", sent).status_code == 422
    assert browser.get(f"{LIST}nonsense/").status_code == 404
    assert not StatedAssumption.objects.exists()


def test_queries_do_not_grow(asha: Person, cara: Person, bill: Person, signed_in: SignIn) -> None:
    make_standing("RTH", "QU9", asha)
    pages = [(signed_in(person), page) for person in (asha, cara) for page in (LIST, ONE)]
    few = [count_queries(*page) for page in pages]
    own(asha, "RTH")
    own(bill, "RHW")
    newer("price")
    assert [count_queries(*page) for page in pages] == few
    assert max(few) <= 8


def test_the_administrator_changes_a_round_s_value(asha: Person, signed_in: SignIn) -> None:
    Person.objects.filter(pk=asha.pk).update(is_staff=True, is_superuser=True)
    make_standing("RTH", "QU9", asha)
    row = AssumptionVersion.objects.get(round_id=ROUND, code="pay_award", is_current=True)
    browser = signed_in(asha)
    address = reverse("admin:planning_assumptionversion_change", args=[row.pk])
    sent = {
        "label": row.entry["label"], "owner": row.entry["owner"], "source": "Pay review body", "value": "0.05",
        "opened": "1", "reason": "The award came.",
    }  # fmt: skip
    faults = (
        ({"value": "0.9"}, "Enter a number from"),
        ({"reason": ""}, "This field is required"),
        ({"opened": "7"}, "of another version"),
    )
    for wrong, why in faults:
        refused = browser.post(address, {**sent, **wrong})
        assert refused.status_code == 200 and why in refused.content.decode()
    assert AssumptionVersion.objects.filter(round_id=ROUND, code="pay_award").count() == 1

    assert browser.post(address, sent).status_code == 302
    made = AssumptionVersion.objects.get(round_id=ROUND, code="pay_award", is_current=True)
    assert (made.version, made.entry["value"], made.entry["source"], made.by) == (
        2,
        0.05,
        "Pay review body",
        asha,
    )
    assert made.entry["is_assumption"] is False
    assert Rejudgement.objects.get().about == "pay_award"
    assert browser.post(address, sent).status_code in (302, 403)  # what is not current any more is the record
    assert AssumptionVersion.objects.filter(round_id=ROUND, code="pay_award").count() == 2
