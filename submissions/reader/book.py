"""One workbook's package: which sheets it has, its shared texts, which styles are dates, its identity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from submissions.identity import SHEET as IDENTITY_SHEET
from submissions.reader.cells import cells_of, clean
from submissions.refusals import Refused

if TYPE_CHECKING:
    from zipfile import ZipFile

HEADER_WITHIN = 200  # the header row is among the first
LINE_CODE = "line code"
MOST_CELLS = 500_000
LONGEST_NAME = 31  # of a sheet, as Excel allows


class Book:
    """One package: its sheets by name, its texts, which styles are dates. Texts are read only when needed."""

    def __init__(self, package: ZipFile) -> None:
        from openpyxl.packaging.relationship import get_dependents, get_rels_path

        self.package = package
        self.members = set(package.namelist())
        self.part = self._workbook_part()
        self.tree = self._tree(self.part)
        rels = get_rels_path(self.part)
        self.rels = {r.Id: r for r in get_dependents(package, rels)} if rels in self.members else {}
        self.sheets = dict(self._find_sheets())

    def _tree(self, part: str) -> Any:
        from openpyxl.xml.functions import fromstring

        if part not in self.members:
            raise Refused("damaged", seen=f"{part or 'its main part'} is missing")
        return fromstring(self.package.read(part))

    def _workbook_part(self) -> str:
        from openpyxl.packaging.relationship import get_dependents

        if "_rels/.rels" not in self.members:
            raise Refused("damaged", seen="its list of parts is missing")
        found = [
            r.target
            for r in get_dependents(self.package, "_rels/.rels")
            if r.Type.endswith("/officeDocument")
        ]
        return found[0].lstrip("/") if found else ""

    def _find_sheets(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Name -> (part, state) of worksheets, in their order. Names that differ in case alone are damage."""
        from openpyxl.xml.constants import REL_NS, SHEET_MAIN_NS

        if "purl.oclc.org" in self.tree.tag:
            raise Refused("old_format", seen="a Strict Open XML workbook")
        names: set[str] = set()
        for sheet in self.tree.iter(f"{{{SHEET_MAIN_NS}}}sheet"):
            rel, name = self.rels.get(sheet.get(f"{{{REL_NS}}}id", "")), sheet.get("name", "")
            if name.casefold() in names or len(name) > LONGEST_NAME:
                raise Refused("damaged", seen="sheets with names that Excel does not allow")
            names.add(name.casefold())
            if rel is not None and rel.Type.endswith("/worksheet") and rel.TargetMode != "External":
                yield name, (rel.target.lstrip("/"), sheet.get("state", "visible"))

    def read(self) -> dict[str, Any]:
        self.strings, self.dates = self._strings(), self._date_styles()
        identity = self._identity()
        found, emitted = [], 0
        for name, (part, state) in self.sheets.items():
            if name.startswith("_"):
                continue
            sheet = sheet_of(name, state, self._cells(part))
            emitted += len(sheet["cells"])
            if emitted > MOST_CELLS:
                raise Refused("too_large", seen=f"more than {MOST_CELLS:,} filled cells")
            if sheet["cells"]:
                found.append(sheet)
        return {"identity": identity, "sheets": found}

    def _identity(self) -> dict[str, str]:
        """Key -> value of the two columns of the identity sheet."""
        part, _ = self.sheets[IDENTITY_SHEET]
        cells = {
            (row, column): raw for row, column, _, raw, *_ in self._cells(part) if row <= 50 and column <= 2
        }
        return {
            clean(raw): clean(cells.get((row, 2), "")) for (row, column), raw in cells.items() if column == 1
        }

    def _strings(self) -> list[str]:
        from openpyxl.reader.strings import read_string_table

        parts = [r.target.lstrip("/") for r in self.rels.values() if r.Type.endswith("/sharedStrings")]
        if not parts or parts[0] not in self.members:
            return []
        with self.package.open(parts[0]) as source:
            return list(read_string_table(source))

    def _date_styles(self) -> set[int]:
        """The places in cellXfs whose number format shows a date or a time."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
        from openpyxl.xml.constants import SHEET_MAIN_NS as NS

        parts = [r.target.lstrip("/") for r in self.rels.values() if r.Type.endswith("/styles")]
        if not parts:
            return set()
        tree = self._tree(parts[0])
        formats = dict(BUILTIN_FORMATS)
        formats.update(
            {int(f.get("numFmtId")): f.get("formatCode", "") for f in tree.iter(f"{{{NS}}}numFmt")}
        )
        styles = tree.iterfind(f"{{{NS}}}cellXfs/{{{NS}}}xf")
        wanted = (formats.get(int(xf.get("numFmtId", 0)), "General") for xf in styles)
        return {at for at, code in enumerate(wanted) if code != "General" and is_date_format(code)}

    def _cells(self, part: str) -> Iterator[list[Any]]:
        if part not in self.members:
            raise Refused("damaged", seen="a sheet is missing")
        with self.package.open(part) as source:
            yield from cells_of(source, self.strings, self.dates)


def sheet_of(name: str, state: str, cells: Iterator[list[Any]]) -> dict[str, Any]:
    """A sheet as the parent needs it: the Cover whole, a data sheet's header row and the rows that carry a
    line code, of any other sheet nothing. `header` and `code_column` are 0 where it has no such row."""
    held = list(_while_worth_it(cells))
    if name.casefold() == "cover":
        cover = [cell for cell in held if cell[0] <= HEADER_WITHIN and cell[1] <= 20]
        return {"name": name, "state": state, "header": 0, "code_column": 0, "cells": cover}
    heads = [(c[0], c[1]) for c in held if c[0] <= HEADER_WITHIN and c[2] == "text" and _is_line_code(c[3])]
    if not heads:
        return {"name": name, "state": state, "header": 0, "code_column": 0, "cells": []}
    header, code_column = min(heads)
    rows = {cell[0] for cell in held if cell[1] == code_column and cell[0] >= header}
    named = {cell[1] for cell in held if cell[0] == header}
    kept = [cell for cell in held if cell[0] in rows and cell[1] in named]
    return {"name": name, "state": state, "header": header, "code_column": code_column, "cells": kept}


def _while_worth_it(cells: Iterator[list[Any]]) -> Iterator[list[Any]]:
    """A sheet whose first rows have no header is none of ours: the rest of it, however long, is not read."""
    is_data = False
    for cell in cells:
        if cell[0] > HEADER_WITHIN and not is_data:
            return
        is_data = is_data or (cell[2] == "text" and _is_line_code(cell[3]))
        yield cell


def _is_line_code(raw: str) -> bool:
    return " ".join(raw.split()).casefold() == LINE_CODE
