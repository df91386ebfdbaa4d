"""One workbook's package: which sheets it has, its shared texts, what its styles show, its identity."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from submissions.identity import SHEET as IDENTITY_SHEET
from submissions.reader.cells import Shared, clean, rows_of
from submissions.reader.extras import comments_on, links_of
from submissions.reader.sheet import MOST_CELLS, sheet_of
from submissions.reader.styles import looks_of
from submissions.refusals import Refused

if TYPE_CHECKING:
    from zipfile import ZipFile

LONGEST_NAME = 31  # of a sheet, as Excel allows


class Book:
    """One package: its sheets by name, and what their cells refer to."""

    def __init__(self, package: ZipFile) -> None:
        from openpyxl.packaging.relationship import get_dependents, get_rels_path

        self.package = package
        self.members = set(package.namelist())
        self.part = self._workbook_part()
        self.tree = self._tree(self.part)
        rels = get_rels_path(self.part)
        self.rels = {r.Id: r for r in get_dependents(package, rels)} if rels in self.members else {}
        self.sheets = dict(self._find_sheets())

    @cached_property
    def shared(self) -> Shared:
        """What the cells refer to; read only when cells are."""
        return Shared(self._strings(), self._looks(), self._epoch())

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
        identity = self._identity()
        found, emitted = [], 0
        for name, (part, state) in self.sheets.items():
            if name.startswith("_"):
                continue
            sheet = sheet_of(name, state, self._rows(part))
            emitted += len(sheet["cells"])
            if emitted > MOST_CELLS:
                raise Refused("too_large", seen=f"more than {MOST_CELLS:,} filled cells")
            if sheet["header"]:
                sheet["comments"] = comments_on(self.package, part, self._tree)
            if sheet["cells"]:
                found.append(sheet)
        return {"identity": identity, "sheets": found, "links": links_of(self.package, self.rels.values())}

    def cells_at(self, wanted: Mapping[str, Collection[Sequence[int]]]) -> dict[str, Any]:
        """Sheet -> the filled cells among those (row, column) places; null for a sheet that is not there."""
        found: dict[str, Any] = {}
        for name, places in wanted.items():
            asked = {(row, column) for row, column in places}
            there = name in self.sheets
            cells = self._cells(self.sheets[name][0]) if there else ()
            found[name] = [cell for cell in cells if (cell[0], cell[1]) in asked] if there else None
        return found

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

    def _looks(self) -> dict[int, str]:
        """What the styles show that matters, by their place."""
        parts = [r.target.lstrip("/") for r in self.rels.values() if r.Type.endswith("/styles")]
        return looks_of(self._tree(parts[0])) if parts else {}

    def _epoch(self) -> Any:
        """The day that the workbook counts its dates from: of 1900, or of 1904 as old Macs did."""
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
        from openpyxl.xml.constants import SHEET_MAIN_NS

        settings = self.tree.find(f"{{{SHEET_MAIN_NS}}}workbookPr")
        counted = "" if settings is None else settings.get("date1904", "")
        return CALENDAR_MAC_1904 if counted in ("1", "true") else CALENDAR_WINDOWS_1900

    def _rows(self, part: str) -> Iterator[tuple[int, list[list[Any]]]]:
        if part not in self.members:
            raise Refused("damaged", seen="a sheet is missing")
        with self.package.open(part) as source:
            yield from rows_of(source, self.shared)

    def _cells(self, part: str) -> Iterator[list[Any]]:
        for _, cells in self._rows(part):
            yield from cells
