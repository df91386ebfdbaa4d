"""A round's own tolerances in the administrator's pages: set, replaced, ended; a system's are left to its ICB."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.plan.rejudgements import Rejudgement
from planning.plan.tolerances import RuleTolerance
from planning.plan.tolerating import tolerate

pytestmark = pytest.mark.django_db
SHELF = "/admin/planning/ruletolerance/"


@pytest.fixture
def ada(db: None) -> Person:
    return Person.objects.create_superuser("ada@example.nhs.uk", "long-enough-7", name="Ada")


@pytest.fixture
def desk(ada: Person, signed_in: Callable[[Person], Client]) -> Client:
    return signed_in(ada)


def given(**fields: str) -> dict[str, str]:
    row = {
        "round": "2023-24",
        "rule": "T01",
        "figures": "absolute: 10",
        "text": "10 WTE",
        "reason": "A poor year",
    }
    return {**row, **fields}


def test_the_rounds_own_is_set_and_replaced(desk: Client, ada: Person) -> None:
    said = desk.post(f"{SHELF}add/", given(), follow=True).content.decode()
    assert "T01 is held to 10 WTE. Plans in hand are being judged again." in said
    desk.post(f"{SHELF}add/", given(figures="absolute: 12.5\nrelative: 0.01", text="1% or 12.5 WTE"))
    first, second = RuleTolerance.objects.order_by("at")
    assert (first.entry, first.ended_by, first.system) == ({"absolute": 10}, ada, None)
    assert (second.entry, second.by, second.ended_at) == ({"absolute": 12.5, "relative": 0.01}, ada, None)
    assert Rejudgement.objects.filter(why="tolerance", about="T01", system=None).count() == 2


@pytest.mark.parametrize(
    ("fields", "field", "fault"),
    [
        ({"figures": "absolute: ["}, "figures", "This is not YAML"),
        ({"figures": "ten"}, "figures", "One figure a line"),
        ({"figures": "absolute: ten"}, "figures", "enter a number"),
        ({"figures": "absolute: .inf"}, "figures", "enter a smaller number"),
        ({"figures": "absolute: true"}, "figures", "enter a number"),
        ({"figures": "absolute: -1"}, "figures", "Enter 0 or more"),
        ({"figures": "low: 1"}, "figures", "has no figure called low"),
        ({"figures": "absolute: 5"}, "figures", "is held to already"),
        ({"rule": "T31"}, "rule", "stops a return"),
        ({"rule": "X1"}, "rule", "Choose a rule of this round"),
        ({"reason": ""}, "reason", "required"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    desk: Client, fields: dict[str, str], field: str, fault: str
) -> None:
    answer = desk.post(f"{SHELF}add/", given(**fields))
    assert answer.status_code == 200
    assert fault in " ".join(answer.context["adminform"].form.errors[field])
    assert not RuleTolerance.objects.exists()


def test_ending_is_for_the_rounds_own_alone(desk: Client, cara: Person) -> None:
    desk.post(f"{SHELF}add/", given())
    tolerate(
        by=scope_of_person(cara), system="QU9", round_code="2023-24", rule="T01", entry={"absolute": Decimal(20)},
        text="20 WTE", reason="A merger",
    )  # fmt: skip
    ids = [str(pk) for pk in RuleTolerance.objects.values_list("pk", flat=True)]
    answer = desk.post(SHELF, {"action": "end", "_selected_action": ids}, follow=True)
    said = answer.content.decode()
    assert "T01 is held to its declaration again." in said and "its ICB ends it." in said
    assert [row.system_id for row in RuleTolerance.objects.filter(ended_at=None)] == ["QU9"]


def test_rows_are_the_record(desk: Client) -> None:
    desk.post(f"{SHELF}add/", given())
    row = RuleTolerance.objects.get()
    assert desk.post(f"{SHELF}{row.pk}/change/", given(text="0")).status_code == 403
    assert desk.post(f"{SHELF}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.get(SHELF).status_code == 200


def test_it_is_for_administrators(cara: Person, signed_in: Callable[[Person], Client]) -> None:
    assert signed_in(cara).get(SHELF).status_code == 302
    assert signed_in(cara).post(f"{SHELF}add/", given()).status_code == 302
    assert not RuleTolerance.objects.exists()
