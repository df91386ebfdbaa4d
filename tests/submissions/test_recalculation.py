"""Every computed cell of a return, worked out by LibreOffice, is what the plan makes of the same figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planning.plan.array import BLANK, NOT_APPLICABLE, VALUE
from planning.plan.exact import shown
from planning.registry.lines import Line
from submissions.layout.places import FIRST_PERIOD, FORMULA, INPUT, Places, column, kind_of_cell
from tests.submissions.libreoffice import needs_libreoffice, recalculated
from tests.submissions.test_layout import (
    RETURNS,
    SYSTEM,
    computed_cells,
    identity_of,
    lines_of,
    planned,
    some_figures,
)
from tests.workbooks import edited, workbook

pytestmark = needs_libreoffice
WORDS = {BLANK: "", NOT_APPLICABLE: "n/a"}


@dataclass
class Case:
    """One workbook, the figures that it should show, and where LibreOffice saved it."""

    lines: list[Line]
    kind: str
    figures: dict[str, list[Any]]
    path: Path
    saved: Path | None = None


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], Case]:
    """Each return of each kind of organisation, as we write it and with one input changed in it: all opened at
    once, since starting LibreOffice is what takes time."""
    folder = tmp_path_factory.mktemp("recalculation")
    found: dict[tuple[str, str, str], Case] = {}
    for ods, return_kind in RETURNS:
        written = _written(ods, return_kind, folder)
        found[ods, return_kind, "as written"] = written
        found[ods, return_kind, "one input changed"] = _changed(written)
    for case, saved in zip(
        found.values(), recalculated([case.path for case in found.values()], folder), strict=True
    ):
        case.saved = saved
    return found


def _written(ods: str, return_kind: str, folder: Path) -> Case:
    lines, kind = lines_of(ods, return_kind), SYSTEM[ods].kind
    figures = some_figures(lines, kind, holes=True)
    path = workbook(lines, identity_of(ods, return_kind), figures, kind=kind, folder=folder)
    return Case(lines, kind, figures, path)


def _changed(case: Case) -> Case:
    """The same workbook with one figure typed anew, saved by a program that leaves every formula without its
    value: so none can have been copied."""
    whole = {line.code: line for line in case.lines}
    code, place = next(
        (line.code, place)
        for line in sorted(case.lines, key=lambda line: "n/a" in case.figures[line.code])
        for place in range(2, 15)
        if kind_of_cell(line, case.kind, place, whole) == INPUT
    )
    sheet, row = Places.of(case.lines, "2023-24").rows[code]
    figures = {**case.figures, code: [*case.figures[code]]}
    figures[code][place] = 4321
    path = edited(case.path, {f"{sheet}!{column(FIRST_PERIOD + place)}{row + 1}": 4321})
    return Case(case.lines, case.kind, figures, path)


@pytest.mark.parametrize("which", ["as written", "one input changed"])
@pytest.mark.parametrize(("ods", "return_kind"), RETURNS)
def test_recalculated_totals_are_ours(
    cases: dict[tuple[str, str, str], Case], ods: str, return_kind: str, which: str
) -> None:
    case = cases[ods, return_kind, which]
    assert case.saved is not None
    plan = planned(case.lines, case.kind, case.figures)
    cells = computed_cells(case.saved, case.lines, case.kind)
    whole = {line.code: line for line in case.lines}
    computed = [
        (line.code, place)
        for line in case.lines
        for place in range(15)
        if kind_of_cell(line, case.kind, place, whole) == FORMULA
    ]
    assert sorted(cells) == sorted(computed)
    for (code, place), (sheet, cell, value) in cells.items():
        state = plan.state("RTH", code, place)
        ours = shown(plan.figure("RTH", code, place)) if state == VALUE else WORDS[state]
        near = pytest.approx(ours, abs=0.0001) if state == VALUE else ours
        assert ("" if value is None else value) == near, (code, sheet, cell)


@pytest.mark.parametrize(("ods", "return_kind"), RETURNS)
def test_the_cover_counts_the_same_empty_cells(
    cases: dict[tuple[str, str, str], Case], ods: str, return_kind: str
) -> None:
    case = cases[ods, return_kind, "as written"]
    assert case.saved is not None
    ours, theirs = (
        [
            row[2].value
            for row in openpyxl.load_workbook(path, data_only=True)["Cover"].iter_rows()
            if row[0].value in set(Places.of(case.lines, "2023-24").sheets)
        ]
        for path in (case.path, case.saved)
    )
    assert ours == theirs
    assert ours and all(isinstance(count, int) for count in ours)
