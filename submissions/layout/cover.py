"""The first sheet: what this return is, what to do, where to go, who sends it and who stands by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from submissions.identity import Identity
from submissions.layout.looks import BLUE, LINE_GREY, QUIET, ROW_HEIGHT, Looks, height_for
from submissions.layout.places import INPUT, LISTS, Places
from submissions.layout.sheets import COLOURS

EVENTS = ("draft", "regional-draft", "final")
YES_OR_NO = ("yes", "no")
CONTACT = (
    ("Submission event", "Choose draft, regional-draft or final."),
    ("Contact name", "Whom we ask about this return."),
    ("Contact role", "Their job title."),
    ("Contact e-mail", "Their work e-mail address."),
    ("Contact telephone", "Where they can be reached after the deadline."),
)
CARRIED = tuple(label for label, _ in CONTACT[1:])  # what stays from one version to the next: not the event
STATEMENTS = (
    ("Complete", "Every figure that this return asks for is given, and has been checked."),
    (
        "Agreed",
        "The finance director has agreed this return, and so has the board where the stage asks for it.",
    ),
    ("Triangulated", "This return was compared with the other two of the three, and they agree."),
)
NOTES = ("Notes", "Anything that a reader of the whole return should know.")
FORM = (  # label in column A, answer in column B: what is read back, so plain text and each once
    *CONTACT,
    *(
        question
        for name, _ in STATEMENTS
        for question in (
            (f"{name}: yes or no", "Choose yes or no."),
            (f"{name}: name", "Who says so."),
            (f"{name}: job title", "In which role."),
            (f"{name}: date", "On which day, such as 20/02/2023."),
        )
    ),
    NOTES,
)
STEPS = (
    "1. Fill the yellow cells of the sheets listed below, and the white ones that apply to you. All others are locked.",
    "2. Enter figures in the unit that stands beside the line, money in £000, as plain numbers.",
    "3. Income is positive, spending negative with a minus sign. Never enter a percentage.",
    "4. What a line counts is said in the note on its name. Use the Comment column for what a reader should know.",
    "5. Fill in the form at the end of this sheet, save the workbook as .xlsx and upload it.",
)
ANSWERS = (
    ("Empty", "No answer yet. A required line that is left empty stops the return."),
    ("0", "The answer is none: counted as zero."),
    ("n/a", "The line does not apply to you: not counted. Only optional lines accept it."),
)
_WIDTHS = (26, 52, 44)


def write_cover(
    sheet: Worksheet,
    looks: Looks,
    *,
    title: str,
    organisation: str,
    identity: Identity,
    places: Places,
    empty: Mapping[str, tuple[str, int]],
    answers: Mapping[str, str],
) -> None:
    """`empty` gives for each data sheet the formula that counts its required cells still empty, and their
    number now; `answers` what the form already holds, by label (dates as 2023-02-20). Only the form is open."""
    page = _Cover(sheet, looks)
    sheet.write_string(0, 0, title, looks.of(bold=True, font_size=16, font_color=BLUE))
    page.row = 2
    page.facts(
        (
            ("Organisation", f"{organisation} ({identity.organisation})"),
            ("Round", identity.round),
            ("Return", identity.return_kind),
            ("Template version", identity.template_version),
        )
    )
    page.heading("What to do")
    page.sentences(STEPS)
    page.heading("The sheets")
    page.index(places, empty)
    page.heading("The colours")
    page.colours()
    page.heading("Empty, 0 and n/a are three answers")
    page.facts(ANSWERS)
    page.heading("About this submission")
    page.form(CONTACT, answers)
    page.heading("Self-certification")
    for name, statement in STATEMENTS:
        page.statement(statement)
        page.form([row for row in FORM if row[0].startswith(f"{name}: ")], answers)
    page.row += 1
    page.form([NOTES], answers, height=90)
    _settle(sheet, page.row)


class _Cover:
    """The sheet as it is written, row after row."""

    def __init__(self, sheet: Worksheet, looks: Looks) -> None:
        self.sheet, self.looks, self.row = sheet, looks, 0
        self.label, self.text = looks.of(bold=True), looks.of(text_wrap=True)
        self.hint = looks.of(font_color=QUIET, text_wrap=True, indent=1)

    def heading(self, text: str) -> None:
        style = self.looks.of(bold=True, font_size=12, font_color=BLUE, bottom=1, bottom_color=BLUE)
        self.row += 1
        self.sheet.write_string(self.row, 0, text, style)
        for column in (1, 2):
            self.sheet.write_blank(self.row, column, None, style)
        self.row += 1

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        for name, value in rows:
            self.sheet.write_string(self.row, 0, name, self.label)
            self._long(1, value, self.text)
            self.row += 1

    def sentences(self, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            self.sheet.write_string(self.row, 0, sentence, self.looks.of())  # runs on over the empty cells
            self.row += 1

    def index(self, places: Places, empty: Mapping[str, tuple[str, int]]) -> None:
        """Each data sheet as a link, its sections, and how many required cells are still empty."""
        for column, text in enumerate(("Sheet", "What stands there", "Required cells still empty")):
            self.sheet.write_string(self.row, column, text, self.label)
        link = self.looks.of(font_color=BLUE, underline=1)
        for name in places.sheets:
            self.row += 1
            self.sheet.write_url(self.row, 0, f"internal:'{name}'!A1", link, name)
            self._long(1, "; ".join(places.sections(name)), self.text)
            formula, now = empty[name]
            self.sheet.write_formula(
                self.row, 2, formula, self.looks.of(num_format="#,##0", align="left"), now
            )
        self.row += 1

    def colours(self) -> None:
        for kind, name, meaning in COLOURS:
            self.sheet.write_string(self.row, 0, name, self.looks.box(kind))
            self._long(1, meaning, self.text)
            self.row += 1

    def statement(self, text: str) -> None:
        style = self.looks.of(bold=True, top=1, top_color=LINE_GREY)
        self.sheet.write_string(self.row, 0, text, style)  # runs on over the empty cells
        for column in (1, 2):
            self.sheet.write_blank(self.row, column, None, style)
        self.row += 1

    def form(
        self, questions: Sequence[tuple[str, str]], answers: Mapping[str, str], *, height: int | None = None
    ) -> None:
        for name, hint in questions:
            self.sheet.write_string(self.row, 0, name, self.looks.of())
            self._answer(name, answers.get(name, ""), self._box(name))
            self._long(2, hint, self.hint)
            if height:
                self.sheet.set_row(self.row, height)
            self.row += 1

    def _long(self, column: int, text: str, style: Format) -> None:
        height = height_for(text, _WIDTHS[column])
        if height > ROW_HEIGHT:
            self.sheet.set_row(self.row, height)
        self.sheet.write_string(self.row, column, text, style)

    def _answer(self, name: str, answer: str, box: Format) -> None:
        here = (self.row, 1)
        if not answer:
            self.sheet.write_blank(*here, None, box)
        elif name.endswith(": date"):
            self.sheet.write_datetime(*here, date.fromisoformat(answer), box)
        else:
            self.sheet.write_string(*here, answer, box)
        accepted = _accepted(name)
        if accepted:
            self.sheet.data_validation(*here, *here, accepted)

    def _box(self, name: str) -> Format:
        more = {"num_format": "d mmmm yyyy"} if name.endswith(": date") else {}
        return self.looks.box(INPUT, text_wrap=True, align="left", **more)


def _accepted(name: str) -> dict[str, object]:
    """The choices of a drop-down, or that it must be a day; nothing for free text."""
    if name == "Submission event":
        return {"validate": "list", "source": f"={LISTS}!$A$2:$A${len(EVENTS) + 1}"}
    if name.endswith(": yes or no"):
        return {"validate": "list", "source": f"={LISTS}!$B$2:$B${len(YES_OR_NO) + 1}"}
    if name.endswith(": date"):
        return {
            "validate": "date",
            "criteria": ">=",
            "value": date(2019, 4, 1),
            "error_title": "This is not a day",
            "error_message": "Enter a day, such as 20/02/2023.",
        }
    return {}


def _settle(sheet: Worksheet, last_row: int) -> None:
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_default_row(ROW_HEIGHT)
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.print_area(0, 0, last_row, len(_WIDTHS) - 1)
    sheet.fit_to_pages(1, 1)
    sheet.protect("", {"format_columns": True, "format_rows": True})
