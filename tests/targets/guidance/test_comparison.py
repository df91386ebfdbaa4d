"""What changed between two documents: each target beside the one that took its place."""

from __future__ import annotations

from typing import Any

import pytest

from targets.guidance.comparison import (
    ADDED,
    NOT_KNOWN,
    REMOVED,
    REPLACED,
    UNCHANGED,
    Change,
    Side,
    compare,
    counted,
)
from targets.guidance.target import Target
from tests.guidance import target


def between(before: list[Target], after: list[Target], *, in_part: str = "") -> list[Change]:
    return compare(
        Side(before, "before" in in_part, "The first"), Side(after, "after" in in_part, "The second")
    )


def one(was: dict[str, Any], now: dict[str, Any]) -> tuple[str, str]:
    (change,) = between([target("T1", **was)], [target("T1", **now)])
    return change.words, change.sentence


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ({}, {}, ("Unchanged", "")),
        ({"threshold": 75}, {"threshold": 77}, ("Tightened", "77%, was 75%.")),
        ({"comparator": "=", "threshold": 100}, {"threshold": 80}, ("Relaxed", "80%, was 100%.")),
        ({"comparator": ">"}, {"comparator": ">="}, ("Relaxed", "76%, was more than 76%.")),
        (
            {"comparator": "<=", "threshold": 2},
            {"comparator": "=", "threshold": 2},
            ("Asked otherwise", "Exactly 2.0%; was at most 2.0%."),
        ),
        (
            {"unit": "wards per 100,000"},
            {"unit": "beds per 100,000"},
            ("Unit changed", "beds per 100,000, was wards per 100,000."),
        ),
        ({}, {"by": "2024-06"}, ("Date moved", "Later: by June 2024, was by March 2024.")),
        ({}, {"by": "2023-12"}, ("Date moved", "Earlier: by December 2023, was by March 2024.")),
        (
            {"threshold": 75},
            {"threshold": 100, "by": "2025-03"},
            ("Tightened, date moved", "100%, was 75%. Later: by March 2025, was by March 2024."),
        ),
        (
            {"exceptions": ["choice"]},
            {"exceptions": ["choice", "specific specialties"]},
            ("Exceptions changed", "Exceptions: choice; specific specialties; were: choice."),
        ),
        ({"over": "2023"}, {}, ("Period changed", "Judged in one month, was on average over the year.")),
        ({"over": "2022"}, {"over": "2023"}, ("A year on", "Asked again over 2023/24, was over 2022/23.")),
        (
            {"comparator": "reduce_by", "baseline": "2019/20"},
            {"comparator": "reduce_by", "baseline": "outturn"},
            ("Baseline changed", "Baseline: the year before; was: 2019/20."),
        ),
        ({}, {"baseline": "outturn"}, ("Unchanged", "")),  # nothing is held against it
        ({}, {"measure": {"line": "N"}}, ("Counted otherwise", "Other lines are counted.")),
        ({"measure": {"line": "N"}}, {"measure": {"line": ["N"]}}, ("Unchanged", "")),
        (
            {"quote": "75% of people aged 14 and over"},
            {"quote": "75% of people aged over 14"},
            ("Counted otherwise", "Of people aged over 14, was of people aged 14 and over."),
        ),
        (
            {"quote": "by March"},
            {"quote": "no later than March"},
            ("Reworded", "Other words ask for the same."),
        ),
        ({"quote": "by  March"}, {"quote": "By March"}, ("Unchanged", "")),
        (
            {},
            {"threshold": None, "threshold_from": "local"},
            ("Asked otherwise", "A share set for each body, was 76%: neither asks for more."),
        ),
        ({}, {"comparator": "", "threshold": None}, ("Relaxed", "In place, was 76%.")),
    ],
)
def test_each_way_of_changing(was: dict[str, Any], now: dict[str, Any], said: tuple[str, str]) -> None:
    assert one(was, now) == said


def test_added_and_removed() -> None:
    new, gone = between([target("T1", metric="a")], [target("T2", metric="b")])
    assert (set(new.ways), new.before, new.sentence) == (
        {ADDED},
        None,
        "Not asked before: 76% by March 2024.",
    )
    assert (set(gone.ways), gone.after, gone.sentence) == (
        {REMOVED},
        None,
        "No longer asked: 76% by March 2024.",
    )


def test_what_is_known_in_part_is_never_added_or_removed() -> None:
    was, now = [target("T1", metric="a")], [target("T2", metric="b")]
    ways = {
        in_part: [set(change.ways) for change in between(was, now, in_part=in_part)]
        for in_part in ("", "before", "after", "before and after")
    }
    assert ways == {
        "": [{ADDED}, {REMOVED}],
        "before": [{NOT_KNOWN}, {REMOVED}],
        "after": [{ADDED}, {NOT_KNOWN}],
        "before and after": [{NOT_KNOWN}, {NOT_KNOWN}],
    }


def test_what_is_said_to_be_superseded_is_gone_though_the_rest_is_not_known() -> None:
    was = [target("T1", metric="a"), target("T2", metric="b", title="Beds")]
    now = [target("T3", metric="b", title="Beds", supersedes=["T1", "T2"])]
    kept, gone = between(was, now, in_part="after")
    assert (kept.before and kept.before.code, set(kept.ways)) == ("T2", {UNCHANGED})
    assert (gone.target.code, gone.ways) == ("T1", {REMOVED: "T3 takes its place: Beds."})


def test_a_code_before_a_metric_and_what_supersedes_before_what_is_like() -> None:
    was = [target("T1", metric="a"), target("T2", metric="a"), target("T3", metric="a", threshold=50)]
    now = [
        target("T1", metric="a", threshold=50),
        target("N2", metric="a", threshold=90, supersedes="T3"),
        target("N3", metric="a", threshold=80),
    ]
    pairs = [
        (change.before and change.before.code, change.after and change.after.code)
        for change in between(was, now)
    ]
    assert pairs == [("T1", "T1"), ("T3", "N2"), ("T2", "N3")]


def test_another_measure_takes_the_place() -> None:
    (change,) = between(
        [target("T1", metric="rtt-78-weeks", title="Nobody over 78 weeks")],
        [target("T2", metric="rtt-65-weeks", title="Nobody over 65 weeks", supersedes="T1")],
    )
    assert change.ways == {REPLACED: "“Nobody over 65 weeks” takes the place of “Nobody over 78 weeks”."}


def test_counts_leave_naught_out() -> None:
    changes = between([target("T1"), target("T2", metric="b")], [target("T1", threshold=80, by="2024-06")])
    assert counted(changes) == {"removed": 1, "tightened": 1, "date": 1}


def test_the_later_ones_come_in_their_order_then_what_is_gone() -> None:
    was = [target("T9", metric="z"), target("T2"), target("T1", metric="a")]
    now = [target("T1", metric="a"), target("T2")]
    assert [change.target.code for change in between(was, now)] == ["T1", "T2", "T9"]
