"""What the sheet says of a line: its name, its note, what its cells accept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planning.registry.lines import Line
from submissions.layout.places import LISTS

MONTHS_OF_A_YEAR = tuple(range(1, 13))
_SIGNS = {
    "+": "Enter zero or more.",
    "-": "Spending: enter zero or a negative figure, with a minus sign.",
    "any": "Either sign: income and surplus positive, spending and deficit negative.",
}
_OVER_TIME = {
    "sum": "The figure of each month; the plan column adds them up.",
    "ratio": "The figure of each month; the plan column adds them up.",
    "last": "The figure at the end of each month; the plan column is March.",
    "ratio_last": "The figure at the end of each month; the plan column is March.",
    "avg": "The average over each month; the plan column is the mean of the months.",
    "ratio_avg": "The average over each month; the plan column is the mean of the months.",
    "wmean": "The mean of each month; the plan column weighs the months.",
    "none": "The figure of each month; months make no year, so the plan column stays empty.",
    "annual": "One figure for the year, entered in the plan column.",
}


def label_of(line: Line, names: Mapping[str, str]) -> str:
    """The line's name; a partner's row with the partner's own name beside the code."""
    partner = line.code.partition("@")[2]
    if partner not in names:
        return line.label
    return f"{line.label.removesuffix(f' ({partner})')}: {names[partner]} ({partner})"


def note_of(line: Line, *, computed: bool, published: str = "") -> str:
    """What a line means: definition, unit, how the months make the year, sign, source. `published` says which
    of its figures are given."""
    entry = "Computed by this sheet: nothing to enter." if computed else _SIGNS[line.sign]
    answer = "" if computed or line.required != "optional" else "Optional: n/a where it does not apply."
    said = [line.definition or line.label, f"Unit: {line.unit}.", _OVER_TIME.get(line.over_time, "")]
    said += [entry, answer, published]
    said += [f"A part of {line.of_which}, not in addition to it." if line.of_which else ""]
    said += [f"Counted among {line.denominator}." if line.denominator else ""]
    said += [f"NHS England reference: {line.nhse_ref}" if line.nhse_ref else ""]
    said += [f"Source: {line.source}" if line.source else ""]
    return "\n".join(sentence for sentence in said if sentence)


def accepts(line: Line, first: str) -> dict[str, Any]:
    """The validation of a line's open cells, written for the first of them: whole number or decimal, its sign,
    and `n/a` only where the line is not required; a month of the year is chosen from a list."""
    told = {"error_title": "This figure cannot be used", "error_message": what_to_enter(line)}
    if line.unit == "month":
        last = len(MONTHS_OF_A_YEAR) + (2 if line.required == "optional" else 1)
        return {"validate": "list", "source": f"={LISTS}!$C$2:$C${last}", **told}
    tests = [f"ISNUMBER({first})"]
    tests += {"+": [f"{first}>=0"], "-": [f"{first}<=0"]}.get(line.sign, [])
    tests += [] if line.decimals else [f"{first}=ROUND({first},0)"]
    number = f"AND({','.join(tests)})"
    allowed = f'OR({first}="n/a",{number})' if line.required == "optional" else number
    return {"validate": "custom", "value": f"={allowed}", "ignore_blank": True, **told}


def what_to_enter(line: Line) -> str:
    """One instruction, at most 255 characters as a spreadsheet wants it."""
    absent = " Enter n/a if the line does not apply to you." if line.required == "optional" else ""
    if line.unit == "month":
        return f"Choose the month of the financial year: 1 is April, 12 is March.{absent}"
    number = "a whole number"
    if line.decimals:
        number = f"a number to {line.decimals} decimal place{'s' if line.decimals > 1 else ''}"
    sign = {"+": "zero or more", "-": "zero or negative, with a minus sign"}.get(
        line.sign, "positive or negative"
    )
    return f"Enter {number}, {sign}, in {line.unit}, without units or text.{absent}"[:255]
