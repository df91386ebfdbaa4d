"""Any valid figures written into a blank return come back exactly, through the reader's child and the store."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.lines import Line
from submissions.layout.places import is_entered, is_required
from submissions.parsing import Return, parse, plan_of
from submissions.reader import read
from submissions.store import build, keep_values, load_rows
from submissions.uploads import Value
from submissions.versions import Version
from tests.hostile import identity_of, lines_of
from tests.planned import make_upload
from tests.workbooks import ROUND, catalogue, workbook

SIZES = (
    0,
    1,
    9_999,
    10_000,
    12_345_678,
    10**9,
    10**12,
    10**15 - 1,
)  # ten-thousandths: 0.0001 to 99,999,999,999.9999
WORDS = ("", "", "as agreed", "=1+1", "+44", "<b>£5</b> & more", "  two  blanks ", "ÄÖ – 計", "n/a", "0")
Cell = int | str | None  # ten-thousandths, "n/a", blank


def any_row(dice: random.Random, line: Line, kind: str) -> list[Cell]:
    """What the line takes, at random: figures of every size, zero, and where it may be, blank or n/a."""
    return [
        _any_cell(dice, line, is_required(line, kind, place)) if is_entered(line, kind, place) else None
        for place in range(periods.COUNT)
    ]


def _any_cell(dice: random.Random, line: Line, required: bool) -> Cell:
    if not required and dice.random() < 0.4:
        return dice.choice((None, "n/a"))
    size = dice.choice(SIZES) if dice.random() < 0.3 else dice.randrange(10 ** dice.randrange(1, 16))
    return size * {"-": -1, "+": 1}.get(line.sign, dice.choice((-1, 1)))


def as_written(row: Sequence[Cell]) -> list[float | str | None]:
    return [float(Decimal(cell) / SCALE) if isinstance(cell, int) else cell for cell in row]


def states_of(row: Sequence[Cell]) -> str:
    return "".join("b" if cell is None else "n" if cell == "n/a" else "v" for cell in row)


def written_and_read(
    folder: Path, return_kind: str, kind: str, seed: int
) -> tuple[Return, dict[str, list[Cell]], dict[str, str]]:
    dice = random.Random(f"{return_kind} {kind} {seed}")
    lines = lines_of(return_kind, kind)
    rows = {line.code: any_row(dice, line, kind) for line in lines}
    comments = {line.code: dice.choice(WORDS) for line in lines}
    identity = identity_of(return_kind, "QU9" if kind == "icb" else "RTH", kind)
    figures = {code: as_written(row) for code, row in rows.items() if any(cell is not None for cell in row)}
    path = workbook(lines, identity, figures, kind=kind, folder=folder, comments=comments)
    return parse(read(path), lines, ROUND, identity, kind=kind), rows, comments


@pytest.mark.django_db
@pytest.mark.parametrize("return_kind", ["activity", "workforce", "finance"])
@pytest.mark.parametrize("kind", ["ac", "mh", "am", "icb"])
def test_what_is_written_comes_back_from_file_and_store(return_kind: str, kind: str, tmp_path: Path) -> None:
    seed = len(kind + return_kind)
    parsed, rows, comments = written_and_read(tmp_path, return_kind, kind, seed)
    assert (parsed.faults, parsed.notes) == ([], [])
    for reading in parsed.readings:
        wanted = rows[reading.line]
        assert reading.figures == tuple(cell if isinstance(cell, int) else None for cell in wanted), (
            reading.line
        )
        assert reading.states == states_of(wanted), reading.line
        assert reading.comment == (comments[reading.line] if comments[reading.line].strip() else "")
    assert len(parsed.readings) == len(rows)

    ods = parsed.identity.organisation
    plan = plan_of(parsed, catalogue(), lines_of(return_kind, kind))
    upload = make_upload(ods, return_kind, columns=parsed.columns)
    keep_values(upload, plan, {reading.line: reading.comment for reading in parsed.readings})
    stored = {row.line: row for row in Value.objects.filter(upload=upload)}
    for reading in parsed.readings:
        row = stored[reading.line]
        for place in range(periods.COUNT):
            if is_entered(plan.lines[reading.line], kind, place):
                assert (row.figures[place], row.states[place]) == (
                    reading.figures[place],
                    reading.states[place],
                )
        assert (row.sheet, row.row, row.comment) == (reading.sheet, reading.row, reading.comment)

    version = Version(str(upload.pk), ods, return_kind, 1, upload.sha256, parsed.columns)
    again = build(catalogue(), plan.members, [version], load_rows([version]))
    for code in plan.codes:
        assert [again.figure(ods, code, place) for place in range(periods.COUNT)] == [
            plan.figure(ods, code, place) for place in range(periods.COUNT)
        ], code
