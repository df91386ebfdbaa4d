"""Planning assumptions answered and changed: who may, what is refused, who is judged again, and by which value."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planning.foundation.jobs import Job
from planning.people.access import NotAllowed, scope_of_person
from planning.people.person import Person
from planning.plan.assuming import NotStated, SaidMeanwhile, confirm, set_value, state, take_back
from planning.plan.assumptions_read import readers, reads
from planning.plan.rejudgements import Rejudgement
from planning.plan.rulebook import Rule, RuleVersion
from planning.registry.assumption_values import value_said, value_typed
from planning.registry.assumptions import (
    AssumptionVersion,
    StatedAssumption,
    load_assumptions,
    load_parameters,
)
from planning.registry.files import BadReference
from tests.planned import make_standing

pytestmark = pytest.mark.django_db
ROUND = "2023-24"


def now(code: str = "pay_award") -> AssumptionVersion:
    return AssumptionVersion.objects.get(round_id=ROUND, code=code, is_current=True)


def own(person: Person, value: str = "0.035", **more: object) -> Rejudgement | None:
    given = {"code": "pay_award", "reason": "A local deal.", "seen": now().version, **more}
    return state(
        by=scope_of_person(person), round_code=ROUND, organisation="RTH", value=Decimal(value), **given
    )  # type: ignore[arg-type]


def standing() -> str:
    return str(StatedAssumption.objects.get(organisation_id="RTH", is_current=True).pk)


# --- what organisations say ----------------------------------------------------------------------------
def test_a_value_of_one_s_own_holds_for_that_organisation_and_has_it_judged_again(asha: Person) -> None:
    make_standing("RTH", "QU9", asha)
    make_standing("RHW", "QU9")
    asked = own(asha)
    assert asked is not None
    assert [row.organisation_id for row in asked.bodies.all()] == ["RTH"]
    assert (asked.why, asked.about, asked.reason, asked.by) == (
        "assumption",
        "pay_award",
        "A local deal.",
        asha,
    )
    assert asked.returns == ["finance"]  # T03, T04 and T09: those that finance alone is enough for
    assert Job.objects.filter(subject=f"{asked.pk}|RTH").count() == 1

    held = load_assumptions(ROUND)
    assert held.for_body("RTH")["pay_award"] == Decimal("0.035")
    assert held.for_body("RTH")["price"] == held.of_round["price"]
    assert held.for_body("RHW") is held.of_round


def test_confirming_judges_nobody_unless_another_value_held(asha: Person) -> None:
    make_standing("RTH", "QU9", asha)
    scope, seen = scope_of_person(asha), {"pay_award": 1, "price": 1}
    named = {"by": scope, "round_code": ROUND, "organisation": "RTH"}
    assert confirm(**named, seen=seen) is None
    assert confirm(**named, seen=seen) is None  # twice is once
    assert StatedAssumption.objects.count() == 2

    own(asha, standing=str(StatedAssumption.objects.get(code="pay_award").pk))
    asked = confirm(**named, seen=seen)
    assert asked is not None and asked.about == "pay_award"
    assert load_assumptions(ROUND).for_body("RTH") is not None
    assert load_assumptions(ROUND).stated == {}
    assert StatedAssumption.objects.filter(code="pay_award").count() == 3  # all that was said is kept


def test_an_answer_is_taken_back(asha: Person) -> None:
    make_standing("RTH", "QU9", asha)
    own(asha)
    named = {"by": scope_of_person(asha), "round_code": ROUND, "organisation": "RTH", "code": "pay_award"}
    with pytest.raises(SaidMeanwhile):
        take_back(**named, standing="0")
    assert take_back(**named, standing=standing()) is not None
    assert load_assumptions(ROUND).stated == {}
    assert not StatedAssumption.objects.filter(is_current=True).exists()


def test_what_no_rule_reads_and_who_has_no_results_judges_nobody(asha: Person) -> None:
    assert own(asha) is None  # nothing returned yet
    make_standing("RTH", "QU9", asha)
    assert own(asha, "0.03", code="demand_growth.ae", seen=1) is None
    assert not Rejudgement.objects.exists()


@pytest.mark.parametrize(
    ("given", "field", "why"),
    [
        ({"value": "0.9"}, "value", "Enter a number from −5% to 25%"),
        ({"value": "0.021"}, "value", "confirm it instead"),
        ({"reason": " "}, "reason", "Say why"),
        ({"reason": "x" * 301}, "reason", "300 characters"),
        ({"code": "weight.E.M.8"}, "codes", "no assumption that organisations answer for"),
        ({"code": "agency_ceiling"}, "codes", "no assumption that organisations answer for"),
        ({"code": "nonsense"}, "codes", "no assumption that organisations answer for"),
        (
            {"code": "efficiency_denominator", "value": "3"},
            "value",
            "Choose one of Total expenditure, Total income",
        ),
    ],
)
def test_what_is_refused_stores_nothing(asha: Person, given: dict[str, str], field: str, why: str) -> None:
    make_standing("RTH", "QU9", asha)
    with pytest.raises(NotStated, match=why) as refused:
        own(asha, **given)
    assert refused.value.field == field
    assert not StatedAssumption.objects.exists() and not Rejudgement.objects.exists()


def test_only_one_s_own_and_by_those_who_lead(
    asha: Person, bill: Person, cara: Person, nadia: Person
) -> None:
    for person in (bill, cara, nadia):
        with pytest.raises(NotAllowed):
            own(person)
    state(
        by=scope_of_person(cara), round_code=ROUND, organisation="QU9", code="price", value=Decimal("1.1"),
        reason="Ours.", seen=1,
    )  # fmt: skip
    assert load_assumptions(ROUND).stated == {"QU9": {"price": Decimal("1.1")}}


def test_two_who_answer_at_once_and_a_round_that_changed(asha: Person) -> None:
    own(asha)
    with pytest.raises(SaidMeanwhile, match=r"Asha Patel stated 3\.5% meanwhile"):
        own(asha, "0.04")
    own(asha, "0.04", standing=standing())
    with pytest.raises(SaidMeanwhile, match=r"changed the round’s value meanwhile, to 2\.1%"):
        confirm(by=scope_of_person(asha), round_code=ROUND, organisation="RTH", seen={"pay_award": 7})
    assert load_assumptions(ROUND).stated == {"RTH": {"pay_award": Decimal("0.04")}}


# --- the round's own -----------------------------------------------------------------------------------
def test_an_administrator_changes_the_round_s_value(asha: Person) -> None:
    asha.is_staff = True
    make_standing("RTH", "QU9", asha)
    confirm(by=scope_of_person(asha), round_code=ROUND, organisation="RTH", seen={"pay_award": 1})
    entry = {**now().entry, "value": 0.05, "source": "Pay review body"}
    made, asked = set_value(by=asha, round_code=ROUND, entry=entry, reason="The award came.", opened=1)
    assert (made.version, made.by, made.is_current) == (2, asha, True)
    assert load_parameters(ROUND)["pay_award"] == Decimal("0.05")
    assert {row.organisation_id for row in asked.bodies.all()} == {"RTH", "QU9"}
    assert AssumptionVersion.objects.filter(round_id=ROUND, code="pay_award").count() == 2
    assert StatedAssumption.objects.get().of_version == 1  # to be confirmed anew, and still on record

    with pytest.raises(SaidMeanwhile, match="Asha Patel changed the round’s value meanwhile, to 5%"):
        set_value(by=asha, round_code=ROUND, entry=entry, reason="Again.", opened=1)


def test_what_an_administrator_may_not(asha: Person) -> None:
    entry = {**now().entry, "value": 0.05}
    with pytest.raises(NotAllowed):
        set_value(by=asha, round_code=ROUND, entry=entry, reason="x", opened=1)
    asha.is_staff = True
    with pytest.raises(BadReference, match="value: Enter a number from −5% to 25%"):
        set_value(by=asha, round_code=ROUND, entry={**entry, "value": 0.5}, reason="x", opened=1)
    with pytest.raises(BadReference, match="reason: say why"):
        set_value(by=asha, round_code=ROUND, entry=entry, reason=" ", opened=1)
    assert now().version == 1


# --- which rules read what -----------------------------------------------------------------------------
def test_what_a_rule_reads_is_declared_of_functions_and_found_in_comparisons() -> None:
    found = {
        code: [rule.code for rule in rules] for code, rules in readers(ROUND, load_parameters(ROUND)).items()
    }
    assert set(found["pay_award"]) == {"T03", "T04", "T09"}
    assert found["agency_ceiling"] == found["agency_amber"] == ["T08"]
    assert found["erf_rate"] == found["price"] == ["T14", "T15"]
    assert found["arrs_rate"] == ["T25"]
    assert found["efficiency_denominator"] == ["F-04"]
    assert {"T10", "T11", "T12"} <= set(found["weight.E.M.8"])
    assert found["working_days.2023-04"] == ["T35"]
    assert found["demand_growth.ae"] == []

    entry = RuleVersion.objects.get(round_id=ROUND, code="T01", is_current=True).entry
    compared = {"left": "W.TOT", "operator": "<=", "right": "demand_growth.ae x F.WTE.TOT", "grain": "march"}
    data = {**entry, "comparisons": [compared]}
    assert reads(Rule.from_entry(data, 1, {}), ["pay_award", "demand_growth.ae"]) == ["demand_growth.ae"]


# --- values typed and said -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "typed", "value", "said"),
    [
        ("pay_award", "2.5", "0.025", "2.5%"),
        ("pay_award", " −1.25 % ", "-0.0125", "−1.25%"),
        ("arrs_rate", "40", "40", "40 (£000)"),
        ("efficiency_denominator", "2", "2", "Total income"),
    ],
)
def test_values_as_people_type_them(code: str, typed: str, value: str, said: str) -> None:
    entry = now(code).entry
    assert value_typed(entry, typed) == Decimal(value)
    assert value_said(entry, Decimal(value)) == said


@pytest.mark.parametrize(
    ("code", "typed", "why"),
    [
        ("pay_award", "", "Enter a percentage, such as 2.5"),
        ("pay_award", "nan", "Enter a percentage, such as 2.5"),
        ("pay_award", "1e3", "Enter a percentage, such as 2.5"),
        ("pay_award", "2.12345", "at most 4 decimals"),
        ("pay_award", "26", "Enter a number from −5% to 25%"),
        ("arrs_rate", "1,000", "Enter a number in £000, without commas"),
        ("efficiency_denominator", "1.5", "Choose one of"),
    ],
)
def test_values_that_are_refused_say_what_to_enter(code: str, typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        value_typed(now(code).entry, typed)
