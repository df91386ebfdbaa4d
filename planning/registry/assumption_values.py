"""What a planning assumption's value may be, how it is typed into a form and how it is said.

A ratio is typed and said as a percentage (2.1% is kept as 0.021), a choice by the number of what is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from planning.foundation.wording import MINUS

RATIO, CHOICE, MONEY = "ratio", "choice", "£000"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_DECIMALS = 4  # of what is typed; a ratio is kept with two more
_LONGEST = 12


def value_fault(entry: Mapping[str, Any], value: Decimal) -> str:
    """What is wrong with a value of an assumption, "" where nothing is: none of its choices, or past what is
    plausible of it."""
    choices = entry.get("choices")
    if choices is not None:
        return "" if plain(value) in choices else f"Choose one of {', '.join(choices.values())}"
    low, high = (Decimal(str(entry[name])) if name in entry else None for name in ("low", "high"))
    if low is not None and high is not None and not low <= value <= high:
        return f"Enter a number from {value_said(entry, low)} to {value_said(entry, high)}"
    return ""


def value_typed(entry: Mapping[str, Any], text: str) -> Decimal:
    """A value as somebody typed it (`2.5` or `2.5%` of a ratio). Raises ValueError with what to put right."""
    said = text.strip().replace(MINUS, "-")
    is_ratio = entry["unit"] == RATIO
    if is_ratio:
        said = said.removesuffix("%").strip()
    if not _NUMBER.fullmatch(said) or len(said) > _LONGEST:
        raise ValueError(_ask_for(entry))
    if len(said.partition(".")[2]) > _DECIMALS:
        raise ValueError(f"Enter at most {_DECIMALS} decimals")
    value = Decimal(said) / 100 if is_ratio else Decimal(said)
    if wrong := value_fault(entry, value):
        raise ValueError(wrong)
    return value


def value_said(entry: Mapping[str, Any], value: Decimal) -> str:
    """`2.1%`, `38.5 (£000)`, `18 days`, `Total income`: exact, without zeros that nobody typed."""
    unit = entry["unit"]
    if "choices" in entry:
        return str(entry["choices"].get(plain(value), plain(value)))
    if unit == RATIO:
        return f"{_signed(value * 100)}%"
    if unit == MONEY:
        return f"{_signed(value)} (£000)"
    return f"{_signed(value)} {unit}".strip() if unit != "weight" else _signed(value)


def value_shown(entry: Mapping[str, Any], value: Decimal) -> str:
    """As it stands in the field of a form, to be changed: without sign or unit."""
    return plain(value * 100) if entry["unit"] == RATIO else plain(value)


def value_of(entry: Mapping[str, Any]) -> Decimal:
    """The round's own value, exactly as it is declared."""
    return Decimal(str(entry["value"]))


def plain(value: Decimal) -> str:
    """`0.021`, `38.5`, `16`: never with an exponent or zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(value: Decimal) -> str:
    whole, _, decimals = plain(abs(value)).partition(".")
    text = f"{int(whole):,}{'.' + decimals if decimals else ''}"
    return f"{MINUS}{text}" if value < 0 else text


def _ask_for(entry: Mapping[str, Any]) -> str:
    if "choices" in entry:
        return f"Choose one of {', '.join(entry['choices'].values())}"
    if entry["unit"] == RATIO:
        return "Enter a percentage, such as 2.5"
    if entry["unit"] == MONEY:
        return "Enter a number in £000, without commas"
    return "Enter a number, such as 2.5"
