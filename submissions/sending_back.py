"""What a version is sent back for: the cells that the ICB's note is about, kept with the version."""

from __future__ import annotations

import re
from typing import Any

from planning.plan.findings import Finding
from submissions.asking import place_of
from submissions.questions import Question
from submissions.uploads import Upload

_CELL = re.compile(r"'?(?P<sheet>[^!']+)'?!\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>[1-9][0-9]{0,6})")
MOST = 200  # entries of one list


class NoSuchCell(ValueError):
    """A reference that names no cell of the workbook."""


def cells_named(upload: Upload, text: str) -> list[dict[str, Any]]:
    """The cells that somebody typed, one to a line or parted by commas: `Elective!G7`. Raises NoSuchCell."""
    named = [part.strip() for part in re.split(r"[\n,;]", text) if part.strip()]
    return [_named(upload, part) for part in named]


def of_finding(finding: Finding) -> dict[str, Any]:
    """The place of a finding, with the digest by which it is found again."""
    return _entry(
        finding.sheet, finding.cell, finding.message, rule=finding.rule, digest=finding.subject_digest
    )


def of_question(question: Question) -> dict[str, Any]:
    """The place of an open question."""
    said = f"Question: {place_of(question)}"
    return _entry(question.sheet, question.cell, said, question=str(question.pk))


def as_text(cells: list[dict[str, Any]]) -> str:
    """The list for a letter, a line each."""
    return "\n".join(f"- {_where(entry)}{entry['text']}" for entry in cells)


def _where(entry: dict[str, Any]) -> str:
    if not entry["cell"]:
        return f"{entry['sheet']}: " if entry["sheet"] else ""
    return f"{entry['sheet']}, cell {entry['cell']}" + (": " if entry["text"] else "")


def _named(upload: Upload, part: str) -> dict[str, Any]:
    found = _CELL.fullmatch(part)
    sheets = {name.casefold(): name for name in upload.columns}
    sheet = sheets.get(found["sheet"].strip().casefold()) if found else None
    if found is None or sheet is None:
        raise NoSuchCell(
            f"“{part[:60]}” is no cell of this workbook. Write the sheet, an exclamation mark and the cell, such "
            f"as {next(iter(sheets.values()), 'Elective')}!G7."
        )
    return _entry(sheet, f"{found['column'].upper()}{found['row']}", "")


def _entry(sheet: str, cell: str, text: str, **more: str) -> dict[str, Any]:
    return {"sheet": sheet, "cell": cell, "text": text, "rule": "", "digest": "", "question": "", **more}
