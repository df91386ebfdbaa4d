"""What the page shows on which a few cells are corrected: the faulty cells of a version in their lines, what
stands there now, and what was typed. Figures come from the workbook itself: a version that blocks keeps none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import NATIONAL, Scope
from planning.plan.findings import BLOCK, EXPLAIN, Finding
from planning.registry import periods
from planning.registry.lines import Line, Lines
from planning.registry.place import Place
from submissions import workbook
from submissions.correcting import Change
from submissions.figures import Answer, answer_of, shown
from submissions.layout.places import CLOSED, FORMULA, INPUT, kind_of_cell
from submissions.marking.writing import place_in, weight_of
from submissions.reader import read
from submissions.returns import expected_lines
from submissions.rewriting.conditions import ranges_of
from submissions.uploads import Upload
from submissions.wording import version_name
from submissions.workbook import Cell, Sheet, cell_name

CELLS_A_PAGE = 200
CELLS_A_FINDING = 12  # one that rests on more is not put right by a few cells
_LONGEST = 100  # letters typed into a cell
_SHOWN_OTHERWISE = (workbook.PERCENT, workbook.SCALED, workbook.DATE)


@dataclass(frozen=True)
class Spot:
    """One cell of the workbook that belongs to a line and a period."""

    sheet: str
    row: int
    column: int
    line: Line
    place: int
    kind: str  # INPUT, FORMULA or CLOSED
    cell: Cell

    @property
    def name(self) -> str:
        return cell_name(self.column, self.row)

    @property
    def field(self) -> str:
        return f"{self.sheet}!{self.name}"

    @property
    def said(self) -> str:
        """The same, as pages say figures: `34,987.3`, `−12`."""
        answer = answer_of(self.cell)
        if answer.state != "v":
            return self.now
        return f"{Decimal(shown(answer.figure or 0)):,f}".replace("-", wording.MINUS)

    @property
    def now(self) -> str:
        """What stands there, as people would type it."""
        answer = answer_of(self.cell)
        if answer.state == "v":
            return shown(answer.figure or 0)
        return "n/a" if answer.state == "n" else self.cell.raw[:_LONGEST]


@dataclass
class Faulty:
    """A version's faulty cells that can be typed into, in the order of the workbook."""

    upload: Upload
    lines: Mapping[str, Line]
    sheets: Sequence[Sheet]
    found: Sequence[Finding]
    elsewhere: int = 0  # findings that lie in no cell that can be typed into, or in too many
    problems: dict[str, list[Finding]] = field(default_factory=dict)  # field -> what was found there

    @classmethod
    def of(cls, upload: Upload, found: Iterable[Finding]) -> Faulty:
        """Reads the workbook in the capped child. Two queries. Raises Refused, ReaderFailed."""
        lines = expected_lines(Lines.load(upload.round_id), upload.organisation, upload.return_kind)
        sheets = read(Path(upload.file.path)).data()
        grave = [row for row in found if weight_of(row) in (BLOCK, EXPLAIN) and row.kind != "target"]
        faulty = cls(upload, {line.code: line for line in lines}, sheets, grave)
        for finding in grave:
            spots = faulty._spots_of(finding)
            faulty.elsewhere += not spots
            for spot in spots:
                faulty.problems.setdefault(spot.field, []).append(finding)
        return faulty

    @cached_property
    def spots(self) -> dict[str, Spot]:
        """Every cell of a line and a period by its field."""
        return {spot.field: spot for sheet in self.sheets for spot in self._spots_on(sheet)}

    @property
    def open(self) -> list[Spot]:
        return [spot for spot in self.spots.values() if spot.field in self.problems]

    def unvalued(self) -> dict[str, list[str]]:
        """Sheet -> the cells that the sheet computes."""
        computed: dict[str, list[str]] = {}
        for spot in self.spots.values():
            if spot.kind == FORMULA and spot.cell.formula:
                computed.setdefault(spot.sheet, []).append(spot.name)
        return computed

    def own_formulas(self, changes: Iterable[Change]) -> int:
        """Cells that people fill, and fill with formulas, which keep their last values until a spreadsheet
        works them out again."""
        changed = {f"{change.sheet}!{change.cell}" for change in changes}
        return sum(
            1
            for spot in self.spots.values()
            if spot.kind == INPUT and spot.cell.formula and spot.field not in changed
        )

    def _spots_on(self, sheet: Sheet) -> Iterator[Spot]:
        numbers = {
            letters: place for place, letters in enumerate(self.upload.columns.get(sheet.name, ())) if letters
        }
        columns = {
            at: numbers[name] for at in sheet.headers() if (name := workbook.column_letters(at)) in numbers
        }
        for row, code in sheet.coded_rows().items():
            if code in self.lines:
                line = self.lines[code]
                for column, place in columns.items():
                    kind = kind_of_cell(line, self.upload.organisation.kind, place, self.lines)
                    yield Spot(sheet.name, row, column, line, place, kind, sheet.at(row, column))

    def _spots_of(self, finding: Finding) -> list[Spot]:
        """Its own cell where that is typed into; of a computed one the few entered cells that it rests on."""
        own = self.spots.get("!".join(place_in(finding, self.upload)))
        if own is not None and (own.kind == INPUT or (own.kind == CLOSED and own.now)):
            return [own]
        whole_year = "-" not in finding.period
        mine = [row for row in finding.inputs if row.get("upload") == str(self.upload.pk)]
        fields = [
            f"{row['sheet']}!{row['cell']}" for row in mine if whole_year or row["period"] == finding.period
        ]
        entered = [
            self.spots[name] for name in fields if name in self.spots and self.spots[name].kind == INPUT
        ]
        return entered if len(entered) <= CELLS_A_FINDING else []


# --- what was typed ------------------------------------------------------------------------------------
@dataclass
class Typed:
    """What a form sent of the cells that may be typed into: changes, and what cannot be read."""

    values: dict[str, str] = field(default_factory=dict)  # field -> as it was typed
    changes: list[Change] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)  # field -> what is wrong with it


def typed_of(faulty: Faulty, sent: Mapping[str, str]) -> Typed:
    """Only faulty cells are taken from the form, and only those where something else was typed."""
    typed = Typed()
    for spot in faulty.open:
        if spot.field not in sent:
            continue
        text = sent[spot.field].strip()
        typed.values[spot.field] = text[:_LONGEST]
        if text == spot.now.strip():
            continue
        answer = _answer(spot, text)
        if answer.rule:
            typed.wrong[spot.field] = f"{spot.name}: '{text[:_LONGEST]}' {answer.problem}"
        else:
            typed.changes.append(_change(faulty, spot, answer))
    return typed


def _answer(spot: Spot, text: str) -> Answer:
    if len(text) > _LONGEST:
        return Answer("", rule="V03", problem="is too long to be a figure. Type the number alone.")
    answer = answer_of(Cell(workbook.TEXT, text))
    if spot.kind == CLOSED and answer.state == "v":
        return Answer(
            "", rule="V13", problem="stands in a cell that takes no figure for this line. Leave it empty."
        )
    return answer


def _change(faulty: Faulty, spot: Spot, answer: Answer) -> Change:
    period = periods.codes(faulty.upload.round_id)[spot.place]
    return Change(
        spot.sheet, spot.name, spot.line.code, period, spot.now, answer, spot.cell.kind in _SHOWN_OTHERWISE
    )


# --- the page ------------------------------------------------------------------------------------------
def grid_page(place: Place, faulty: Faulty, typed: Typed, page: int) -> dict[str, Any]:
    """Sheets with their lines, each line's months in a row, the faulty ones open. No query."""
    pages = _pages(faulty)
    page = min(max(page, 1), len(pages) or 1)
    rows = pages[page - 1] if pages else []
    ids = {
        spot.field: f"cell-{at}"
        for at, spot in enumerate(spot for row in rows for spot in row if spot.field in faulty.problems)
    }
    sheets: dict[str, list[list[Spot]]] = {}
    for row in rows:
        sheets.setdefault(row[0].sheet, []).append(row)
    upload = faulty.upload
    address = reverse("upload_correct", args=[upload.pk])
    return {
        "tables": [
            _table(at, faulty, typed, name, rows, ids) for at, (name, rows) in enumerate(sheets.items())
        ],
        "number": len(faulty.problems),
        "elsewhere": faulty.elsewhere,
        "errors": [
            {"text": text, "href": f"#{ids[name]}"} for name, text in typed.wrong.items() if name in ids
        ],
        "page": page,
        "pages": [
            {"number": at, "href": f"{address}?page={at}", "current": at == page}
            for at in range(1, len(pages) + 1)
        ]
        if len(pages) > 1
        else [],
    }


def _pages(faulty: Faulty) -> list[list[list[Spot]]]:
    """Whole lines, as many to a page as have some 200 open cells."""
    lines: dict[tuple[str, int], list[Spot]] = {}
    for spot in faulty.spots.values():
        lines.setdefault((spot.sheet, spot.row), []).append(spot)
    pages: list[list[list[Spot]]] = []
    room = 0
    for row in lines.values():
        open_here = sum(1 for spot in row if spot.field in faulty.problems)
        if not open_here:
            continue
        if open_here > room:
            pages.append([])
            room = CELLS_A_PAGE
        pages[-1].append(row)
        room -= open_here
    return pages


def _table(
    at: int, faulty: Faulty, typed: Typed, name: str, rows: Sequence[Sequence[Spot]], ids: Mapping[str, str]
) -> dict[str, Any]:
    """The twelve months, and a year's column only where one of its cells is open or a line has nothing else."""
    open_places = {spot.place for row in rows for spot in row if spot.field in faulty.problems}
    months = set(range(periods.APRIL, periods.YEAR)) if any(_has_months(row) for row in rows) else set()
    places = sorted(open_places | months)
    headers = periods.headers(faulty.upload.round_id)
    cells = sum(1 for row in rows for spot in row if spot.field in faulty.problems)
    return {
        "id": f"sheet-{at}",
        "caption": f"{name}: {wording.count(cells, 'cell')} to correct",
        "headers": ["Line", *(headers[place] for place in places)],
        "rows": [_row(number, faulty, typed, row, places, ids) for number, row in enumerate(rows)],
    }


def _has_months(row: Sequence[Spot]) -> bool:
    return any(spot.kind != CLOSED for spot in row if periods.APRIL <= spot.place <= periods.MARCH)


def _row(
    number: int,
    faulty: Faulty,
    typed: Typed,
    row: Sequence[Spot],
    places: Sequence[int],
    ids: Mapping[str, str],
) -> dict[str, Any]:
    by_place = {spot.place: spot for spot in row}
    line = row[0].line
    headers = periods.headers(faulty.upload.round_id)
    return {
        "line": line.code,
        "label": line.label,
        "unit": line.unit,
        "problems": list(_problems(faulty, row)),
        "cells": [
            _cell(number, faulty, typed, by_place[place], ids) | {"header": headers[place]}
            if place in by_place
            else {"header": headers[place], "text": ""}
            for place in places
        ],
    }


def _cell(number: int, faulty: Faulty, typed: Typed, spot: Spot, ids: Mapping[str, str]) -> dict[str, Any]:
    if spot.field not in faulty.problems:
        return {"text": spot.said}
    period = periods.month_label(periods.codes(faulty.upload.round_id)[spot.place])
    return {
        "field": spot.field,
        "id": ids[spot.field],
        "value": typed.values.get(spot.field, spot.now),
        "label": f"{spot.line.code}, {period}, cell {spot.name}",
        "name": spot.name,
        "wrong": typed.wrong.get(spot.field, ""),
        "row": number,
        "column": spot.place,
        "formula": spot.cell.formula,
    }


def _problems(faulty: Faulty, row: Sequence[Spot]) -> Iterator[dict[str, str]]:
    """What is wrong on a line, once a rule, with the cells that it is about."""
    cells: dict[str, list[str]] = {}
    first: dict[str, Finding] = {}
    for spot in row:
        for finding in faulty.problems.get(spot.field, ()):
            first.setdefault(finding.rule, finding)
            cells.setdefault(finding.rule, []).append(spot.name)
    for rule, finding in first.items():
        alone = len(cells[rule]) == 1 or finding.kind != "check"
        yield {
            "cells": ", ".join(ranges_of(cells[rule])),
            "text": finding.message if alone else f"{finding.title.rstrip('.')}. {finding.instruction}",
            "rule": rule,
        }


def check_page(faulty: Faulty, typed: Typed) -> dict[str, Any]:
    """The list of what would be changed, cell by cell. No query."""
    return {
        "changes": [_told(faulty, change, typed) for change in typed.changes],
        "own_formulas": faulty.own_formulas(typed.changes),
        "left": len(faulty.problems) - len(typed.changes),
    }


def _told(faulty: Faulty, change: Change, typed: Typed) -> dict[str, str]:
    name = f"{change.sheet}!{change.cell}"
    spot = faulty.spots[name]
    return {
        "field": name,
        "typed": typed.values[name],
        "sheet": change.sheet,
        "cell": change.cell,
        "where": f"{change.line}, {periods.month_label(change.period)}",
        "before": change.before or "blank",
        "after": change.after or "blank",
        "formula": spot.cell.formula,
    }


# --- the version that came of it -------------------------------------------------------------------------
def corrected(scope: Scope, upload: Upload) -> dict[str, Any] | None:
    """Of which version a version was made in the browser, and cell by cell how. One query, none for one that
    came as a file. NHS England, which may not have been given that version, is not told of it."""
    if upload.made_from is None or scope.kind == NATIONAL:
        return None
    return {
        "text": f"Corrected in the browser from {version_name(upload.made_from)}",
        "cells": wording.count(len(upload.corrections), "cell"),
        "address": reverse("upload_result", args=[upload.made_from_id]),
        "changes": [
            {
                **change,
                "where": f"{change['line']}, {periods.month_label(change['period'])}",
                "before": change["before"] or "blank",
                "after": change["after"] or "blank",
            }
            for change in upload.corrections
        ],
    }
