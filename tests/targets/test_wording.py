"""What a target asks for, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from targets.guidance.target import Target
from targets.wording import asks, marks, wanted_of
from tests.plans import target

YEAR = {"kind": "year_total", "from": "2023-04", "to": "2024-03"}
STEPS = [{"by": "2023-09", "threshold": 50}, {"by": "2024-03", "threshold": 60}]
MEAN, CHANGE = {**YEAR, "kind": "year_mean"}, {**YEAR, "kind": "change_vs_baseline"}
TESTS = [
    {"title": "Mean", "comparator": "<=", "threshold": 7, "unit": "minutes"},
    {"title": "Centile", "comparator": "<=", "threshold": 15, "unit": "minutes"},
]

GROWTH = [
    {"title": "Tests", "comparator": "increase_by", "threshold": 25, "unit": "%", "baseline": "outturn"},
    {"title": "Treatments", "comparator": "increase_by", "threshold": 13, "unit": "%", "baseline": "outturn"},
]


def asked(comparator: str = ">=", threshold: float | None = None, **more: Any) -> Target:
    """By March 2024, in per cent, unless told otherwise."""
    return target("23-99", {"line": "A"}, comparator, threshold, **more)


def over_the_year(comparator: str, threshold: float | None = None, **more: Any) -> Target:
    return asked(comparator, threshold, **{"effect": YEAR, **more})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (asked(">=", 76), "at least 76.0% by March 2024"),
        (
            over_the_year(">", 110, effect={**YEAR, "kind": "change_vs_baseline"}),
            "more than 110.0% over the year, against 2019/20",
        ),
        (asked(">=", 1, unit="projects"), "at least 1 project by March 2024"),
        (asked(">=", 1), "at least 1.0% by March 2024"),
        (asked(">=", 0, unit="£000"), "at least £0 by March 2024"),
        (asked("=", 0, unit="pathways"), "exactly 0 pathways by March 2024"),
        (
            asked(">=", 40, threshold_high=50, unit="per 100,000"),
            "40 to 50 per 100,000 by March 2024",
        ),
        (asked("<=", 12, threshold_high=15, unit="people"), "at most 12 to 15 people by March 2024"),
        (asked("increase_toward", 95, due="2025-03"), "rising towards 95.0% by March 2025"),
        (over_the_year("decrease", baseline="outturn"), "down on the year before over the year"),
        (over_the_year("increase", baseline="2019/20"), "up on 2019/20 over the year"),
        (
            over_the_year("reduce_by", 25, baseline="2019/20"),
            "down by at least 25.0% on 2019/20 over the year",
        ),
        (
            asked("<=", threshold_from="baseline", baseline="2019/20"),
            "at most its own level in 2019/20 by March 2024",
        ),
        (asked(threshold_from="local"), "at least the share set for each body by March 2024"),
        (
            over_the_year(">", threshold_from={"line": "F.ICB.ALLOC", "share_of": "outturn"}),
            "more than the growth of F.ICB.ALLOC on the year before over the year",
        ),
        (asked(steps=STEPS), "at least 50.0% by September 2023, then 60.0% by March 2024"),
        (asked("", answered_by="attestation"), "in place by March 2024"),
        (
            over_the_year("", parts=TESTS),
            "over the year, both of: Mean: at most 7 minutes; Centile: at most 15 minutes",
        ),
        (
            over_the_year("", parts=[{**TESTS[0], "effect": MEAN}, TESTS[1]]),
            "both of: Mean: at most 7 minutes on average over the year; Centile: at most 15 minutes over the year",
        ),
        (
            over_the_year("", parts=GROWTH, effect=CHANGE),
            "over the year, both of: Tests: up by at least 25.0% on the year before; "
            "Treatments: up by at least 13.0% on the year before",
        ),
        (
            over_the_year("reduce_by", 25, effect=CHANGE, baseline="2019/20"),
            "down by at least 25.0% on 2019/20 over the year",
        ),
        (
            over_the_year(">=", 200, effect=CHANGE, baseline="outturn"),
            "at least 200.0% over the year, against the year before",
        ),
    ],
)
def test_what_is_asked(given: Target, words: str) -> None:
    assert asks(given) == words


def test_a_body_with_a_figure_of_its_own() -> None:
    shared = replace(asked(threshold_from="local", unit="beds"), local={"QU9": 350.0})
    assert wanted_of(shared, "QU9") == "at least 350 beds by March 2024, as set for QU9"
    assert wanted_of(shared, "QT6") == "at least the share set for each body by March 2024"


def test_what_sets_it_apart() -> None:
    local = asked(systems=["QT6"], status="query")
    carried = replace(asked(status="expected"), carried_from="2022-23")
    assert [mark["text"] for mark in marks(local)] == ["Local", "Query"]
    assert [mark["text"] for mark in marks(carried)] == ["Expected", "Set in 2022/23"]
    assert marks(asked()) == []
