"""The reader: `python -m submissions.reader FILE` opens one workbook in a child that caps itself first.

A few kilobytes can make a workbook library hang, swell or abort, which nothing in the same process can
catch. So the child reads, and the parent gets JSON. The child imports no Django; the parent no openpyxl.
Cell types come from the XML itself: numbers keep their text and never pass through binary floats.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from submissions.identity import SHEET as IDENTITY_SHEET
from submissions.refusals import Refused
from submissions.workbook import Sheets

if TYPE_CHECKING:
    from zipfile import ZipFile

MEMORY, PROCESSOR, PATIENCE = 1024**3, 20, 40  # bytes; seconds of processor; seconds by the clock
LAST_ROW, LAST_COLUMN = 20_000, 500  # a return lies well inside; beyond it nothing is looked at
HEADER_WITHIN = 200  # the header row is among the first
MOST_CELLS = 500_000
LONGEST_TEXT, LONGEST_NAME = 4_000, 31
STARTED = "reading"  # said by the child once it is capped: what goes wrong after it lies in the file
LINE_CODE = "line code"
# What Excel writes as a number. Python also takes 1_000, Arabic digits, inf and nan.
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_PROJECT = Path(__file__).resolve().parent.parent


class ReaderFailed(Exception):
    """The child could not do its work through no fault of the file: try again."""


# --- the parent ------------------------------------------------------------------------------------
def read(path: Path) -> Sheets:
    """Cover, identity and data sheets of a workbook that has passed the gate.

    Raises Refused where it is not a return of ours or cannot be read, ReaderFailed where that was our fault.
    """
    return Sheets.from_json(_ask("--read", path))


def ole_verdict(path: Path) -> Refused:
    """Of a file with an OLE header: behind a password, or just of the format before 2007."""
    return (
        Refused("password_protected")
        if _ask("--ole", path)["encrypted"]
        else Refused("old_format", seen=_OLD)
    )


_OLD = "an Excel file of the format before 2007 (.xls)"


def _ask(task: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "submissions.reader", task, str(path.resolve())]
    try:
        child = subprocess.run(
            command, cwd=_PROJECT, env=_environment(), capture_output=True, timeout=PATIENCE, check=False
        )
    except (
        subprocess.TimeoutExpired
    ) as fault:  # its processor time is capped far below: the machine is at fault
        raise ReaderFailed(f"The reader was not done after {PATIENCE} seconds.") from fault
    return _answer(child)


def _environment() -> dict[str, str]:
    """Nothing of ours: no database address, no secret key."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ", "SYSTEMROOT") if name in os.environ}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}


def _answer(child: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    started, _, document = child.stdout.partition(b"\n")
    if started != STARTED.encode() or child.returncode in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT):
        last = child.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise ReaderFailed(f"The reader ended with {child.returncode}: {' '.join(last)}")
    if child.returncode:
        raise Refused("unreadable", seen=_END_OF.get(-child.returncode, "reading it broke off"))
    found = json.loads(document)
    if "error" in found:
        raise Refused(found["error"]["code"], **found["error"]["facts"])
    return dict(found)


_END_OF: dict[int, str] = {
    signal.SIGXCPU: "reading it takes too long",
    signal.SIGSEGV: "reading it needs too much memory",
}


# --- the child -------------------------------------------------------------------------------------
def main(task: str, path: str) -> None:
    """Print one line of JSON: what was read, or {"error": {"code", "facts"}}."""
    work = {"--read": _read, "--ole": _ole}[task]
    _import_libraries(task)
    _cap()
    _say(STARTED)
    try:
        found = work(path)
    except Refused as refusal:
        found = {"error": {"code": refusal.code, "facts": refusal.facts}}
    except MemoryError:
        found = {"error": {"code": "unreadable", "facts": {"seen": "reading it needs too much memory"}}}
    except Exception as fault:
        sys.stderr.write(f"{fault!r}"[:500])
        found = {
            "error": {"code": "unreadable", "facts": {"seen": "its contents are not as Excel writes them"}}
        }
    _say(json.dumps(found))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _import_libraries(task: str) -> None:
    """Before the caps and the word `reading`, so that a broken installation is never blamed on a file."""
    if task == "--ole":
        import msoffcrypto  # noqa: F401

        return
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would load it, for nothing here
    import openpyxl

    if not openpyxl.DEFUSEDXML or openpyxl.LXML:
        raise RuntimeError("openpyxl must read through defusedxml.")
    import openpyxl.reader.strings
    import openpyxl.styles.numbers
    import openpyxl.worksheet._reader


def _cap() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(_nothing_outside)


def _nothing_outside(event: str, _: Any) -> None:
    """Reading a workbook needs no network and no other program."""
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")):
        raise PermissionError(f"the reader may not use {event}")


def _ole(path: str) -> dict[str, Any]:
    import msoffcrypto

    with (
        Path(path).open("rb") as stream,
        contextlib.suppress(Exception),
    ):  # unknown inside: an old format, to us
        return {"encrypted": bool(msoffcrypto.OfficeFile(stream).is_encrypted())}
    return {"encrypted": False}


def _read(path: str) -> dict[str, Any]:
    from zipfile import ZipFile

    with ZipFile(path) as package:
        book = _Book(package)
        if IDENTITY_SHEET not in book.sheets:
            raise Refused("not_our_template", seen="it does not say which return it is")
        return book.read()


class _Book:
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
        self.strings, self.dates, self.epoch = self._strings(), self._date_styles(), None
        identity = self._identity()
        found, emitted = [], 0
        for name, (part, state) in self.sheets.items():
            if name.startswith("_"):
                continue
            sheet = _sheet_of(name, state, self._cells(part))
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
            _clean(raw): _clean(cells.get((row, 2), ""))
            for (row, column), raw in cells.items()
            if column == 1
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
            yield from _cells_of(source, self.strings, self.dates)


def _cells_of(source: IO[bytes], strings: list[str], dates: set[int]) -> Iterator[list[Any]]:
    """[row, column, kind, raw] of every filled cell in reach, and for a formula its cached kind and raw.
    Raises Refused for the same cell twice, which Excel would not open."""
    seen: set[tuple[int, int]] = set()
    before = 0
    for row, cells in _parser(dates)(source, strings).parse():
        if row <= before:
            raise Refused("damaged", seen="rows that are out of order")
        before = row
        for cell in filter(None, cells):
            if (cell[0], cell[1]) in seen:
                raise Refused("damaged", seen="the same cell twice")
            seen.add((cell[0], cell[1]))
            yield cell


def _parser(dates: set[int]) -> Any:
    """openpyxl finds the cells and counts rows that have no number; what a cell holds is read here."""
    from openpyxl.worksheet._reader import ROW_TAG, WorkSheetParser
    from openpyxl.xml.functions import iterparse

    class Exact(WorkSheetParser):
        row_counter: int
        col_counter: int

        def parse(self) -> Iterator[tuple[int, list[Any]]]:
            """Rows alone: formats, validations and links are nothing to a reader of figures."""
            for _, element in iterparse(self.source):
                if element.tag == ROW_TAG:
                    yield self.parse_row(element)
                    element.clear()

        def parse_cell(self, element: Any) -> list[Any] | None:
            self.place(element.get("r"))
            return _cell(element, self.shared_strings, dates, self.row_counter, self.col_counter)

        def place(self, coordinate: str | None) -> None:
            if not coordinate:
                self.col_counter += 1
                return
            match = _COORDINATE.fullmatch(coordinate)
            if match is None or int(match[2]) != self.row_counter:
                raise Refused("damaged", seen="a cell that is out of its place")
            self.col_counter = _column_number(match[1])

    return Exact


_COORDINATE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _cell(element: Any, strings: list[str], dates: set[int], row: int, column: int) -> list[Any] | None:
    """A cell as it stands in the XML; None where it holds nothing or lies out of reach."""
    from openpyxl.worksheet._reader import FORMULA_TAG

    if row > LAST_ROW or column > LAST_COLUMN:
        return None
    kind, raw = _held(element, strings, dates)
    formula = element.find(FORMULA_TAG)
    if formula is not None:
        return [row, column, "formula", ("=" + (formula.text or ""))[:300], kind, raw[:LONGEST_TEXT]]
    return None if kind == "blank" else [row, column, kind, raw[:LONGEST_TEXT]]


def _held(element: Any, strings: list[str], dates: set[int]) -> tuple[str, str]:
    """(kind, raw): number, date, text, boolean, error or blank."""
    from openpyxl.cell.text import Text
    from openpyxl.worksheet._reader import INLINE_STRING, VALUE_TAG

    declared = element.get("t", "n")
    if declared == "inlineStr":
        child = element.find(INLINE_STRING)
        return _text("" if child is None else Text.from_tree(child).content or "")
    raw = element.findtext(VALUE_TAG) or ""
    if declared == "s":
        return _shared(raw, strings)
    if declared == "str":
        return _text(raw)
    if not raw:
        return "blank", ""
    if declared == "n":
        return _number(raw.strip(), int(element.get("s") or 0) in dates)
    return {"b": "boolean", "e": "error", "d": "date"}.get(declared, "error"), _clean(raw)


def _number(raw: str, dated: bool) -> tuple[str, str]:
    if not _NUMBER.fullmatch(raw):
        return "text", _clean(raw)  # the file calls it a number; Excel would not have written it
    return ("date" if dated else "number"), raw


def _shared(raw: str, strings: list[str]) -> tuple[str, str]:
    if not re.fullmatch(r"[0-9]{1,9}", raw.strip()) or int(raw) >= len(strings):
        return "error", f"text number {_clean(raw)[:20] or '(none)'} is missing"
    return _text(strings[int(raw)])


def _text(raw: str) -> tuple[str, str]:
    raw = _clean(raw)
    return ("text", raw) if raw.strip() else ("blank", "")


def _clean(raw: Any) -> str:
    """Text that any database can hold: no NUL, no lone surrogates."""
    return str(raw).replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _sheet_of(name: str, state: str, cells: Iterator[list[Any]]) -> dict[str, Any]:
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


if __name__ == "__main__":
    main(*sys.argv[1:3])
