"""From cells to figures: what a cell may say, exactly; whose return it is; where things may stand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from planning.registry import periods
from submissions.figures import Answer, answer_of
from submissions.layout.places import is_entered
from submissions.parsing import Return, confirm, identity_of, parse, plan_of
from submissions.reader import read
from submissions.reader.styles import look_of
from submissions.refusals import Refused
from submissions.workbook import Cell, Sheets
from tests import hostile
from tests.workbooks import ROUND, catalogue, cell_of, edited

PLAIN = [
    ("0", 0),
    ("-0", 0),
    ("12", 120_000),
    ("-12.5", -125_000),
    ("1.5E3", 15_000_000),
    ("1E-4", 1),
    ("1.1000000000000001", 11_000),  # how Excel writes 1.1
    ("0.30000000000000004", 3_000),
    ("1234.0999999999999", 12_341_000),
    ("99999999999.1234", 999_999_999_991_234),
]
TOLD = [  # a number that is not one to a machine, or not as it stands: read, and told
    ("number", "0.00005", 0),
    ("number", "0.00015", 2),
    ("number", "1E-400", 0),
    ("text", "12", 120_000),
    ("text", " 12 ", 120_000),
    ("text", "12\u00a0", 120_000),
    ("text", "\u200b12", 120_000),
    ("text", "£12", 120_000),
    ("text", "-£12.50", -125_000),
    ("text", "£-12.50", -125_000),
    ("text", "£ 12", 120_000),
    ("text", "1,234", 12_340_000),
    ("text", "1,234,567.89", 12_345_678_900),
    ("text", "1 234", 12_340_000),
    ("text", "1\u202f234", 12_340_000),
    ("text", "(1,234)", -12_340_000),
    ("text", "(£1,234.5)", -12_345_000),
    ("text", "12-", -120_000),
    ("text", "−12", -120_000),
    ("text", "- 12", -120_000),
    ("text", "+12", 120_000),
    ("text", ".5", 5_000),
]
NOT_NUMBERS = [
    "abc", "1_000", "١٢", "inf", "nan", "NaN", "-Infinity", "1e5", "0x10", "12%", "12k", "£1m", "1,23", "12,34,567",
    "1.234,5", "1..2", "--1", "(-1)", "(1", "1)", "-", "–", "=1+1", "1 2", "12 WTE", "<b>1</b>", "tbc", "nil", "½",
    "１２", "1" * 41, "TRUE", "\u202e12",
]  # fmt: skip


@pytest.mark.parametrize(("raw", "figure"), PLAIN)
def test_plain_numbers_are_read_exactly_and_without_a_word(raw: str, figure: int) -> None:
    answer = answer_of(Cell("number", raw))
    assert (answer.state, answer.figure, answer.told) == ("v", figure, "")


@pytest.mark.parametrize(("kind", "raw", "figure"), TOLD)
def test_what_is_certainly_a_number_is_read_and_told(kind: str, raw: str, figure: int) -> None:
    answer = answer_of(Cell(kind, raw))
    assert (answer.state, answer.figure) == ("v", figure)
    assert answer.told


@pytest.mark.parametrize("raw", NOT_NUMBERS)
def test_what_is_not_certainly_a_number_is_a_fault(raw: str) -> None:
    answer = answer_of(Cell("text", raw))
    assert (answer.state, answer.figure, answer.rule) == ("", None, "V03")


@pytest.mark.parametrize(
    "raw", ["1E11", "123456789012.3456", "-1E11", "1E16", "1E999", "-9E99", "999999999999999999"]
)
def test_what_would_not_fit_is_a_fault(raw: str) -> None:
    assert answer_of(Cell("number", raw)).rule == "V03"


@pytest.mark.parametrize("raw", ["n/a", "N/A", " n/a ", "NA", "not applicable", "n.a."])
def test_not_applicable_is_an_answer(raw: str) -> None:
    assert answer_of(Cell("text", raw)).state == "n"


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        (Cell("error", "#REF!"), "V04"),
        (Cell("text", "#DIV/0!"), "V04"),
        (Cell("error", "#N/A", "=1"), "V04"),
        (Cell("boolean", "1"), "V03"),
        (Cell("date", "45000"), "V03"),
        (Cell("blank", "", "=A1"), "V08"),
        (Cell("blank", ""), ""),
        (Cell("number", "5", "=2+3"), ""),
        (Cell("percent", "0.76"), "V03"),
        (Cell("percent", "0.76", "=0.7+0.06"), "V03"),
        (Cell("scaled", "1234000"), "V03"),
    ],
)
def test_other_kinds_of_cell(cell: Cell, rule: str) -> None:
    assert answer_of(cell).rule == rule


def test_a_percentage_is_named_with_what_is_seen() -> None:
    problem = answer_of(Cell("percent", "0.76")).problem
    assert problem.startswith("is shown as a percentage (76%) by the cell's number format")
    assert "(100%)" in answer_of(Cell("percent", "1.0000000000000002")).problem


def test_a_dash_that_its_format_shows_for_zero_is_zero_and_told() -> None:
    assert answer_of(Cell("dash", "-")) == Answer("v", 0, "0")


FORMATS = [
    ("General", ""),
    ("@", ""),
    ("0.00", ""),
    ("#,##0;[Red]-#,##0", ""),
    ('#,##0" %"', ""),
    ("0\\%", ""),
    ("0%", "percent"),
    ("0.0%;[Red]-0.0%", "percent"),
    ("#,##0,", "scaled"),
    ("0.0,,", "scaled"),
    ('#,##0,"k"', "scaled"),
    ("dd/mm/yyyy", "date"),
    ("mmm-yy", "date"),
    ("[h]:mm", "date"),
    ('_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-', "dash"),
    ('_-£* #,##0.00_-;-£* #,##0.00_-;_-£* "-"??_-;_-@_-', "dash"),
    ("#,##0;-#,##0;-", "dash"),
    ("#,##0;-#,##0;0", ""),
]


@pytest.mark.parametrize(("code", "shows"), FORMATS)
def test_what_a_number_format_shows(code: str, shows: str) -> None:
    assert look_of(code) == shows


def test_blank_zero_and_not_applicable_are_three_answers() -> None:
    assert [answer_of(cell).state for cell in (Cell(), Cell("number", "0"), Cell("text", "n/a"))] == [
        "b",
        "v",
        "n",
    ]


# --- whole returns ---------------------------------------------------------------------------------
def parsed(path: Path, return_kind: str = "finance", kind: str = "ac") -> Return:
    return parse(read(path), hostile.lines_of(return_kind, kind), ROUND, kind=kind)


@pytest.mark.parametrize("return_kind", ["activity", "workforce", "finance"])
@pytest.mark.parametrize("kind", ["ac", "mh", "am", "icb"])
def test_what_was_written_comes_back(return_kind: str, kind: str) -> None:
    lines = hostile.lines_of(return_kind, kind)
    result = parsed(hostile.good(return_kind, kind), return_kind, kind)
    assert (result.faults, result.notes, result.headers) == ([], [], {})
    assert [reading.line for reading in result.readings] == [line.code for line in lines]
    for line, reading in zip(lines, result.readings, strict=True):
        figure = -100_000 if line.sign == "-" else 100_000
        wanted = tuple(figure if is_entered(line, kind, place) else None for place in range(periods.COUNT))
        assert reading.figures == wanted, line.code


def test_what_excel_writes_comes_back_to_the_fourth_decimal(tmp_path: Path) -> None:
    """Through a file that holds seventeen digits of a double, as Excel does."""
    value = 1234.5678
    path = hostile.with_cells(
        tmp_path / "a.xlsx", {cell("F.INC.ICB", "Apr-23"): ("n", f"<v>{value:.17g}</v>")}
    )
    result = parsed(path)
    reading = next(row for row in result.readings if row.line == "F.INC.ICB")
    assert (reading.figures[periods.APRIL], result.notes) == (12_345_678, [])


def cell(code: str, header: str, path: Path | None = None) -> str:
    return cell_of(path or hostile.good(), code, header)


CELLS = {  # header -> what its cell holds: type and content, then the answer: state and figure, or the rule
    "Apr-23": (("n", "<v>1_000</v>"), "V03"),
    "May-23": (("n", "<v>inf</v>"), "V03"),
    "Jun-23": (("n", "<v>١٢</v>"), "V03"),
    "Jul-23": (("s", "<v>999999</v>"), "V04"),
    "Aug-23": (("s", "<v>-1</v>"), "V04"),
    "Sep-23": (("e", "<v>#REF!</v>"), "V04"),
    "Oct-23": (("b", "<v>1</v>"), "V03"),
    "Nov-23": (("d", "<v>2023-11-01</v>"), "V03"),
    "Dec-23": (("n", "<f>1+1</f>"), "V08"),
    "Jan-24": (("n", "<f>1+1</f><v>2</v>"), ("v", 20_000)),
    "Feb-24": (("inlineStr", "<is><t>£1,234</t></is>"), ("v", 12_340_000)),
    "Mar-24": (("str", "<f>1</f><v>n/a</v>"), ("n", None)),
}


def test_cells_as_they_stand_in_the_file(tmp_path: Path) -> None:
    """Never silently 0, blank or something else: each is read exactly or named."""
    cells = {cell("F.INC.ICB", header): content for header, (content, _) in CELLS.items()}
    result = parsed(hostile.with_cells(tmp_path / "a.xlsx", cells))
    reading = next(row for row in result.readings if row.line == "F.INC.ICB")
    named = {fault.cell: fault.rule for fault in result.faults if fault.line == "F.INC.ICB"}
    for header, (_, wanted) in CELLS.items():
        place = periods.headers(ROUND).index(header)
        if isinstance(wanted, str):
            assert named.pop(cell("F.INC.ICB", header).split("!")[1]) == wanted, header
            assert reading.states[place] == "b"
        else:
            assert (reading.states[place], reading.figures[place]) == wanted, header
    assert not named
    assert [note["read_as"] for note in result.notes] == ["1234"]


def test_a_date_format_makes_a_number_a_date(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    day = datetime(2023, 4, 1, tzinfo=UTC).replace(tzinfo=None)
    path = edited(hostile.good(), {cell("F.INC.ICB", "Apr-23"): day}, to=tmp_path / "a.xlsx")
    assert [fault.rule for fault in parsed(path).faults] == ["V03"]


def test_rows_and_columns_put_in_moved_sheets_and_sheets_of_ones_own_do_no_harm(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(hostile.good())
    for sheet in list(book.worksheets):
        if sheet.sheet_state == "visible" and sheet.title != "Cover":
            sheet.insert_rows(3, 2)
            sheet.insert_cols(1)
            sheet.insert_cols(8)
            sheet.row_dimensions[9].hidden = True
            book.move_sheet(sheet, -1)
    book.create_sheet("My notes", 0)["B2"] = "A note"
    book.save(tmp_path / "a.xlsx")
    result, untouched = parsed(tmp_path / "a.xlsx"), parsed(hostile.good())
    assert (result.faults, result.headers) == ([], {})
    figures = {row.line: (row.figures, row.states) for row in result.readings}
    assert figures == {row.line: (row.figures, row.states) for row in untouched.readings}
    first = result.readings[0]
    assert result.cell(first, periods.MARCH) != untouched.cell(untouched.readings[0], periods.MARCH)


def test_a_total_is_never_trusted(tmp_path: Path) -> None:
    place = cell("F.INC.TOTAL", "Apr-23")
    path = edited(hostile.good(), {place: 999_999}, to=tmp_path / "a.xlsx")
    result = parsed(path)
    sheet, _, at = place.rpartition("!")
    assert result.cached == {("F.INC.TOTAL", periods.APRIL): (9_999_990_000, sheet, at)}
    plan = plan_of(result, catalogue(), hostile.lines_of("finance"))
    assert plan.figure("RTH", "F.INC.TOTAL", periods.APRIL) != 9_999_990_000


def test_a_file_saved_without_values_is_good(tmp_path: Path) -> None:
    """openpyxl drops what formulas last gave."""
    result = parsed(edited(hostile.good(), {}, to=tmp_path / "a.xlsx"))
    assert (result.faults, result.cached) == ([], {})


def test_a_figure_where_none_goes_is_said(tmp_path: Path) -> None:
    lines = hostile.lines_of("finance")
    line = next(line for line in lines if line.baseline == "none" and not line.is_computed)
    place = cell(line.code, "2019/20")
    faults = parsed(edited(hostile.good(), {place: 5}, to=tmp_path / "a.xlsx")).faults
    assert [(fault.rule, fault.cell) for fault in faults] == [("V13", place.split("!")[1])]


# --- whose it is -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"round": "2022-23"}, "wrong_round"),
        ({"organisation": "RHW"}, "wrong_organisation"),
        ({"return_kind": "activity"}, "wrong_return"),
        ({"template_version": "0" * 12}, "old_template"),
        ({"digest": "0" * 64}, "altered_template"),
        ({}, ""),
    ],
)
def test_whose_return_it_is(changes: dict[str, str], code: str) -> None:
    expected = hostile.identity_of("finance")
    found = replace(expected, **changes)
    if not code:
        confirm(found, expected, hostile.lines_of("finance"))
        return
    with pytest.raises(Refused) as refusal:
        confirm(found, expected, hostile.lines_of("finance"))
    assert refusal.value.code == code


def test_an_identity_changed_by_hand_is_noticed(tmp_path: Path) -> None:
    """Another organisation typed over ours: the digest no longer fits."""
    path = edited(hostile.good(), {"_identity!B2": "RHW"}, to=tmp_path / "a.xlsx")
    expected = hostile.identity_of("finance", "RHW")
    with pytest.raises(Refused) as refusal:
        parse(read(path), hostile.lines_of("finance"), ROUND, expected)
    assert refusal.value.code == "altered_template"


def test_an_identity_with_a_gap_is_not_ours() -> None:
    sheets = Sheets(
        {"round": ROUND, "organisation": "RTH", "return": "", "template_version": "1", "digest": "2"}, ()
    )
    with pytest.raises(Refused) as refusal:
        identity_of(sheets)
    assert refusal.value.code == "not_our_template"
