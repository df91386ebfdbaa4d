"""The page of groups and places: one's own systems' alone, with who answers and who belongs to them since when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from planning.people.person import Appointment, Person
from planning.registry.groups import Group, GroupMember
from tests.planned import count_queries, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
PAGE = "/groups/"
OURS, THEIRS = "Thames Valley Cancer Alliance", "Peninsula Cancer Alliance"


def test_an_icb_sees_its_system_s_groups(cara: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(cara).get(PAGE))
    assert OURS in said and THEIRS not in said
    assert (
        "Since 1 April 2022: Buckinghamshire Healthcare, BOB ICB, Oxford University Hospitals, Royal Berkshire"
        in said
    )
    assert "Mental health provider collaborative Kind Provider collaborative" in said
    assert "Who answers for it Oxford University Hospitals Members" in said
    assert "Assumption" in said


def test_a_trust_sees_those_of_the_systems_it_belongs_to_or_serves(
    rhys: Person, bill: Person, signed_in: SignIn
) -> None:
    assert THEIRS in text_of(signed_in(rhys).get(PAGE))
    assert OURS not in text_of(signed_in(rhys).get(PAGE))
    Appointment.objects.filter(person=bill).update(organisation_id="RYE")
    assert OURS in text_of(signed_in(bill).get(PAGE))


def test_nhs_england_sees_all_and_a_region_its_own(nadia: Person, signed_in: SignIn) -> None:
    said = text_of(signed_in(nadia).get(PAGE))
    assert OURS in said and THEIRS in said
    Appointment.objects.filter(person=nadia).update(organisation_id="Y58")
    said = text_of(signed_in(nadia).get(PAGE))
    assert OURS not in said and THEIRS in said


def test_somebody_of_no_system_is_told_so(asha: Person, signed_in: SignIn) -> None:
    Appointment.objects.filter(person=asha).delete()
    assert "belongs to no system with groups" in text_of(signed_in(asha).get(PAGE))


def test_members_of_another_time_say_when(cara: Person, signed_in: SignIn) -> None:
    group = Group.objects.get(pk="QU9-mental-health-collaborative")
    group.members.filter(organisation_id="RWX").update(until=date(2023, 5, 1))
    GroupMember.objects.create(group=group, organisation_id="RHW", since=date(2999, 4, 1), source="A letter")
    said = text_of(signed_in(cara).get(PAGE))
    assert "1 April 2022 until 1 May 2023: Berkshire Healthcare" in said
    assert "From 1 April 2999: Royal Berkshire (A letter)" in said


def test_a_retired_group_is_not_there(cara: Person, signed_in: SignIn) -> None:
    Group.objects.filter(pk="QU9-cancer-alliance").update(retired=True)
    assert OURS not in text_of(signed_in(cara).get(PAGE))


@pytest.mark.parametrize("who", ["asha", "cara", "nadia"])
def test_it_asks_little(who: str, request: pytest.FixtureRequest, signed_in: SignIn) -> None:
    assert count_queries(signed_in(request.getfixturevalue(who)), PAGE) <= 4
