"""Where everything stands in a return: sheets, rows, columns, and which cells are for people to fill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from planning.registry import periods
from planning.registry.lines import Line, terms

COVER, LISTS = "Cover", "_lists"
LINE_HEADERS = ("Line code", "Line", "Measure type", "Unit")
COMMENT = "Comment"
HEADER_ROW = 4  # counted from 0: title, what to do, key of colours and an empty row stand above
FIRST_PERIOD = len(LINE_HEADERS)
COMMENT_COLUMN = FIRST_PERIOD + periods.COUNT

INPUT, FORMULA, CLOSED = "input", "formula", "closed"
OPTIONAL = "optional"  # an input cell that may stay empty
KNOWN = "known"  # an input cell whose figure is published: given and locked


def headers(round_code: str) -> tuple[str, ...]:
    """The twenty header texts of a data sheet, in our order."""
    return (*LINE_HEADERS, *periods.headers(round_code), COMMENT)


def parts_of(line: Line, kind: str, lines: Mapping[str, Line]) -> list[tuple[int, Line]]:
    """The signed lines that a computed line adds up, among those of this return; `W.SUB.*` and
    `F.ICB.PROV@*` stand for the whole family. Empty where the line is entered."""
    found: list[tuple[int, Line]] = []
    for sign, term in terms(line.formula_for(kind)):
        if term.endswith("*"):
            found.extend((sign, part) for code, part in lines.items() if code.startswith(term[:-1]))
        elif term in lines:
            found.append((sign, lines[term]))
    return found


def kind_of_cell(line: Line, kind: str, place: int, lines: Mapping[str, Line]) -> str:
    """Whether people fill the cell (INPUT), the sheet computes it (FORMULA), or it stays empty (CLOSED)."""
    if is_entered(line, kind, place):
        return INPUT
    if place <= periods.OUTTURN:
        parts = parts_of(line, kind, lines) if line.formula_scope == "all" else []
        asked = any(kind_of_cell(part, kind, place, lines) != CLOSED for _, part in parts)
        return FORMULA if asked else CLOSED
    closed_month = line.is_annual and place <= periods.MARCH
    return FORMULA if is_computed(line, kind, place) and not closed_month else CLOSED


def is_entered(line: Line, kind: str, place: int) -> bool:
    """Whether that cell takes a figure from the person who fills the return in."""
    if is_computed(line, kind, place):
        return False
    if place <= periods.OUTTURN:
        return (line.baseline, line.outturn)[place] != "none"
    return line.is_annual == (place == periods.YEAR)


def is_computed(line: Line, kind: str, place: int) -> bool:
    """Whether the service works that figure out itself, whatever the cell holds."""
    if line.formula_for(kind) and (line.formula_scope == "all" or place >= periods.APRIL):
        return True
    return place == periods.YEAR and line.has_year_of_months


def is_required(line: Line, kind: str, place: int) -> bool:
    """Whether a blank in that cell stops the return."""
    years = {periods.BASELINE: line.baseline, periods.OUTTURN: line.outturn}
    return is_entered(line, kind, place) and years.get(place, line.required) == "required"


@dataclass
class Places:
    """The sheet and row of every line; rows are counted from 0."""

    round_code: str
    sheets: dict[str, list[tuple[int, Line | str]]] = field(default_factory=dict)  # rows: a line or a heading
    rows: dict[str, tuple[str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Iterable[Line], round_code: str) -> Places:
        """A sheet for each `Line.sheet`, in the lines' order, a heading row before each new section."""
        places = cls(round_code)
        sections: dict[str, str] = {}
        next_row: dict[str, int] = {}
        for line in lines:
            content = places.sheets.setdefault(line.sheet, [])
            row = next_row.get(line.sheet, HEADER_ROW + 1)
            if line.section and sections.get(line.sheet) != line.section:
                sections[line.sheet] = line.section
                content.append((row, line.section))
                row += 1
            content.append((row, line))
            places.rows[line.code] = (line.sheet, row)
            next_row[line.sheet] = row + 1
        return places

    def last_row(self, sheet: str) -> int:
        return self.sheets[sheet][-1][0]

    def sections(self, sheet: str) -> list[str]:
        """The headings of a sheet, from the top."""
        return [content for _, content in self.sheets[sheet] if isinstance(content, str)]

    def required_areas(self, sheet: str, kind: str) -> list[str]:
        """The cells of a sheet that must be filled, rows with the same columns that follow each other as one
        range: `F7:R12`."""
        found: list[tuple[int, int, int, int]] = []  # first row, last row, first column, last column
        for row, content in self.sheets[sheet]:
            if isinstance(content, str):
                continue
            wanted = [is_required(content, kind, place) for place in range(periods.COUNT)]
            for first, last in spans(wanted):
                above = (row - 1, first, last)
                at = next((at for at, area in enumerate(found) if (area[1], *area[2:]) == above), None)
                if at is None:
                    found.append((row, row, first, last))
                else:
                    found[at] = (found[at][0], row, first, last)
        return [
            f"{column(FIRST_PERIOD + first)}{top + 1}:{column(FIRST_PERIOD + last)}{bottom + 1}"
            for top, bottom, first, last in found
        ]

    def ranges(self, codes: Sequence[str], first: int, last: int, seen_from: str) -> list[str]:
        """The cells of some lines over periods `first` to `last`, rows that follow each other as one range."""
        found: list[str] = []
        for sheet, top, bottom in _runs([self.rows[code] for code in codes]):
            begin = f"{column(FIRST_PERIOD + first)}{top + 1}"
            end = f"{column(FIRST_PERIOD + last)}{bottom + 1}"
            name = "" if sheet == seen_from else f"'{sheet}'!"
            found.append(f"{name}{begin}" if begin == end else f"{name}{begin}:{end}")
        return found


def column(at: int) -> str:
    """`E` for 4; a return has no column beyond Z."""
    return chr(ord("A") + at)


def spans(wanted: Sequence[bool]) -> list[tuple[int, int]]:
    """The first and last place of every run of True."""
    spans: list[tuple[int, int]] = []
    for place, in_it in enumerate(wanted):
        if in_it and spans and spans[-1][1] == place - 1:
            spans[-1] = (spans[-1][0], place)
        elif in_it:
            spans.append((place, place))
    return spans


def _runs(rows: Iterable[tuple[str, int]]) -> list[tuple[str, int, int]]:
    runs: list[tuple[str, int, int]] = []
    for sheet, row in sorted(rows):
        if runs and runs[-1][0] == sheet and runs[-1][2] == row - 1:
            runs[-1] = (sheet, runs[-1][1], row)
        else:
            runs.append((sheet, row, row))
    return runs
