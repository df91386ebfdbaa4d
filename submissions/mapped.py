"""Filling one of our workbooks from a file of another layout, by a mapping. Nothing is stored: the person checks
what was filled, then uploads it like any return."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.files.base import File

from planning.plan.exact import SCALE, scaled
from planning.plan.exact import shown as as_float
from planning.registry import periods
from planning.registry.lines import Line, Lines
from planning.registry.organisations import Organisation
from submissions.figures import answer_of
from submissions.issuing import Parts
from submissions.layout.places import is_entered
from submissions.layout.totals import Figure
from submissions.mappings import MappedLine, Mapping, check_rows
from submissions.preflight import gate
from submissions.reader import Place, read_cells
from submissions.receive import held
from submissions.returns import expected_lines
from submissions.workbook import NOTHING, Cell, cell_name


class OtherLayout(ValueError):
    """The file does not have the sheets that the mapping speaks of."""


def fill_from(file: File[Any], mapping: Mapping, organisation: Organisation) -> bytes:
    """The organisation's return of the mapping's round and kind, its open cells filled from the file. Each filled
    line's comment says where its figures come from, and what there was not understood and so left blank.

    The file is opened by the reader's capped child alone. Raises TooLarge, Refused, ReaderFailed, BadMapping,
    OtherLayout.
    """
    catalogue = Lines.load(mapping.round_id)
    lines = {line.code: line for line in expected_lines(catalogue, organisation, mapping.return_kind)}
    mapped = [row for row in check_rows(mapping.rows, catalogue, mapping.return_kind) if row.line in lines]
    cells = _cells_of(file, mapped)
    figures: dict[str, list[Figure]] = {}
    comments: dict[str, str] = {}
    for row in mapped:
        figures[row.line], unread = _row(row, cells[row.sheet], lines, organisation.kind)
        comments[row.line] = " ".join([f"Filled from sheet {row.sheet} ({mapping.name}).", *unread])
    parts = Parts.of(organisation, mapping.round_id, mapping.return_kind)
    return parts.write(figures=figures, comments=comments)


def _cells_of(file: File[Any], mapped: Sequence[MappedLine]) -> dict[str, dict[Place, Cell]]:
    wanted: dict[str, list[Place]] = {}
    for row in mapped:
        wanted.setdefault(row.sheet, []).extend(row.places.values())
    with held(file) as path:
        gate(path)
        found = read_cells(path, wanted)
    missing = sorted(sheet for sheet, cells in found.items() if cells is None)
    if missing:
        raise OtherLayout(
            f"The file has no sheet '{missing[0]}', which this layout needs. Choose the layout of the file."
        )
    return {sheet: cells or {} for sheet, cells in found.items()}


def _row(
    mapped: MappedLine, cells: dict[Place, Cell], lines: dict[str, Line], kind: str
) -> tuple[list[Figure], list[str]]:
    """Fifteen figures of one line, and what was not understood. A cell that takes none here stays blank."""
    line = lines[mapped.line]
    figures: list[Figure] = [None] * periods.COUNT
    unread: list[str] = []
    for at, (row, column) in mapped.places.items():
        if not is_entered(line, kind, at):
            continue
        cell = cells.get((row, column), NOTHING)
        answer = answer_of(cell)
        if answer.rule:
            unread.append(f"Left blank: its cell {cell_name(column, row)} {answer.problem}")
        elif answer.state == "n":
            figures[at] = "n/a"
        elif answer.figure is not None:
            figures[at] = as_float(scaled(Decimal(answer.figure) / SCALE * mapped.factor))
    return figures, unread
