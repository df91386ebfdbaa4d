"""A real return marked up: what is marked, that it is still a return, who is shown what."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planning.foundation.jobs import Job
from planning.people.access import scope_of_person
from planning.people.person import Person
from planning.plan.findings import Finding
from planning.plan.runs import CurrentRun, Run
from planning.registry.lines import Lines
from submissions.demo import workbook_bytes
from submissions.marking import making
from submissions.marking.shown import ALONE, NATION, WHOLE, audience_of, shown_on
from submissions.marking.writing import wish_of
from submissions.queued import MARK
from submissions.rewriting import change_cells
from submissions.tasks import mark_up
from submissions.uploads import Upload
from tests.flow import ROUND, figures_of, send, send_three
from tests.planned import make_finding, make_return_run, make_upload
from tests.workbooks import cell_of

pytestmark = pytest.mark.django_db
LINE = "F.PAY.AGY"
OTHER = "F.PAY.OTH"


@pytest.fixture(scope="module")
def _written() -> dict[str, Any]:
    return {}


def finance(
    planted: dict[tuple[str, str], tuple[str, str]], tmp_path: Path
) -> tuple[bytes, dict[tuple[str, str], str]]:
    """A clean finance return of Royal Oxford with cells planted by (line, header); and where they are."""
    clean = tmp_path / "clean.xlsx"
    clean.write_bytes(workbook_bytes(Lines.load(ROUND), "RTH", "finance", figures_of("RTH", "finance")))
    places = {key: cell_of(clean, *key) for key in planted}
    cells: dict[str, dict[str, tuple[str, str]]] = {}
    for key, held in planted.items():
        sheet, _, cell = places[key].rpartition("!")
        cells.setdefault(sheet, {})[cell] = held
    return change_cells(clean, cells=cells, unvalued={}), places


PLANTED = {
    (LINE, "May-23"): ("text", "=cmd|' /C calc'!A0"),
    (LINE, "Jun-23"): ("blank", ""),
    (OTHER, "Apr-23"): ("text", "tbc"),
}


def marked(upload: Upload, audience: str = WHOLE) -> bytes:
    assert making.ask(upload, audience) == making.MAKING
    job = Job.objects.get(task=MARK)
    mark_up(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.DONE, "")
    job.delete()
    upload.refresh_from_db()
    assert making.ask(upload, audience) == making.READY
    with upload.marked.open("rb") as file:
        return bytes(file.read())


def rows_of(book: openpyxl.Workbook) -> list[tuple[Any, ...]]:
    """Severity, sheet, cell, where, seen and check of the rows of the sheet of errors."""
    rows = [tuple(cell.value for cell in row) for row in book["Errors"].iter_rows(min_row=6)]
    return [(*row[:5], row[7]) for row in rows if row[7]]


def test_a_return_comes_back_with_each_fault_marked(tmp_path: Path) -> None:
    content, places = finance(PLANTED, tmp_path)
    upload = send("RTH", "finance", content=content)
    book = openpyxl.load_workbook(io.BytesIO(marked(upload)))
    sheet, may, june, april = (
        places[LINE, "May-23"].split("!")[0],
        *(places[key].split("!")[1] for key in PLANTED),
    )
    found = [row for row in rows_of(book) if row[0] == "✕ Blocks"]
    assert {(row[1], row[2], row[3], row[4]) for row in found} >= {
        (sheet, may, f"{LINE}, May 2023", "'=cmd|' /C calc'!A0"),
        (sheet, june, f"{LINE}, June 2023", None),
        (sheet, april, f"{OTHER}, April 2023", "tbc"),
    }
    comments = {cell: book[sheet][cell].comment.text for cell in (may, june, april)}
    assert all(text.startswith("ICS planning check:\nBlocks (V") for text in comments.values())
    assert "What to do: " in comments[may]
    areas = [
        (area.sqref, rule.formula[0]) for area in book[sheet].conditional_formatting for rule in area.rules
    ]
    coloured = " ".join(str(sqref) for sqref, formula in areas if ": block" in formula)
    cells = {
        cell.coordinate for part in coloured.split() for row in _cells(book[sheet], part) for cell in row
    }
    assert {may, june, april} <= cells
    assert book["Errors"]["A1"].value == f"Finance return, version {upload.number}: what was found"
    assert "stop this return" in book["Errors"]["A3"].value


def _cells(sheet: Any, area: str) -> Any:
    found = sheet[area]
    return found if isinstance(found, tuple) else ((found,),)


def test_what_is_marked_is_still_the_return(tmp_path: Path) -> None:
    content, _ = finance(PLANTED, tmp_path)
    first = send("RTH", "finance", content=content)
    second = send("RTH", "finance", content=marked(first))
    assert (first.sha256 == second.sha256, second.number) == (False, 2)
    assert said_of(second) == said_of(first)
    assert (second.figures, second.columns, second.counts) == (first.figures, first.columns, first.counts)
    book = openpyxl.load_workbook(io.BytesIO(marked(second)))
    assert [name for name in book.sheetnames if "Errors" in name] == ["Errors"]
    assert rows_of(book) == rows_of(openpyxl.load_workbook(first.marked.path))


def said_of(upload: Upload) -> list[tuple[str, ...]]:
    rows = Finding.objects.filter(run=upload.run_id)
    return sorted(rows.values_list("rule", "severity", "sheet", "cell", "line", "period", "seen", "message"))


def test_a_clean_return_comes_back_with_its_figures() -> None:
    first = send("RTH", "finance")
    book = openpyxl.load_workbook(io.BytesIO(marked(first)))
    assert (book.sheetnames[0], book["Errors"]["A3"].value) == ("Errors", "Nothing was found.")
    second = send("RTH", "finance", content=Path(first.marked.path).read_bytes())
    assert figures_kept(second) == figures_kept(first)


def figures_kept(upload: Upload) -> list[tuple[Any, ...]]:
    rows = upload.values.order_by("line")
    return [(row.line, row.sheet, row.row, row.states, row.comment, row.figures) for row in rows]


def test_what_lies_between_returns_is_marked_where_it_rests(asha: Person) -> None:
    sent = send_three("RTH")
    upload = sent["finance"]
    run = CurrentRun.objects.get(scope=Run.ORGANISATION, subject="RTH", basis="latest").run
    sheet, letters = next(iter(upload.columns.items()))
    cell = f"{letters[2]}9"
    given = {
        "upload": str(upload.pk),
        "return": "finance",
        "sheet": sheet,
        "cell": cell,
        "line": LINE,
        "period": "2023-04",
    }
    make_finding(
        run, "RTH", "QU9", inputs=[given], sheet=sheet, cell=cell, line=LINE, message="Pay outgrows staff."
    )
    make_finding(run, "RTH", "QU9", inputs=[{**given, "upload": "another"}], message="Of another version.")
    elsewhere = {**given, "upload": str(sent["activity"].pk), "sheet": "Elsewhere"}
    make_finding(
        run, "RTH", "QU9", rule="23-01", kind="target", inputs=[elsewhere, given], sheet="Elsewhere", cell="Q5",
        message="Short of the target.",
    )  # fmt: skip
    whole, alone = shown_on(upload, WHOLE), shown_on(upload, ALONE)
    assert (len(whole.findings), len(alone.findings)) == (2, 0)
    assert whole.digest != alone.digest
    wish = wish_of(upload, whole.findings)
    assert wish["cells"][sheet][cell]["severity"] == "explain"
    assert "Pay outgrows staff." in wish["cells"][sheet][cell]["text"]
    assert "Short of the target." in wish["cells"][sheet][cell]["text"]
    assert [group["title"].partition(":")[0] for group in wish["errors"]["groups"]] == ["T03", "23-01"]


def test_who_sees_part_of_an_organisation_is_shown_part_of_what_was_found(
    asha: Person, cara: Person, nadia: Person
) -> None:
    upload = make_upload("RTH", "finance", asha)
    assert [audience_of(scope_of_person(person), upload) for person in (asha, cara, nadia)] == [
        WHOLE,
        WHOLE,
        NATION,
    ]
    theirs = make_upload("RYE", "activity")  # the ambulance trust serves this system and is counted elsewhere
    assert audience_of(scope_of_person(cara), theirs) == ALONE


def test_counts_are_exact_where_rows_are_capped(asha: Person) -> None:
    upload = make_upload("RTH", "finance", asha, rule_counts={"V03": 12_400}, blocked=True)
    run = make_return_run(upload)
    rows = [
        make_finding(
            run, "RTH", "QU9", rule="V03", kind="check", severity="block", return_kind="finance", sheet="Pay",
            cell=f"G{at}", title="Figures are numbers.", message="'x' is text.", seen="x",
        )
        for at in (12, 7)
    ]  # fmt: skip
    errors = wish_of(upload, rows)["errors"]
    assert (
        errors["groups"][0]["title"] == "V03: Figures are numbers (12,400 cells, the first 2 of them below)"
    )
    assert [row["cell"] for row in errors["groups"][0]["rows"]] == ["G7", "G12"]
    assert errors["lines"][1] == "12,400 faults stop this return."


def test_a_cell_has_the_colour_of_its_gravest_fault_and_says_them_all(asha: Person) -> None:
    upload = make_upload("RTH", "finance", asha)
    run = make_return_run(upload)
    at: dict[str, Any] = {"return_kind": "finance", "sheet": "Pay", "cell": "G7", "kind": "check"}
    rows = [
        make_finding(run, "RTH", "QU9", rule="V14", severity="note", message="It moved far.", **at),
        make_finding(run, "RTH", "QU9", rule="V03", severity="block", message="It is text.", **at),
        make_finding(run, "RTH", "QU9", rule="V99", severity="block", trial=True, message="Tried.", **at),
    ]
    mark = wish_of(upload, rows)["cells"]["Pay"]["G7"]
    assert mark["severity"] == "block"
    assert mark["text"].index("Blocks (V03): It is text.") < mark["text"].index("Note (V14): It moved far.")
    assert "On trial, does not count (V99)" in mark["text"]


def test_another_finding_is_another_workbook(asha: Person) -> None:
    upload = send("RTH", "finance")
    marked(upload)
    first = upload.marked.path
    make_finding(upload.run, "RTH", "QU9", rule="V14", severity="note", return_kind="finance")  # type: ignore[arg-type]
    marked(upload)
    assert upload.marked.path != first


def test_it_is_asked_for_once_and_a_failure_is_told(asha: Person) -> None:
    upload = make_upload("RTH", "finance", asha)
    make_return_run(upload)
    assert [making.ask(upload, WHOLE), making.ask(upload, WHOLE)] == [making.MAKING] * 2
    job = Job.objects.get(task=MARK)
    for _ in range(3):  # "as sent" is no workbook
        mark_up(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.FAILED
    assert making.ask(upload, WHOLE) == making.BROKEN
    Job.objects.update(enqueued_at=job.enqueued_at - 2 * making.TRY_AGAIN)
    assert making.ask(upload, WHOLE) == making.MAKING


def test_nothing_is_marked_where_nothing_was_read() -> None:
    upload = send("RTH", "finance", content=b"not a workbook")
    assert not making.can_be_marked(upload)
    unkept = make_upload("RTH", "finance", number=7)
    make_return_run(unkept)
    assert making.can_be_marked(unkept)
    unkept.file.delete()
    assert not making.can_be_marked(unkept)


def test_it_is_saved_under_its_own_name(asha: Person) -> None:
    upload = make_upload("RTH", "finance", asha, file_name="Our plan.XLSX")
    assert making.file_name(upload) == "Our plan marked up.xlsx"
