"""The first sheet: what this return is, what to do, who sends it; and the hidden sheets behind it."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from submissions import identity as identities
from submissions.identity import Identity
from submissions.layout.looks import Looks
from submissions.layout.places import COVER, LISTS

EVENTS = ("draft", "regional-draft", "final")
FORM = (
    ("Submission event", "Choose draft, regional-draft or final."),
    ("Contact name", "Whom we ask about this return."),
    ("Contact e-mail", "Their work e-mail address."),
    ("Self-certified", "Choose yes when the sender confirms that the figures are complete and agreed."),
    ("Certified by", "Name and job title."),
)
STEPS = (
    "1. Fill the pale yellow cells of the data sheets. Grey cells are computed or locked.",
    "2. Enter figures in the unit that stands beside the line, money in £000, without commas or text.",
    "3. Income is positive, spending negative with a minus sign. Never enter a percentage.",
    "4. Use the comment column for what a reader should know about a line.",
    "5. Choose the submission event below, save the workbook as .xlsx and upload it.",
)
ANSWERS = (
    ("Empty", "No answer yet. A required line that is left empty stops the return."),
    ("0", "The answer is none: counted as zero."),
    ("n/a", "The line does not apply to you: not counted. Only optional lines accept it."),
)


def write_cover(book: Workbook, looks: Looks, *, title: str, organisation: str, identity: Identity) -> None:
    """Labels in column A, values in B; only the form's cells are open."""
    sheet = book.add_worksheet(COVER)
    label, text = looks.of(bold=True), looks.of(text_wrap=True)
    sheet.write_string(0, 0, title, looks.of(bold=True, font_size=16, font_color="#005EB8"))
    facts = (
        ("Organisation", f"{organisation} ({identity.organisation})"),
        ("Round", identity.round),
        ("Return", identity.return_kind),
        ("Template version", identity.template_version),
    )
    row = _table(sheet, 2, facts, label, text)
    row = _heading(sheet, looks, row + 1, "What to do")
    for step in STEPS:
        sheet.merge_range(row, 0, row, 2, step, text)
        row += 1
    row = _heading(sheet, looks, row + 1, "Empty, 0 and n/a are three answers")
    row = _table(sheet, row, ANSWERS, label, text)
    row = _heading(sheet, looks, row + 1, "About this submission")
    _form(sheet, looks, row)
    _settle(sheet)


def write_hidden_sheets(book: Workbook, identity: Identity) -> None:
    """The choices of drop-downs, and the identity that the service reads (very hidden)."""
    lists = book.add_worksheet(LISTS)
    for column, choices in enumerate((("Submission event", *EVENTS), ("Yes or no", "yes", "no"))):
        for row, choice in enumerate(choices):
            lists.write_string(row, column, choice)
    lists.hide()
    lists.protect()
    hidden = book.add_worksheet(identities.SHEET)
    for row, (key, value) in enumerate(identity.rows()):
        hidden.write_string(row, 0, key)
        hidden.write_string(row, 1, value)
    hidden.very_hidden()
    hidden.protect()


def _heading(sheet: Worksheet, looks: Looks, row: int, text: str) -> int:
    sheet.write_string(row, 0, text, looks.of(bold=True, font_size=12))
    return row + 1


def _table(sheet: Worksheet, row: int, rows: Sequence[tuple[str, str]], label: Format, text: Format) -> int:
    for at, (name, value) in enumerate(rows, start=row):
        sheet.write_string(at, 0, name, label)
        sheet.write_string(at, 1, value, text)
    return row + len(rows)


def _form(sheet: Worksheet, looks: Looks, row: int) -> None:
    choices = {
        "Submission event": f"={LISTS}!$A$2:$A${len(EVENTS) + 1}",
        "Self-certified": f"={LISTS}!$B$2:$B$3",
    }
    for at, (name, hint) in enumerate(FORM, start=row):
        sheet.write_string(at, 0, name, looks.of(bold=True))
        sheet.write_blank(
            at, 1, None, looks.of(bg_color="#FFF9DB", border=1, border_color="#AEB7BD", locked=False)
        )
        sheet.write_string(at, 2, hint, looks.of(italic=True, font_color="#4C6272", text_wrap=True))
        if name in choices:
            sheet.data_validation(at, 1, at, 1, {"validate": "list", "source": choices[name]})


def _settle(sheet: Worksheet) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 2, 60)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})
