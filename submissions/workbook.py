"""A workbook as read: what the child hands back, sheet by sheet and cell by cell. No workbook library here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NUMBER, TEXT, ERROR, BOOLEAN, DATE, BLANK = "number", "text", "error", "boolean", "date", "blank"


@dataclass(frozen=True)
class Cell:
    """One cell: what it holds (`kind`, `raw` as it stands in the file), and its formula where it has one,
    in which case kind and raw are what the formula last gave (BLANK where the file does not say)."""

    kind: str = BLANK
    raw: str = ""
    formula: str = ""


NOTHING = Cell()


@dataclass(frozen=True)
class Sheet:
    """A data sheet (`header` is the number of its header row, 0 on the Cover)."""

    name: str
    state: str
    header: int
    code_column: int
    cells: Mapping[tuple[int, int], Cell] = field(default_factory=dict)

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
    """What the reader read: the identity's keys and values, the Cover, the data sheets."""

    identity: Mapping[str, str]
    sheets: tuple[Sheet, ...]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Sheets:
        return cls(document["identity"], tuple(_sheet(entry) for entry in document["sheets"]))

    def data(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.is_data and sheet.is_visible]

    def hidden_data(self) -> list[Sheet]:
        """Data sheets that somebody has hidden: not read, but said."""
        return [sheet for sheet in self.sheets if sheet.is_data and not sheet.is_visible]


def _sheet(entry: Mapping[str, Any]) -> Sheet:
    cells = {(cell[0], cell[1]): _cell(cell) for cell in entry["cells"]}
    return Sheet(entry["name"], entry["state"], entry["header"], entry["code_column"], cells)


def _cell(cell: list[Any]) -> Cell:
    if cell[2] == "formula":
        return Cell(cell[4], cell[5], cell[3])
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
