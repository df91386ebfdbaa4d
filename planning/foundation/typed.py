"""Days and times as people type them into a form, in the time of the people who plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.ASCII)
_WORDS = {"midday": (12, 0), "noon": (12, 0), "midnight": (0, 0)}


def moment_typed(form: Mapping[str, str], name: str) -> datetime:
    """The moment of `NAME-day`, `NAME-month`, `NAME-year` and `NAME-time` (17:00, 5pm, 5.30pm, midday).

    Raises ValueError with what to put right.
    """
    day = day_typed(form, name)
    hour, minute = time_typed(form.get(f"{name}-time", ""))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


def day_typed(form: Mapping[str, str], name: str) -> date:
    """The day of `NAME-day`, `NAME-month` and `NAME-year`. Raises ValueError with what to put right."""
    parts = [form.get(f"{name}-{part}", "").strip() for part in ("day", "month", "year")]
    if not all(parts):
        raise ValueError("Enter a day, a month and a year")
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise ValueError("Enter the date in numbers, such as 24 2 2023")
    day, month, year = map(int, parts)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError("Enter a real date") from error


def time_typed(text: str) -> tuple[int, int]:
    """Hour and minute. Raises ValueError with what to put right."""
    said = text.strip().lower()
    if said in _WORDS:
        return _WORDS[said]
    found = _TIME.fullmatch(said)
    wrong = ValueError("Enter a time such as 17:00 or 5pm")
    if found is None:
        raise wrong
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12) or (not half and found[2] is None):
        raise wrong
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour, minute
