"""Published actuals from a CSV file, as a spreadsheet saves it: every row checked, then all stored or none."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from planning.plan.exact import LARGEST, SCALE, scaled
from planning.registry import periods
from planning.registry.actuals import Actual
from planning.registry.lines import Line, Lines
from planning.registry.organisations import Organisation, Succession
from planning.registry.rounds import Round

COLUMNS = ("organisation", "line", "period", "value", "source")
OPTIONAL = "round"
LONGEST_SOURCE = 300
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_SIGNS = {"+": "zero or more", "-": "zero or less: spending has a minus sign"}


class BadActuals(ValueError):
    """The file cannot be loaded: `faults` says each line, column and what to do."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Counts:
    """What became of the figures of a file, each row one figure however many rounds it is for."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class _Key:
    round: str
    organisation: str
    line: str
    period: str


def load_published(path: Path) -> Counts:
    """Store the figures of a file, in place of those with the same round, organisation, line and period. Raises
    BadActuals, and then nothing of the file is stored; OSError where it cannot be read."""
    reading = _Reading(_catalogues(), _known_bodies())
    for number, row in _rows(path):
        reading.take(number, row)
    if reading.faults:
        raise BadActuals(reading.faults)
    with transaction.atomic():
        return _store(reading.figures, reading.lines)


def _catalogues() -> dict[str, Lines]:
    return {code: Lines.load(code) for code in Round.objects.order_by("code").values_list("code", flat=True)}


def _known_bodies() -> frozenset[str]:
    """Those who are here, and those whom they succeeded."""
    bodies = set(Organisation.objects.values_list("ods", flat=True))
    return frozenset(bodies | set(Succession.objects.values_list("predecessor", flat=True)))


# --- the file --------------------------------------------------------------------------------------
def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line of the file, cells by column) of each row that says anything. Raises BadActuals."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [cell.strip().casefold() for cell in next(reader, [])]
            _check_header(header)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, _by_column(reader.line_num, header, cells)
    except UnicodeDecodeError as error:
        raise BadActuals(["The file is not in UTF-8. Save it as 'CSV UTF-8'."]) from error
    except csv.Error as error:
        raise BadActuals(
            [f"Line {reader.line_num}: this is not CSV ({error}). Save the file again."]
        ) from error


def _check_header(header: Sequence[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise BadActuals(
            [
                f"Line 1: there is no column {', '.join(missing)}. The first line names the columns, with commas "
                f"between them: {','.join(COLUMNS)}, and if you need it {OPTIONAL}."
            ]
        )
    twice = [name for name in (*COLUMNS, OPTIONAL) if header.count(name) > 1]
    if twice:
        raise BadActuals([f"Line 1: the column {twice[0]} stands twice. Delete one of the two."])


def _by_column(number: int, header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(header) :]):
        raise BadActuals(
            [f"Line {number}: more cells than columns. Put quotes around a text that has a comma in it."]
        )
    return {name: cell.strip() for name, cell in zip(header, cells, strict=False)}


# --- a row -----------------------------------------------------------------------------------------
class _Wrong(Exception):
    """One cell cannot be used: its column, and what to do."""

    def __init__(self, column: str, what: str) -> None:
        super().__init__(what)
        self.column = column


class _Reading:
    """The rows taken so far: their figures by key, and what is wrong with them."""

    def __init__(self, catalogues: Mapping[str, Lines], bodies: frozenset[str]) -> None:
        self.catalogues, self.bodies = catalogues, bodies
        self.periods = {code: _periods_of(code) for code in catalogues}
        self.figures: dict[_Key, tuple[int, str]] = {}
        self.lines: dict[_Key, int] = {}
        self.faults: list[str] = []

    def take(self, number: int, row: Mapping[str, str]) -> None:
        try:
            self._take(number, row)
        except _Wrong as fault:
            self.faults.append(f"Line {number}, {fault.column}: {fault}")

    def _take(self, number: int, row: Mapping[str, str]) -> None:
        organisation, source = row.get("organisation", "").upper(), row.get("source", "")
        if organisation not in self.bodies:
            raise _Wrong(
                "organisation",
                f"'{organisation}' is no organisation here, nor the predecessor of one. Write its ODS code.",
            )
        if not source or len(source) > LONGEST_SOURCE:
            raise _Wrong(
                "source", f"say in at most {LONGEST_SOURCE} characters where the figure was published."
            )
        for round_code, period in self._rounds(row):
            line = self._line(round_code, row.get("line", ""))
            key = _Key(round_code, organisation, line.code, period)
            if key in self.lines:
                raise _Wrong(
                    "line", f"the same figure stands in line {self.lines[key]}. Delete one of the two."
                )
            self.lines[key] = number
            self.figures[key] = _figure(line, row.get("value", "")), source

    def _rounds(self, row: Mapping[str, str]) -> list[tuple[str, str]]:
        """The rounds that the figure is for, each with the period's code there: the one named; else the one
        whose outturn or month it is, and for 2019/20 every round that has the line."""
        named, written = row.get(OPTIONAL, ""), row.get("period", "")
        if named and named not in self.catalogues:
            raise _Wrong(OPTIONAL, f"there is no round '{named}'. Write one of {', '.join(self.catalogues)}.")
        found = [
            (code, known[written])
            for code, known in self.periods.items()
            if written in known and named in ("", code)
        ]
        if not found:
            raise _Wrong(
                "period",
                f"'{written}' is neither 2019/20 nor the outturn or a month of {named or 'a round here'}. Write it "
                "as 2019/20, 2022/23 or 2023-04.",
            )
        if not named and len(found) > 1:
            found = [each for each in found if row.get("line", "") in self.catalogues[each[0]]] or found[:1]
        return found

    def _line(self, round_code: str, code: str) -> Line:
        lines = self.catalogues[round_code]
        if code not in lines or code.endswith("@"):
            partner = " A partner's row names the partner: F.INC.ICB@QU9." if code.endswith("@") else ""
            raise _Wrong("line", f"'{code}' is not a line of {round_code}. Write its code.{partner}")
        return lines[code]


def _periods_of(round_code: str) -> dict[str, str]:
    """The code of each period up to March, by itself and by its column's header, since a spreadsheet writes
    `Apr-23` where `2023-04` stood."""
    known = slice(periods.BASELINE, periods.YEAR)
    codes = periods.codes(round_code)[known]
    return {
        **dict(zip(periods.headers(round_code)[known], codes, strict=True)),
        **{code: code for code in codes},
    }


def _figure(line: Line, written: str) -> int:
    """A figure as stored. Raises _Wrong where it is none that the line could hold."""
    if not _NUMBER.fullmatch(written):
        raise _Wrong("value", f"'{written}' is not a number. Write it such as 12345.6 or -12345.6.")
    value = Decimal(written.replace(",", ""))
    if abs(value) >= LARGEST:
        raise _Wrong("value", f"{written} is too large. Check its unit, {line.unit}.")
    if (line.sign == "+" and value < 0) or (line.sign == "-" and value > 0):
        raise _Wrong("value", f"{line.code} is {_SIGNS[line.sign]}. Change the sign of {written}.")
    if not line.decimals and scaled(value) % SCALE:
        raise _Wrong("value", f"{line.code} is counted in whole {line.unit}. Round {written}.")
    return scaled(value)


# --- the store -------------------------------------------------------------------------------------
def _store(figures: Mapping[_Key, tuple[int, str]], lines: Mapping[_Key, int]) -> Counts:
    rounds = {key.round for key in figures}
    stored = {
        _Key(*row[:4]): row[4:]
        for row in Actual.objects.filter(round_id__in=rounds).values_list(
            "round_id", "organisation", "line", "period", "value", "source"
        )
    }
    changed = {key: found for key, found in figures.items() if stored.get(key) != found}
    Actual.objects.bulk_create(
        [
            Actual(
                round_id=key.round,
                organisation=key.organisation,
                line=key.line,
                period=key.period,
                value=value,
                source=source,
            )
            for key, (value, source) in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["round", "organisation", "line", "period"],
        update_fields=["value", "source", "loaded_at"],
    )
    touched = {lines[key] for key in changed}
    replaced = {lines[key] for key in changed.keys() & stored.keys()}
    return Counts(len(touched - replaced), len(replaced), len(set(lines.values()) - touched))
