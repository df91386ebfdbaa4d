"""What an outside model gives: a CSV of line, period and value, or a return workbook of ours that was filled in by
it. Read whole; every fault is named by its row or cell, and with one fault nothing is kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import File

from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.lines import Line
from submissions.figures import answer_of, shown
from submissions.identity import Identity
from submissions.preflight import gate
from submissions.reader import read
from submissions.receive import held
from submissions.scenarios.changing import SET, CannotChange, Change, amount_typed
from submissions.scenarios.today import Today
from submissions.uploads import Value
from submissions.workbook import Sheet, Sheets, cell_name

COLUMNS = ["line", "period", "value"]
LARGEST_CSV = 1024 * 1024
MOST_ROWS = 20_000
MOST_FAULTS = 50  # named at once
_PLANNED = range(periods.APRIL, periods.COUNT)


@dataclass(frozen=True)
class Fault:
    """Where a file is wrong and what to do."""

    where: str  # "Row 7", "Elective, cell G12"
    message: str


class BadModel(ValueError):
    """The file cannot be loaded; its faults, the first fifty."""

    def __init__(self, faults: Sequence[Fault], number: int = 0) -> None:
        super().__init__("The file was not loaded.")
        self.faults = list(faults[:MOST_FAULTS])
        self.number = number or len(faults)


@dataclass
class _Found:
    """What has been read: line -> period code -> amount as plain text."""

    given: dict[str, dict[str, str]]
    faults: list[Fault]

    def add(self, where: str, line: str, period: str, amount: str) -> None:
        if period in self.given.setdefault(line, {}):
            self.faults.append(
                Fault(where, f"{line} stands twice for {periods.month_label(period)}. Keep one of them")
            )
        else:
            self.given[line][period] = amount


def is_workbook(name: str) -> bool:
    return name.lower().endswith(".xlsx")


def changes_in(file: File[Any], today: Today) -> list[Change]:
    """A CSV as changes of one organisation, one a line. Raises BadModel."""
    if (file.size or 0) > LARGEST_CSV:
        raise BadModel(
            [Fault("The file", f"is {(file.size or 0) / 1024 / 1024:.1f} MB. The largest we take is 1 MB")]
        )
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadModel([Fault("The file", "is not text in UTF-8. Save it as “CSV UTF-8”")]) from error
    found = _Found({}, [])
    for number, row in _rows(text):
        _read_row(found, today, number, row)
    return _changes(found, today)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(row number, line, period and value) below the heading, blank rows left out. Raises BadModel."""
    if "\0" in text:
        raise BadModel([Fault("The file", "is not a CSV. Save it as “CSV UTF-8”")])
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        heading = [cell.strip().casefold() for cell in next(reader, [])]
        if heading[: len(COLUMNS)] != COLUMNS:
            raise BadModel([Fault("Row 1", "must be the heading line,period,value")])
        for row in reader:
            if reader.line_num > MOST_ROWS + 1:
                raise BadModel(
                    [Fault("The file", f"has more than {MOST_ROWS:,} rows: a plan has fewer figures")]
                )
            if any(cell.strip() for cell in row):
                yield reader.line_num, [cell.strip() for cell in [*row, "", "", ""][: len(COLUMNS)]]
    except csv.Error as error:
        raise BadModel(
            [Fault(f"Row {reader.line_num}", "cannot be read as CSV. Save the file as “CSV UTF-8”")]
        ) from error


def _read_row(found: _Found, today: Today, number: int, row: Sequence[str]) -> None:
    code, period, value = row
    where = f"Row {number}"
    try:
        line = today.line(code)
        _may_be_given(line, period, today.catalogue.round)
        amount = amount_typed(value, line.unit)
    except CannotChange as error:
        found.faults.append(Fault(where, str(error)))
        return
    found.add(where, code, period, shown(int(amount * SCALE)))


def _may_be_given(line: Line, period: str, round_code: str) -> None:
    codes = periods.codes(round_code)
    allowed = [codes[periods.YEAR]] if line.is_annual else list(codes[periods.APRIL : periods.YEAR])
    if line.has_year_of_months and line.over_time in ("sum", "ratio"):
        allowed.append(codes[periods.YEAR])
    if period not in allowed:
        first = allowed[0] if len(allowed) == 1 else f"a month from {allowed[0]} to {codes[periods.MARCH]}"
        also = f", or {allowed[-1]} for the year" if len(allowed) == 13 else ""
        raise CannotChange(
            "period", f"“{period[:20]}” is no period that {line.code} is planned in. Give {first}{also}"
        )


# --- a workbook ----------------------------------------------------------------------------------------
def changes_in_workbook(file: File[Any], today: Today, rows: Mapping[str, Value]) -> list[Change]:
    """A filled return of this organisation and round: the lines whose planned figures differ from today's (`rows`),
    as changes. Opened in the capped child. Raises BadModel, Refused, ReaderFailed, TooLarge, Busy."""
    with held(file) as path:
        sheets = _read(path)
    _is_of(today, Identity.from_rows(sheets.identity.items()))
    found = _Found({}, [])
    for sheet in sheets.data():
        _read_sheet(found, today, rows, sheet)
    return _changes(found, today)


def _read(path: Path) -> Sheets:
    gate(path)
    return read(path)


def _is_of(today: Today, identity: Identity | None) -> None:
    """Raises BadModel where the workbook is another's."""
    if identity is None:
        raise BadModel([Fault("The workbook", "is not one of our templates. Get it from the returns page")])
    expected = (today.catalogue.round, today.organisation.ods)
    if (identity.round, identity.organisation) != expected:
        raise BadModel(
            [
                Fault(
                    "The workbook",
                    f"is of {identity.organisation}, {identity.round}. Choose one of {expected[1]}, {expected[0]}",
                )
            ]
        )


def _read_sheet(found: _Found, today: Today, rows: Mapping[str, Value], sheet: Sheet) -> None:
    headers = {text: place for place, text in enumerate(periods.headers(today.catalogue.round))}
    columns = {column: headers[text] for column, text in sheet.headers().items() if text in headers}
    for row, code in sheet.coded_rows().items():
        line = today.lines.get(code)
        if line is None:
            found.faults.append(Fault(f"{sheet.name}, row {row}", f"There is no line {code} in this return"))
        elif not line.formula_for(today.organisation.kind):
            for column, place in columns.items():
                if place in _entered(line):
                    _read_cell(found, today, rows, sheet, (row, column), line, place)


def _entered(line: Line) -> Sequence[int]:
    return [periods.YEAR] if line.is_annual else _PLANNED[:-1]


def _read_cell(
    found: _Found,
    today: Today,
    rows: Mapping[str, Value],
    sheet: Sheet,
    at: tuple[int, int],
    line: Line,
    place: int,
) -> None:
    where = f"{sheet.name}, cell {cell_name(at[1], at[0])}"
    answer = answer_of(sheet.at(*at))
    now = rows[line.code].figures[place] if line.code in rows else None
    if answer.rule:
        found.faults.append(Fault(where, f"{line.code} {answer.problem}"))
    elif answer.state == "v" and answer.figure is not None and answer.figure != now:
        found.add(where, line.code, periods.codes(today.catalogue.round)[place], shown(answer.figure))


# --- both ----------------------------------------------------------------------------------------------
def _changes(found: _Found, today: Today) -> list[Change]:
    """One change a line. Raises BadModel for every fault, and for a file that changes nothing."""
    if found.faults:
        raise BadModel(found.faults, len(found.faults))
    year = periods.codes(today.catalogue.round)[periods.YEAR]
    for code, given in found.given.items():
        if year in given and len(given) > 1:
            found.faults.append(Fault(code, f"has months and the year {year}. Give the one or the other"))
    if found.faults:
        raise BadModel(found.faults)
    if not found.given:
        raise BadModel([Fault("The file", "changes nothing: it holds no figure that differs from today’s")])
    ods = today.organisation.ods
    return [Change(ods, code, SET, given=dict(sorted(given.items()))) for code, given in found.given.items()]
