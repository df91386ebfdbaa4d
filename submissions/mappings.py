"""Mappings, kept in the admin: where another layout, such as a national template, holds the figures of our lines.
They fill one of our workbooks for a person to check and upload, never a return."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.db import models

from planning.registry import periods
from planning.registry.lines import Lines

COLUMNS = ("line", "sheet", "baseline", "outturn", "months", "year", "factor")
Place = tuple[int, int]  # row, column
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_MOST_ROWS = 2_000


class Mapping(models.Model):
    """One layout of others for one return of a round."""

    name = models.CharField(max_length=120)
    round = models.ForeignKey("planning.Round", models.CASCADE, related_name="+")
    return_kind = models.CharField(max_length=10)
    note = models.TextField(blank=True)
    # [{line, sheet, months: "E12:P12", baseline: "C12", outturn: "D12", year: "Q12", factor: 1}]
    rows: Any = models.JSONField(default=list)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["round_id", "return_kind", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "name"], name="mapping_once")]

    def __str__(self) -> str:
        return self.name


class BadMapping(ValueError):
    """A row that cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class MappedLine:
    """Where one line stands in the other layout: its sheet, the cell of each period that it has there, and what
    its figures are multiplied by (0.001 where it holds pounds and we hold £000)."""

    line: str
    sheet: str
    places: dict[int, Place]  # period place -> row, column
    factor: Decimal


def rows_of(table: str) -> list[dict[str, str]]:
    """The rows of a pasted table: a header line with the names of COLUMNS, then a line each, tabs or commas
    between. Raises BadMapping."""
    text = table.strip("\ufeff\n\r ")
    dialect = csv.excel_tab if "\t" in text.partition("\n")[0] else csv.excel
    lines = [row for row in csv.reader(text.splitlines(), dialect) if any(cell.strip() for cell in row)]
    head = [cell.strip().casefold() for cell in lines[0]] if lines else []
    unknown = [name for name in head if name not in COLUMNS]
    if unknown or not {"line", "sheet"} <= set(head):
        raise BadMapping(
            f"The first line names the columns: {', '.join(COLUMNS)}. Line and sheet must be there."
        )
    if len(lines) - 1 > _MOST_ROWS:
        raise BadMapping(f"A mapping has {_MOST_ROWS:,} rows or fewer.")
    return [
        {name: cell.strip() for name, cell in zip(head, row, strict=False) if cell.strip()}
        for row in lines[1:]
    ]


def table_of(rows: list[dict[str, str]]) -> str:
    """The rows as a table with tabs, to edit or to paste into a spreadsheet."""
    body = ["\t".join(str(row.get(name, "")) for name in COLUMNS) for row in rows]
    return "\n".join(["\t".join(COLUMNS), *body])


def check_rows(rows: list[dict[str, str]], lines: Lines, return_kind: str) -> list[MappedLine]:
    """The rows as they are used. Raises BadMapping with every fault, a sentence each."""
    faults: list[str] = []
    found: dict[str, MappedLine] = {}
    for number, row in enumerate(rows, start=2):
        try:
            mapped = _mapped(row, lines, return_kind)
            if mapped.line in found:
                raise BadMapping(f"{mapped.line} stands twice.")
            found[mapped.line] = mapped
        except BadMapping as fault:
            faults.append(f"Line {number}: {fault}")
    if faults:
        raise BadMapping(" ".join(faults))
    return list(found.values())


def _mapped(row: dict[str, str], lines: Lines, return_kind: str) -> MappedLine:
    code = row.get("line", "")
    if code not in lines or lines[code].return_kind != return_kind:
        raise BadMapping(f"'{code}' is not a line of the {return_kind} return.")
    if not row.get("sheet"):
        raise BadMapping(f"{code} names no sheet.")
    places: dict[int, Place] = {}
    for name, at in (("baseline", periods.BASELINE), ("outturn", periods.OUTTURN), ("year", periods.YEAR)):
        if row.get(name):
            places[at] = _place(code, row[name])
    if row.get("months"):
        places |= dict(enumerate(_twelve(code, row["months"]), start=periods.APRIL))
    if not places:
        raise BadMapping(f"{code} names no cell.")
    return MappedLine(code, row["sheet"], places, _factor(code, row.get("factor") or "1"))


def _place(code: str, text: str) -> Place:
    match = _CELL.fullmatch(text.upper())
    if match is None:
        raise BadMapping(f"'{text}' of {code} is not a cell such as C12.")
    return int(match[2]), _number_of(match[1])


def _twelve(code: str, text: str) -> list[Place]:
    """The cells of a range of one row or one column, twelve of them, April first."""
    first, _, last = text.partition(":")
    (top, left), (bottom, right) = _place(code, first), _place(code, last or first)
    if (top == bottom and right - left == 11) or (left == right and bottom - top == 11):
        return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
    raise BadMapping(f"'{text}' of {code} is not twelve cells in a row or column, such as E12:P12.")


def _factor(code: str, text: str) -> Decimal:
    try:
        factor = Decimal(text)
    except InvalidOperation:
        factor = Decimal(0)
    if not factor.is_finite() or factor == 0 or abs(factor.adjusted()) > 9:
        raise BadMapping(f"The factor '{text}' of {code} is not a number such as 0.001 or -1.")
    return factor


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
