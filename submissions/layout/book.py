"""Write one return as a workbook: cover, data sheets, hidden lists and identity. The same inputs give the
same bytes, so that a blank return can be kept and served again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from planning.registry import periods
from planning.registry.lines import Line
from submissions.identity import Identity
from submissions.layout import places as where
from submissions.layout.cover import write_cover, write_hidden_sheets
from submissions.layout.formulas import formula_of
from submissions.layout.looks import Looks, accepts, note_of
from submissions.layout.places import CLOSED, FORMULA, INPUT, Places, kind_of_cell
from submissions.layout.totals import Figure, Figures, complete

CREATED = datetime(2023, 1, 27, tzinfo=UTC).replace(tzinfo=None)  # a fixed time: the bytes must not tell when
_WIDTHS = ((0, 0, 19), (1, 1, 52), (2, 3, 12), (4, 5, 12), (6, 17, 10), (18, 18, 13), (19, 19, 36))


class Sender(Protocol):
    """Whose return it is: code, name and type."""

    @property
    def ods(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...


def default_file_name(identity: Identity) -> str:
    """`2023-24 RTH activity.xlsx` without blanks."""
    return f"{identity.round}_{identity.organisation}_{identity.return_kind}.xlsx"


def write_return(
    out: BinaryIO | Path | str,
    *,
    lines: Sequence[Line],
    identity: Identity,
    organisation: Sender,
    figures: Figures | None = None,
    locked: Collection[tuple[str, int]] = (),
    comments: Mapping[str, str] | None = None,
) -> None:
    """The return of one organisation, blank or filled. `figures` hold entered cells, fifteen a line (None
    blank, "n/a" not applicable); totals are computed here. `locked` names (line, period place) cells that are
    given and not to be changed, such as a known baseline. Raises KeyError for figures of another return's line."""
    book = Workbook(
        str(out) if isinstance(out, Path) else out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    title = f"{identity.return_kind.capitalize()} return {identity.round.replace('-', '/')}"
    book.set_properties({"title": title, "subject": organisation.name, "created": CREATED, "comments": ""})
    book.set_custom_property("Template version", identity.template_version)
    looks = Looks(book)
    write_cover(book, looks, title=title, organisation=organisation.name, identity=identity)
    page = _Pages(book, looks, lines, organisation, identity, figures, frozenset(locked), comments or {})
    page.write()
    write_hidden_sheets(book, identity)
    book.close()


class _Pages:
    """The data sheets of one workbook."""

    def __init__(
        self,
        book: Workbook,
        looks: Looks,
        lines: Sequence[Line],
        organisation: Sender,
        identity: Identity,
        figures: Figures | None,
        locked: frozenset[tuple[str, int]],
        comments: Mapping[str, str],
    ) -> None:
        self.book, self.looks, self.locked, self.comments = book, looks, locked, comments
        self.lines = {line.code: line for line in lines}
        self.kind, self.identity = organisation.kind, identity
        self.title = f"{organisation.name} ({organisation.ods}): {identity.return_kind} {identity.round}"
        self.places = Places.of(lines, identity.round)
        self.figures = complete(lines, self.kind, figures or {})

    def write(self) -> None:
        for name, rows in self.places.sheets.items():
            sheet = self.book.add_worksheet(name)
            self._head(sheet)
            for row, content in rows:
                if isinstance(content, str):
                    sheet.write_string(row, 1, content, self.looks.of(bold=True, font_color="#005EB8"))
                else:
                    self._line(sheet, row, content)
            self._settle(sheet, name)

    def _head(self, sheet: Worksheet) -> None:
        sheet.write_string(0, 0, self.title, self.looks.of(bold=True, font_size=14, font_color="#005EB8"))
        sheet.write_string(
            1, 0, "Fill the pale yellow cells. Grey cells are computed or locked.", self.looks.of()
        )
        sheet.write_string(2, 0, "Empty: no answer yet. 0: none. n/a: does not apply.", self.looks.of())
        style = self.looks.of(bold=True, bg_color="#005EB8", font_color="#FFFFFF", text_wrap=True, border=1)
        for column, text in enumerate(where.headers(self.identity.round)):
            sheet.write_string(where.HEADER_ROW, column, text, style)

    def _line(self, sheet: Worksheet, row: int, line: Line) -> None:
        computed = bool(line.formula_for(self.kind))
        name = self.looks.of(text_wrap=True, bold=computed, indent=1 if line.of_which else 0)
        sheet.write_string(row, 0, line.code, self.looks.of())
        sheet.write_string(row, 1, line.label, name)
        sheet.write_string(row, 2, line.measure_type, self.looks.of())
        sheet.write_string(row, 3, line.unit, self.looks.of())
        note = {"x_scale": 2.6, "y_scale": 1.6, "author": "", "font_size": 9}
        sheet.write_comment(row, 1, note_of(line, computed=computed), note)
        kinds = [kind_of_cell(line, self.kind, place, self.lines) for place in range(periods.COUNT)]
        for place, kind in enumerate(kinds):
            self._cell(sheet, row, line, place, kind)
        self._validate(sheet, row, line, kinds)
        remark = self.looks.of(
            text_wrap=True, locked=False, bg_color="#FFF9DB", border=1, border_color="#AEB7BD"
        )
        sheet.write(row, where.COMMENT_COLUMN, self.comments.get(line.code, None), remark)

    def _cell(self, sheet: Worksheet, row: int, line: Line, place: int, kind: str) -> None:
        column, value = where.FIRST_PERIOD + place, self.figures[line.code][place]
        locked = kind != INPUT or (line.code, place) in self.locked
        style = self.looks.figure(kind, line.decimals, locked=locked)
        if kind == FORMULA:
            formula = formula_of(line, self.kind, place, self.lines, self.places)
            sheet.write_formula(row, column, formula, style, "" if value is None else value)
        else:
            _write(sheet, row, column, None if kind == CLOSED else value, style)

    def _validate(self, sheet: Worksheet, row: int, line: Line, kinds: Sequence[str]) -> None:
        """One rule for each run of open cells."""
        first = None
        for place in range(periods.COUNT + 1):
            is_open = place < periods.COUNT and kinds[place] == INPUT
            if is_open and first is None:
                first = place
            elif not is_open and first is not None:
                begin, end = where.FIRST_PERIOD + first, where.FIRST_PERIOD + place - 1
                sheet.data_validation(row, begin, row, end, accepts(line, f"{where.column(begin)}{row + 1}"))
                first = None

    def _settle(self, sheet: Worksheet, name: str) -> None:
        for first, last, width in _WIDTHS:
            sheet.set_column(first, last, width)
        last_row = self.places.last_row(name)
        top = f"{where.column(where.FIRST_PERIOD)}{where.HEADER_ROW + 2}"
        wrong = f'=AND(ISTEXT({top}),{top}<>"",LOWER({top})<>"n/a")'
        style = self.book.add_format({"bg_color": "#F7D4D1", "font_color": "#A0190F"})
        area = (where.HEADER_ROW + 1, where.FIRST_PERIOD, last_row, where.COMMENT_COLUMN - 1)
        sheet.conditional_format(*area, {"type": "formula", "criteria": wrong, "format": style})
        sheet.freeze_panes(where.HEADER_ROW + 1, 2)
        sheet.repeat_rows(where.HEADER_ROW)
        sheet.print_area(0, 0, last_row, where.COMMENT_COLUMN)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(
            f"&L{self.identity.organisation} {self.identity.round} {self.identity.return_kind}&RPage &P of &N"
        )
        sheet.protect("", {"format_columns": True, "format_rows": True})


def _write(sheet: Worksheet, row: int, column: int, value: Figure, style: object) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)
