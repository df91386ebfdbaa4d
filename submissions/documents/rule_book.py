"""The rule book as a workbook: every check, rule and target of a round with how often it fired, made from the
declarations. Text is text: nothing in it runs."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.utils import timezone
from xlsxwriter import Workbook

from planning.foundation.tables import is_run_by_spreadsheets
from planning.foundation.wording import moment
from submissions.queries.rule_book import RuleBook
from submissions.queries.rule_entries import GROUPS, TARGETS, Entry

COLUMNS: Sequence[tuple[str, int]] = (
    ("Code", 8), ("Group", 18), ("What must hold", 46), ("Formula, or what is asked", 46), ("Tolerance", 22),
    ("Tolerance set here, and why", 34), ("Severity", 10), ("ICB accepts the reason", 12), ("On trial", 9),
    ("Returns", 22), ("Asked of", 20), ("What to do", 40), ("Why", 40), ("Source", 34), ("Version", 9),
    ("Organisations hit", 12), ("Organisations judged", 12), ("Organisations waiting", 12), ("Systems hit", 9),
    ("Systems judged", 9), ("Findings", 10), ("Stands out", 18),
)  # fmt: skip


def book_bytes(book: RuleBook) -> bytes:
    """The workbook: a sheet that says what it is, one of checks and rules, one of targets."""
    out = BytesIO()
    workbook = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"title": f"Rule book {book.round.year}"})
    looks = {
        "head": workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D8DDE0"}
        ),
        "text": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "quoted": workbook.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
        "number": workbook.add_format({"valign": "top"}),
    }
    _about(workbook, looks, book)
    rules = [entry for entry in book.entries if entry.group != TARGETS]
    _sheet(workbook, looks, "Checks and rules", rules)
    _sheet(workbook, looks, "Targets", [entry for entry in book.entries if entry.group == TARGETS])
    workbook.close()
    return out.getvalue()


def _about(workbook: Workbook, looks: dict[str, Any], book: RuleBook) -> None:
    sheet = workbook.add_worksheet("About")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    counted = book.whose or "nothing: no results are shown to you"
    said = (
        ("Planning round", book.round.year),
        ("As at", moment(timezone.now())),
        ("Checks, rules and targets", str(len(book.entries))),
        ("How often each fired", f"counts {counted}"),
        ("Never fired", "of rules: judged for at least three bodies and found at none"),
        ("Fired at more than half", "found at more than half of at least three bodies judged"),
        ("On trial", "shown and marked; nothing waits for it and it counts nowhere"),
    )
    for row, (name, text) in enumerate(said):
        sheet.write_string(row, 0, name, looks["head"])
        _write(sheet, looks, row, 1, text)


def _sheet(workbook: Workbook, looks: dict[str, Any], name: str, entries: Sequence[Entry]) -> None:
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for column, (head, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, looks["head"])
    for row, entry in enumerate(entries, 1):
        for column, value in enumerate(cells_of(entry)):
            _write(sheet, looks, row, column, value)
    sheet.autofilter(0, 0, max(len(entries), 1), len(COLUMNS) - 1)


def cells_of(entry: Entry) -> list[str | int]:
    """One row, in the order of COLUMNS."""
    fired = entry.fired
    return [
        entry.code, GROUPS[entry.group], entry.title, entry.formula, entry.tolerance,
        "; ".join(f"{held.text} in {held.where}: {held.reason}" for held in entry.held),
        entry.severity_word, "yes" if entry.needs_acceptance else "no", "yes" if entry.trial else "no",
        entry.returns, entry.levels, entry.instruction, entry.why, entry.source, entry.version,
        fired.organisations, fired.judged, fired.waiting, fired.systems, fired.systems_judged, fired.number,
        "Never fired" if entry.is_dead else "Fired at more than half" if fired.is_noisy else "",
    ]  # fmt: skip


def _write(sheet: Any, looks: dict[str, Any], row: int, column: int, value: str | int) -> None:
    """Numbers stay numbers; what a spreadsheet might take for a formula is marked as text for good."""
    if isinstance(value, int):
        sheet.write_number(row, column, value, looks["number"])
    else:
        sheet.write_string(row, column, value, looks["quoted" if is_run_by_spreadsheets(value) else "text"])
