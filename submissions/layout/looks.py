"""How cells look: the formats of one workbook."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from submissions.layout.places import CLOSED, FORMULA, INPUT, KNOWN, OPTIONAL

FONT = {"font_name": "Arial", "font_size": 10, "valign": "vcenter"}
FILLS = {INPUT: "#FFF2B8", OPTIONAL: "#FFFFFF", FORMULA: "#E8EDEE", KNOWN: "#D5E6F5", CLOSED: "#C8CED1"}
BLUE, LINE_GREY, PALE, QUIET = "#005EB8", "#AEB7BD", "#F0F4F5", "#4C6272"
ROW_HEIGHT, LINE_HEIGHT = 18, 13  # points: a row, and each further line of text in it


def height_for(text: str, width: int) -> int:
    """The row height that a text needs in a column of that width, which takes some 1.2 letters a unit: not every
    program finds it by itself."""
    return ROW_HEIGHT + LINE_HEIGHT * (5 * (len(text) - 1) // (6 * width))


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._figures: dict[tuple[str, int], Format] = {}

    def of(self, **wanted: Any) -> Format:
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**FONT, **wanted})
        return self._made[key]

    def figure(self, kind: str, decimals: int) -> Format:
        """A figure's cell: yellow or white and open for people; grey and locked where the sheet computes it or
        nothing is wanted, blue and locked where it is published. Thousands with commas, negative with a minus sign."""
        key = kind, decimals
        if key not in self._figures:
            self._figures[key] = self.box(
                kind, num_format="#,##0" + ("." + "0" * decimals if decimals else ""), align="right"
            )
        return self._figures[key]

    def box(self, kind: str, **more: Any) -> Format:
        """A bordered cell in the colour of its kind, open where people fill it in."""
        locked = kind not in (INPUT, OPTIONAL)
        return self.of(bg_color=FILLS[kind], border=1, border_color=LINE_GREY, locked=locked, **more)
