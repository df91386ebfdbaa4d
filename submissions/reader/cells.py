"""The cells of one sheet, their types taken from the XML itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from submissions.reader.styles import DASH, DATE, PERCENT, SCALED, day_of
from submissions.refusals import Refused

LAST_COLUMN = 500  # a return lies well inside; beyond it nothing is looked at
LONGEST_TEXT = 4_000
# What Excel writes as a number. Python also takes 1_000, Arabic digits, inf and nan.
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
# A formula that draws on another file, as the file format writes it ([1] is its first link), or on the web.
_LINK = re.compile(
    r"'\[\d+\][^']*'!|(?<![\w.\])])\[\d+\][^\[\]'(),;:*/+\s-]*!|\b(?:WEBSERVICE|RTD)\(", re.IGNORECASE
)
_DASHES = frozenset("-–—−")


@dataclass(frozen=True)
class Shared:
    """What the cells of a whole workbook refer to: its texts, what each style shows, its date base."""

    strings: list[str]
    looks: Mapping[int, str]
    epoch: Any


def rows_of(source: IO[bytes], shared: Shared) -> Iterator[tuple[int, list[list[Any]]]]:
    """Row after row, [row, column, kind, raw] of every filled cell in reach; of a formula [row, column,
    "formula", its text, cached kind, cached raw, whether it draws on another file].
    Raises Refused for the same cell twice and for rows out of order, which Excel would not open."""
    before = 0
    for row, found in _parser(shared)(source, shared.strings).parse():
        if row <= before:
            raise Refused("damaged", seen="rows that are out of order")
        before = row
        cells = [cell for cell in found if cell is not None]
        if len({cell[1] for cell in cells}) < len(cells):
            raise Refused("damaged", seen="the same cell twice")
        yield row, cells


def _parser(shared: Shared) -> Any:
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
            return _cell(element, shared, self.row_counter, self.col_counter)

        def place(self, coordinate: str | None) -> None:
            if not coordinate:
                self.col_counter += 1
                return
            match = _COORDINATE.fullmatch(coordinate)
            if match is None or int(match[2]) != self.row_counter:
                raise Refused("damaged", seen="a cell that is out of its place")
            self.col_counter = column_number(match[1])

    return Exact


_COORDINATE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def column_number(letters: str) -> int:
    """1 for `A`, 27 for `AA`."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _cell(element: Any, shared: Shared, row: int, column: int) -> list[Any] | None:
    """A cell as it stands in the XML; None where it holds nothing or lies out of reach."""
    from openpyxl.worksheet._reader import FORMULA_TAG

    if column > LAST_COLUMN:
        return None
    kind, raw = _held(element, shared)
    formula = element.find(FORMULA_TAG)
    if formula is not None:
        text = formula.text or ""
        linked = _LINK.search(text) is not None
        return [row, column, "formula", clean("=" + text)[:300], kind, raw[:LONGEST_TEXT], linked]
    return None if kind == "blank" else [row, column, kind, raw[:LONGEST_TEXT]]


def _held(element: Any, shared: Shared) -> tuple[str, str]:
    """(kind, raw): number, percent, scaled, date, text, dash, boolean, error or blank."""
    from openpyxl.cell.text import Text
    from openpyxl.worksheet._reader import INLINE_STRING, VALUE_TAG

    declared, look = element.get("t", "n"), shared.looks.get(int(element.get("s") or 0), "")
    if declared == "inlineStr":
        child = element.find(INLINE_STRING)
        return _text("" if child is None else Text.from_tree(child).content or "", look)
    raw = element.findtext(VALUE_TAG) or ""
    if declared == "s":
        return _shared(raw, shared.strings, look)
    if declared == "str":
        return _text(raw, look)
    if not raw:
        return "blank", ""
    if declared == "n":
        return _number(raw.strip(), look, shared.epoch)
    return {"b": "boolean", "e": "error", "d": "date"}.get(declared, "error"), clean(raw)


def _number(raw: str, look: str, epoch: Any) -> tuple[str, str]:
    """A number, or what it is shown as where that is another figure; 0 is 0 in any format but a date's."""
    if not _NUMBER.fullmatch(raw):
        return "text", clean(raw)  # the file calls it a number; Excel would not have written it
    if look == DATE:
        return DATE, day_of(raw, epoch)
    return (look if look in (PERCENT, SCALED) and float(raw) else "number"), raw


def _shared(raw: str, strings: list[str], look: str) -> tuple[str, str]:
    if not re.fullmatch(r"[0-9]{1,9}", raw.strip()) or int(raw) >= len(strings):
        return "error", f"text number {clean(raw)[:20] or '(none)'} is missing"
    return _text(strings[int(raw)], look)


def _text(raw: str, look: str) -> tuple[str, str]:
    """A text; a lone dash in a cell whose number format shows 0 as one is told apart."""
    raw = clean(raw)
    if not raw.strip():
        return "blank", ""
    return (DASH if look == DASH and raw.strip() in _DASHES else "text"), raw


def clean(raw: Any) -> str:
    """Text that any database can hold: no NUL, no lone surrogates."""
    return str(raw).replace("\0", "").encode("utf-8", "replace").decode("utf-8")
