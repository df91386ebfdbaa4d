"""How cells look, what they accept, and what their notes say."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from planning.registry.lines import Line
from submissions.layout.places import CLOSED, FORMULA, INPUT

FONT = {"font_name": "Arial", "font_size": 10, "valign": "top"}
_FILLS = {INPUT: "#FFF9DB", FORMULA: "#E8EDEE", CLOSED: "#C8CED1"}
_SIGNS = {
    "+": "Enter zero or more.",
    "-": "Spending: enter zero or a negative figure, with a minus sign.",
    "any": "Either sign: income and surplus positive, spending and deficit negative.",
}
_OVER_TIME = {
    "last": "The figure at the end of each month; the plan column is March.",
    "ratio_last": "The figure at the end of each month; the plan column is March.",
    "avg": "The average over each month; the plan column is the mean of the months.",
    "ratio_avg": "The average over each month; the plan column is the mean of the months.",
    "wmean": "The mean of each month; the plan column weighs the months.",
    "annual": "One figure for the year, entered in the plan column.",
}


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **wanted: Any) -> Format:
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**FONT, **wanted})
        return self._made[key]

    def figure(self, kind: str, decimals: int, *, locked: bool) -> Format:
        """A figure's cell: pale and open for people, grey and locked where the sheet computes it."""
        fill = _FILLS[FORMULA if locked and kind == INPUT else kind]
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return self.of(
            num_format=pattern, bg_color=fill, border=1, border_color="#AEB7BD", locked=locked, align="right"
        )


def accepts(line: Line, first: str) -> dict[str, Any]:
    """The validation of a line's open cells, written for the first of them: whole number or decimal, its
    sign, and `n/a` only where the line is not required."""
    tests = [f"ISNUMBER({first})"]
    tests += {"+": [f"{first}>=0"], "-": [f"{first}<=0"]}.get(line.sign, [])
    tests += [] if line.decimals else [f"{first}=ROUND({first},0)"]
    number = f"AND({','.join(tests)})"
    allowed = f'OR({first}="n/a",{number})' if line.required == "optional" else number
    return {
        "validate": "custom",
        "value": f"={allowed}",
        "ignore_blank": True,
        "error_title": "This figure cannot be used",
        "error_message": what_to_enter(line),
    }


def what_to_enter(line: Line) -> str:
    """One instruction, at most 255 characters as a spreadsheet wants it."""
    number = (
        f"a number to {line.decimals} decimal place{'s' if line.decimals > 1 else ''}"
        if line.decimals
        else ""
    )
    sign = {"+": "zero or more", "-": "zero or negative, with a minus sign"}.get(
        line.sign, "positive or negative"
    )
    absent = " Enter n/a if the line does not apply to you." if line.required == "optional" else ""
    return f"Enter {number or 'a whole number'}, {sign}, in {line.unit}, without units or text.{absent}"[:255]


def note_of(line: Line, *, computed: bool) -> str:
    """What a line means: definition, how it runs over the year, sign, source."""
    entry = "Computed by this sheet: nothing to enter." if computed else _SIGNS[line.sign]
    answer = "" if computed or line.required != "optional" else "Optional: n/a where it does not apply."
    said = [line.definition or line.label, _OVER_TIME.get(line.over_time, ""), entry, answer]
    said += [f"A part of {line.of_which}, not in addition to it." if line.of_which else ""]
    said += [f"NHS England reference: {line.nhse_ref}" if line.nhse_ref else ""]
    said += [f"Source: {line.source}" if line.source else ""]
    return "\n".join(sentence for sentence in said if sentence)
