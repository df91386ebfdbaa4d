"""Days and times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from planning.foundation.typed import moment_typed, time_typed


def typed(day: str, month: str, year: str, time: str = "17:00") -> datetime:
    return moment_typed(
        {"until-day": day, "until-month": month, "until-year": year, "until-time": time}, "until"
    )


def test_a_moment_is_of_london_summer_and_winter() -> None:
    assert typed("24", "2", "2023") == datetime(2023, 2, 24, 17, tzinfo=UTC)
    assert typed(" 24 ", "07", "2023", "5pm") == datetime(2023, 7, 24, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "time"),
    [("17:00", (17, 0)), ("5pm", (17, 0)), ("5.30 PM", (17, 30)), ("12am", (0, 0)), ("12pm", (12, 0)),
     ("midday", (12, 0)), ("midnight", (0, 0)), ("9:05", (9, 5)), ("00:00", (0, 0))],
)  # fmt: skip
def test_times(text: str, time: tuple[int, int]) -> None:
    assert time_typed(text) == time


@pytest.mark.parametrize("text", ["", "17", "25:00", "5:60", "13pm", "0pm", "soon", "٥pm", "17:00:00"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="Enter a time such as 17:00 or 5pm"):
        time_typed(text)


@pytest.mark.parametrize(
    ("parts", "said"),
    [(("", "2", "2023"), "Enter a day, a month and a year"), (("x", "2", "2023"), "in numbers"),
     (("31", "2", "2023"), "Enter a real date"), (("1", "2", "0"), "Enter a real date"),
     (("-1", "2", "2023"), "in numbers"), (("²", "2", "2023"), "in numbers")],
)  # fmt: skip
def test_what_is_no_date(parts: tuple[str, str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        typed(*parts)
