"""Builds real xlsx files for tests: blank, filled, edited cell by cell."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl

from planning.registry.assumptions import load_parameters
from planning.registry.catalogue import lines_from_files
from planning.registry.lines import Line, Lines
from planning.registry.organisations import ICB, Organisation
from submissions.filling import fill_system
from submissions.identity import Identity
from submissions.layout import Figures, default_file_name, write_return
from submissions.returns import bodies_of_system, body_of, expected_lines, return_identity

ROUND = "2023-24"


@dataclass(frozen=True)
class Made:
    """A workbook on disk and what it was made from."""

    path: Path
    lines: list[Line]
    identity: Identity
    figures: Figures

    def cell(self, code: str, header: str) -> str:
        """`Elective!G7`, the cell of a line under a header text."""
        return cell_of(self.path, code, header)


def workbook(
    lines: Sequence[Line],
    identity: Identity,
    figures: Figures | None = None,
    *,
    kind: str = "ac",
    name: str = "Somewhere NHS Trust",
    folder: Path | None = None,
    **more: Any,
) -> Path:
    """A return as this service writes it."""
    path = (folder or Path(tempfile.mkdtemp(prefix="returns-"))) / default_file_name(identity)
    organisation = SimpleNamespace(ods=identity.organisation, kind=kind, name=name)
    write_return(path, lines=lines, identity=identity, organisation=organisation, figures=figures, **more)
    return path


def edited(path: Path, changes: Mapping[str, object], *, to: Path | None = None) -> Path:
    """The workbook with some cells changed (`{"Elective!G7": "twelve"}`; None empties), saved by openpyxl:
    like other programs that are no spreadsheet, it leaves formulas without their values."""
    book = openpyxl.load_workbook(path)
    for place, value in changes.items():
        sheet, _, cell = place.rpartition("!")
        book[sheet.strip("'")][cell].value = value
    out = to or path.with_stem(f"{path.stem}-edited")
    book.save(out)
    return out


def cell_of(path: Path, code: str, header: str) -> str:
    """Where a line stands under a header text, as `Sheet!G7`. Raises KeyError where it does not."""
    for sheet, (rows, columns) in places_in(path).items():
        if code in rows and columns:
            return f"{sheet}!{columns[header]}{rows[code]}"
    raise KeyError(code)


def places_in(path: Path) -> Mapping[str, tuple[Mapping[str, int], Mapping[str, str]]]:
    """Of each sheet, in order: the row of each text in its first column, and the column of each header."""
    saved = path.stat()
    return _places(path, saved.st_mtime_ns, saved.st_size)


@lru_cache(maxsize=32)
def _places(
    path: Path, saved_at: int, size: int
) -> Mapping[str, tuple[Mapping[str, int], Mapping[str, str]]]:
    """Opened once, however many cells of a file are looked up: opening takes most of a test's time."""
    found = {}
    for sheet in openpyxl.load_workbook(path).worksheets:
        rows = {str(cell.value): cell.row for cell in sheet["A"] if cell.value}
        headers = sheet[rows["Line code"]] if "Line code" in rows else ()
        found[sheet.title] = rows, {str(cell.value): cell.column_letter for cell in headers}
    return found


def made(
    ods: str,
    return_kind: str,
    *,
    seed: int | None = 1,
    folder: Path | None = None,
    figures: Figures | None = None,
) -> Made:
    """The return of an organisation of the database: filled by the seed, of the figures given, or blank
    (`seed=None`)."""
    organisation = Organisation.objects.get(pk=ods)
    lines = expected_lines(Lines.load(ROUND), organisation, return_kind)
    identity = return_identity(lines, round_code=ROUND, organisation_ods=ods, return_kind=return_kind)
    if figures is None and seed is not None:
        figures = filled(ods, seed)[return_kind]
    path = workbook(lines, identity, figures, kind=organisation.kind, name=organisation.name, folder=folder)
    return Made(path, lines, identity, figures or {})


def filled(ods: str, seed: int = 1) -> dict[str, dict[str, Any]]:
    """An organisation's three returns, by name, that agree with its system's of the same seed."""
    organisation = Organisation.objects.get(pk=ods)
    system = organisation.kind == ICB
    members = bodies_of_system(ods) if system else [body_of(organisation)]
    figures = fill_system(seed, ROUND, members, Lines.load(ROUND), load_parameters(ROUND))
    return {name: rows for (whose, name), rows in figures.items() if whose == ods}


@lru_cache
def catalogue() -> Lines:
    """The round's lines straight from their files, for tests without a database."""

    return lines_from_files(ROUND)
