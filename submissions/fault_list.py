"""Every fault of a version as a CSV file, where there are too many to store a finding each. How far figures moved
since the version before stands on its page alone, a row a line: not all who see a version have seen that one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from django.core.files.base import File

from planning.foundation.tables import Column, Row, Table
from planning.plan.rulebook import Rule
from submissions.earlier import MOVED
from submissions.faults import Counted
from submissions.uploads import Upload

if TYPE_CHECKING:
    from submissions.parsing import Fault

FAULTS = Table(
    "faults",
    (
        Column("severity", "string", "block, explain or note"),
        Column("check", "string", "The id of the check"),
        Column("sheet", "string", "The sheet"),
        Column("cell", "string", "The cell; empty for what is missing"),
        Column("line", "string", "The line's code"),
        Column("period", "string", "The period's code"),
        Column("entered", "string", "What stands in the cell"),
        Column("wrong", "string", "What is wrong"),
        Column("to_do", "string", "What to do"),
    ),
    (),
)


def keep_fault_list(upload: Upload, faults: Counted, rules: Sequence[Rule]) -> None:
    """Write the whole list to `upload.fault_list` where some faults are counted and not listed, and remove what
    an earlier try wrote. The caller saves the row."""
    if upload.fault_list:
        upload.fault_list.delete(save=False)
    if not faults.left_out:
        return
    with tempfile.TemporaryFile("w+b") as written:
        for chunk in FAULTS.csv(_rows(faults.every, rules)):
            written.write(chunk.encode())
        written.seek(0)
        upload.fault_list.save(f"{upload.pk}.csv", File(written), save=False)


def _rows(faults: Iterable[Fault], rules: Sequence[Rule]) -> Iterator[Row]:
    known = {rule.code: rule for rule in rules}
    for fault in (row for row in faults if row.rule != MOVED):
        rule = known[fault.rule]
        yield {
            "severity": rule.severity,
            "check": fault.rule,
            "sheet": fault.sheet,
            "cell": fault.cell,
            "line": fault.line,
            "period": fault.period,
            "entered": fault.seen,
            "wrong": fault.message,
            "to_do": fault.instruction or rule.instruction,
        }
