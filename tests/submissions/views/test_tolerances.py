"""A rule held to another tolerance in one system: set, judged by, ended; refused where it may not be."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from planning.foundation.jobs import Job
from planning.people.access import NotAllowed, Scope, scope_of_person
from planning.people.person import Person
from planning.plan.rejudgements import REJUDGE, Rejudgement
from planning.plan.rulebook import Rule, RuleVersion, load_rules
from planning.plan.runs import Run
from planning.plan.tolerances import RuleTolerance
from planning.plan.tolerating import (
    NotTolerable,
    end_everywhere,
    end_tolerance,
    figures_of,
    tolerate,
    tolerate_everywhere,
    why_not,
)
from submissions.book import Book
from tests.planned import make_run

pytestmark = pytest.mark.django_db
ROUND = "2023-24"
PAGE = f"/systems/QU9/rounds/{ROUND}/tolerances/"
SignIn = Callable[[Person], Client]


@pytest.fixture
def board(cara: Person) -> Scope:
    return scope_of_person(cara)


@pytest.fixture
def ada(db: None) -> Person:
    return Person.objects.create_superuser("ada@example.nhs.uk", "long-enough-7", name="Ada")


def hold(
    by: Scope, rule: str = "T01", text: str = "20 WTE", reason: str = "A merger", **entry: Any
) -> RuleTolerance:
    figures = {name.replace("__", "."): Decimal(str(value)) for name, value in entry.items()}
    return tolerate(
        by=by, system="QU9", round_code=ROUND, rule=rule, entry=figures or {"absolute": Decimal(20)},
        text=text, reason=reason,
    )  # fmt: skip


def judged(code: str, system: str) -> Rule:
    return next(rule for rule in Book.load(ROUND).rules_for(system) if rule.code == code)


def test_a_system_is_judged_by_its_own_row_and_others_are_not(board: Scope, cara: Person) -> None:
    made = hold(board)
    assert (made.entry, made.text, made.reason, made.by) == ({"absolute": 20}, "20 WTE", "A merger", cara)
    here, elsewhere = judged("T01", "QU9"), judged("T01", "QT6")
    assert (here.tolerance.absolute, here.tolerance.relative) == (
        20,
        Decimal("0.005"),
    )  # not named: as it was
    assert (here.tolerance.text, here.allowed_because) == ("20 WTE", "A merger")
    assert (elsewhere.tolerance.absolute, elsewhere.allowed_because) == (5, "")


def test_its_members_are_judged_again_and_nobody_else(board: Scope) -> None:
    for ods in ("RTH", "QU9", "REF"):
        make_run(Run.ORGANISATION, ods, [])
    hold(board, "T05", relative="0.2")
    asked = Rejudgement.objects.get()
    assert (asked.why, asked.about, asked.system_id, asked.returns) == (
        "tolerance",
        "T05",
        "QU9",
        ["finance"],
    )
    assert [body.organisation_id for body in asked.bodies.all()] == ["QU9", "RTH"]
    assert Job.objects.filter(task=REJUDGE).count() == 2


def test_another_row_takes_its_place_and_ending_it_brings_back_what_was(board: Scope) -> None:
    hold(board)
    hold(board, absolute=30, text="30 WTE")
    first, second = RuleTolerance.objects.order_by("at")
    assert (first.ended_by, second.ended_at) == (board.person, None)
    assert judged("T01", "QU9").tolerance.absolute == 30
    end_tolerance(by=board, system="QU9", round_code=ROUND, rule="T01")
    assert (judged("T01", "QU9").tolerance.absolute, judged("T01", "QU9").allowed_because) == (5, "")
    assert Rejudgement.objects.filter(about="T01").count() == 3
    with pytest.raises(NotTolerable, match="somebody may have ended it"):
        end_tolerance(by=board, system="QU9", round_code=ROUND, rule="T01")


def test_the_rounds_own_row_holds_where_a_system_has_none(ada: Person, board: Scope) -> None:
    given = {"round_code": ROUND, "rule": "T01", "text": "10 WTE", "reason": "A poor year"}
    tolerate_everywhere(by=ada, entry={"absolute": Decimal(10)}, **given)
    hold(board)
    assert [judged("T01", system).tolerance.absolute for system in ("QU9", "QT6")] == [20, 10]
    end_tolerance(by=board, system="QU9", round_code=ROUND, rule="T01")
    assert judged("T01", "QU9").tolerance.absolute == 10
    end_everywhere(by=ada, round_code=ROUND, rule="T01")
    assert judged("T01", "QU9").tolerance.absolute == 5
    assert list(Rejudgement.objects.filter(system=None).values_list("about", flat=True)) == ["T01", "T01"]


def test_limits_are_named_apart_from_the_ends_of_a_range(board: Scope) -> None:
    hold(board, "T42", limits__low="0.1", text="wider")
    rule = judged("T42", "QU9")
    assert (rule.limits["low"], rule.limits["high"], rule.tolerance.low) == (Decimal("0.1"), 5, None)
    assert RuleTolerance.objects.get().entry == {"limits": {"low": 0.1}}


@pytest.mark.parametrize(
    ("rule", "entry", "field", "fault"),
    [
        ("T01", {"absolute": -1}, "absolute", "Enter 0 or more"),
        ("T01", {"absolute": "1e12"}, "absolute", "Enter a smaller number"),
        ("T01", {"absolute": "NaN"}, "absolute", "Enter a smaller number"),
        ("T01", {"relative": 1}, "relative", "less than 100%"),
        ("T01", {"absolute": 5}, "absolute", "is held to already"),
        ("T01", {"low": 1}, "low", "T01 has no figure called low"),
        ("T05", {"limits__staff": -1}, "limits.staff", "Enter 0 or more"),
        ("T05", {"limits__other": 1}, "limits.other", "no figure called"),
        ("T06", {"low": 4}, "low", "must not be above the upper end"),
        ("T31", {"absolute": 5}, "rule", "T31 stops a return"),
        ("T07", {"absolute": 5}, "rule", "T07 has no figure"),
        ("V15", {"absolute": 5}, "rule", "V15 is a check of the workbook"),
        ("T99", {"absolute": 5}, "rule", "Choose a rule of this round"),
    ],
)
def test_what_is_refused_stores_nothing(
    board: Scope, rule: str, entry: dict[str, Any], field: str, fault: str
) -> None:
    with pytest.raises(NotTolerable, match=fault) as told:
        hold(board, rule, **entry)
    assert told.value.field == field
    assert not RuleTolerance.objects.exists() and not Rejudgement.objects.exists()


def test_words_and_a_reason_are_asked_for(board: Scope) -> None:
    for given in ({"text": " "}, {"reason": ""}, {"text": "a" * 201}, {"reason": "a" * 2001}):
        with pytest.raises(NotTolerable) as told:
            hold(board, **given)  # type: ignore[arg-type]
        assert told.value.field == next(iter(given))


def test_it_is_for_the_systems_planning_lead(
    colin: Person, asha: Person, tamsin: Person, ada: Person
) -> None:
    for person in (colin, asha, tamsin):
        with pytest.raises(NotAllowed):
            hold(scope_of_person(person))
        with pytest.raises(NotAllowed):
            end_tolerance(by=scope_of_person(person), system="QU9", round_code=ROUND, rule="T01")
        with pytest.raises(NotAllowed):
            tolerate_everywhere(by=person, round_code=ROUND, rule="T01", entry={}, text="x", reason="y")


def tolerable_rules() -> list[Rule]:
    return [rule for rule in load_rules(ROUND, {}) if not why_not(rule)]


def test_every_rule_that_is_offered_has_a_figure() -> None:
    rules = tolerable_rules()
    assert all(figures_of(rule) for rule in rules)
    assert {"T01", "T05", "T32"} <= {rule.code for rule in rules}
    assert not {"T31", "T29", "T07", "V05"} & {rule.code for rule in rules}


# --- the page ------------------------------------------------------------------------------------------
def sent(**fields: str) -> dict[str, str]:
    given = {"absolute": "20", "relative": "0.5", "text": "20 WTE", "reason": "A merger"}
    return {"rule": "T01", "seen": "", **given, **fields}


def test_the_lead_sets_one_and_ends_it(cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    assert "No rule is held to another tolerance" in browser.get(PAGE).content.decode()
    form = browser.get(f"{PAGE}?rule=T01").content.decode()
    assert 'name="absolute"' in form and 'value="5"' in form and 'value="0.5"' in form and "Now 0.5%." in form
    page = browser.post(PAGE, sent(), follow=True).content.decode()
    assert "T01 is held to 20 WTE in" in page and "See who newly fails" in page and "A merger" in page
    assert RuleTolerance.objects.get().entry == {"absolute": 20}  # only what was changed
    ended = browser.post(PAGE, {"rule": "T01", "act": "end"}, follow=True).content.decode()
    assert "What held before" in ended and "Cara Jones" in ended


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"absolute": "1,000"}, "Enter a number, without commas"),
        ({"absolute": "7%"}, "Enter a number, without commas"),
        ({"absolute": "٣"}, "Enter a number, without commas"),
        ({"absolute": "-1"}, "Enter 0 or more"),
        ({"relative": "100"}, "Enter less than 100%"),
        ({"absolute": "5"}, "is held to already"),
        ({"text": ""}, "Say the tolerance in words"),
        ({"reason": ""}, "Say why the rule is held"),
        ({"rule": ""}, "Choose a rule that has a tolerance"),
        ({"rule": "T31"}, "Choose a rule that has a tolerance"),
        ({"seen": "7"}, "Somebody changed the tolerance of T01 meanwhile"),
    ],
)
def test_a_fault_is_told_and_what_was_typed_is_kept(
    cara: Person, signed_in: SignIn, fields: dict[str, str], fault: str
) -> None:
    answer = signed_in(cara).post(PAGE, sent(**fields))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert fault in page
    if fields.get("rule", "T01") == "T01" and "reason" not in fields:
        assert "A merger" in page
    assert not RuleTolerance.objects.exists()


def test_the_finance_team_sees_it_and_sets_none(colin: Person, cara: Person, signed_in: SignIn) -> None:
    hold(scope_of_person(cara))
    page = signed_in(colin).get(PAGE).content.decode()
    assert "A merger" in page and "Hold a rule to another" not in page and "End it" not in page
    assert signed_in(colin).post(PAGE, sent()).status_code == 403
    assert RuleTolerance.objects.count() == 1


def test_at_most_eight_queries_whatever_holds(
    cara: Person, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = signed_in(cara)
    for rule in tolerable_rules()[:6]:
        name, value = next(iter(figures_of(rule).items()))
        held = value + Decimal("0.01")
        tolerate(
            by=scope_of_person(cara), system="QU9", round_code=ROUND, rule=rule.code, entry={name: held},
            text="wider", reason="Why",
        )  # fmt: skip
    with django_assert_max_num_queries(8):
        browser.get(f"{PAGE}?rule=T01")


def test_the_texts_of_a_row_are_text(cara: Person, signed_in: SignIn) -> None:
    hold(scope_of_person(cara), text="<b>2</b>", reason="<script>alert(1)</script>")
    page = signed_in(cara).get(PAGE).content.decode()
    assert "<script>alert(1)" not in page and "<b>2</b>" not in page
    assert RuleVersion.objects.filter(code="T01").exists()
