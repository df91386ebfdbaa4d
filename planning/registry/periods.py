"""Periods and their names: fifteen to a round, in the order of a stored row."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

MONTH_NAMES = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")
LONG_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
BASELINE, OUTTURN, APRIL, MARCH, YEAR = 0, 1, 2, 13, 14
MONTHS = slice(APRIL, YEAR)
COUNT = 15


def first_year(round_code: str) -> int:
    """2023 for round `2023-24`. Raises ValueError for a code of another shape."""
    start, _, end = round_code.partition("-")
    if len(start) != 4 or len(end) != 2 or (int(start) + 1) % 100 != int(end):
        raise ValueError(f"'{round_code}' is not a round such as 2023-24.")
    return int(start)


def codes(round_code: str) -> tuple[str, ...]:
    """The fifteen period codes of a round: 2019/20, 2022/23, 2023-04 … 2024-03, 2023/24."""
    year = first_year(round_code)
    months = [f"{year}-{month:02d}" for month in range(4, 13)] + [
        f"{year + 1}-{month:02d}" for month in range(1, 4)
    ]
    return ("2019/20", _financial_year(year - 1), *months, _financial_year(year))


def headers(round_code: str) -> tuple[str, ...]:
    """The fifteen column headers of a data sheet: 2019/20, 2022/23 outturn, Apr-23 … 2023/24 plan."""
    year = first_year(round_code)
    months = [
        f"{name}-{(year if place < 9 else year + 1) % 100:02d}" for place, name in enumerate(MONTH_NAMES)
    ]
    return ("2019/20", f"{_financial_year(year - 1)} outturn", *months, f"{_financial_year(year)} plan")


def month_label(period: str) -> str:
    """`March 2024` for `2024-03`; a year's code (`2023/24`) stays as it is."""
    if "/" in period:
        return period
    year, month = period.split("-")
    return f"{LONG_NAMES[int(month) - 1]} {year}"


def last_day(period: str) -> date:
    """31 March 2020 of `2019/20`, 30 April 2023 of `2023-04`."""
    if "/" in period:
        return date(int(period[:4]) + 1, 3, 31)
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, monthrange(year, month)[1])


def _financial_year(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02d}"
