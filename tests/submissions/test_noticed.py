"""What is noticed beside the figures: formulas typed over, links, comments, the Cover (V18 to V21)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from planning.plan.rulebook import Rule
from submissions.checks import check_return
from submissions.loading import rule_entries
from submissions.parsing import Fault, Return, parse, plan_of
from submissions.reader import read
from tests import hostile
from tests.workbooks import ROUND, catalogue, cell_of, edited, workbook

RULES = [Rule.from_entry(entry, 1, {}) for entry in rule_entries(ROUND, catalogue())]
NOTICED = {"V18", "V19", "V20", "V21", "T31", "T41"}


def parsed_of(path: Path) -> Return:
    return parse(read(path), hostile.lines_of("finance"), ROUND, kind="ac")


def noticed(path: Path, stage: str = "") -> list[Fault]:
    """The faults of these checks alone, of a finance return."""
    lines, result = hostile.lines_of("finance"), parsed_of(path)
    faults = check_return(result, lines, plan_of(result, catalogue(), lines), RULES, stage)
    return [fault for fault in faults if fault.rule in NOTICED]


def places(faults: list[Fault]) -> list[tuple[str, str]]:
    return [(fault.rule, f"{fault.sheet}!{fault.cell}") for fault in faults]


def at(code: str, header: str) -> str:
    return cell_of(hostile.good(), code, header)


def cached(place: str) -> float:
    """What a formula's cell shows."""
    sheet, _, cell = place.partition("!")
    return openpyxl.load_workbook(hostile.good(), data_only=True)[sheet][cell].value


# --- V18 -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("code", "header"), [("F.INC.TOTAL", "Apr-23"), ("F.INC.ICB", "2023/24 plan")])
def test_a_total_typed_over_is_noticed_with_what_we_expect(code: str, header: str, tmp_path: Path) -> None:
    place = at(code, header)
    right = cached(place)
    (fault,) = noticed(edited(hostile.good(), {place: right}, to=tmp_path / "a.xlsx"))
    assert places([fault]) == [("V18", place)]
    assert (fault.line, fault.seen) == (code, f"{right:g}")
    assert f"'{right:g}' was typed over the formula. We work out {right:g}, and count that." in fault.message


def test_a_total_typed_over_and_wrong_is_told_once(tmp_path: Path) -> None:
    place = at("F.INC.TOTAL", "Apr-23")
    (fault,) = noticed(edited(hostile.good(), {place: 12_345}, to=tmp_path / "a.xlsx"))
    assert places([fault]) == [("T41", place)]
    assert "The formula was overwritten by a typed figure" in fault.message
    assert f"makes {cached(place):g}." in fault.message


def test_a_formula_that_is_wrong_was_not_typed_over(tmp_path: Path) -> None:
    place = at("F.INC.TOTAL", "Apr-23")
    path = hostile.with_cells(tmp_path / "a.xlsx", {place: ("n", "<f>1+1</f><v>2</v>")})
    (fault,) = noticed(path)
    assert places([fault]) == [("T41", place)]
    assert "overwritten" not in fault.message


def test_a_total_typed_over_a_missing_figure(tmp_path: Path) -> None:
    cells = {at("F.INC.TOTAL", "Apr-23"): 5, at("F.INC.ICB", "Apr-23"): None}
    faults = noticed(edited(hostile.good(), cells, to=tmp_path / "a.xlsx"))
    assert places(faults) == [("V18", at("F.INC.TOTAL", "Apr-23"))]
    assert "We cannot work it out yet" in faults[0].message


def test_a_workbook_of_values_alone_is_told_once_a_sheet(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(hostile.good(), data_only=True)
    book.save(tmp_path / "a.xlsx")
    faults = noticed(tmp_path / "a.xlsx")
    assert {fault.rule for fault in faults} == {"V18"}
    told = Counter(fault.sheet for fault in faults)
    at_once = [fault.sheet for fault in faults if "holds values without formulas" in fault.message]
    assert len(at_once) > 3
    assert all(told[sheet] == 1 for sheet in at_once)
    assert all(told[sheet] < 3 for sheet in told), "and cell by cell only where there are few"


# --- V19 -----------------------------------------------------------------------------------------------
FORMULAS = [
    ("[1]Budget!$B$4", True),
    ("'[2]Budget, final'!B4*1000", True),
    ("SUM(A1,[1]Budget!B4)", True),
    ("[1]!Total", True),
    ('WEBSERVICE("https://example.org")', True),
    ("Plan[2023]", False),
    ("Plan[[#All],[2023]]", False),
    ("SUM(Income!B4:B9)", False),
    ("'My sheet'!B4", False),
]


@pytest.mark.parametrize(("formula", "linked"), FORMULAS)
def test_a_figure_from_another_file_is_read_and_noticed(formula: str, linked: bool, tmp_path: Path) -> None:
    place = at("F.INC.ICB", "Apr-23")
    cells = {place: ("n", f"<f>{formula}</f><v>10</v>")}
    path = hostile.with_cells(tmp_path / "a.xlsx", cells)
    assert places(noticed(path)) == ([("V19", place)] if linked else [])
    reading = next(row for row in parsed_of(path).readings if row.line == "F.INC.ICB")
    assert reading.figures[2] == 100_000


def test_links_of_the_workbook_are_noticed_once(tmp_path: Path) -> None:
    path = hostile.changed(tmp_path / "a.xlsx", hostile.links_to("file:///C:/Users/me/Budget%202023.xlsx"))
    (fault,) = noticed(path)
    assert (fault.rule, fault.sheet, fault.cell) == ("V19", "", "")
    assert (
        fault.message
        == "The workbook is linked to Budget%202023.xlsx. No figure that you enter depends on it."
    )


# --- V20 -----------------------------------------------------------------------------------------------
def commented(folder: Path, comments: Mapping[str, tuple[str, str]]) -> Path:
    book = openpyxl.load_workbook(hostile.good())
    for place, (text, author) in comments.items():
        sheet, _, cell = place.partition("!")
        book[sheet][cell].comment = Comment(text, author)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def test_comments_on_cells_are_noticed(tmp_path: Path) -> None:
    place = at("F.INC.ICB", "Apr-23")
    (fault,) = noticed(commented(tmp_path, {place: ("Not yet agreed\nwith the ICB", "Asha")}))
    assert places([fault]) == [("V20", place)]
    assert (fault.line, fault.seen) == ("F.INC.ICB", "Not yet agreed with the ICB")


def test_our_own_notes_and_marks_are_not(tmp_path: Path) -> None:
    """The blank return's notes on its lines, and what a marked-up workbook adds, alone or to another's words."""
    first, second, third = at("F.INC.ICB", "Apr-23"), at("F.INC.ICB", "May-23"), at("F.INC.ICB", "Jun-23")
    marks = {
        first: ("'abc' is text, not a number.", "ICS planning check"),
        second: ("ICS planning check:\n'abc' is text.", ""),
        third: ("Ask Bill.\n--- ICS planning check ---\n'abc' is text.", "Asha"),
    }
    (fault,) = noticed(commented(tmp_path, marks))
    assert (places([fault]), fault.seen) == ([("V20", third)], "Ask Bill.")


def test_a_thread_counts_once(tmp_path: Path) -> None:
    place = at("F.INC.ICB", "Apr-23")
    with_note = commented(tmp_path, {place: ("[Threaded comment] Your version of Excel…", "tc={1}")})
    path = hostile.changed(tmp_path / "b.xlsx", hostile.thread_on(place, "Is this right?"), with_note)
    (fault,) = noticed(path)
    assert (places([fault]), fault.seen) == ([("V20", place)], "Is this right?")


# --- V21 and what the Cover says ---------------------------------------------------------------------
COVER = {
    "Submission event": "draft",
    "Contact name": "Asha Patel",
    "Contact e-mail": "asha.patel@example.nhs.uk",
    "Complete: yes or no": "yes",
    "Complete: date": "2023-02-20",
}


def with_cover(folder: Path, **answers: str) -> Path:
    lines = hostile.lines_of("finance")
    cover = {**COVER, **{key.replace("_", " "): answer for key, answer in answers.items()}}
    cover = {("Contact e-mail" if key == "Contact email" else key): answer for key, answer in cover.items()}
    identity = hostile.identity_of("finance")
    return workbook(lines, identity, hostile.figures_of(lines), folder=folder, cover=cover)


def test_the_cover_is_read(tmp_path: Path) -> None:
    said = parsed_of(with_cover(tmp_path, Notes="=1+1 is two")).cover
    assert {label: answer.answer for label, answer in said.items()} == {**COVER, "Notes": "=1+1 is two"}


def test_an_unanswered_cover_is_no_fault() -> None:
    assert parsed_of(hostile.good()).cover == {}
    assert noticed(hostile.good(), "final") == []


def test_a_cover_moved_about_is_read(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(with_cover(tmp_path))
    book["Cover"].insert_rows(2, 3)
    book["Cover"].insert_cols(2)
    book.save(tmp_path / "moved.xlsx")
    said = parsed_of(tmp_path / "moved.xlsx").cover
    assert {label: answer.answer for label, answer in said.items()} == COVER


def test_days_count_from_the_workbooks_own_base(tmp_path: Path) -> None:
    """The same serial number is another day in a workbook that counts from 1904."""

    def since_1904(parts: dict[str, bytes]) -> None:
        text = parts["xl/workbook.xml"]
        parts["xl/workbook.xml"] = re.sub(rb"<workbookPr", b'<workbookPr date1904="1"', text)

    said = parsed_of(hostile.changed(tmp_path / "a.xlsx", since_1904, with_cover(tmp_path))).cover
    days = date.fromisoformat(said["Complete: date"].answer) - date.fromisoformat("2023-02-20")
    assert days.days == 1462


@pytest.mark.parametrize(
    ("event", "stage", "told"),
    [
        ("final", "draft", True),
        ("Regional draft", "regional-draft", False),
        ("final", "", False),
        ("draft", "draft", False),
    ],
)
def test_another_stage_on_the_cover_is_noticed(event: str, stage: str, told: bool, tmp_path: Path) -> None:
    faults = noticed(with_cover(tmp_path, Submission_event=event), stage)
    assert [(fault.rule, fault.sheet, fault.seen) for fault in faults] == (
        [("V21", "Cover", event)] if told else []
    )


@pytest.mark.parametrize("address", ["asha.patel", "asha@", "see above", "a b@example.nhs.uk"])
def test_an_address_that_is_none_is_noticed(address: str, tmp_path: Path) -> None:
    (fault,) = noticed(with_cover(tmp_path, Contact_email=address), "draft")
    assert (fault.rule, fault.sheet, fault.seen) == ("V21", "Cover", address)
    assert fault.cell
