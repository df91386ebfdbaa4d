"""Filling our workbook from another layout: by mapping, for a person to check, stored nowhere."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from planning.people.person import Person
from planning.registry.lines import Lines
from planning.registry.organisations import Organisation
from submissions.mapped import OtherLayout, fill_from
from submissions.mappings import BadMapping, Mapping, check_rows, rows_of, table_of
from submissions.refusals import Refused
from submissions.uploads import Upload
from tests.planned import text_of
from tests.workbooks import ROUND, cell_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
TABLE = """line\tsheet\tbaseline\toutturn\tmonths\tyear\tfactor
F.PAY.AGY\tSpend\t\tC4\tD4:O4\t\t-0.001
W.SUB.RN\tStaff\tB2\tB3\tB4:B15\t\t
"""
FINANCE = TABLE.splitlines()[0] + "\n" + TABLE.splitlines()[1]


def mapping(table: str = FINANCE, kind: str = "finance") -> Mapping:
    return Mapping.objects.create(
        name="National finance", round_id=ROUND, return_kind=kind, rows=rows_of(table)
    )


def their_file(**changes: Any) -> ContentFile[bytes]:
    """Pounds, positive, months across: what a national template might hold."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = changes.pop("sheet", "Spend")
    sheet["C4"] = 1_200_000
    for at, column in enumerate("DEFGHIJKLMNO"):
        sheet[f"{column}4"] = 100_000 + at * 1_000
    for cell, value in changes.items():
        sheet[cell] = value
    out = io.BytesIO()
    book.save(out)
    return ContentFile(out.getvalue(), name="theirs.xlsx")


def opened(content: bytes, tmp_path: Any) -> tuple[Any, Any]:
    path = tmp_path / "filled.xlsx"
    path.write_bytes(content)
    return openpyxl.load_workbook(path), path


def test_figures_are_copied_with_factor_and_sign_and_say_where_from(tmp_path: Any) -> None:
    trust = Organisation.objects.get(pk="RTH")
    book, path = opened(
        fill_from(their_file(E4="n/a", F4="£102,000", G4="about 5"), mapping(), trust), tmp_path
    )

    def shown(header: str) -> Any:
        sheet, _, cell = cell_of(path, "F.PAY.AGY", header).partition("!")
        return book[sheet][cell].value

    assert [shown(header) for header in ("2022/23 outturn", "Apr-23", "May-23", "Jun-23", "Jul-23", "Mar-24")] == [
        -1200, -100, "n/a", -102, None, -111,
    ]  # fmt: skip
    assert shown("Comment").startswith(
        "Filled from sheet Spend (National finance). Left blank: its cell G4 is text"
    )
    sheet, _, cell = cell_of(path, "F.PAY.BNK", "Apr-23").partition("!")
    assert book[sheet][cell].value is None


def test_another_layout_a_torn_file_and_a_line_of_others_are_told(tmp_path: Any) -> None:
    trust, made = Organisation.objects.get(pk="RTH"), mapping()
    with pytest.raises(OtherLayout, match="The file has no sheet 'Spend'"):
        fill_from(their_file(sheet="Costs"), made, trust)
    with pytest.raises(Refused):
        fill_from(ContentFile(b"not a workbook", name="x.xlsx"), made, trust)
    board = Organisation.objects.get(pk="QU9")  # whose finance return has no agency pay: nothing is filled
    assert fill_from(their_file(), made, board)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"line": "F.NONE", "sheet": "A", "year": "C1"}, "'F.NONE' is not a line of the finance return"),
        ({"line": "W.SUB.RN", "sheet": "A", "year": "C1"}, "'W.SUB.RN' is not a line of the finance return"),
        ({"line": "F.PAY.AGY", "year": "C1"}, "F.PAY.AGY names no sheet"),
        ({"line": "F.PAY.AGY", "sheet": "A"}, "F.PAY.AGY names no cell"),
        ({"line": "F.PAY.AGY", "sheet": "A", "outturn": "12"}, "'12' of F.PAY.AGY is not a cell such as C12"),
        ({"line": "F.PAY.AGY", "sheet": "A", "months": "C1:M1"}, "is not twelve cells in a row or column"),
        ({"line": "F.PAY.AGY", "sheet": "A", "months": "C1:D12"}, "is not twelve cells in a row or column"),
        ({"line": "F.PAY.AGY", "sheet": "A", "year": "C1", "factor": "0"}, "The factor '0' of F.PAY.AGY"),
        ({"line": "F.PAY.AGY", "sheet": "A", "year": "C1", "factor": "NaN"}, "The factor 'NaN' of F.PAY.AGY"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row: dict[str, str], said: str) -> None:
    with pytest.raises(BadMapping, match="Line 2: ") as fault:
        check_rows([row], Lines.load(ROUND), "finance")
    assert said in str(fault.value)


def test_a_table_comes_back_as_it_was_pasted() -> None:
    rows = rows_of(TABLE)
    assert rows_of(table_of(rows)) == rows
    assert rows_of('\ufeffLine,Sheet,Year\r\nF.CASH,"Cash, closing",C3\r\n') == [
        {"line": "F.CASH", "sheet": "Cash, closing", "year": "C3"}
    ]
    with pytest.raises(BadMapping, match="The first line names the columns"):
        rows_of("F.CASH\tCash\tC3")
    with pytest.raises(BadMapping, match="The first line names the columns"):
        rows_of("")


def test_the_page_gives_the_workbook_and_keeps_nothing(asha: Person, signed_in: SignIn) -> None:
    browser, address = signed_in(asha), reverse("fill", args=[ROUND])
    assert "No other layout has been set up" in text_of(browser.get(address))
    leads = f'href="{address}?stage=draft&amp;organisation=RTH"'
    assert leads not in browser.get(reverse("upload", args=[ROUND])).content.decode()
    made = mapping()
    assert leads in browser.get(reverse("upload", args=[ROUND])).content.decode()
    assert "National finance (finance return)" in text_of(browser.get(address))
    answer = browser.post(address, {"organisation": "RTH", "mapping": made.pk, "file": their_file()})
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="2023-24_RTH_finance_filled.xlsx"'
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames[0] == "Cover"
    assert not Upload.objects.exists()
    for form, said in (
        ({"file": their_file()}, "Choose the layout of your file"),
        ({"mapping": made.pk}, "Choose the workbook to take the figures from"),
        ({"mapping": made.pk, "file": their_file(sheet="Costs")}, "The file has no sheet 'Spend'"),
    ):
        refused = browser.post(address, {"organisation": "RTH", **form})
        assert refused.status_code == 422 and said in text_of(refused)


def test_an_administrator_pastes_the_rows(signed_in: SignIn) -> None:
    admin = Person.objects.create_superuser("admin@example.nhs.uk", "x" * 12, name="Admin")
    browser, address = signed_in(admin), reverse("admin:submissions_mapping_add")
    form = {
        "name": "National workforce",
        "round": ROUND,
        "return_kind": "workforce",
        "note": "",
        "table": TABLE,
    }
    assert "'F.PAY.AGY' is not a line of the workforce return" in browser.post(
        address, form
    ).content.decode().replace("&#x27;", "'")
    assert not Mapping.objects.exists()
    form["table"] = "\n".join([TABLE.splitlines()[0], TABLE.splitlines()[2]])
    assert browser.post(address, form).status_code == 302
    kept = Mapping.objects.get()
    assert kept.rows == [
        {"line": "W.SUB.RN", "sheet": "Staff", "baseline": "B2", "outturn": "B3", "months": "B4:B15"}
    ]
    assert (
        "W.SUB.RN\tStaff"
        in browser.get(reverse("admin:submissions_mapping_change", args=[kept.pk])).content.decode()
    )
