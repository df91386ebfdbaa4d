"""V06: a finance return turned round is told once a sheet, and nothing else of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from planning.registry.lines import Line
from submissions.checks.signs import figures_have_the_sign_of_their_line
from submissions.parsing import Fault
from tests import hostile
from tests.judged import found_in, parsed_of

KINDS = ("ac", "mh", "am", "icb")
Rows = dict[str, list[Any]]


def turned(kind: str, turn: Callable[[Line, float], float]) -> tuple[list[Line], Rows]:
    lines = hostile.lines_of("finance", kind)
    by_code = {line.code: line for line in lines}
    figures = hostile.figures_of(lines, kind)
    return lines, {
        code: [None if figure is None else turn(by_code[code], figure) for figure in row]
        for code, row in figures.items()
    }


def signs_of(kind: str, lines: list[Line], figures: Rows) -> list[Fault]:
    parsed = parsed_of(lines, figures, ods="RTH", kind=kind, return_kind="finance")
    return list(figures_have_the_sign_of_their_line(parsed, lines))


@pytest.mark.parametrize("kind", KINDS)
def test_a_return_turned_round_is_told_once_a_sheet_and_nothing_else(kind: str) -> None:
    lines, figures = turned(kind, lambda line, figure: -figure)
    faults = signs_of(kind, lines, figures)
    sheets = {line.sheet for line in lines if line.sign != "any" and line.code in figures}
    assert sorted(fault.sheet for fault in faults) == sorted(sheets)
    assert all("the other way round" in fault.message for fault in faults)
    found = found_in(lines, figures, kind=kind, return_kind="finance")
    assert {rule for rule, _ in found} == {"V06"}
    assert len(found) == len(sheets)


@pytest.mark.parametrize("kind", KINDS)
def test_spending_typed_positive_is_told_once_a_sheet(kind: str) -> None:
    lines, figures = turned(kind, lambda line, figure: abs(figure))
    spending = {line.sheet for line in lines if line.sign == "-" and line.code in figures}
    assert sorted(fault.sheet for fault in signs_of(kind, lines, figures)) == sorted(spending)


def test_one_line_of_a_sheet_turned_round_is_told_cell_by_cell() -> None:
    lines, figures = turned("ac", lambda line, figure: -figure if line.code == "F.FIN" else figure)
    faults = signs_of("ac", lines, figures)
    assert {fault.line for fault in faults} == {"F.FIN"}
    assert len(faults) == 13
    assert all("Change the sign or the figure" in fault.message for fault in faults)


def test_what_a_wrong_sign_breaks_besides_is_not_told_as_well() -> None:
    """First attendances of June below 0, and so below those for the ICB alone."""
    lines = hostile.lines_of("activity")
    figures = hostile.figures_of(lines)
    clean = set(found_in(lines, figures, return_kind="activity"))
    figures["E.M.8"][4] = -5
    assert set(found_in(lines, figures, return_kind="activity")) - clean == {("V06", "E.M.8")}


def test_rules_still_judge_the_sheets_that_are_right() -> None:
    """Efficiency turned round; cash, on another sheet, below 0."""
    lines, figures = turned("ac", lambda line, figure: -figure if line.sheet == "Efficiency" else figure)
    figures["F.CASH"] = [None, -10, *[-10] * 12, None]
    found = found_in(lines, figures, return_kind="finance")
    assert [each for each in found if each[0] == "V06"] == [("V06", "")]
    assert ("T42", "F.CASH") in found
    assert not [line for rule, line in found if rule == "T42" and line.startswith("F.EFF")]
