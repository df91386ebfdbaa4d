"""The data sheets of one workbook: headings, lines, figures, formulas, notes, and what cells accept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.actuals import Published
from planning.registry.lines import Line
from submissions.identity import Identity
from submissions.layout import places as where
from submissions.layout.formulas import formula_of
from submissions.layout.looks import BLUE, PALE, ROW_HEIGHT, Looks, height_for
from submissions.layout.notes import accepts, label_of, note_of
from submissions.layout.places import (
    CLOSED,
    COVER,
    FORMULA,
    INPUT,
    KNOWN,
    OPTIONAL,
    Places,
    is_required,
    kind_of_cell,
)
from submissions.layout.totals import Figure, Figures, complete, in_unit

COLOURS = (
    (INPUT, "Fill in", "A figure of yours that must be given: 0 where there is none."),
    (OPTIONAL, "Optional", "A figure of yours, if it applies to you. It may stay empty."),
    (FORMULA, "Computed", "The sheet works it out from your figures."),
    (KNOWN, "Published", "Already published, so given and locked. The note on the line's name says where."),
    (CLOSED, "Not asked", "Nothing is wanted here."),
)
_LABEL_WIDTH = 50
_WIDTHS = ((0, 0, 19), (1, 1, _LABEL_WIDTH), (2, 3, 12), (4, 5, 12), (6, 17, 10), (18, 18, 13), (19, 19, 36))
_NOTE_WIDTH, _NOTE_LINE = 330, 14  # pixels
_LETTERS_A_LINE = 52


Given = Mapping[tuple[str, int], Published]  # by line code and place of the period


class DataSheets:
    """The data sheets of one workbook; `places` says where everything stands."""

    def __init__(
        self,
        book: Workbook,
        looks: Looks,
        lines: Sequence[Line],
        kind: str,
        identity: Identity,
        *,
        figures: Figures,
        published: Given,
        comments: Mapping[str, str],
        names: Mapping[str, str],
    ) -> None:
        self.book, self.looks, self.kind, self.identity = book, looks, kind, identity
        self.published, self.comments, self.names = published, comments, names
        self.lines = {line.code: line for line in lines}
        self.places = Places.of(lines, identity.round)
        self.headers = where.headers(identity.round)
        self.kinds = {line.code: self._kinds(line) for line in lines}
        self.figures = complete(lines, kind, self._with_published(figures))

    def _kinds(self, line: Line) -> list[str]:
        """What each of the fifteen cells is; an input whose figure is published is KNOWN. A mean of several bodies
        may be no figure that the line takes: its cell stays open."""
        found = [kind_of_cell(line, self.kind, place, self.lines) for place in range(periods.COUNT)]
        for place in (periods.BASELINE, periods.OUTTURN):
            known = self.published.get((line.code, place))
            if found[place] == INPUT and known is not None and (line.decimals or known.figure % SCALE == 0):
                found[place] = KNOWN
        return found

    def _with_published(self, figures: Figures) -> Figures:
        """The figures with the published ones in place of whatever stood there."""
        given = {code: list(row) for code, row in figures.items()}
        for (code, place), known in self.published.items():
            if code in self.kinds and self.kinds[code][place] == KNOWN:
                given.setdefault(code, [None] * periods.COUNT)[place] = in_unit(known.figure)
        return given

    def empty(self) -> dict[str, tuple[str, int]]:
        """For each sheet the formula that counts its required cells still empty, and their number now."""
        return {name: (self._count_of_empty(name), self._empty_now(name)) for name in self.places.sheets}

    def _count_of_empty(self, name: str) -> str:
        areas = self.places.required_areas(name, self.kind)
        return "=" + ("+".join(f"COUNTBLANK('{name}'!{area})" for area in areas) or "0")

    def _empty_now(self, name: str) -> int:
        return sum(
            self.figures[line.code][place] is None and is_required(line, self.kind, place)
            for _, line in self.places.sheets[name]
            if isinstance(line, Line)
            for place in range(periods.COUNT)
        )

    def write(self, title: str) -> None:
        for name, rows in self.places.sheets.items():
            sheet = self.book.add_worksheet(name)
            self._head(sheet, f"{name}: {title}")
            for row, content in rows:
                if isinstance(content, str):
                    self._heading(sheet, row, content)
                else:
                    self._line(sheet, row, content)
            self._settle(sheet, name)

    def _head(self, sheet: Worksheet, title: str) -> None:
        sheet.write_string(0, 0, title, self.looks.of(bold=True, font_size=14, font_color=BLUE))
        link = self.looks.of(font_color=BLUE, underline=1)
        sheet.write_url(1, 0, f"internal:'{COVER}'!A1", link, "Back to the Cover")
        sheet.write_string(2, 0, "Empty: no answer yet. 0: none. n/a: does not apply.", self.looks.of())
        for at, (kind, name, _) in enumerate(COLOURS):
            style = self.looks.box(kind, align="center")
            sheet.write_string(1, where.FIRST_PERIOD + at, name, style)
        style = {"bold": True, "bg_color": BLUE, "font_color": "#FFFFFF", "text_wrap": True}
        sheet.set_row(where.HEADER_ROW, 2 * ROW_HEIGHT)
        for column, text in enumerate(self.headers):
            is_figure = where.FIRST_PERIOD <= column < where.COMMENT_COLUMN
            aligned = self.looks.of(
                **style,
                align="right" if is_figure else "left",
                indent=0 if column < where.COMMENT_COLUMN else 1,
            )
            sheet.write_string(where.HEADER_ROW, column, text, aligned)

    def _heading(self, sheet: Worksheet, row: int, text: str) -> None:
        style = self.looks.of(bold=True, font_color=BLUE, bg_color=PALE)
        sheet.write_string(row, 1, text, style)
        for column in (0, *range(2, where.COMMENT_COLUMN + 1)):
            sheet.write_blank(row, column, None, style)

    def _line(self, sheet: Worksheet, row: int, line: Line) -> None:
        computed, inside = bool(line.formula_for(self.kind)), bool(line.of_which or "@" in line.code)
        plain = self.looks.of()
        sheet.write_string(row, 0, line.code, plain)
        name = self.looks.of(text_wrap=True, bold=computed, indent=1 if inside else 0)
        label = label_of(line, self.names)
        height = height_for(label, _LABEL_WIDTH)
        if height > ROW_HEIGHT:
            sheet.set_row(row, height)
        sheet.write_string(row, 1, label, name)
        sheet.write_string(row, 2, line.measure_type, plain)
        sheet.write_string(row, 3, line.unit, plain)
        note = note_of(line, computed=computed, published=self._published_words(line))
        sheet.write_comment(row, 1, note, _note_box(note))
        kinds = self.kinds[line.code]
        for place, kind in enumerate(kinds):
            self._cell(sheet, row, line, place, kind)
        self._validate(sheet, row, line, kinds)
        remark = self.looks.box(OPTIONAL, text_wrap=True)
        _write(sheet, row, where.COMMENT_COLUMN, self.comments.get(line.code), remark)

    def _published_words(self, line: Line) -> str:
        """`2022/23 outturn is published and locked: 12,345 (source).` for each figure that is."""
        told = []
        for place in (periods.BASELINE, periods.OUTTURN):
            known = self.published.get((line.code, place))
            if known is not None:
                locked = " and locked" if self.kinds[line.code][place] == KNOWN else ""
                header = self.headers[where.FIRST_PERIOD + place]
                told.append(f"{header} is published{locked}: {in_unit(known.figure):,} ({known.source}).")
        return "\n".join(told)

    def _cell(self, sheet: Worksheet, row: int, line: Line, place: int, kind: str) -> None:
        column, value = where.FIRST_PERIOD + place, self.figures[line.code][place]
        if kind == FORMULA:
            formula = formula_of(line, self.kind, place, self.lines, self.places)
            style = self.looks.figure(kind, _decimals(line, place))
            sheet.write_formula(row, column, formula, style, "" if value is None else value)
        else:
            is_optional = kind == INPUT and not is_required(line, self.kind, place)
            style = self.looks.figure(OPTIONAL if is_optional else kind, line.decimals)
            _write(sheet, row, column, None if kind == CLOSED else value, style)

    def _validate(self, sheet: Worksheet, row: int, line: Line, kinds: Iterable[str]) -> None:
        """One rule for each run of open cells."""
        for first, last in where.spans([kind == INPUT for kind in kinds]):
            begin, end = where.FIRST_PERIOD + first, where.FIRST_PERIOD + last
            sheet.data_validation(row, begin, row, end, accepts(line, f"{where.column(begin)}{row + 1}"))

    def _settle(self, sheet: Worksheet, name: str) -> None:
        sheet.set_default_row(ROW_HEIGHT)
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
        sheet.set_paper(8)  # A3: on A4 twenty columns are too small to read
        sheet.fit_to_pages(1, 0)
        about = f"{self.identity.organisation} {self.identity.round} {self.identity.return_kind}"
        sheet.set_footer(f"&L{about}&C&A&RPage &P of &N")
        sheet.protect("", {"format_columns": True, "format_rows": True})


def _decimals(line: Line, place: int) -> int:
    """As many as the line has; a mean of whole numbers shows one."""
    is_mean = place == periods.YEAR and line.over_time in ("avg", "ratio_avg", "wmean")
    return max(1, line.decimals) if is_mean else line.decimals


def _note_box(note: str) -> dict[str, object]:
    """A note large enough for what it says."""
    lines = sum(1 + len(sentence) // _LETTERS_A_LINE for sentence in note.split("\n"))
    return {"width": _NOTE_WIDTH, "height": _NOTE_LINE * (lines + 1), "author": "", "font_size": 9}


def _write(sheet: Worksheet, row: int, column: int, value: Figure, style: Format) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)
