"""Numbers, days and counts as people read them."""

from datetime import UTC, datetime

import pytest

from planning.foundation import wording


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (76.04, "%", "76.0%"),
        (3.84, "% growth", "3.8% growth"),
        (-1240.4, "£000", "−1,240 (£000)"),
        (-0.04, "%", "0.0%"),
        (15.68, "WTE", "15.7 WTE"),
        (33.5, "minutes", "33.5 minutes"),
        (120.0, "pathways", "120 pathways"),
        (None, "%", "not known"),
    ],
)
def test_figures(value: float | None, unit: str, said: str) -> None:
    assert wording.figure(value, unit) == said


def test_gaps_of_percentages_are_points() -> None:
    assert [wording.gap(2.8, "%"), wording.gap(284.5, "WTE"), wording.gap(None, "%")] == [
        "2.8 points",
        "284.5 WTE",
        "",
    ]


@pytest.mark.parametrize(
    ("thousands", "said"), [(-4223.0, "£4.2m"), (489.0, "£489,000"), (1234567, "£1,234.6m")]
)
def test_pounds(thousands: float, said: str) -> None:
    assert wording.pounds(thousands) == said


def test_times_are_those_of_the_united_kingdom() -> None:
    summer, noon = datetime(2023, 6, 1, 16, 5, tzinfo=UTC), datetime(2023, 2, 20, 12, tzinfo=UTC)
    assert wording.moment(summer) == "1 June 2023, 5:05pm"
    assert wording.moment(noon) == "20 February 2023, midday"
    assert wording.day(noon) == "Monday 20 February 2023"
    assert wording.exact_moment(summer) == "1 June 2023 at 17:05:00 BST"


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (datetime(2023, 2, 20, 14, 10, tzinfo=UTC), "in 2 hours"),
        (datetime(2023, 2, 19, 12, 0, tzinfo=UTC), "1 day ago"),
        (datetime(2023, 2, 20, 12, 0, 30, tzinfo=UTC), "in less than a minute"),
        (datetime(2020, 2, 19, 12, 0, tzinfo=UTC), "3 years ago"),
    ],
)
def test_how_far_off(due: datetime, said: str) -> None:
    assert wording.until(due, datetime(2023, 2, 20, 12, 0, tzinfo=UTC)) == said


def test_lists_of_names() -> None:
    assert [wording.names([]), wording.names(["a"]), wording.names(["a", "b", "c"])] == [
        "",
        "a",
        "a, b and c",
    ]
