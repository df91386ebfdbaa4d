"""What the marks and the sheet of errors say: findings in the order of their severity, grouped by rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from planning.foundation import wording
from planning.foundation.tables import cell as safe
from planning.plan.findings import BLOCK, EXPLAIN, NOTE, Finding
from planning.registry.periods import month_label
from submissions.uploads import Upload
from submissions.wording import RETURN_NAMES, Severity, severity_of, version_name

CELLS_A_RULE = 1000
LONGEST_COMMENT = 900  # letters; the sheet of errors says it whole
_GRAVEST_FIRST = (BLOCK, EXPLAIN, NOTE)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_CELL = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass(frozen=True)
class Group:
    """What one rule found, as grave as it is here."""

    weight: str
    rows: tuple[Finding, ...]
    number: int  # exact, also where the rows kept are fewer


def wish_of(upload: Upload, found: Sequence[Finding]) -> dict[str, Any]:
    """Cells and sheet of errors as `rewriting.mark_up` takes them. No query."""
    groups = [*_groups(upload, found)]
    return {"cells": _cells(upload, groups), "errors": _errors(upload, groups)}


def weight_of(finding: Finding) -> str:
    """How grave it is: what is on trial or waived waits for nobody."""
    return finding.severity if finding.is_counted else NOTE


def place_in(finding: Finding, upload: Upload) -> tuple[str, str]:
    """(sheet, cell) of this version that a finding is about; empty texts where it has none. One between returns
    is about its line where that lies in this version, else about the first cell of it that it rests on."""
    if finding.return_kind:
        return finding.sheet, finding.cell
    mine = [row for row in finding.inputs if row.get("upload") == str(upload.pk)]
    if finding.sheet in {row["sheet"] for row in mine}:
        return finding.sheet, finding.cell
    return (mine[0]["sheet"], mine[0]["cell"]) if mine else ("", "")


def _groups(upload: Upload, found: Sequence[Finding]) -> Iterator[Group]:
    """The gravest first; missed targets, which are no faults of the workbook, behind the rules."""
    ordered = sorted(found, key=lambda row: (*_rank(row), *_where(row, upload)))
    for (weight, _, rule), rows in groupby(ordered, key=_rank):
        kept = tuple(rows)
        whole = sum(1 for row in found if row.rule == rule) == len(kept)
        number = upload.rule_counts.get(rule, 0) if whole else 0
        yield Group(_GRAVEST_FIRST[weight], kept, max(number, len(kept)))


def _rank(finding: Finding) -> tuple[int, bool, str]:
    return _GRAVEST_FIRST.index(weight_of(finding)), finding.kind == "target", finding.rule


def _where(finding: Finding, upload: Upload) -> tuple[str, int, int, str, str]:
    """By sheet, row and column."""
    sheet, cell = place_in(finding, upload)
    match = _CELL.fullmatch(cell)
    row, column = (int(match[2]), match[1]) if match else (0, "")
    return sheet, row, len(column), column, finding.line


# --- cells ---------------------------------------------------------------------------------------------
def _cells(upload: Upload, groups: Iterable[Group]) -> dict[str, dict[str, dict[str, str]]]:
    """{sheet: {cell: {severity, text}}}: a cell of several findings has the gravest colour and says them all."""
    said: dict[str, dict[str, dict[str, str]]] = {}
    for group in groups:
        for row in group.rows[:CELLS_A_RULE]:
            sheet, cell = place_in(row, upload)
            if _CELL.fullmatch(cell):
                mark = said.setdefault(sheet, {}).setdefault(cell, {"severity": group.weight, "text": ""})
                mark["text"] = _longer(mark["text"], _comment(row))
    return said


def _comment(finding: Finding) -> str:
    what_to_do = f"\nWhat to do: {finding.instruction}" if finding.instruction else ""
    return f"{_word(finding).word} ({finding.rule}): {finding.message}{what_to_do}"


def _longer(before: str, more: str) -> str:
    more = more if len(more) <= LONGEST_COMMENT else f"{more[:LONGEST_COMMENT]}…"
    if not before:
        return more
    rest = "\n\nMore on the Errors sheet."
    if before.endswith(rest):
        return before
    return f"{before}\n\n{more}" if len(before) + len(more) <= LONGEST_COMMENT else before + rest


def _word(finding: Finding) -> Severity:
    return severity_of(finding.severity, finding.trial, finding.waived)


# --- the sheet -----------------------------------------------------------------------------------------
def _errors(upload: Upload, groups: Sequence[Group]) -> dict[str, Any]:
    name = f"{RETURN_NAMES[upload.return_kind]} return, {version_name(upload)}"
    said = [
        f"{upload.organisation.name} ({upload.organisation_id}) · {upload.round_id} · "
        f"received {wording.moment(upload.received_at)}",
        _summary(groups),
    ]
    if groups:
        said.append(
            "Each cell is coloured and has a comment: red stops the return, orange needs a reason, grey is a note."
        )
    said.append(
        "Correct the cells on their sheets, save the workbook and upload it as it is: this sheet and the marks "
        "are not read."
    )
    return {
        "title": f"{name}: what was found",
        "lines": [_text(line) for line in said],
        "groups": [_group(upload, group) for group in groups],
    }


def _summary(groups: Sequence[Group]) -> str:
    numbers = {
        weight: sum(group.number for group in groups if group.weight == weight) for weight in _GRAVEST_FIRST
    }
    if not any(numbers.values()):
        return "Nothing was found."
    stop, explain, note = (numbers[weight] for weight in _GRAVEST_FIRST)
    said = [
        f"{wording.count(stop, 'fault')} {'stops' if stop == 1 else 'stop'} this return" if stop else "",
        f"{wording.count(explain, 'finding')} {'needs' if explain == 1 else 'need'} a reason"
        if explain
        else "",
        wording.count(note, "note") if note else "",
    ]
    return f"{'; '.join(part for part in said if part)}."


def _group(upload: Upload, group: Group) -> dict[str, Any]:
    first = group.rows[0]
    number = wording.count(group.number, "cell" if first.kind == "check" else "finding")
    listed = min(len(group.rows), CELLS_A_RULE)
    capped = f", the first {listed:,} of them below" if group.number > listed else ""
    return {
        "severity": group.weight,
        "title": _text(f"{first.rule}: {first.title.rstrip('.')} ({number}{capped})"),
        "rows": [_row(upload, row) for row in group.rows[:CELLS_A_RULE]],
    }


def _row(upload: Upload, finding: Finding) -> dict[str, str]:
    sheet, cell = place_in(finding, upload)
    word = _word(finding)
    period = month_label(finding.period) if finding.period else ""
    return {
        "word": f"{word.shape} {word.word}",
        "target": sheet,
        "sheet": _text(sheet),
        "cell": cell if _CELL.fullmatch(cell) else "",
        "where": _text(", ".join(part for part in (finding.line, period) if part)),
        "seen": _text(finding.seen),
        "message": _text(finding.message),
        "instruction": _text(finding.instruction),
        "rule": _text(finding.rule),
    }


def _text(text: str) -> str:
    """Text that no spreadsheet takes for a formula; a number stays one."""
    return text if _NUMBER.fullmatch(text) else safe(text)
