"""The checks of one return: each fault is found, alone, with its sheet and cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from planning.plan.rulebook import Rule
from submissions.checks import check_return
from submissions.loading import rule_entries
from submissions.parsing import Fault, parse, plan_of
from submissions.reader import read
from tests import hostile
from tests.workbooks import ROUND, catalogue, cell_of, edited

RULES = [Rule.from_entry(entry, 1, {}) for entry in rule_entries(ROUND, catalogue())]


def faults_of(path: Path, return_kind: str = "finance", kind: str = "ac") -> list[Fault]:
    lines = hostile.lines_of(return_kind, kind)
    result = parse(read(path), lines, ROUND, kind=kind)
    return check_return(result, lines, plan_of(result, catalogue(), lines), RULES)


def places(faults: list[Fault]) -> list[tuple[str, str]]:
    return [(fault.rule, f"{fault.sheet}!{fault.cell}") for fault in faults]


def at(code: str, header: str, return_kind: str = "finance") -> str:
    return cell_of(hostile.good(return_kind), code, header)


@pytest.mark.parametrize("return_kind", ["activity", "workforce", "finance"])
@pytest.mark.parametrize("kind", ["ac", "mh", "am", "icb"])
def test_a_good_return_has_no_fault(return_kind: str, kind: str) -> None:
    assert faults_of(hostile.good(return_kind, kind), return_kind, kind) == []


CELLS = [
    ("F.INC.ICB", "Apr-23", "twelve", "V03"),
    ("F.INC.ICB", "2022/23 outturn", "12%", "V03"),
    ("F.INC.ICB", "Mar-24", "#REF!", "V04"),
    ("F.INC.TOTAL", "Mar-24", "#DIV/0!", "V04"),
    ("F.INC.ICB", "Jun-23", None, "V05"),
    ("F.PAY.AGY", "Jun-23", 10, "V06"),
    ("F.INC.ICB", "Jun-23", -10, "V06"),
    ("F.INC.ICB", "Jun-23", "=1+1", "V08"),
    ("F.INC.ICB", "Jun-23", "n/a", "V09"),
    ("F.INC.ICB", "Line code", None, "V01"),
    ("F.INC.ICB", "Line code", "F.INC.IBC", "V07"),
    ("F.INC.TOTAL", "Apr-23", 12_345, "T41"),
    ("F.INC.ICB", "2023/24 plan", 12_345, "T41"),
]


@pytest.mark.parametrize(("code", "header", "value", "rule"), CELLS)
def test_a_planted_fault_is_found_at_its_cell(
    code: str, header: str, value: object, rule: str, tmp_path: Path
) -> None:
    place = at(code, header)
    found = faults_of(edited(hostile.good(), {place: value}, to=tmp_path / "a.xlsx"))
    wanted = f"{place.split('!')[0]}!" if rule == "V01" else place
    assert (rule, wanted) in places(found)
    assert {fault.rule for fault in found} - {rule} <= ({"V01"} if rule == "V07" else set())
    assert all(fault.message.endswith((".", "?")) for fault in found)


def test_a_fraction_of_a_patient_is_told_once_a_line(tmp_path: Path) -> None:
    cells = {at("E.M.8", header, "activity"): 10.5 for header in ("Apr-23", "Jul-23")}
    found = faults_of(edited(hostile.good("activity"), cells, to=tmp_path / "a.xlsx"), "activity")
    assert [fault for fault in places(found) if fault[0] == "V11"] == [
        ("V11", at("E.M.8", "Apr-23", "activity"))
    ]


def test_an_activity_total_typed_over_is_t31(tmp_path: Path) -> None:
    place = at("E.M.10", "May-23", "activity")
    found = faults_of(edited(hostile.good("activity"), {place: 999}, to=tmp_path / "a.xlsx"), "activity")
    assert places(found) == [("T31", place)]
    assert found[0].seen == "999"
    assert "20" in found[0].message


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    plan = {
        at("F.INC.ICB", "Apr-23"): "abc",
        at("F.INC.ELEC", "May-23"): None,
        at("F.INC.SPEC", "Jun-23"): "#REF!",
        at("F.PAY.AGY", "Jul-23"): 10,
        at("F.INC.OTH", "Line code"): "F.INC.ICB",
    }
    found = places(faults_of(edited(hostile.good(), plan, to=tmp_path / "a.xlsx")))
    cells = list(plan)
    assert set(found) == {
        ("V03", cells[0]),
        ("V05", cells[1]),
        ("V04", cells[2]),
        ("V06", cells[3]),
        ("V02", cells[4]),
        ("V02", at("F.INC.ICB", "Line code")),
        ("V01", f"{cells[4].split('!')[0]}!"),
    }
    assert len(found) == 7


def test_a_blank_return_names_every_required_cell_once(tmp_path: Path) -> None:
    from tests.workbooks import workbook

    lines = hostile.lines_of("workforce")
    path = workbook(lines, hostile.identity_of("workforce"), None, kind="ac", folder=tmp_path)
    found = faults_of(path, "workforce")
    assert {fault.rule for fault in found} == {"V05"}
    assert len(places(found)) == len(set(places(found)))


def test_spending_turned_round_is_one_message(tmp_path: Path) -> None:
    found = faults_of(_turned(tmp_path, lambda figure: abs(figure)))
    by_sheet = [fault.sheet for fault in found if fault.rule == "V06"]
    assert by_sheet
    assert len(by_sheet) == len(set(by_sheet))
    assert "signs the other way round" in found[0].message or "All spending is positive" in found[0].message


def test_a_sheet_turned_round_is_one_message(tmp_path: Path) -> None:
    found = [fault for fault in faults_of(_turned(tmp_path, lambda figure: -figure)) if fault.rule == "V06"]
    assert len(found) == len({fault.sheet for fault in found})


def _turned(folder: Path, turn: object) -> Path:
    from tests.workbooks import workbook

    lines = hostile.lines_of("finance")
    figures = {
        code: [None if figure is None else turn(figure) for figure in row]  # type: ignore[operator]
        for code, row in hostile.figures_of(lines).items()
    }
    return workbook(lines, hostile.identity_of("finance"), figures, kind="ac", folder=folder)


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (lambda sheet: _set(sheet, "Apr-23", "April"), {"V10"}),
        (lambda sheet: _set(sheet, "May-23", "Apr-23"), {"V10"}),
        (lambda sheet: setattr(sheet, "sheet_state", "hidden"), {"V12"}),
    ],
)
def test_headers_and_hidden_sheets_are_told_once(change: object, rules: set[str], tmp_path: Path) -> None:
    book = openpyxl.load_workbook(hostile.good())
    change(book.worksheets[1])  # type: ignore[operator]
    book.save(tmp_path / "a.xlsx")
    assert {fault.rule for fault in faults_of(tmp_path / "a.xlsx")} == rules


def _set(sheet: object, header: str, text: str) -> None:
    for row in sheet.iter_rows():  # type: ignore[attr-defined]
        for cell in row:
            if cell.value == header:
                cell.value = text


@pytest.mark.parametrize(
    "look_alike", ["F.INC.IСB", "f.inc.icb", "F.INC.ICB\u202e", "F.INC .ICB2", "=cmd", "<script>"]
)
def test_codes_that_look_alike_are_not_taken_for_ours(look_alike: str, tmp_path: Path) -> None:
    place = at("F.INC.ICB", "Line code")
    found = faults_of(edited(hostile.good(), {place: look_alike}, to=tmp_path / "a.xlsx"))
    assert "V01" in {fault.rule for fault in found}


def test_every_error_cell_is_named(tmp_path: Path) -> None:
    """All of them, in entered and computed cells alike."""
    book = openpyxl.load_workbook(hostile.good())
    lines = {line.code for line in hostile.lines_of("finance")}
    planted = set()
    for sheet in book.worksheets[1:]:
        for row in sheet.iter_rows(min_col=5, max_col=19):
            if sheet.cell(row[0].row, 1).value in lines:
                cell = row[(row[0].row * 7) % 15]
                cell.value = "#REF!"
                planted.add(f"{sheet.title}!{cell.coordinate}")
    book.save(tmp_path / "a.xlsx")
    found = {place for rule, place in places(faults_of(tmp_path / "a.xlsx")) if rule == "V04"}
    assert found == planted
    assert len(planted) > 50


def test_a_line_that_stands_twice_has_no_figures() -> None:
    """Neither row is taken for the line, whichever comes first; nothing calls it blank as well."""
    good = hostile.good("workforce")
    twice = edited(good, {at("W.SUB.MID", "Line code", "workforce"): "W.SUB.RN"})
    lines = hostile.lines_of("workforce")
    result = parse(read(twice), lines, ROUND, kind="ac")
    [reading] = [reading for reading in result.readings if reading.line == "W.SUB.RN"]
    assert set(reading.states) == {"b"} and not any(reading.figures)
    assert {code for code, _ in places(faults_of(twice, "workforce"))} == {"V01", "V02"}
