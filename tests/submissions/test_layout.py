"""The blank and the filled workbook: headers, places, locks, formulas, validation, identity."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from planning.plan.array import LETTERS, VALUE, Member, Plan
from planning.plan.exact import scaled, shown
from planning.registry import periods
from planning.registry.actuals import Published
from planning.registry.lines import Line, Lines
from submissions.identity import Identity, identity_digest, layout_of, template_version
from submissions.layout import Places, complete, headers, write_return
from submissions.layout.cover import FORM
from submissions.layout.places import CLOSED, FORMULA, INPUT, is_required, kind_of_cell
from submissions.returns import Body, return_identity
from tests.submissions.spreadsheet import Spreadsheet
from tests.workbooks import catalogue, edited, workbook

ROUND = "2023-24"
SYSTEM = {
    "RTH": Body("RTH", "ac", ("QU9",), ("RNU", "RYE"), ("mh", "am")),
    "RYE": Body("RYE", "am", ("QRL", "QU9"), ("RNU", "RTH"), ("mh", "ac")),
    "QU9": Body("QU9", "icb", (), ("RNU", "RTH", "RYE"), ("mh", "ac", "am")),
    "RNU": Body("RNU", "mh", ("QU9",), ("RTH", "RYE"), ("ac", "am")),
}
RETURNS = [(ods, name) for ods in SYSTEM for name in ("activity", "workforce", "finance")]


def lines_of(ods: str, return_kind: str) -> list[Line]:
    body = SYSTEM[ods]
    return catalogue().of_return(return_kind, body.kind, body.families)


def identity_of(ods: str, return_kind: str) -> Identity:
    return return_identity(
        lines_of(ods, return_kind), round_code=ROUND, organisation_ods=ods, return_kind=return_kind
    )


def blank(ods: str, return_kind: str, folder: Path, figures: Any = None) -> Path:
    identity = identity_of(ods, return_kind)
    return workbook(lines_of(ods, return_kind), identity, figures, kind=SYSTEM[ods].kind, folder=folder)


def entry(code: str, **more: Any) -> Line:
    declared = {
        "code": code,
        "label": code,
        "return": "activity",
        "sheet": "One",
        "section": "Part",
        "types": ["ac"],
        "measure_type": "Count",
        "unit": "patients",
        "over_time": "sum",
    }
    return Line.from_entry({**declared, **more})


def identity_of_lines(lines: Sequence[Line]) -> Identity:
    return return_identity(lines, round_code=ROUND, organisation_ods="RTH", return_kind="activity")


def written(lines: Sequence[Line], figures: Any, folder: Path) -> Path:
    return workbook(lines, identity_of_lines(lines), figures, folder=folder)


def planned(lines: Sequence[Line], kind: str, figures: Any) -> Plan:
    """The same figures as the judges get them."""
    names = {line.return_kind for line in lines}
    plan = Plan(
        Lines(ROUND, lines),
        [Member("RTH", kind, uploads={name: {} for name in names})],
        [line.code for line in lines],
    )
    for line in lines:
        row = figures.get(line.code, [None] * periods.COUNT)
        letters = "".join("b" if cell is None else "n" if cell == "n/a" else "v" for cell in row)
        assert set(letters) <= set(LETTERS)
        cells = [
            scaled(Decimal(str(cell))) if letter == "v" else None
            for cell, letter in zip(row, letters, strict=True)
        ]
        plan.enter("RTH", line.code, cells, letters, None)
    plan.compute()
    return plan


# --- sheets and headers ---------------------------------------------------------------------------------


def test_sheets_of_an_acute_activity_return(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(blank("RTH", "activity", tmp_path))
    data = list(dict.fromkeys(line.sheet for line in lines_of("RTH", "activity")))
    assert data[:3] == ["Elective", "Outpatients", "Urgent and emergency"]
    assert [(sheet.title, sheet.sheet_state) for sheet in book] == [
        ("Cover", "visible"),
        *((name, "visible") for name in data),
        ("_lists", "hidden"),
        ("_identity", "veryHidden"),
    ]


def test_headers_follow_the_round() -> None:
    assert headers("2023-24") == (
        *("Line code", "Line", "Measure type", "Unit", "2019/20", "2022/23 outturn"),
        *("Apr-23", "May-23", "Jun-23", "Jul-23", "Aug-23", "Sep-23", "Oct-23", "Nov-23", "Dec-23"),
        *("Jan-24", "Feb-24", "Mar-24", "2023/24 plan", "Comment"),
    )
    assert headers("2024-25")[4:7] == ("2019/20", "2023/24 outturn", "Apr-24")


@pytest.mark.parametrize(("ods", "return_kind"), RETURNS)
def test_every_line_stands_once_under_one_header_row(ods: str, return_kind: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(blank(ods, return_kind, tmp_path))
    codes: list[str] = []
    for sheet in book.worksheets[1:-2]:
        column = [cell.value for cell in sheet["A"]]
        at = column.index("Line code") + 1
        assert tuple(cell.value for cell in sheet[at]) == headers(ROUND)
        assert sheet.freeze_panes == f"C{at + 1}"
        assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", f"${at}:${at}")
        codes += [code for code in column[at:] if code is not None]
    assert codes == [line.code for line in lines_of(ods, return_kind)]


def test_partner_rows() -> None:
    assert [line.code for line in lines_of("RYE", "finance") if line.base_code == "F.INC.ICB"][-3:] == [
        "F.INC.ICB@QRL",
        "F.INC.ICB@QU9",
        "F.INC.ICB@OUT",
    ]
    assert [line.code for line in lines_of("QU9", "finance") if line.base_code == "F.ICB.PROV"][-4:] == [
        "F.ICB.PROV@RNU",
        "F.ICB.PROV@RTH",
        "F.ICB.PROV@RYE",
        "F.ICB.PROV@OUT",
    ]


def test_section_headings_hold_nothing_in_the_first_column(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(blank("RTH", "activity", tmp_path))["Elective"]
    rows = [(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=6, max_row=8)]
    assert rows == [
        (None, "Elective spells"),
        ("E.M.10a", "Elective day case spells"),
        ("E.M.10b", "Elective ordinary spells"),
    ]


def test_cover_says_whose_it_is_and_holds_an_open_form(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(blank("RTH", "finance", tmp_path))["Cover"]
    said = {row[0].value: row[1] for row in sheet.iter_rows() if row[0].value}
    assert said["Organisation"].value == "Somewhere NHS Trust (RTH)"
    assert (said["Round"].value, said["Return"].value) == ("2023-24", "finance")
    opened = [name for name, cell in said.items() if not cell.protection.locked]
    assert opened == [label for label, _ in FORM]
    assert sheet.protection.sheet
    choices = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert choices[said["Submission event"].coordinate] == "_lists!$A$2:$A$4"
    for name in ("Complete", "Agreed", "Triangulated"):
        assert choices[said[f"{name}: yes or no"].coordinate] == "_lists!$B$2:$B$3"


def test_the_form_of_the_cover_is_plain_text_and_each_label_once() -> None:
    labels = [label for label, _ in FORM]
    assert len(set(labels)) == len(labels) == 18
    assert all(label == label.strip() and label[0].isalpha() for label in labels)


def test_answers_of_the_cover(tmp_path: Path) -> None:
    answers = {"Contact name": "=Asha", "Complete: yes or no": "yes", "Complete: date": "2023-02-20"}
    path = workbook(lines_of("RTH", "finance"), identity_of("RTH", "finance"), folder=tmp_path, cover=answers)
    sheet = openpyxl.load_workbook(path)["Cover"]
    said = {row[0].value: row[1] for row in sheet.iter_rows() if row[0].value}
    assert (said["Contact name"].value, said["Contact name"].data_type) == ("=Asha", "s")
    assert said["Complete: yes or no"].value == "yes"
    assert said["Complete: date"].value == datetime(2023, 2, 20)  # noqa: DTZ001 a spreadsheet's day has no zone
    assert said["Agreed: date"].value is None


def test_the_cover_leads_to_every_sheet_and_counts_what_is_still_empty(tmp_path: Path) -> None:
    lines = [
        entry("A", baseline="required"),
        entry("B", baseline="required"),
        entry("C", required="optional", outturn="optional"),
        entry("D", over_time="annual", sheet="Two", section="Other part"),
        entry("T", formula="A + B"),
    ]
    figures = {"A": [None, 5, *[1] * 11, None, None], "B": [1] * 14 + [None]}
    path = written(lines, figures, tmp_path)
    sheet = openpyxl.load_workbook(path)["Cover"]
    index = {row[0].value: row for row in sheet.iter_rows() if row[0].hyperlink}
    assert {name: row[0].hyperlink.location for name, row in index.items()} == {
        "One": "'One'!A1",
        "Two": "'Two'!A1",
    }
    assert [row[1].value for row in index.values()] == ["Part", "Other part"]
    assert [row[2].value for row in index.values()] == [
        "=COUNTBLANK('One'!E7:R8)",
        "=COUNTBLANK('Two'!F7:F7)+COUNTBLANK('Two'!S7:S7)",
    ]
    values = openpyxl.load_workbook(path, data_only=True)["Cover"]
    assert [values[row[2].coordinate].value for row in index.values()] == [2, 2]


@pytest.mark.parametrize(("ods", "return_kind"), RETURNS)
def test_what_the_cover_counts_is_what_the_check_asks_for(ods: str, return_kind: str) -> None:
    lines, kind = lines_of(ods, return_kind), SYSTEM[ods].kind
    places = Places.of(lines, ROUND)
    counted = sum(_size(area) for name in places.sheets for area in places.required_areas(name, kind))
    assert counted == sum(is_required(line, kind, place) for line in lines for place in range(periods.COUNT))


def _size(area: str) -> int:
    left, top, right, bottom = range_boundaries(area)
    return (right - left + 1) * (bottom - top + 1)


# --- locks ----------------------------------------------------------------------------------------------


def test_inputs_are_open_and_computed_cells_locked(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(blank("RTH", "activity", tmp_path))["Elective"]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=6)}
    opened = {
        code: "".join("o" if not cell.protection.locked else "-" for cell in rows[code][4:20])
        for code in rows
        if code
    }
    assert opened["E.M.10a"] == "oooooooooooooo-o"
    assert opened["E.M.10"] == "---------------o"
    assert opened["LOC.RTTREM"] == "-ooooooooooooo-o"  # no 2019/20 is asked for
    assert all(row[0].protection.locked and row[1].protection.locked for row in rows.values())


def test_an_annual_line_is_entered_in_the_plan_column() -> None:
    line = entry("A", over_time="annual", baseline="none", outturn="required")
    kinds = [kind_of_cell(line, "ac", place, {"A": line}) for place in range(periods.COUNT)]
    assert kinds == [CLOSED, INPUT, *[CLOSED] * 12, INPUT]


def test_a_total_has_the_columns_that_its_parts_have() -> None:
    parts = [entry("A"), entry("B", baseline="required")]
    total, alone = entry("T", formula="A + B"), entry("U", formula="A")
    lines = {line.code: line for line in (*parts, total, alone)}
    assert [kind_of_cell(total, "ac", place, lines) for place in (0, 1, 2, 14)] == [FORMULA] * 4
    assert [kind_of_cell(alone, "ac", place, lines) for place in (0, 1, 2, 14)] == [CLOSED, *[FORMULA] * 3]


def test_a_plan_only_formula_leaves_the_years_before_to_be_entered() -> None:
    lines = {line.code: line for line in lines_of("RTH", "workforce")}
    line = lines["W.AVG.RN"]
    assert [kind_of_cell(line, "ac", place, lines) for place in (0, 1, 2, 13, 14)] == [
        INPUT,
        INPUT,
        *[FORMULA] * 3,
    ]


def test_published_figures_are_given_and_locked(tmp_path: Path) -> None:
    lines = [entry("A", baseline="required"), entry("B", baseline="none"), entry("T", formula="A")]
    published = {
        ("A", periods.BASELINE): Published(1_200_000, "HES 2019/20"),
        ("A", periods.OUTTURN): Published(12_340_000, "SUS+"),
        ("A", periods.APRIL): Published(90_000, "SUS+"),
        ("B", periods.BASELINE): Published(70_000, "not asked for"),
        ("T", periods.OUTTURN): Published(13_000_000, "SUS+"),
        ("Z", periods.OUTTURN): Published(10_000, "of another return"),
    }
    figures = {"A": [99, None, *[5] * 12, None]}
    path = workbook(lines, identity_of_lines(lines), figures, folder=tmp_path, published=published)
    sheet = openpyxl.load_workbook(path)["One"]
    first, second, total = sheet[7], sheet[8], sheet[9]
    assert [(cell.value, cell.protection.locked) for cell in first[4:7]] == [
        (120, True),
        (1234, True),
        (5, False),
    ]
    assert [(cell.value, cell.protection.locked) for cell in second[4:6]] == [(None, True), (None, False)]
    assert total[5].value.startswith("=IF(")
    assert "2022/23 outturn is published and locked: 1,234 (SUS+)." in first[1].comment.text.split("\n")
    assert "2022/23 outturn is published: 1,300 (SUS+)." in total[1].comment.text.split("\n")
    assert "F7:R7" not in {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    values = openpyxl.load_workbook(path, data_only=True)["One"]
    assert values["F9"].value == 1234


def test_a_published_figure_that_the_line_cannot_hold_is_told_and_not_given(tmp_path: Path) -> None:
    lines = [entry("A"), entry("B", decimals=1)]
    published = {(code, periods.OUTTURN): Published(125_000, "SUS+") for code in ("A", "B")}
    path = workbook(lines, identity_of_lines(lines), folder=tmp_path, published=published)
    sheet = openpyxl.load_workbook(path)["One"]
    assert [(sheet[cell].value, sheet[cell].protection.locked) for cell in ("F7", "F8")] == [
        (None, False),
        (12.5, True),
    ]
    assert "2022/23 outturn is published: 12.5 (SUS+)." in sheet["B7"].comment.text


def test_what_may_stay_empty_is_white_and_what_may_not_is_yellow(tmp_path: Path) -> None:
    lines = [
        entry("A", baseline="optional"),
        entry("B", required="optional", outturn="required"),
        entry("C", baseline="none", outturn="optional"),
    ]
    sheet = openpyxl.load_workbook(written(lines, None, tmp_path))["One"]
    names = {"FFFFF2B8": "yellow", "FFFFFFFF": "white", "FFC8CED1": "dark", "FFE8EDEE": "grey"}
    colours = [[names[cell.fill.fgColor.rgb] for cell in row[4:7]] for row in sheet.iter_rows(min_row=7)]
    assert colours == [
        ["white", "yellow", "yellow"],
        ["dark", "yellow", "white"],
        ["dark", "white", "yellow"],
    ]
    assert names[sheet["T7"].fill.fgColor.rgb] == "white"
    legend = [(cell.value, names.get(cell.fill.fgColor.rgb)) for cell in sheet[2][4:9]]
    assert legend[:3] == [("Fill in", "yellow"), ("Optional", "white"), ("Computed", "grey")]


def test_a_row_for_a_partner_has_its_name(tmp_path: Path) -> None:
    lines, names = lines_of("RYE", "finance"), {"QU9": "Buckinghamshire, Oxfordshire and Berkshire West ICB"}
    path = workbook(lines, identity_of("RYE", "finance"), kind="am", folder=tmp_path, names=names)
    book = openpyxl.load_workbook(path)
    rows = {row[0].value: row[1].value for sheet in book for row in sheet.iter_rows(min_row=6, max_col=2)}
    assert rows["F.INC.ICB@QU9"].endswith(": Buckinghamshire, Oxfordshire and Berkshire West ICB (QU9)")
    assert rows["F.INC.ICB@QRL"].endswith(" (QRL)")


def test_formats_show_thousands_the_line_s_decimals_and_a_minus_sign(tmp_path: Path) -> None:
    lines = [
        entry("A"),
        entry("B", decimals=1, unit="£000", sign="-"),
        entry("M", over_time="avg"),
    ]
    sheet = openpyxl.load_workbook(written(lines, None, tmp_path))["One"]
    shapes = [(sheet.cell(row, 7).number_format, sheet.cell(row, 19).number_format) for row in (7, 8, 9)]
    assert shapes == [("#,##0", "#,##0"), ("#,##0.0", "#,##0.0"), ("#,##0", "#,##0.0")]


# --- formulas and validation ----------------------------------------------------------------------------


def test_formulas_of_the_kinds_of_line(tmp_path: Path) -> None:
    lines = [
        entry("A"),
        entry("B"),
        entry("C", required="optional"),
        entry("T", formula="A + B - C"),
        entry("L", over_time="last"),
        entry("M", over_time="avg"),
        entry("W", over_time="wmean", weight="A", decimals=1),
        entry("F.X", sheet="Two"),
        entry("S", formula="F.* + A"),
        entry("O", formula="C"),
    ]
    sheet = openpyxl.load_workbook(written(lines, None, tmp_path))["One"]
    found = {
        row[0].value: (row[6].value, row[18].value) for row in sheet.iter_rows(min_row=7) if row[0].value
    }
    sums = '=IF(COUNTBLANK({0})>0,"",IF(COUNT({0})=0,"n/a",{1}({0})))'
    assert found["A"] == (None, sums.format("G7:R7", "SUM"))
    assert found["M"] == (None, sums.format("G12:R12", "AVERAGE"))
    assert found["L"] == (None, '=IF(R11="","",R11)')
    total = '=IF(COUNTBLANK({0}7:{0}8)>0,"",IF(COUNT({0}7:{0}9)=0,IF(COUNTBLANK({0}7:{0}9)>0,"","n/a"),'
    total += "SUM({0}7:{0}8)-SUM({0}9)))"
    assert found["T"] == (total.format("G"), total.format("S"))
    assert found["S"][0] == (
        "=IF(COUNTBLANK(G7)+COUNTBLANK('Two'!G7)>0,\"\",IF(COUNT(G7,'Two'!G7)=0,\"n/a\",SUM(G7,'Two'!G7)))"
    )
    assert found["O"][0] == '=IF(COUNT(G9)=0,IF(COUNTBLANK(G9)>0,"","n/a"),SUM(G9))'


def test_validation_says_what_to_enter(tmp_path: Path) -> None:
    lines = [
        entry("A"),
        entry("B", required="optional", sign="any", decimals=1, unit="£000"),
        entry("C", sign="-", decimals=1, unit="£000"),
    ]
    sheet = openpyxl.load_workbook(written(lines, None, tmp_path))["One"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert {area: rule.formula1 for area, rule in rules.items()} == {
        "F7:R7": "AND(ISNUMBER(F7),F7>=0,F7=ROUND(F7,0))",
        "F8:R8": 'OR(F8="n/a",AND(ISNUMBER(F8)))',
        "F9:R9": "AND(ISNUMBER(F9),F9<=0)",
    }
    assert rules["F7:R7"].error == "Enter a whole number, zero or more, in patients, without units or text."
    assert rules["F8:R8"].error == (
        "Enter a number to 1 decimal place, positive or negative, in £000, without units or text."
        " Enter n/a if the line does not apply to you."
    )
    assert all(rule.errorStyle in (None, "stop") for rule in rules.values())


def test_a_month_of_the_year_is_chosen_from_a_list(tmp_path: Path) -> None:
    year = {"unit": "month", "over_time": "annual", "outturn": "none"}
    lines = [entry("A", **year), entry("B", required="optional", **year)]
    book = openpyxl.load_workbook(written(lines, None, tmp_path))
    rules = {str(rule.sqref): rule for rule in book["One"].data_validations.dataValidation}
    chosen = {area: (rule.type, rule.formula1) for area, rule in rules.items()}
    assert chosen == {"S7": ("list", "_lists!$C$2:$C$13"), "S8": ("list", "_lists!$C$2:$C$14")}
    assert rules["S7"].error == "Choose the month of the financial year: 1 is April, 12 is March."
    assert [cell.value for cell in book["_lists"]["C"][1:]] == [*range(1, 13), "n/a"]


def test_a_note_explains_the_line(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(blank("RTH", "finance", tmp_path))["Income and expenditure"]
    notes = {row[0].value: row[1].comment.text for row in sheet.iter_rows() if row[1].comment}
    assert notes["F.PAY.BNK"] == (
        "Pay of bank staff, all groups.\nUnit: £000.\nThe figure of each month; the plan column adds them up.\n"
        "Spending: enter zero or a negative figure, with a minus sign.\n"
        "Source: The project's own code: no public code was found"
    )


# --- what is computed -----------------------------------------------------------------------------------


def test_blank_zero_and_not_applicable_in_totals() -> None:
    lines = [
        entry("A"),
        entry("B", required="optional"),
        entry("T", formula="A + B"),
        entry("O", formula="B"),
    ]
    figures = {
        "A": [None, 5, 1, 0, 2, *[1] * 9, None],
        "B": [None, None, "n/a", "n/a", None, *["n/a"] * 9, None],
    }
    done = complete(lines, "ac", figures)
    assert done["T"][:5] == [None, 5, 1, 0, 2]
    assert done["O"][:5] == [None, None, "n/a", "n/a", None]
    assert (done["A"][14], done["B"][14], done["T"][14]) == (12, None, 12)


def test_figures_of_a_line_of_another_return_are_refused() -> None:
    with pytest.raises(KeyError, match=r"F\.AFP is not a line of this return"):
        complete([entry("A")], "ac", {"F.AFP": [None] * 15})


def some_figures(lines: Sequence[Line], kind: str, *, holes: bool) -> dict[str, list[Any]]:
    """Entered cells with every kind of answer: numbers, and with `holes` blanks and n/a between them."""
    whole, figures = {line.code: line for line in lines}, {}
    for at, line in enumerate(lines):
        row: list[Any] = [
            round((at * 37 + place * 11) % 97 + 1.5, line.decimals) for place in range(periods.COUNT)
        ]
        if holes:
            row[4] = None if at % 5 == 0 else row[4]
            row[7:9] = ["n/a", "n/a"] if at % 3 == 0 else row[7:9]
            row[2:14] = ["n/a"] * 12 if at % 7 == 0 else row[2:14]
        kinds = [kind_of_cell(line, kind, place, whole) for place in range(periods.COUNT)]
        figures[line.code] = [
            cell if found == INPUT else None for cell, found in zip(row, kinds, strict=True)
        ]
    return figures


def computed_cells(
    path: Path, lines: Sequence[Line], kind: str
) -> dict[tuple[str, int], tuple[str, str, Any]]:
    """(line, period place) of every formula: its sheet, its cell and the value written beside it."""
    whole, found = {line.code: line for line in lines}, {}
    book = openpyxl.load_workbook(path, data_only=True)
    for row in (row for sheet in book.worksheets[1:-2] for row in sheet.iter_rows(min_row=6) if row[0].value):
        line = whole[row[0].value]
        for place in range(periods.COUNT):
            if kind_of_cell(line, kind, place, whole) == FORMULA:
                cell = row[4 + place]
                found[line.code, place] = (cell.parent.title, cell.coordinate, cell.value)
    return found


@pytest.mark.parametrize(("ods", "return_kind"), RETURNS)
@pytest.mark.parametrize("holes", [False, True])
def test_formulas_cached_values_and_plan_agree(
    ods: str, return_kind: str, holes: bool, tmp_path: Path
) -> None:
    """Every computed cell: as worked out from its formula, as written beside it, and as the plan computes it."""
    lines, kind = lines_of(ods, return_kind), SYSTEM[ods].kind
    figures = some_figures(lines, kind, holes=holes)
    path = blank(ods, return_kind, tmp_path, figures)
    plan, sheets = planned(lines, kind, figures), Spreadsheet(path)
    cells = computed_cells(path, lines, kind)
    assert len(cells) >= len(lines) // 2
    for (code, place), (sheet, cell, cached) in cells.items():
        state = plan.state("RTH", code, place)
        expected = shown(plan.figure("RTH", code, place)) if state == VALUE else {0: "", 2: "n/a"}[state]
        assert ("" if cached is None else cached) == expected, (code, place)
        near = pytest.approx(expected, abs=0.0001) if state == VALUE else expected
        assert sheets.value(sheet, cell) == near, (code, place)


@pytest.mark.parametrize(("ods", "return_kind"), RETURNS)
def test_nothing_is_longer_than_a_spreadsheet_takes(ods: str, return_kind: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(blank(ods, return_kind, tmp_path))
    formulas = [
        cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert max(map(len, formulas)) <= 8192
    rules = [rule for sheet in book for rule in sheet.data_validations.dataValidation]
    assert max(len(rule.formula1) for rule in rules) <= 255
    assert max(len(rule.error or "") for rule in rules) <= 255


# --- identity -------------------------------------------------------------------------------------------


def test_identity_sheet_holds_key_and_value(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(blank("RTH", "activity", tmp_path))
    rows = [(row[0].value, row[1].value) for row in book["_identity"].iter_rows()]
    lines = lines_of("RTH", "activity")
    plain = Identity("2023-24", "RTH", "activity", template_version(lines))
    assert rows == [
        ("round", "2023-24"),
        ("organisation", "RTH"),
        ("return", "activity"),
        ("template_version", template_version(lines)),
        ("digest", identity_digest(plain, layout_of(lines))),
    ]
    assert Identity.from_rows(rows) == identity_of("RTH", "activity")
    assert Identity.from_rows(rows[:-1]) is None


def test_the_digest_covers_identity_and_layout() -> None:
    lines = [entry("A"), entry("B")]
    one = Identity("2023-24", "RTH", "activity", "v")
    digest = identity_digest(one, layout_of(lines))
    assert digest == identity_digest(
        Identity("2023-24", "RTH", "activity", "v", "whatever"), layout_of(lines)
    )
    assert digest != identity_digest(Identity("2023-24", "RHW", "activity", "v"), layout_of(lines))
    assert digest != identity_digest(one, layout_of(lines[::-1]))
    assert digest != identity_digest(one, layout_of([entry("A", unit="beds"), entry("B")]))


def test_a_template_version_changes_with_the_meaning_alone() -> None:
    version = template_version([entry("A")])
    assert len(version) == 12
    assert version == template_version([entry("A", label="Reworded", definition="Clearer")])
    assert version != template_version([entry("A", unit="beds")])
    assert version != template_version([entry("A"), entry("B")])


# --- the file -------------------------------------------------------------------------------------------


def test_the_same_inputs_give_the_same_bytes() -> None:
    lines = lines_of("RTH", "finance")
    organisation = SimpleNamespace(ods="RTH", kind="ac", name="Somewhere")

    def content() -> bytes:
        out = io.BytesIO()
        write_return(out, lines=lines, identity=identity_of("RTH", "finance"), organisation=organisation)
        return out.getvalue()

    assert content() == content()


def test_text_of_people_never_becomes_a_formula(tmp_path: Path) -> None:
    lines = [entry("A")]
    identity = return_identity(lines, round_code=ROUND, organisation_ods="RTH", return_kind="activity")
    path = workbook(lines, identity, folder=tmp_path, comments={"A": "=1+1"})
    with zipfile.ZipFile(path) as parts:
        assert "<f>1+1</f>" not in parts.read("xl/worksheets/sheet2.xml").decode()
        assert "<t>=1+1</t>" in parts.read("xl/sharedStrings.xml").decode()


def test_edited_changes_the_cells_named(tmp_path: Path) -> None:
    path = edited(written([entry("A")], None, tmp_path), {"One!G7": "twelve", "One!H7": 3})
    sheet = openpyxl.load_workbook(path)["One"]
    assert (sheet["G7"].value, sheet["H7"].value, sheet["I7"].value) == ("twelve", 3, None)
