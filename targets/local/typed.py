"""A figure as a person types it into a form and reads it again: exact, to four decimals."""

from __future__ import annotations

import re
from decimal import Decimal

from planning.foundation.wording import MINUS
from planning.plan.exact import LARGEST, SCALE, scaled

_FIGURE = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?", re.ASCII)
_DECIMALS = 4


def figure_typed(text: str, unit: str) -> int:
    """`1,250.5`, `45%`, `£300` as ten-thousandths; a sign that is not its unit's is refused, for then another figure
    was meant. Raises ValueError with what to put right."""
    for sign in ("%", "£"):
        if sign in text and not unit.startswith(sign):
            raise ValueError(f"Enter a number{' of ' if unit else ''}{unit}, without {sign}")
    said = text.strip().replace(MINUS, "-").removesuffix("%").removeprefix("£").strip()
    if not _FIGURE.fullmatch(said):
        raise ValueError("Enter a number, such as 45 or 1,250.5")
    figure = Decimal(said.replace(",", ""))
    if len(said.partition(".")[2]) > _DECIMALS:
        raise ValueError("Enter at most four decimals")
    if abs(figure) > LARGEST:
        raise ValueError("Enter a smaller number")
    return scaled(figure)


def figure_plain(value: int) -> str:
    """Every decimal that was typed, none that was not: `1,250.5`."""
    text = f"{abs(Decimal(value)) / SCALE:,.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if value < 0 else text


def figure_said(value: int, unit: str) -> str:
    """`45.25%`, `1,250 WTE`, `−300 (£000)`."""
    if unit.startswith("%"):
        return f"{figure_plain(value)}{unit}"
    return f"{figure_plain(value)} ({unit})" if unit == "£000" else f"{figure_plain(value)} {unit}".strip()
