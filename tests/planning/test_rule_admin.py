"""Rules in the administrator's pages: listed, added, changed, promoted, retired; what is wrong is told at its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from planning.people.person import Person
from planning.plan.rejudgements import Rejudgement
from planning.plan.rulebook import RuleVersion
from tests.planning.plan.test_rule_editing import OWN, ROUND, save, stored

pytestmark = pytest.mark.django_db
OTHER_LINE = "returns: [finance]\ncomparisons:\n- {left: F.PAY.AGI, operator: <=, right: '0', grain: year}"
SHELF = "/admin/planning/ruleversion/"


@pytest.fixture
def ada(db: None) -> Person:
    return Person.objects.create_superuser("ada@example.nhs.uk", "long-enough-7", name="Ada")


@pytest.fixture
def desk(ada: Person, signed_in: Callable[[Person], Client]) -> Client:
    return signed_in(ada)


def form(page: Any, **fields: Any) -> dict[str, Any]:
    """What the page's form holds, with some fields changed."""
    shown = page.context["adminform"].form
    given = {name: shown[name].value() for name in shown.fields}
    kept = {name: "" if value is None else value for name, value in {**given, **fields}.items()}
    return {name: value for name, value in kept.items() if value is not False}  # a box that is not ticked


def address(code: str) -> str:
    return f"{SHELF}{stored(code).pk}/change/"


def new(desk: Client, **fields: Any) -> dict[str, Any]:
    given = {name: OWN[name] for name in ("title", "formula", "severity", "instruction", "source")}
    named = {"round": ROUND, "reason": "Asked by the board", **given, **fields}
    return form(desk.get(f"{SHELF}add/"), **named)


def test_an_analysts_rule_is_added_on_trial(desk: Client, ada: Person) -> None:
    answer = desk.post(f"{SHELF}add/", new(desk), follow=True)
    made = stored("L01")
    assert (made.by, made.reason, made.version) == (ada, "Asked by the board", 1)
    assert made.entry["comparisons"][0]["left"] == "F.PAY.AGY / F.PAY.TOTAL"
    assert made.entry["trial"] is True
    said = answer.content.decode()
    assert "L01 is version 1, on trial. Plans in hand are being judged again." in said
    assert f"/rounds/{ROUND}/judged-again/{Rejudgement.objects.get().pk}/" in said


def test_a_change_is_a_version(desk: Client, ada: Person) -> None:
    page = desk.get(address("T01"))
    before = stored("T01").entry
    answer = desk.post(address("T01"), form(page, absolute="7.5", text="0.5% or 7.5 WTE", reason="A letter"))
    assert answer.status_code == 302
    made = stored("T01")
    assert (made.version, made.reason) == (2, "A letter")
    assert made.entry == {
        **before,
        "tolerance": {**before["tolerance"], "absolute": 7.5, "text": "0.5% or 7.5 WTE"},
    }
    old = RuleVersion.objects.get(round_id=ROUND, code="T01", version=1)
    assert desk.get(f"{SHELF}{old.pk}/change/").status_code == 200
    assert (
        desk.post(f"{SHELF}{old.pk}/change/", form(page, reason="Again")).status_code == 403
    )  # the record stands


@pytest.mark.parametrize("code", ["T05", "T06", "T08", "T29", "T31", "T37", "V05", "V08"])
def test_saving_as_it_stands_changes_nothing_but_the_version(desk: Client, code: str) -> None:
    before = stored(code).entry
    desk.post(address(code), form(desk.get(address(code)), reason="Nothing new"))
    assert (stored(code).version, stored(code).entry) == (2, before)


def test_promoting_and_retiring(desk: Client, ada: Person) -> None:
    save(ada, OWN, None)
    page = desk.get(address("L01"))
    assert "Promote: as it stands" in page.content.decode()
    both = desk.post(address("L01"), form(page, act="promote", title="Another.", reason="Tried"))
    assert "one at a time: title differs" in str(both.context["adminform"].form.errors)
    assert stored("L01").version == 1
    desk.post(address("L01"), form(page, act="promote", reason="Tried on two rounds"))
    assert (stored("L01").version, stored("L01").entry.get("trial")) == (2, None)
    page = desk.get(address("L01"))
    assert "Promote: as it stands" not in page.content.decode()
    desk.post(address("L01"), form(page, act="retire", reason="Noise"))
    assert (stored("L01").version, stored("L01").retired) == (3, True)


def test_two_editors(desk: Client, ada: Person) -> None:
    page, opened = desk.get(address("T01")), address("T01")
    save(ada, {**stored("T01").entry, "title": "First."}, 1)
    answer = desk.post(opened, form(page, title="Second.", reason="Mine"))
    assert answer.status_code == 403  # what was opened is the record by now
    assert desk.get(address("T01")).context["adminform"].form["reason"].value() == ""
    late = desk.post(address("T01"), form(page, title="Second.", reason="Mine"))
    assert "This form is of another version." in late.content.decode()
    assert stored("T01").entry["title"] == "First."


@pytest.mark.parametrize(
    ("fields", "field", "fault"),
    [
        ({"rest": "comparisons: ["}, "rest", "This is not YAML"),
        ({"rest": "words"}, "rest", "name and value a line"),
        ({"rest": "[" * 30_000}, "rest", "at most 12 deep"),
        ({"rest": "returns: &a [finance]\ntypes: *a"}, "rest", "aliases"),
        ({"rest": "tolerance: {absolute: .inf}"}, "rest", "enter a smaller number"),
        ({"rest": "returns: [finance]\npairs: 5"}, "rest", "pairs"),
        ({"rest": "returns: [finance]\npairs: [[1]]"}, "rest", "pairs"),
        ({"rest": "returns: [finance]\npairs: [{whole: pk, grain: all}]"}, "rest", "pairs"),
        ({"rest": "returns: [finance]\npairs: [{whole: of_which, grain: all, except: 5}]"}, "rest", "pairs"),
        ({"rest": "title: Two."}, "rest", "title stands in its own field above"),
        ({"rest": OTHER_LINE}, "rest", "F.PAY.AGI is not a line of the round; did you mean F.PAY.AGY?"),
        ({"rest": "returns: [finance]"}, "rest", "comparisons: say what is compared"),
        ({"code": "T01"}, "code", "T01 is taken"),
        ({"code": "X9"}, "code", "rules of your own are L01"),
        ({"title": "No stop"}, "title", "ends in a full stop"),
        ({"severity": "note", "needs_acceptance": "on"}, "needs_acceptance", "only what needs a reason"),
        ({"low": "2", "high": "1"}, "text", "2 is above the high end, 1"),
        ({"absolute": "-1"}, "absolute", "greater than or equal to 0"),
        ({"reason": ""}, "reason", "required"),
        ({"round": ""}, "round", "required"),
    ],
)  # fmt: skip
def test_a_wrong_new_rule_is_told_at_its_field(
    desk: Client, fields: dict[str, str], field: str, fault: str
) -> None:
    answer = desk.post(f"{SHELF}add/", new(desk, **fields))
    assert answer.status_code == 200
    assert fault in " ".join(answer.context["adminform"].form.errors[field])
    assert not RuleVersion.objects.filter(code__startswith="L").exists()


def test_the_list_shows_what_stands_and_the_versions_on_asking(desk: Client, ada: Person) -> None:
    save(ada, {**stored("T01").entry, "title": "Ours."}, 1)
    page = desk.get(f"{SHELF}?round__code__exact={ROUND}&q=T01").content.decode()
    assert "Ours." in page and "the same number of staff" not in page
    history = desk.get(f"{SHELF}{stored('T01').pk}/history/", follow=True).content.decode()
    assert "Ours." in history and "the same number of staff" in history
    assert "Ada" in history and "Asked by the board" in history


def test_the_history_of_no_rule_is_the_list(desk: Client) -> None:
    for pk in ("zz", "999999", "²"):
        assert desk.get(f"{SHELF}{pk}/history/")["Location"] == SHELF


def test_it_is_for_administrators(desk: Client, cara: Person, signed_in: Callable[[Person], Client]) -> None:
    for page in (SHELF, f"{SHELF}add/", address("T01")):
        assert desk.get(page).status_code == 200
        assert signed_in(cara).get(page).status_code == 302
