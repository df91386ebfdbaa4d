"""Workbooks rewritten in place: marked, marked again, cells changed; all else byte for byte as it was."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from submissions.identity import Identity, identity_digest, layout_of
from submissions.preflight import gate
from submissions.reader import read
from submissions.refusals import Refused
from submissions.rewriting import change_cells, mark_up
from submissions.rewriting.conditions import OURS, ranges_of
from submissions.rewriting.splicing import Part, escaped
from tests.workbooks import ROUND, catalogue, workbook

SHEET = "Income and expenditure"
Parts = dict[str, bytes]


@lru_cache
def ours() -> Path:
    """A finance return as this service writes it, every entered cell a figure."""
    lines = catalogue().of_return("finance", "ac", {"icb": ("QU9",), "trust": ()})
    identity = Identity(ROUND, "RTH", "finance", "0" * 12)
    identity = Identity(ROUND, "RTH", "finance", "0" * 12, identity_digest(identity, layout_of(lines)))
    figures = {line.code: [1000 + at for at in range(15)] for line in lines if not line.formula_for("ac")}
    return workbook(lines, identity, figures, kind="ac")


@lru_cache
def theirs() -> Path:
    """The same after somebody has made it their own, as another program saved it."""
    book = openpyxl.load_workbook(ours())
    sheet = book[SHEET]
    sheet["G7"].number_format, sheet["G7"].fill = "0.000", PatternFill("solid", fgColor="FF00FF00")
    sheet["H7"].font, sheet["I7"].protection = Font(bold=True, color="FF0000FF"), Protection(locked=False)
    sheet["G8"].comment = Comment("Ask Jo <before> changing", "Jo")
    sheet.column_dimensions.group("C", "D", hidden=True)
    sheet.column_dimensions["B"].width = 77
    sheet.row_dimensions[9].hidden = True
    sheet.freeze_panes = "G9"
    sheet.conditional_formatting.add("G7:R9", CellIsRule(operator="lessThan", formula=["0"], stopIfTrue=True))
    sheet.add_data_validation(DataValidation(type="list", formula1='"a,b"', sqref="Z1"))
    own = book.create_sheet("Workings = mine", 0)
    own.append(["=SUM(B1:C1)", 2, 3])
    own.sheet_state = "hidden"
    chart = BarChart()
    chart.add_data(Reference(own, min_col=2, max_col=3, min_row=1))
    own.add_chart(chart, "E5")
    book.defined_names["Rate"] = DefinedName("Rate", attr_text="'Workings = mine'!$B$1")
    book.active = 2
    out = ours().with_name("theirs.xlsx")
    book.save(out)
    return out


def parts_of(path: Path) -> Parts:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def written(path: Path, parts: Parts) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def sheet_part(path: Path, name: str = SHEET) -> str:
    at = openpyxl.load_workbook(path, read_only=True).sheetnames.index(name)
    rel = re.findall(r"<(?:\w+:)?sheet [^>]*?r:id=\"(\w+)\"", parts_of(path)["xl/workbook.xml"].decode())[at]
    rels = parts_of(path)["xl/_rels/workbook.xml.rels"].decode()
    row = next(row for row in re.findall(r"<Relationship [^>]*>", rels) if f'Id="{rel}"' in row)
    return "xl/" + re.search(r'Target="/?(?:xl/)?([^"]+)"', row)[1]  # type: ignore[index]


def errors(**row: str) -> dict[str, Any]:
    first = {
        "word": "✕ Blocks", "target": SHEET, "sheet": SHEET, "cell": "G7", "where": "F.INC, April 2023",
        "seen": "tbc", "message": "'tbc' is text, not a number.", "instruction": "Type the number.", "rule": "V03",
    }  # fmt: skip
    group = {"severity": "block", "title": "V03: Figures are numbers (1 cell)", "rows": [{**first, **row}]}
    return {"title": "Finance return, version 4", "lines": ["Royal Oxford"], "groups": [group]}


def mark_of(severity: str, text: str) -> dict[str, str]:
    return {"severity": severity, "text": text}


MARKS = {
    SHEET: {
        "G7": mark_of("block", "'tbc' is text <not> a number.\nType “the number”."),
        "H7": mark_of("block", "the same"),
        "G8": mark_of("explain", "Why so much?"),
        "E9": mark_of("note", "For information"),
    }
}


def marked(path: Path, to: Path, cells: Any = None, **row: str) -> Path:
    to.write_bytes(mark_up(path, cells=MARKS if cells is None else cells, errors=errors(**row)))
    return to


# --- marks ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("source", [ours, theirs])
def test_marks_are_put_on_and_nothing_else_is_touched(source: Any, tmp_path: Path) -> None:
    before, out = source(), marked(source(), tmp_path / "marked.xlsx")
    old, new = parts_of(before), parts_of(out)
    touched = {name for name in old if new.get(name) != old[name]}
    allowed = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    allowed.add(sheet_part(before))
    comments = {name for name in touched if "comment" in name or "vmlDrawing" in name}
    views = {name for name in touched if b'tabSelected="' in old[name]}  # one sheet alone stays selected
    assert touched <= allowed | comments | views
    assert len(comments) == 2
    ours_alone = (
        rb"<conditionalFormatting[^>]*><cfRule[^>]*><formula>LEN\(&quot;ICS.*?</conditionalFormatting>"
    )
    plain = re.sub(ours_alone, b"", new[sheet_part(before)])
    bare = lambda content: re.sub(rb' (?:priority|tabSelected)="\d+"', b"", content)  # noqa: E731
    assert bare(plain) == bare(old[sheet_part(before)])


def colours_of(path: Path) -> list[tuple[str, int, str, str]]:
    """(cells, priority, colour, formula) of the conditional formats of the sheet, the strongest first."""
    book = openpyxl.load_workbook(path)
    fills = [look.fill for look in book._differential_styles.styles]
    found = []
    for area in book[SHEET].conditional_formatting:
        for rule in area.rules:
            fill = fills[rule.dxfId] if rule.dxfId is not None else None
            found.append((str(area.sqref), rule.priority, fill.bgColor.rgb if fill else "", rule.formula[0]))
    return sorted(found, key=lambda row: row[1])


def ours_on(path: Path) -> list[str]:
    return [cells for cells, _, _, formula in colours_of(path) if OURS in formula]


def test_cells_are_coloured_above_every_other_format(tmp_path: Path) -> None:
    found = colours_of(marked(theirs(), tmp_path / "marked.xlsx"))
    assert found[:3] == [
        ("G7:H7", 1, "FFF4A6A0", f'LEN("{OURS}: block")>0'),
        ("G8", 2, "FFFFD591", f'LEN("{OURS}: explain")>0'),
        ("E9", 3, "FFD8DDE0", f'LEN("{OURS}: note")>0'),
    ]
    assert [priority for _, priority, _, _ in found] == [*range(1, len(found) + 1)]
    assert len(found) > 4


def test_comments_stand_behind_those_that_were_there(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(marked(theirs(), tmp_path / "marked.xlsx"))[SHEET]
    assert sheet["G7"].comment.author == OURS
    assert sheet["G7"].comment.text == f"{OURS}:\n'tbc' is text <not> a number.\nType “the number”."
    assert sheet["G8"].comment.author == "Jo"
    assert sheet["G8"].comment.text == f"Ask Jo <before> changing\n\n--- {OURS} ---\nWhy so much?"
    notes = [row[1].comment.text for row in sheet.iter_rows(min_row=7) if row[1].comment]
    originals = openpyxl.load_workbook(ours())[SHEET]
    assert notes == [row[1].comment.text for row in originals.iter_rows(min_row=7) if row[1].comment]


def test_a_conversation_is_left_alone(tmp_path: Path) -> None:
    parts = parts_of(theirs())
    name = next(name for name, content in parts.items() if b"<author>Jo</author>" in content)
    parts[name] = parts[name].replace(b"<author>Jo</author>", b"<author>tc={0A}</author>")
    threaded = written(tmp_path / "threaded.xlsx", parts)
    sheet = openpyxl.load_workbook(marked(threaded, tmp_path / "marked.xlsx"))[SHEET]
    assert sheet["G8"].comment.text == "Ask Jo <before> changing"


def test_the_errors_sheet_comes_first_and_leads_to_the_cells(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(marked(theirs(), tmp_path / "marked.xlsx"))
    assert book.sheetnames == ["Errors", *openpyxl.load_workbook(theirs()).sheetnames]
    sheet = book["Errors"]
    assert book.active is sheet
    assert [view.title for view in book.worksheets if view.sheet_view.tabSelected] == ["Errors"]
    assert [cell.value for cell in sheet[6]] == [
        "✕ Blocks", SHEET, "G7", "F.INC, April 2023", "tbc", "'tbc' is text, not a number.", "Type the number.", "V03"
    ]  # fmt: skip
    assert sheet["C6"].hyperlink.location == f"'{SHEET}'!G7"
    assert sheet["A6"].fill.fgColor.rgb == "FFF4A6A0"
    assert sheet.freeze_panes == "A5"
    old = openpyxl.load_workbook(theirs())
    for name in old.sheetnames:  # names that belong to a sheet went along with it
        assert book[name].print_area == old[name].print_area
        assert book[name].print_title_rows == old[name].print_title_rows
    assert book.defined_names["Rate"].attr_text == "'Workings = mine'!$B$1"


def test_a_sheet_of_the_same_name_is_somebody_elses(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(ours())
    book.create_sheet("errors").append(["my own list"])
    book.save(tmp_path / "own.xlsx")
    once = marked(tmp_path / "own.xlsx", tmp_path / "once.xlsx")
    again = openpyxl.load_workbook(marked(once, tmp_path / "again.xlsx"))
    assert (again.sheetnames[0], again.sheetnames[-1]) == ("Errors (2)", "errors")
    assert again["errors"]["A1"].value == "my own list"


@pytest.mark.parametrize("source", [ours, theirs])
def test_marking_twice_is_marking_once(source: Any, tmp_path: Path) -> None:
    once = marked(source(), tmp_path / "once.xlsx")
    assert parts_of(marked(once, tmp_path / "twice.xlsx")) == parts_of(once)


def test_thousands_of_marks_are_put_on_and_taken_off_within_the_childs_limits(tmp_path: Path) -> None:
    cells = {f"{column}{row}": mark_of("block", "x") for row in range(7, 1007) for column in "FGHIJK"}
    once = marked(ours(), tmp_path / "once.xlsx", {SHEET: cells})
    assert parts_of(marked(once, tmp_path / "twice.xlsx", {SHEET: cells})) == parts_of(once)


def test_earlier_marks_go_when_the_faults_are_others(tmp_path: Path) -> None:
    once = marked(theirs(), tmp_path / "once.xlsx")
    again = marked(once, tmp_path / "again.xlsx", {SHEET: {"J9": mark_of("block", "x")}})
    assert ours_on(again) == ["J9"]
    sheet = openpyxl.load_workbook(again)[SHEET]
    assert [sheet[cell].comment for cell in ("G7", "H7", "E9")] == [None] * 3
    assert sheet["G8"].comment.text == "Ask Jo <before> changing"
    assert sheet["J9"].comment.author == OURS


def _saved_by_openpyxl(path: Path) -> Path:
    book = openpyxl.load_workbook(path)
    book.save(path.with_name("saved.xlsx"))
    return path.with_name("saved.xlsx")


def _saved_by_libreoffice(path: Path) -> Path:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed.")
    folder = path.parent / "saved"
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(path)]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    return folder / path.name


@pytest.mark.parametrize("save", [_saved_by_openpyxl, _saved_by_libreoffice])
def test_marks_are_known_again_after_another_program_has_saved_them(save: Any, tmp_path: Path) -> None:
    saved = save(marked(theirs(), tmp_path / "once.xlsx"))
    again = marked(saved, tmp_path / "again.xlsx", {SHEET: {"J9": mark_of("note", "x")}})
    book = openpyxl.load_workbook(again)
    assert [name for name in book.sheetnames if name.startswith("Errors")] == ["Errors"]
    assert ours_on(again) == ["J9"]
    said = {
        cell.coordinate: cell.comment.text for row in book[SHEET].iter_rows() for cell in row if cell.comment
    }
    assert [cell for cell, text in said.items() if OURS in text] == ["J9"]
    assert said["G8"].strip() == "Ask Jo <before> changing"


def test_a_marked_workbook_is_read_as_it_was(tmp_path: Path) -> None:
    out = marked(ours(), tmp_path / "marked.xlsx")
    gate(out)
    assert read(out).identity == read(ours()).identity
    now, before = ([(sheet.name, sheet.cells) for sheet in read(path).data()] for path in (out, ours()))
    assert now == before


def test_a_sheet_without_comments_gets_its_drawing(tmp_path: Path) -> None:
    out = marked(ours(), tmp_path / "marked.xlsx", {"Cover": {"B3": mark_of("note", "é – x")}})
    book = openpyxl.load_workbook(out)
    assert book["Cover"]["B3"].comment.text == f"{OURS}:\né – x"
    assert b"x:Row>2</x:Row><x:Column>1<" in b"".join(
        c for n, c in parts_of(out).items() if n.endswith(".vml")
    )
    again = marked(out, tmp_path / "again.xlsx", {"Cover": {"B3": mark_of("note", "é – x")}})
    assert parts_of(again) == parts_of(out)


@pytest.mark.parametrize("shape", ["prefixed", "utf-16"])
def test_other_ways_to_write_the_same_xml(shape: str, tmp_path: Path) -> None:
    parts = parts_of(ours())
    for name in ("xl/workbook.xml", "xl/styles.xml", sheet_part(ours()), "xl/comments1.xml"):
        text = parts[name].decode()
        if shape == "prefixed":
            text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace(' xmlns="', ' xmlns:x="', 1)
            parts[name] = text.encode()
        else:
            parts[name] = text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    out = marked(written(tmp_path / "odd.xlsx", parts), tmp_path / "marked.xlsx")
    book = openpyxl.load_workbook(out)
    assert book.sheetnames[0] == "Errors"
    assert book[SHEET]["G7"].comment.author == OURS
    assert parts_of(marked(out, tmp_path / "again.xlsx")) == parts_of(out)
    held = change_cells(out, cells={SHEET: {"G7": ("number", "7.5")}}, unvalued={})
    (tmp_path / "held.xlsx").write_bytes(held)
    assert openpyxl.load_workbook(tmp_path / "held.xlsx")[SHEET]["G7"].value == 7.5


def test_text_that_looks_like_markup_or_an_escape_stays_text(tmp_path: Path) -> None:
    odd = "</t><f>1+1</f> & _x0041_ \x07 \ud800 ]]>"
    book = openpyxl.load_workbook(marked(ours(), tmp_path / "marked.xlsx", message=odd))
    assert book["Errors"]["F6"].value.replace("_x005F_", "_") == "</t><f>1+1</f> & _x0041_   ]]>"
    assert escaped("_x0041_") == "_x005F_x0041_"


def test_a_number_is_a_number_and_nothing_is_a_formula(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(marked(ours(), tmp_path / "marked.xlsx", seen="-12.5", message="=1+1"))
    row = {cell.column_letter: cell for cell in book["Errors"][6]}
    assert (row["E"].value, row["E"].data_type) == (-12.5, "n")
    assert b"<f>" not in parts_of(tmp_path / "marked.xlsx")["xl/worksheets/errors1.xml"]


def test_cells_side_by_side_are_one_range() -> None:
    assert ranges_of(["G7", "H7", "J7", "G8", "AA9", "Z9", "no cell"]) == ["G7:H7", "J7", "G8", "Z9:AA9"]


# --- cells ---------------------------------------------------------------------------------------------
def changed(path: Path, to: Path, cells: dict[str, tuple[str, str]], unvalued: tuple[str, ...] = ()) -> Any:
    to.write_bytes(change_cells(path, cells={SHEET: cells}, unvalued={SHEET: list(unvalued)}))
    return openpyxl.load_workbook(to)[SHEET]


def looks_of(cell: Any) -> list[str]:
    return [repr(look) for look in (cell.number_format, cell.fill, cell.font, cell.border, cell.protection)]


def test_cells_hold_what_they_are_given_and_look_as_they_did(tmp_path: Path) -> None:
    given = {"G7": ("number", "-1250.5"), "H7": ("text", "n/a"), "I7": ("blank", "")}
    sheet, old = changed(theirs(), tmp_path / "out.xlsx", given), openpyxl.load_workbook(theirs())[SHEET]
    assert [sheet[cell].value for cell in given] == [-1250.5, "n/a", None]
    for row in old.iter_rows():
        for cell in row:
            now = sheet[cell.coordinate]
            assert looks_of(now) == looks_of(cell)
            assert cell.coordinate in given or now.value == cell.value
    assert sheet.protection.sheet == old.protection.sheet
    assert sheet.data_validations.count == old.data_validations.count
    assert sheet.freeze_panes == old.freeze_panes == "G9"
    assert sheet.column_dimensions["B"].width == 77
    assert sheet.column_dimensions["C"].hidden and sheet.row_dimensions[9].hidden


def test_only_the_sheet_and_the_order_to_reckon_change(tmp_path: Path) -> None:
    changed(ours(), tmp_path / "out.xlsx", {"G7": ("number", "1")}, ("S7",))
    old, new = parts_of(ours()), parts_of(tmp_path / "out.xlsx")
    assert {name for name in old if new[name] != old[name]} == {sheet_part(ours())}
    assert b'fullCalcOnLoad="1"' in new["xl/workbook.xml"]
    assert old.keys() == new.keys()


def test_what_a_formula_last_gave_goes_where_it_is_no_longer_true(tmp_path: Path) -> None:
    changed(ours(), tmp_path / "out.xlsx", {"G7": ("number", "1")}, ("S7",))
    values = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True)[SHEET]
    before = openpyxl.load_workbook(ours(), data_only=True)[SHEET]
    assert before["S7"].value is not None
    assert (values["S7"].value, values["S8"].value) == (None, before["S8"].value)


def _with_sheet(tmp_path: Path, old: bytes, new: bytes) -> Path:
    parts = parts_of(ours())
    assert old in parts[sheet_part(ours())]
    parts[sheet_part(ours())] = parts[sheet_part(ours())].replace(old, new, 1)
    parts["xl/calcChain.xml"] = (
        b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    )
    rels = "xl/_rels/workbook.xml.rels"
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    row = b'<Relationship Id="rId99" Type="' + kind + b'" Target="calcChain.xml"/></Relationships>'
    parts[rels] = parts[rels].replace(b"</Relationships>", row)
    return written(tmp_path / "given.xlsx", parts)


def _cell(tmp: Path, name: str) -> bytes:
    return re.search(
        rb'<c r="' + name.encode() + rb'"[^>]*?(?:/>|>.*?</c>)', parts_of(ours())[sheet_part(ours())]
    )[0]  # type: ignore[index]


def test_a_formula_filled_along_a_row_survives_the_loss_of_its_first_cell(tmp_path: Path) -> None:
    g, h, i = (_cell(tmp_path, name) for name in ("G7", "H7", "I7"))
    shared = (
        b'<c r="G7" s="13"><f t="shared" ref="G7:I7" si="0">G9*2</f><v>1</v></c>'
        b'<c r="H7" s="13"><f t="shared" si="0"/><v>2</v></c><c r="I7" s="13"><f t="shared" si="0"/><v>3</v></c>'
    )
    given = _with_sheet(tmp_path, g + h + i, shared)
    sheet = changed(given, tmp_path / "out.xlsx", {"G7": ("number", "5")})
    assert [sheet[cell].value for cell in ("G7", "H7", "I7")] == [5, "=H9*2", "=I9*2"]
    assert openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True)[SHEET]["H7"].value == 2
    assert "xl/calcChain.xml" not in parts_of(tmp_path / "out.xlsx")


def test_a_formula_over_several_cells_is_not_broken(tmp_path: Path) -> None:
    array = b'<c r="G7" s="13"><f t="array" ref="G7:H7">G9:H9*2</f><v>1</v></c>'
    given = _with_sheet(tmp_path, _cell(tmp_path, "G7"), array)
    with pytest.raises(Refused, match="H7 is part of a formula over several cells"):
        changed(given, tmp_path / "out.xlsx", {"H7": ("number", "5")})
    assert changed(given, tmp_path / "out.xlsx", {"I7": ("number", "5")})["I7"].value == 5


def test_a_cell_that_was_never_written_is_put_in_its_place(tmp_path: Path) -> None:
    given = _with_sheet(tmp_path, _cell(tmp_path, "G7"), b"")
    sheet = changed(given, tmp_path / "out.xlsx", {"G7": ("number", "5")})
    assert sheet["G7"].value == 5
    row = re.search(rb'<row r="7".*?</row>', parts_of(tmp_path / "out.xlsx")[sheet_part(given)])[0]  # type: ignore[index]
    assert re.findall(rb'<c r="([A-Z]+)7"', row)[5:8] == [b"F", b"G", b"H"]


def test_a_format_that_shows_another_figure_gives_way(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(ours())
    book[SHEET]["G7"].number_format = "0%"
    book.save(tmp_path / "percent.xlsx")
    sheet = changed(tmp_path / "percent.xlsx", tmp_path / "out.xlsx", {"G7": ("plain number", "76")})
    assert (sheet["G7"].value, sheet["G7"].number_format) == (76, "General")
    assert sheet["G7"].fill.fgColor.rgb == book[SHEET]["G7"].fill.fgColor.rgb


def test_marks_of_ours_do_not_stay_in_a_corrected_workbook(tmp_path: Path) -> None:
    once = marked(ours(), tmp_path / "once.xlsx")
    changed(once, tmp_path / "out.xlsx", {"G7": ("number", "1")})
    changed(ours(), tmp_path / "straight.xlsx", {"G7": ("number", "1")})
    book, straight = parts_of(tmp_path / "out.xlsx"), parts_of(tmp_path / "straight.xlsx")
    assert book.keys() == straight.keys()
    bare = {name: re.sub(rb' (?:priority|tabSelected)="\d+"', b"", content) for name, content in book.items()}
    wanted = {
        name: re.sub(rb' (?:priority|tabSelected)="\d+"', b"", content) for name, content in straight.items()
    }
    left_over = {name for name in bare if bare[name] != wanted[name]}
    assert left_over == {"xl/styles.xml", "xl/comments1.xml"}  # formats and an author that nothing uses
    assert (
        openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames == openpyxl.load_workbook(ours()).sheetnames
    )


def test_places_are_found_in_bytes_not_letters() -> None:
    part = Part('<a n="é>é"><b/>ü<c x="1">ß</c></a>'.encode())
    b, c = part.root.children
    part.append(b, "<new/>")
    part.set(c, x="2", y='"')
    part.put(c.inside_end, "ö")
    assert part.changed.decode() == '<a n="é>é"><b><new/></b>ü<c x="2" y="&quot;">ß&#246;</c></a>'


def test_a_document_type_is_not_read() -> None:
    with pytest.raises(ValueError, match="document type"):
        Part(b"<!DOCTYPE a><a/>")
