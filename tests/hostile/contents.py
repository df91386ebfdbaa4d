"""Odd contents of a workbook that is ours: read exactly, or accepted with a finding that names it. Each case
changes a clean finance return, `source`, and says the rules that it must break and how often."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import openpyxl

from tests.hostile.containers import SHEET, declares
from tests.hostile.good import (
    OFFICE,
    STRINGS,
    STYLES,
    WORKBOOK,
    Change,
    Parts,
    changed,
    links_to,
    related,
    sheet_part,
    with_cells,
)
from tests.workbooks import cell_of

LINE, MONTH = "F.INC.ICB", "Jun-23"
MONTHS = ("Apr-23", "May-23", "Jun-23", "Jul-23", "Aug-23", "Sep-23", "Oct-23", "Nov-23", "Dec-23", "Jan-24")


@dataclass(frozen=True)
class Case:
    """`found`: rule -> how many. `told`: how many cells are said to have been read as something. Where nothing
    is found, the figures are those of the clean return."""

    build: Callable[[Path, Path], Path]  # to, source
    found: Mapping[str, int] = field(default_factory=dict)
    told: int = 0


def whole(change: Change, told: int = 0, **found: int) -> Case:
    return Case(lambda to, source: changed(to, change, source), found, told)


def cell(kind: str, content: str, **found: int) -> Case:
    """One input cell as given."""
    return Case(
        lambda to, source: with_cells(to, {cell_of(source, LINE, MONTH): (kind, content)}, source), found
    )


def text(words: str, **found: int) -> Case:
    return cell("inlineStr", f"<is><t>{words}</t></is>", **found)


def code(words: str, **found: int) -> Case:
    """Another line code in the place of ours."""
    content = ("inlineStr", f"<is><t>{words}</t></is>")
    return Case(
        lambda to, source: with_cells(to, {cell_of(source, LINE, "Line code"): content}, source), found
    )


# --- values ----------------------------------------------------------------------------------------
WAYS: tuple[Callable[[Decimal], str], ...] = (  # of writing 12345 as a text that is certainly that number
    lambda n: f"{n}",
    lambda n: f" {n}",
    lambda n: f"{n}  ",
    lambda n: f"{n}\u00a0",
    lambda n: f"\u200b{n}",
    lambda n: f"\ufeff{n}",
    lambda n: f"{n:,}",
    lambda n: f"{n:,}".replace(",", " "),
    lambda n: f"{n:,}".replace(",", "\u00a0"),
    lambda n: f"{n:,}".replace(",", "\u202f"),
    lambda n: f"{n:,}".replace(",", "\u2009"),
    lambda n: f"{n:.4f} ",
    lambda n: f"{n:.4f}",
    lambda n: f"£{n}",
    lambda n: f"£ {n}",
    lambda n: f"£{n:,.4f}",
    lambda n: f"+{n}",
    lambda n: f"0{n}",
    lambda n: f"\t{n}\n",
    lambda n: f"\u2060{n}\u2007",
)
NEGATIVE_WAYS: tuple[Callable[[Decimal], str], ...] = (
    lambda n: f"-{n}",
    lambda n: f"−{n}",
    lambda n: f"- {n}",
    lambda n: f"{n}-",
    lambda n: f"({n})",
    lambda n: f"({n:,})",
    lambda n: f"(£{n:,.4f})",
    lambda n: f"-£{n}",
    lambda n: f"£-{n}",
    lambda n: f"( {n} )",
)


def _in_words(ways: tuple[Callable[[Decimal], str], ...], lines: tuple[str, ...]) -> Case:
    """The figures of some months as texts, each in a way of its own."""

    def build(to: Path, source: Path) -> Path:
        book, cells = openpyxl.load_workbook(source, data_only=True), {}
        places = [cell_of(source, line, month) for line in lines for month in MONTHS]
        for place, way in zip(places, ways, strict=False):
            sheet, _, at = place.partition("!")
            number = abs(Decimal(str(book[sheet][at].value)))
            cells[place] = ("inlineStr", f'<is><t xml:space="preserve">{way(number)}</t></is>')
        return with_cells(to, cells, source)

    return Case(build, {}, len(ways))


def formatted(code: str, change_text: str = "", *, since_1904: bool = False, **found: int) -> Case:
    """The input cell under another number format; with `change_text`, holding that text."""

    def build(to: Path, source: Path) -> Path:
        place = cell_of(source, LINE, MONTH)
        sheet, _, at = place.partition("!")
        part = sheet_part(source, sheet)

        def change(parts: Parts) -> None:
            style = _with_format(parts, code)
            held = re.search(rf'<c r="{at}"[^>]*>(.*?)</c>'.encode(), parts[part], flags=re.S)
            assert held is not None
            content = (
                f' t="inlineStr"><is><t>{change_text}</t></is>'.encode() if change_text else b">" + held[1]
            )
            parts[part] = parts[part].replace(
                held[0], f'<c r="{at}" s="{style}"'.encode() + content + b"</c>"
            )
            if since_1904:
                parts[WORKBOOK] = parts[WORKBOOK].replace(b"<workbookPr", b'<workbookPr date1904="1"')

        return changed(to, change, source)

    return Case(build, found)


def _with_format(parts: Parts, code: str) -> int:
    """The place of a new style that has this number format and nothing else."""
    styles = parts[STYLES]
    escaped = code.replace("&", "&amp;").replace('"', "&quot;")
    entry = f'<numFmt numFmtId="900" formatCode="{escaped}"/></numFmts>'.encode()
    styles = re.sub(rb'<numFmts count="\d+">', b"<numFmts>", styles).replace(b"</numFmts>", entry)
    found = re.search(rb'<cellXfs count="(\d+)">', styles)
    assert found is not None
    xf = b'<xf numFmtId="900" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    parts[STYLES] = styles.replace(b"</cellXfs>", xf)
    return int(found[1])


# --- sheets ----------------------------------------------------------------------------------------
def deep(parts: Parts) -> None:
    nest = b"<a>" * 200_000 + b"</a>" * 200_000
    parts[SHEET] = parts[SHEET].replace(b"<sheetData>", b"<sheetData>" + nest, 1)


def far_corner(parts: Parts) -> None:
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", corner)


def lying_dimension(parts: Parts) -> None:
    parts[SHEET] = re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:XFD1048576"/>', parts[SHEET])


def small_dimension(parts: Parts) -> None:
    parts[SHEET] = re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:A1"/>', parts[SHEET])


def giant_counts(parts: Parts) -> None:
    parts[STRINGS] = re.sub(
        rb'count="\d+" uniqueCount="\d+"', b'count="4294967295" uniqueCount="4294967295"', parts[STRINGS]
    )


def many_styles(parts: Parts) -> None:
    xf = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    parts[STYLES] = parts[STYLES].replace(b"</cellXfs>", xf * 60_000 + b"</cellXfs>")


def many_merges(parts: Parts) -> None:
    cells = "".join(f'<mergeCell ref="Z{row}:AA{row}"/>' for row in range(1, 50_001))
    merges = f"<mergeCells>{cells}</mergeCells>".encode()
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", b"</sheetData>" + merges)


def many_names(parts: Parts) -> None:
    names = "".join(f"<definedName name='n{at}'>Cover!$A$1</definedName>" for at in range(50_000))
    end = f"<definedNames>{names}</definedNames></workbook>"
    parts[WORKBOOK] = parts[WORKBOOK].replace(b"</workbook>", end.encode())


def many_empty_sheets(parts: Parts) -> None:
    """Sheets by name that no part stands behind."""
    sheets = "".join(f'<sheet name="s{at}" sheetId="{900 + at}" r:id="none{at}"/>' for at in range(5_000))
    parts[WORKBOOK] = parts[WORKBOOK].replace(b"</sheets>", f"{sheets}</sheets>".encode())


def long_text(parts: Parts) -> None:
    words = "".join(f"{at * 7919 % 1_000_003} " for at in range(1_000_000))
    parts[STRINGS] = parts[STRINGS].replace(b"</sst>", f"<si><t>{words}</t></si></sst>".encode())


def full_grid(parts: Parts) -> None:
    """Formats down to row 5,000 and nothing in them."""
    last = int(re.findall(rb'<row r="(\d+)"', parts[SHEET])[-1])
    rows = ""
    for row in range(last + 1, 5_001):
        cells = "".join(f'<c r="{letter}{row}" s="1"/>' for letter in "ABCDEFGH")
        rows += f'<row r="{row}">{cells}</row>'
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", rows.encode() + b"</sheetData>")


def data_connection(parts: Parts) -> None:
    query = '<connection id="1" type="4"><webPr url="http://example.org"/></connection>'
    parts["xl/connections.xml"] = f"<connections>{query}</connections>".encode()
    related(parts, WORKBOOK, f"{OFFICE}/connections", "connections.xml")


def _edited(change: Callable[[openpyxl.Workbook], object], **found: int) -> Case:
    """Changed and saved by a program that is no spreadsheet."""

    def build(to: Path, source: Path) -> Path:
        book = openpyxl.load_workbook(source)
        change(book)
        book.save(to)
        return to

    return Case(build, found)


def _data(book: openpyxl.Workbook) -> list[openpyxl.worksheet.worksheet.Worksheet]:
    return [sheet for sheet in book.worksheets if any(cell.value == "Line code" for cell in sheet["A"])]


def _rows_and_columns(book: openpyxl.Workbook) -> None:
    for sheet in _data(book):
        sheet.insert_rows(3, 2)
        sheet.insert_cols(1)
        sheet.insert_cols(8)


def _moved(book: openpyxl.Workbook) -> None:
    for sheet in _data(book):
        book.move_sheet(sheet, -2)
    book.create_sheet("My notes", 0)["B2"] = "A note"


def _filtered(book: openpyxl.Workbook) -> None:
    for sheet in _data(book):
        sheet.auto_filter.ref = sheet.dimensions
        sheet.row_dimensions[9].hidden = True
        sheet.column_dimensions["H"].hidden = True


def _renamed(name: str) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        _data(book)[0].title = name

    return change


def _merged(book: openpyxl.Workbook) -> None:
    """Two months of one line merged: the second is empty then."""
    sheet = next(sheet for sheet in _data(book) if any(cell.value == LINE for cell in sheet["A"]))
    row = next(cell.row for cell in sheet["A"] if cell.value == LINE)
    sheet.merge_cells(start_row=row, end_row=row, start_column=8, end_column=9)


VALUES: dict[str, Case] = {
    "numbers as text in twenty ways": _in_words(WAYS, ("F.INC.ICB", "F.INC.SPEC")),
    "negative numbers as text": _in_words(NEGATIVE_WAYS, ("F.NP.DRG",)),
    "NaN": cell("n", "<v>NaN</v>", V03=1),
    "infinity": cell("n", "<v>-inf</v>", V03=1),
    "1_000": cell("n", "<v>1_000</v>", V03=1),
    "other digits": cell("n", "<v>١٢</v>", V03=1),
    "too large": cell("n", "<v>1E+300</v>", V03=1),
    "too small": cell("n", "<v>-1E+300</v>", V03=1),
    "a bad string index": cell("s", "<v>99999999</v>", V04=1),
    "a negative string index": cell("s", "<v>-1</v>", V04=1),
    "an error": cell("e", "<v>#REF!</v>", V04=1),
    "an error as text": text("#DIV/0!", V04=1),
    "a formula without a value": cell("n", "<f>1+1</f>", V08=1),
    "TRUE": cell("b", "<v>1</v>", V03=1),
    "a date": formatted("dd/mm/yyyy", V03=1),
    "a date since 1904": formatted("dd/mm/yyyy", since_1904=True, V03=1),
    "a percentage": formatted("0%", V03=1),
    "thousands left away": formatted("#,##0,", V03=1),
    "a dash": text("-", V03=1),
    "control characters": text("12_x0000__x0001_", V03=1),
    "a script": text("&lt;script&gt;alert(1)&lt;/script&gt;", V03=1),
    "a formula as text": text("=cmd|' /C calc'!A0", V03=1),
    "a right-to-left override": text("\u202e12", V03=1),
    "a long text": text("9" * 30_000, V03=1),
    "a look-alike code": code("F.INC.IСB", V01=1, V07=1),
    "a code turned round": code("\u202eF.INC.ICB", V01=1, V07=1),
    "a code that is a formula": code("=F.INC.ICB", V01=1, V07=1),
    "a code that is markup": code("&lt;b&gt;F.INC.ICB&lt;/b&gt;", V01=1, V07=1),
    "a dimension that is too large": whole(lying_dimension),
    "a dimension that is too small": whole(small_dimension),
}
SHEETS: dict[str, Case] = {
    "a dash in an accounting format": Case(formatted('_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-').build),
    "deep": whole(deep),
    "far corner": whole(far_corner),
    "full grid": whole(full_grid),
    "giant counts": whole(giant_counts),
    "60,000 styles": whole(many_styles),
    "50,000 merges": whole(many_merges),
    "50,000 names": whole(many_names),
    "5,000 sheets": whole(many_empty_sheets),
    "a long string": whole(long_text),
    "UTF-16": whole(declares(SHEET, "", "utf-16")),
    "rows and columns put in": _edited(_rows_and_columns),
    "sheets moved and added": _edited(_moved),
    "filters, hidden rows and columns": _edited(_filtered),
    "a hidden sheet": _edited(lambda book: setattr(_data(book)[0], "sheet_state", "hidden"), V12=1),
    "a very hidden sheet": _edited(lambda book: setattr(_data(book)[0], "sheet_state", "veryHidden"), V12=1),
    "merged cells": _edited(_merged, V05=1),
    "a sheet named as markup": _edited(_renamed("<b>&amp;'=1")),
    "a link to a file": whole(links_to("file:///etc/passwd"), V19=1),
    "a web query": whole(data_connection, V19=1),
}
ACCEPTED = {**VALUES, **SHEETS}
