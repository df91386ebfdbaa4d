"""From when on a plan that misses a target holds it again."""

from __future__ import annotations

from typing import Any

import pytest

from targets.guidance.target import Target
from targets.judging.recovery import judged_months, recovered
from tests.plans import target

ROUND = "2023-24"
GOAL = [70.0] * 12


def each_month(comparator: str = ">=", threshold: float | None = 70, **more: Any) -> Target:
    given = {"effect": {"kind": "each_month", "from": "2023-04", "to": "2024-03"}, **more}
    return target("23-99", {"line": "A"}, comparator, threshold, **given)


@pytest.mark.parametrize(
    ("missed", "first", "again"),
    [
        ((0, 1), "2023-04", "2023-06"),
        ((0, 5), "2023-04", "2023-10"),  # what holds in between does not last
        ((3, 11), "2023-07", ""),  # March fails: it does not hold again
        ((11,), "2024-03", None),  # no month is left
    ],
)
def test_the_first_month_from_which_it_holds_to_the_end(
    missed: tuple[int, ...], first: str, again: str | None
) -> None:
    planned = [69.9 if month in missed else 70.0 for month in range(12)]
    assert recovered(each_month(), ROUND, planned, GOAL, first) == again


@pytest.mark.parametrize(
    ("comparator", "value", "again"),
    [
        (">=", 70.0, "2023-05"),
        (">", 70.0, ""),
        ("<=", 70.0, "2023-05"),
        ("<", 70.0, ""),
        ("=", 70.0, "2023-05"),
        ("=", 70.1, ""),
    ],
)
def test_exactly_at_the_threshold(comparator: str, value: float, again: str) -> None:
    found = recovered(each_month(comparator=comparator), ROUND, [0.0] + [value] * 11, GOAL, "2023-04")
    assert found == again


def test_a_month_that_is_not_known_does_not_hold() -> None:
    planned: list[float | None] = [60.0, 75.0, *([75.0] * 9), None]
    assert recovered(each_month(), ROUND, planned, GOAL, "2023-04") == ""


def test_only_the_months_that_are_judged_count() -> None:
    late = each_month(effect={"kind": "from_month", "from": "2023-12", "to": "2024-03"})
    planned = [60.0] * 9 + [75.0] * 3
    assert judged_months(late, ROUND) == [8, 9, 10, 11]
    assert recovered(late, ROUND, planned, GOAL, "2023-12") == "2024-01"


def test_of_a_trajectory_the_months_of_its_steps() -> None:
    steps = each_month(
        threshold=None, steps=[{"by": "2023-09", "threshold": 50}, {"by": "2024-03", "threshold": 60}]
    )
    line: list[float | None] = [None] * 5 + [50.0] * 6 + [60.0]
    assert judged_months(steps, ROUND) == [5, 11]
    assert recovered(steps, ROUND, [40.0] * 11 + [60.0], line, "2023-09") == "2024-03"
    assert recovered(steps, ROUND, [40.0] * 12, line, "2023-09") == ""


@pytest.mark.parametrize(
    "entry",
    [
        {"effect": {"kind": "by_month", "from": "2024-03", "to": "2024-03"}},
        {"effect": {"kind": "year_total", "from": "2023-04", "to": "2024-03"}},
        {"comparator": "increase", "threshold": None},
    ],
)
def test_one_month_or_a_year_has_no_recovery(entry: dict[str, Any]) -> None:
    assert recovered(each_month(**entry), ROUND, [60.0] + [75.0] * 11, GOAL, "2023-04") is None
    assert recovered(each_month(), ROUND, [60.0] + [75.0] * 11, GOAL, "2023/24") is None
