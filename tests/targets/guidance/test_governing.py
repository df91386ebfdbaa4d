"""Which target governs: by round, level, organisation and day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from targets.guidance.documents import GuidanceDocument, TargetVersion
from targets.guidance.governing import (
    Entry,
    asked_of,
    entries_of_documents,
    for_system,
    governing,
    load_targets,
    local_figures,
    nationals,
    of_document,
    takes_effect_in,
)
from targets.guidance.target import Target
from targets.local.figures import LocalFigure
from tests.guidance import ROUND, document, entry, target

LATER = date(2024, 6, 1)
FIRST = document("v1", "2021-12-24", series="guidance", in_part=True)
SECOND = document("v2", "2022-01-14", series="guidance", in_part=True)
THIRD = document("v3", "2022-02-22", series="guidance")


def said(entries: list[Entry], day: date = LATER, at: str = ROUND) -> dict[str, float | None]:
    """Code -> threshold of what governs."""
    return {found.code: found.threshold for found in governing(entries, at, day)}


# --- versions of one document --------------------------------------------------------------------------
VERSIONS = [
    entry(target("T1", threshold=40), FIRST),
    entry(target("T2", threshold=10), FIRST),
    entry(target("T1", threshold=50), SECOND),
    entry(target("T1", threshold=60), THIRD),
    entry(target("T3", threshold=5), THIRD),
]


@pytest.mark.parametrize(
    ("day", "governs"),
    [
        (date(2021, 12, 23), {}),
        (date(2021, 12, 24), {"T1": 40, "T2": 10}),
        (date(2022, 1, 13), {"T1": 40, "T2": 10}),
        (date(2022, 1, 14), {"T1": 50, "T2": 10}),  # known in part: silence removes nothing
        (date(2022, 2, 21), {"T1": 50, "T2": 10}),
        (date(2022, 2, 22), {"T1": 60, "T3": 5}),  # known whole: what it does not list is gone
    ],
)
def test_the_latest_version_of_the_day_governs(day: date, governs: dict[str, float]) -> None:
    assert said(VERSIONS, day) == governs


def test_a_version_ends_on_the_day_it_names() -> None:
    ends = document("v1", "2022-01-01", valid_to=date(2022, 4, 1))
    found = [entry(target("T1"), ends)]
    assert said(found, date(2022, 3, 31)) == {"T1": 76}
    assert said(found, date(2022, 4, 1)) == {}


# --- edits ---------------------------------------------------------------------------------------------
def test_an_edit_governs_from_its_day() -> None:
    found = [
        entry(target("T1"), THIRD),
        entry(replace(target("T1", threshold=78), version=2), THIRD, "2023-06-01"),
    ]
    assert said(found, date(2023, 5, 31)) == {"T1": 76}
    assert said(found, date(2023, 6, 1)) == {"T1": 78}


def test_an_edit_for_a_time_gives_way_again() -> None:
    found = [
        entry(target("T1"), THIRD),
        entry(replace(target("T1", threshold=78), version=2), THIRD, "2023-06-01", "2023-09-01"),
    ]
    assert [said(found, date(2023, month, 1))["T1"] for month in (5, 6, 8, 9)] == [76, 78, 78, 76]


def test_an_edit_from_the_first_day_leaves_nothing_of_what_it_edits() -> None:
    """Where it ends, the code is gone: what was wrong from the start does not come back."""
    found = [
        entry(target("T1"), THIRD),
        entry(replace(target("T1", threshold=78), version=2), THIRD, "", "2023-09-01"),
    ]
    assert said(found, date(2023, 8, 31)) == {"T1": 78}
    assert said(found, date(2023, 9, 1)) == {}


# --- expected, drafts, local ---------------------------------------------------------------------------
EXPECTED = document("board", "2023-11-21", "expected", issued_by_id="QU9")
PUBLISHED = document("guidance", "2024-03-27", in_part=True)


def test_what_is_published_takes_the_place_of_what_was_expected() -> None:
    found = [
        entry(target("T1", threshold=75), EXPECTED),
        entry(target("T2", threshold=96), EXPECTED),
        entry(target("T1", threshold=77), PUBLISHED),
    ]
    assert said(found, date(2024, 3, 26)) == {"T1": 75, "T2": 96}
    assert said(found, date(2024, 3, 27)) == {"T1": 77, "T2": 96}
    assert said(found[::-1], date(2024, 3, 27)) == {"T1": 77, "T2": 96}


def test_what_is_expected_takes_nobodys_place() -> None:
    found = [
        entry(target("T1"), PUBLISHED),
        entry(target("T2", supersedes="T1", systems=["QU9"]), EXPECTED),
    ]
    assert set(said(found)) == {"T1", "T2"}


@pytest.mark.parametrize("where", ["document", "target"])
def test_a_draft_never_governs(where: str) -> None:
    draft = document("draft", "2024-02-01", "draft" if where == "document" else "published")
    found = [entry(target("T1", status="draft" if where == "target" else "published"), draft)]
    assert said(found) == {}
    assert [one.code for one in of_document(found, "draft", LATER)] == ["T1"]


LOCAL = document("local", "2023-01-01", "local", issued_by_id="QU9")


def test_a_local_target_stands_beside_the_national_one() -> None:
    found = [
        entry(target("T1"), THIRD),
        entry(target("L1", systems=["QU9"], supersedes="T1"), LOCAL),
    ]
    governs = governing(found, ROUND, LATER)
    assert [one.code for one in for_system(governs, "QU9")] == ["T1", "L1"]
    assert [one.code for one in for_system(governs, "QT6")] == ["T1"]


def test_a_local_target_takes_the_place_of_its_own_systems() -> None:
    found = [
        entry(target("L1", systems=["QU9"]), LOCAL),
        entry(target("L2", systems=["QU9"], supersedes="L1"), LOCAL),
        entry(target("L3", systems=["QT6"]), LOCAL),
        entry(target("L4", systems=["QU9"], supersedes="L3"), LOCAL),
    ]
    assert set(said(found)) == {"L2", "L3", "L4"}


# --- from round to round -------------------------------------------------------------------------------
def of_round(code: str, published: str, **more: Any) -> GuidanceDocument:
    return document(f"guidance of {code}", published, round_id=code, **more)


ONE, TWO, THREE = (
    of_round("2022-23", "2022-02-22"),
    of_round("2023-24", "2023-01-27"),
    of_round("2024-25", "2024-03-27", in_part=True),
)
CHAIN = [  # conflict 3: 52 weeks by March 2025, 65 by March 2024, then 65 by September 2024
    entry(target("22-04", "=", 0, by="2023-03", metric="rtt-78-weeks"), ONE),
    entry(target("22-07", "=", 0, by="2025-03", metric="rtt-52-weeks"), ONE),
    entry(target("23-10", "=", 0, by="2024-03", metric="rtt-65-weeks", supersedes="22-04"), TWO),
    entry(target("24-04", "=", 0, by="2024-09", metric="rtt-65-weeks", supersedes=["23-10", "22-07"]), THREE),
]


@pytest.mark.parametrize(
    ("at", "day", "governs"),
    [
        ("2022-23", LATER, ["22-04", "22-07"]),
        ("2023-24", LATER, ["23-10"]),  # 52 weeks falls due the year after
        ("2024-25", date(2024, 3, 26), ["22-07"]),
        ("2024-25", date(2024, 3, 27), ["24-04"]),
    ],
)
def test_one_long_wait_after_another_governs(at: str, day: date, governs: list[str]) -> None:
    assert [one.code for one in governing(CHAIN, at, day)] == governs


def test_what_is_carried_over_says_from_where() -> None:
    assert [one.carried_from for one in governing(CHAIN, "2024-25", date(2024, 3, 26))] == ["2022-23"]


def test_what_was_expected_is_not_carried_over() -> None:
    expected = of_round("2022-23", "2022-01-01", standing="expected")
    assert said([entry(target("E1", by="2024-03"), expected)]) == {}


@pytest.mark.parametrize(
    ("found", "takes"),
    [
        (target("T1", by="2023-03"), False),
        (target("T1", by="2023-04"), True),
        (target("T1", by="2024-03"), True),
        (target("T1", by="2024-04"), False),
        (target("T1", by="2024-03", due="2025-03"), False),
        (target("T1", by="2023-03", due="2024-03"), True),
        (target("T1", since="2022-07"), True),
        (target("T1", effect={"kind": "each_month", "from": "2022-04", "to": "2025-03"}), True),
        (target("T1", effect={"kind": "each_month", "from": "2022-04", "to": "2023-03"}), False),
    ],
)
def test_it_takes_effect_where_its_deciding_month_lies(found: Target, takes: bool) -> None:
    assert takes_effect_in(found, "2023-24") is takes


def test_nationals_come_with_their_rounds_the_latest_first() -> None:
    local = of_round("2023-24", "2023-01-01", standing="local")
    found = [*CHAIN, entry(target("L1", systems=["QU9"]), local)]
    beside = [(at, one.code) for at, one in nationals(found[:3] + found[4:], "2023-24", LATER)]
    assert beside == [("2023-24", "23-10"), ("2022-23", "22-04"), ("2022-23", "22-07")]


# --- whom it is asked of -------------------------------------------------------------------------------
def test_by_level_type_and_system() -> None:
    found = [
        target("ALL", types=[]),
        target("ACUTE", types=["ac"]),
        target("SYSTEM", levels=["system"], types=[]),
        target("SHOWN", levels=["system", "trust"], indicator_levels=["trust"], types=["mh"]),
        target("LOCAL", systems=["QT6"], types=[]),
    ]

    def codes(**about: Any) -> list[str]:
        return [one.code for one in asked_of(found, **about)]

    assert codes(level="trust", kind="ac", system="QU9") == ["ALL", "ACUTE"]
    assert codes(level="trust", kind="mh", system="QU9") == ["ALL", "SHOWN"]
    assert codes(level="system", system="QT6") == ["ALL", "ACUTE", "SYSTEM", "SHOWN", "LOCAL"]


# --- from the store ------------------------------------------------------------------------------------
pytest_db = pytest.mark.django_db


@pytest_db
def test_a_retired_target_does_not_come_back_as_its_first_version() -> None:
    row = TargetVersion.objects.get(round_id=ROUND, code="23-01", is_current=True)
    row.is_current = False
    row.save(update_fields=["is_current"])
    row.pk, row.version, row.is_current, row.retired = None, 2, True, True
    row.save()
    assert "23-01" not in {one.code for one in load_targets(ROUND)}


@pytest_db
def test_the_days_of_a_file_hold_until_the_service_sets_others() -> None:
    row = TargetVersion.objects.get(round_id=ROUND, code="23-01", is_current=True)
    row.entry = {**row.entry, "effective": {"from": "2023-06-01"}}
    row.save(update_fields=["entry"])
    governs = [{one.code for one in load_targets(ROUND, date(2023, month, 1))} for month in (5, 6)]
    assert ["23-01" in codes for codes in governs] == [False, True]
    row.effective_from = date(2023, 7, 1)
    row.save(update_fields=["effective_from"])
    assert "23-01" not in {one.code for one in load_targets(ROUND, date(2023, 6, 1))}


@pytest_db
def test_a_local_figure_stands_on_its_target() -> None:
    LocalFigure.objects.create(round_id=ROUND, target="23-11", organisation_id="QU9", value=1_035_000)
    LocalFigure.objects.create(
        round_id=ROUND, target="23-11", organisation_id="QT6", value=1, is_current=False
    )
    assert local_figures([ROUND, "2024-25"]) == {ROUND: {"23-11": {"QU9": 103.5}}, "2024-25": {}}
    found = next(one for one in load_targets(ROUND) if one.code == "23-11")
    assert found.local == {"QU9": 103.5}


@pytest_db
def test_the_documents_of_the_store() -> None:
    found = entries_of_documents(["24-25-draft"])
    assert [one.code for one in of_document(found, "24-25-draft", LATER)] == ["24-13"]
    assert "24-13" not in {one.code for one in load_targets("2024-25")}
