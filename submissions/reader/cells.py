"""The cells of one sheet, their types taken from the XML itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from submissions.refusals import Refused

LAST_ROW, LAST_COLUMN = 20_000, 500  # a return lies well inside; beyond it nothing is looked at
LONGEST_TEXT = 4_000
# What Excel writes as a number. Python also takes 1_000, Arabic digits, inf and nan.
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def cells_of(source: IO[bytes], strings: list[str], dates: set[int]) -> Iterator[list[Any]]:
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
    return {"b": "boolean", "e": "error", "d": "date"}.get(declared, "error"), clean(raw)


def _number(raw: str, dated: bool) -> tuple[str, str]:
    if not _NUMBER.fullmatch(raw):
        return "text", clean(raw)  # the file calls it a number; Excel would not have written it
    return ("date" if dated else "number"), raw


def _shared(raw: str, strings: list[str]) -> tuple[str, str]:
    if not re.fullmatch(r"[0-9]{1,9}", raw.strip()) or int(raw) >= len(strings):
        return "error", f"text number {clean(raw)[:20] or '(none)'} is missing"
    return _text(strings[int(raw)])


def _text(raw: str) -> tuple[str, str]:
    raw = clean(raw)
    return ("text", raw) if raw.strip() else ("blank", "")


def clean(raw: Any) -> str:
    """Text that any database can hold: no NUL, no lone surrogates."""
    return str(raw).replace("\0", "").encode("utf-8", "replace").decode("utf-8")
