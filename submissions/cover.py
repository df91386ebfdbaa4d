"""What the Cover's form says: who sends the return and who stands by it. Asked for, never required."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from submissions import workbook
from submissions.layout.cover import FORM
from submissions.workbook import Sheet, cell_name

LONGEST_ANSWER = 1_000


@dataclass(frozen=True)
class Said:
    """One answer and the cell that it stands in. A day is written 2023-02-20."""

    answer: str
    cell: str


def read_cover(sheet: Sheet | None) -> dict[str, Said]:
    """Label of the form -> what stands beside it, for the questions that have an answer. A label is known by its
    text, wherever it stands; the hint beside the box is no answer."""
    hints = dict(FORM)
    said: dict[str, Said] = {}
    for row, cells in _rows(sheet):
        for column, text in cells:
            if text in hints and text not in said:
                answer = _beside(column, cells, hints[text])
                if answer is not None:
                    said[text] = Said(answer[1], cell_name(answer[0], row))
    return said


def _beside(column: int, cells: list[tuple[int, str]], hint: str) -> tuple[int, str] | None:
    return next(((at, text) for at, text in cells if at > column and text != hint), None)


def _rows(sheet: Sheet | None) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Row number and its filled cells, from the left."""
    rows: dict[int, list[tuple[int, str]]] = {}
    for (row, column), cell in sorted(sheet.cells.items()) if sheet is not None else ():
        text = " ".join(cell.raw.split())[:LONGEST_ANSWER]
        if text and cell.kind != workbook.ERROR:
            rows.setdefault(row, []).append((column, text))
    yield from rows.items()
