"""The reader agrees, cell for cell, with a reader that knows nothing of returns."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from submissions.reader import read
from submissions.reader.cells import LAST_COLUMN
from submissions.reader.sheet import HEADER_WITHIN
from submissions.workbook import Cell, column_letters
from tests import hostile


@pytest.mark.parametrize("return_kind", ["activity", "workforce", "finance"])
def test_it_agrees_with_openpyxl_cell_for_cell(return_kind: str) -> None:
    path = hostile.good(return_kind)
    values, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    sheets = read(path)
    assert [sheet.name for sheet in sheets.sheets] == [n for n in values.sheetnames if not n.startswith("_")]
    for sheet in sheets.data():
        for row in sheet.coded_rows():
            for column in range(1, 21):
                seen, plain = sheet.at(row, column), values[sheet.name].cell(row, column).value
                assert _plain(seen) == (None if plain == "" else plain)
                assert bool(seen.formula) == (formulas[sheet.name].cell(row, column).data_type == "f")


def _plain(cell: Cell) -> object:
    return float(cell.raw) if cell.kind == "number" else cell.raw or None


def test_it_finds_identity_cover_and_data_sheets() -> None:
    sheets = read(hostile.good())
    assert set(sheets.identity) == {"round", "organisation", "return", "template_version", "digest"}
    assert sheets.sheets[0].name == "Cover"
    assert not sheets.sheets[0].is_data
    assert sheets.sheets[0].cells
    assert {sheet.headers()[1] for sheet in sheets.data()} == {"Line code"}


def test_a_large_sheet_of_ones_own_is_not_read_to_its_end(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(hostile.good())
    notes = book.create_sheet("Notes")
    for row in range(1, HEADER_WITHIN + 2000):
        notes.append([row] * 30)
    book.save(tmp_path / "a.xlsx")
    found = {sheet.name: len(sheet.cells) for sheet in read(tmp_path / "a.xlsx").sheets}
    assert "Notes" not in found


def test_cells_out_of_reach_are_not_looked_at(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(hostile.good())
    sheet = book.worksheets[1]
    head = next(cell.row for cell in sheet["A"] if cell.value == "Line code")
    sheet.cell(head, LAST_COLUMN + 1).value = "Apr-23"
    book.save(tmp_path / "a.xlsx")
    assert list(read(tmp_path / "a.xlsx").data()[0].headers().values()).count("Apr-23") == 1


def test_a_line_code_far_down_is_found(tmp_path: Path) -> None:
    """Whatever carries a code is read or named, wherever it stands."""
    book = openpyxl.load_workbook(hostile.good())
    book.worksheets[1].cell(1_048_576, 1).value = "F.FAR"
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").data()[0].coded_rows()[1_048_576] == "F.FAR"


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (16384, "XFD")]
)
def test_column_letters(number: int, letters: str) -> None:
    assert column_letters(number) == letters
