"""The blank and the filled workbook: headers, places, locks, formulas, validation, identity."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from planning.plan.array import LETTERS, VALUE, Member, Plan
from planning.plan.exact import scaled, shown
from planning.registry import periods
from planning.registry.lines import Line, Lines
from submissions.identity import Identity, identity_digest, layout_of, template_version
from submissions.layout import complete, headers, write_return
from submissions.layout.places import CLOSED, FORMULA, INPUT, kind_of_cell
from submissions.returns import Body, return_identity
from tests.submissions.spreadsheet import Spreadsheet
from tests.workbooks import catalogue, edited, workbook

ROUND = "2023-24"
SYSTEM = {"RTH": Body("RTH", "ac", ("QU9",)), "RYE": Body("RYE", "am", ("QRL", "QU9"))}
SYSTEM["QU9"] = Body("QU9", "icb", ("RTH", "RYE"))
SYSTEM["RNU"] = Body("RNU", "mh", ("QU9",))
RETURNS = [(ods, name) for ods in SYSTEM for name in ("activity", "workforce", "finance")]


def lines_of(ods: str, return_kind: str) -> list[Line]:
    body = SYSTEM[ods]
    return catalogue().of_return(return_kind, body.kind, {"icb": body.partners, "trust": body.partners})


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


def written(lines: Sequence[Line], figures: Any, folder: Path) -> Path:
    identity = return_identity(lines, round_code=ROUND, organisation_ods="RTH", return_kind="activity")
    return workbook(lines, identity, figures, folder=folder)


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
    assert [(sheet.title, sheet.sheet_state) for sheet in book] == [
        ("Cover", "visible"),
        ("Elective", "visible"),
        ("Outpatients", "visible"),
        ("Urgent and emergency", "visible"),
        ("Cancer and diagnostics", "visible"),
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
    assert [line.code for line in lines_of("RYE", "finance") if "@" in line.code] == [
        "F.INC.ICB@QRL",
        "F.INC.ICB@QU9",
    ]
    assert [line.code for line in lines_of("QU9", "finance") if "@" in line.code] == [
        "F.ICB.PROV@RTH",
        "F.ICB.PROV@RYE",
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
    assert opened == ["Submission event", "Contact name", "Contact e-mail", "Self-certified", "Certified by"]
    assert sheet.protection.sheet
    choices = [(str(rule.sqref), rule.formula1) for rule in sheet.data_validations.dataValidation]
    assert [formula for _, formula in choices] == ["_lists!$A$2:$A$4", "_lists!$B$2:$B$3"]


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


def test_a_known_baseline_is_locked(tmp_path: Path) -> None:
    lines = [entry("A", baseline="required")]
    identity = return_identity(lines, round_code=ROUND, organisation_ods="RTH", return_kind="activity")
    figures = {"A": [120, *[None] * 14]}
    path = workbook(lines, identity, figures, folder=tmp_path, locked={("A", periods.BASELINE)})
    row = openpyxl.load_workbook(path)["One"][7]
    assert (row[4].value, row[4].protection.locked, row[5].protection.locked) == (120, True, False)


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


def test_a_note_explains_the_line(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(blank("RTH", "finance", tmp_path))["Income and expenditure"]
    notes = {row[0].value: row[1].comment.text for row in sheet.iter_rows() if row[1].comment}
    assert notes["F.PAY.BNK"] == (
        "Pay of bank staff, all groups.\nSpending: enter zero or a negative figure, with a minus sign.\n"
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
    assert len(cells) >= len(lines)
    for (code, place), (sheet, cell, cached) in cells.items():
        state = plan.state("RTH", code, place)
        expected = shown(plan.figure("RTH", code, place)) if state == VALUE else {0: "", 2: "n/a"}[state]
        assert ("" if cached is None else cached) == expected, (code, place)
        near = pytest.approx(expected, abs=0.0001) if state == VALUE else expected
        assert sheets.value(sheet, cell) == near, (code, place)


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
