"""Numbers, days and counts as people read them: what every page says in the same way."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from django.utils import timezone

MINUS = "\N{MINUS SIGN}"  # read aloud, where brackets are passed over
WHOLE_UNITS = frozenset(
    {
        "patients",
        "beds",
        "spells",
        "attendances",
        "pathways",
        "£000",
        "contacts",
        "people",
    }
)


def figure(value: float | None, unit: str) -> str:
    """A figure with its unit: `76.0%`, `−1,240 (£000)`, `12.5 minutes`. Not known is `not known`."""
    if value is None:
        return "not known"
    if unit.startswith("%"):  # "%", "% growth"
        return f"{bare(value, unit)}{unit}"
    if unit == "£000":
        return f"{bare(value, unit)} (£000)"
    return f"{bare(value, unit)} {unit}".strip()


def bare(value: float | None, unit: str) -> str:
    """A figure without its unit, for a column whose head names it; not known is an empty text."""
    if value is None:
        return ""
    return signed(value, 1 if unit.startswith("%") else _places(value, unit))


def gap(value: float | None, unit: str) -> str:
    """How far apart: `4.9 points`, `3,420 (£000)`, nothing where there is no gap. Percentages differ by points."""
    if value is None:
        return ""
    return figure(value, "points" if unit.startswith("%") else unit)


def pounds(thousands: float | Fraction) -> str:
    """Money in a sentence, given in £000: `£4.2m`, `£489,000`; the sign is left to the sentence."""
    size = abs(Fraction(thousands))
    return f"£{float(size / 1000):,.1f}m" if size >= 1000 else f"£{float(size * 1000):,.0f}"


def _places(value: float, unit: str) -> int:
    if unit in WHOLE_UNITS and abs(value) >= 1:
        return 0
    if unit in ("points", "WTE"):
        return 1
    return 0 if float(value).is_integer() else 1 if abs(value) >= 1 else 2


def signed(value: float | Fraction, places: int) -> str:
    """`1,240.5`, or `−3`: thousands with commas, a true minus sign, none before a zero."""
    text = f"{abs(float(value)):,.{places}f}"
    return f"{MINUS}{text}" if value < 0 and any(digit in text for digit in "123456789") else text


def count(number: int, one: str, many: str = "") -> str:
    """`1 finding`, `7 findings`, `1,200 findings`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def names(words: list[str]) -> str:
    """`activity, workforce and finance`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def day(moment: date | datetime) -> str:
    """`Monday 20 February 2023`, in the time of the people who plan."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return f"{local:%A} {local.day} {local:%B %Y}"


def clock(moment: datetime) -> str:
    """`5pm`, `2:05pm`, `midday`, `midnight`."""
    local = timezone.localtime(moment)
    if local.minute == 0 and local.hour in (0, 12):
        return "midnight" if local.hour == 0 else "midday"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def moment(at: datetime | None) -> str:
    """`20 February 2023, 5pm`; nothing for no time."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{local.day} {local:%B %Y}, {clock(at)}"


def exact_moment(at: datetime) -> str:
    """`20 February 2023 at 16:58:07 GMT`, for receipts."""
    local = timezone.localtime(at)
    return f"{local.day} {local:%B %Y} at {local:%H:%M:%S %Z}"


def until(due: datetime, now: datetime) -> str:
    """How far off: `in 3 days`, `in 2 hours`, `3 days ago`, `3 years ago`."""
    seconds = abs((due - now).total_seconds())
    for size, word in (
        (31_557_600, "year"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
    ):
        if seconds >= size:
            far = count(int(seconds // size), word)
            return f"in {far}" if due > now else f"{far} ago"
    return "in less than a minute" if due > now else "less than a minute ago"
