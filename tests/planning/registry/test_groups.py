"""Groups and places: what the file holds, dated members, wrong files told, edits kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planning.registry import loading_groups
from planning.registry.files import BadReference
from planning.registry.groups import Group, Grouping, GroupMember, groupings_on, members_on
from planning.registry.loading_groups import bodies_of_systems, check_groups, load_groups

FILE = Path("groups.yaml")
BODIES = {"QU9": {"QU9", "RTH", "RHW"}, "QT6": {"QT6", "REF"}}


def entry(**change: Any) -> dict[str, Any]:
    return {
        "code": "QU9-cancer-alliance",
        "name": "An alliance",
        "kind": "cancer_alliance",
        "system": "QU9",
        "lead": "RTH",
        "source": "test",
        "members": [{"organisation": "RTH", "since": date(2022, 4, 1)}],
        **change,
    }


def member(ods: str, since: Any, **more: Any) -> dict[str, Any]:
    return {"organisation": ods, "since": since, **more}


def test_a_sound_file_is_taken() -> None:
    spans = [
        member("RTH", date(2022, 4, 1), until=date(2023, 4, 1)),
        member("RTH", date(2023, 4, 1)),
    ]
    check_groups(FILE, {"groups": [entry(members=spans)]}, BODIES)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"kind": "club"}, "kind: 'club' is not one of"),
        ({"system": "QT6"}, "system: it is an ICB's code, with which the code begins."),
        ({"system": "QQQ", "code": "QQQ-place"}, "system: it is an ICB's code"),
        ({"lead": "REF"}, "lead: REF is no body of QU9."),
        ({"members": [member("REF", date(2022, 4, 1))]}, "members: REF is no body of QU9."),
        ({"members": []}, "members: [] should be non-empty"),
        ({"members": [member("RTH", "April")]}, "members: RTH has days such as 2022-04-01."),
        (
            {"members": [member("RTH", date(2022, 4, 1), until=date(2022, 4, 1))]},
            "members: RTH leaves before it joins.",
        ),
        (
            {
                "members": [
                    member("RTH", date(2023, 3, 31)),
                    member("RTH", date(2022, 4, 1), until=date(2023, 4, 1)),
                ]
            },
            "members: RTH is a member twice on one day.",
        ),
    ],
)
def test_a_wrong_group_is_told(change: Mapping[str, Any], fault: str) -> None:
    with pytest.raises(BadReference) as told:
        check_groups(FILE, {"groups": [entry(**change)]}, BODIES)
    assert fault in str(told.value) and str(told.value).startswith("groups.yaml, ")


def test_a_code_stands_once() -> None:
    with pytest.raises(BadReference, match="QU9-cancer-alliance: stands twice"):
        check_groups(FILE, {"groups": [entry(), entry()]}, BODIES)


@pytest.mark.django_db
def test_every_kind_that_targets_are_asked_of_stands_in_both_systems() -> None:
    kinds = [(group.system_id, group.kind) for group in Group.objects.all()]
    for system in ("QU9", "QT6"):
        for kind in ("cancer_alliance", "maternity_system", "primary_care_network"):
            assert kinds.count((system, kind)) == 1
        assert kinds.count((system, "place")) == 3
    assert kinds.count(("QU9", "collaborative")) == 2


@pytest.mark.django_db
def test_every_fact_has_a_source_and_every_lead_is_of_the_system() -> None:
    bodies = bodies_of_systems()
    for group in Group.objects.all():
        assert group.source and group.lead_id in bodies[group.system_id]


@pytest.mark.django_db
def test_members_of_a_day() -> None:
    row = GroupMember.objects.get(group_id="QU9-mental-health-collaborative", organisation_id="RWX")
    GroupMember.objects.filter(pk=row.pk).update(until=date(2023, 4, 1))

    def on(day: date) -> set[str]:
        rows = members_on(day).filter(group_id="QU9-mental-health-collaborative")
        return set(rows.values_list("organisation_id", flat=True))

    assert on(date(2022, 3, 31)) == set()
    assert on(date(2022, 4, 1)) == on(date(2023, 3, 31)) == {"RNU", "RWX"}
    assert on(date(2023, 4, 1)) == {"RNU"}


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_an_edited_group_is_kept() -> None:
    code = "QU9-acute-collaborative"
    assert load_groups(frozenset()).changed == []
    Group.objects.filter(pk=code).update(name="Ours", loaded_digest="")
    GroupMember.objects.filter(group_id=code, organisation_id="RXQ").delete()
    assert load_groups(frozenset()).kept == [f"{code} (edited in the service)"]
    assert Group.objects.get(pk=code).members.count() == 2
    assert load_groups(frozenset([code])).changed == [code]
    assert Group.objects.get(pk=code).members.count() == 3


@pytest.mark.django_db
def test_one_gone_from_the_file_is_retired(monkeypatch: pytest.MonkeyPatch) -> None:
    read = loading_groups.read_reference

    def without_places(file: Path) -> Any:
        return {"groups": [found for found in read(file)["groups"] if found["kind"] != "place"]}

    monkeypatch.setattr(loading_groups, "read_reference", without_places)
    assert len(load_groups(frozenset()).retired) == 6
    assert not members_on(date(2023, 4, 1)).filter(group__kind="place").exists()
    monkeypatch.undo()
    assert len(load_groups(frozenset()).changed) >= 6
    assert members_on(date(2023, 4, 1)).filter(group__kind="place").count() == 18


@pytest.mark.django_db
def test_groups_as_they_stand_on_a_day() -> None:
    GroupMember.objects.filter(group_id="QU9-cancer-alliance", organisation_id="RXQ").update(
        until=date(2023, 4, 1)
    )
    Group.objects.filter(pk="QU9-maternity-system").update(retired=True)
    found = groupings_on(date(2023, 4, 1))
    assert set(found) == {"QU9", "QT6"}
    assert found["QU9"][0] == Grouping("QU9-cancer-alliance", "cancer_alliance", ("QU9", "RHW", "RTH"))
    assert [group.code for group in found["QT6"]][:2] == ["QT6-cancer-alliance", "QT6-maternity-system"]
    assert "QU9-maternity-system" not in [group.code for group in found["QU9"]]
    assert groupings_on(date(2022, 3, 31)) == {}
