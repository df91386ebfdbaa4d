"""A workbook as read: what the child hands back, sheet by sheet and cell by cell. No workbook library here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

NUMBER, TEXT, ERROR, BOOLEAN, DATE, BLANK = "number", "text", "error", "boolean", "date", "blank"
PERCENT, SCALED = "percent", "scaled"  # numbers that their format shows as others: 0.76 as 76%, 1234 as 1
COVER = "cover"
DASH = "dash"  # the text "-" in a cell whose number format shows 0 so


@dataclass(frozen=True)
class Cell:
    """One cell: what it holds (`kind`, `raw` as it stands in the file), and its formula where it has one,
    in which case kind and raw are what the formula last gave (BLANK where the file does not say)."""

    kind: str = BLANK
    raw: str = ""
    formula: str = ""
    is_linked: bool = False  # its formula draws on another file


NOTHING = Cell()


@dataclass(frozen=True)
class Comment:
    """A comment on a cell."""

    row: int
    column: int
    author: str
    text: str
    is_note: bool = True  # of the old style, as our own notes are; not the beginning of a thread


@dataclass(frozen=True)
class Sheet:
    """A data sheet (`header` is the number of its header row, 0 on the Cover)."""

    name: str
    state: str
    header: int
    code_column: int
    cells: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()

    @property
    def is_data(self) -> bool:
        return bool(self.header)

    @property
    def is_visible(self) -> bool:
        return self.state == "visible"

    def at(self, row: int, column: int) -> Cell:
        return self.cells.get((row, column), NOTHING)

    def headers(self) -> dict[int, str]:
        """Column number -> header text, blanks squeezed; in the order of the sheet."""
        row = {column: cell for (at, column), cell in self.cells.items() if at == self.header}
        return {column: " ".join(row[column].raw.split()) for column in sorted(row)}

    def coded_rows(self) -> dict[int, str]:
        """Row number -> line code as typed, squeezed, below the header."""
        column = self.code_column
        rows = {row: cell for (row, at), cell in self.cells.items() if at == column and row > self.header}
        return {row: "".join(rows[row].raw.split()) for row in sorted(rows) if rows[row].raw.strip()}


@dataclass(frozen=True)
class Sheets:
    """What the reader read: the identity's keys and values, the Cover, the data sheets, and the names of other
    files that the workbook draws on."""

    identity: Mapping[str, str]
    sheets: tuple[Sheet, ...]
    links: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Sheets:
        sheets = tuple(_sheet(entry) for entry in document["sheets"])
        return cls(document["identity"], sheets, tuple(document["links"]))

    @property
    def cover(self) -> Sheet | None:
        """The first sheet, whatever its case; None where somebody has deleted it."""
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == COVER), None)

    def data(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.is_data and sheet.is_visible]

    def hidden_data(self) -> list[Sheet]:
        """Data sheets that somebody has hidden: not read, but said."""
        return [sheet for sheet in self.sheets if sheet.is_data and not sheet.is_visible]


def _sheet(entry: Mapping[str, Any]) -> Sheet:
    cells = cells_by_place(entry["cells"])
    comments = tuple(Comment(*comment) for comment in entry.get("comments", ()))
    return Sheet(entry["name"], entry["state"], entry["header"], entry["code_column"], cells, comments)


def cells_by_place(cells: Iterable[list[Any]]) -> dict[tuple[int, int], Cell]:
    """What the child sent of some cells, by (row, column)."""
    return {(cell[0], cell[1]): _cell(cell) for cell in cells}


def _cell(cell: list[Any]) -> Cell:
    if cell[2] == "formula":
        return Cell(cell[4], cell[5], cell[3], cell[6])
    return Cell(cell[2], cell[3])


def column_letters(number: int) -> str:
    """`A` for 1, `AA` for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(column: int, row: int) -> str:
    return f"{column_letters(column)}{row}"
