"""One sheet as the parent needs it, row after row, so that a long one costs what is kept of it and no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from submissions.refusals import Refused

HEADER_WITHIN = 200  # the header row is among the first
COVER_COLUMNS = 20
LINE_CODE = "line code"
MOST_CELLS = 500_000
Rows = Iterator[tuple[int, list[list[Any]]]]


def sheet_of(name: str, state: str, rows: Rows) -> dict[str, Any]:
    """The Cover's first rows, a data sheet's header row and the rows that carry a line code, of any other sheet
    nothing. `header` and `code_column` are 0 where it has no such row. Raises Refused for too many cells."""
    if name.casefold() == "cover":
        first = (cells for _, cells in _first(rows))
        cover = [cell for cells in first for cell in cells if cell[1] <= COVER_COLUMNS]
        return _sheet(name, state, 0, 0, cover)
    for header, cells in _first(rows):
        codes = [cell[1] for cell in cells if cell[2] == "text" and _is_line_code(cell[3])]
        if codes:
            return _sheet(name, state, header, min(codes), _data(cells, min(codes), rows))
    return _sheet(name, state, 0, 0, [])


def _first(rows: Rows) -> Rows:
    """The rows among which the header stands."""
    for row, cells in rows:
        if row > HEADER_WITHIN:
            return
        yield row, cells


def _data(header: list[list[Any]], code_column: int, rows: Rows) -> list[list[Any]]:
    kept, named = list(header), {cell[1] for cell in header}
    for _, cells in rows:
        if any(cell[1] == code_column for cell in cells):
            kept += [cell for cell in cells if cell[1] in named]
        if len(kept) > MOST_CELLS:
            raise Refused("too_large", seen=f"more than {MOST_CELLS:,} filled cells")
    return kept


def _sheet(name: str, state: str, header: int, code_column: int, cells: list[list[Any]]) -> dict[str, Any]:
    return {"name": name, "state": state, "header": header, "code_column": code_column, "cells": cells}


def _is_line_code(raw: str) -> bool:
    return " ".join(raw.split()).casefold() == LINE_CODE
