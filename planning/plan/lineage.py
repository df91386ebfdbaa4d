"""From a figure to the cells it rests on: sheet, cell and upload, computed lines resolved to the entered ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from planning.plan.array import Plan
from planning.plan.exact import shown
from planning.registry import periods
from planning.registry.lines import REFERENCE

Cell = tuple[str, str, int]  # organisation, line, place of the period


def inputs_of(plan: Plan, cells: Iterable[Cell]) -> list[dict[str, Any]]:
    """The entered figures behind some cells of a plan, each once, as findings and evaluations keep them.

    [{organisation, return, line, label, period, value, unit, sheet, cell, upload, version}]; blank and n/a
    figures are left out: they add nothing to what was judged. What the service knows of itself is of no return,
    and may be of a body outside the plan: a trust's system. A figure is the same object in every list that names it.
    """
    entered: dict[Cell, None] = {}
    for ods, code, place in cells:
        if ods in plan.row and code in plan.place:
            entered.update(((ods, line, at), None) for line, at in plan.entered_cells(ods, code, place))
        elif (ods, code) in plan.reference:
            entered[ods, code, periods.YEAR] = None
    found = (_known_input(plan, cell) for cell in entered)
    return [given for given in found if given is not None]


def system_cells(plan: Plan, pairs: Iterable[tuple[str, int]]) -> list[Cell]:
    """The same lines and periods of every member that a system counts (its own view: partner rows too)."""
    counted = [member for member in plan.members if not member.served_by]
    return [
        (member.ods, code, place)
        for code, place in pairs
        for member in counted
        if code in plan.place and member.kind in plan.lines[code].counted_from
    ]


def _known_input(plan: Plan, cell: Cell) -> dict[str, Any] | None:
    """What is kept of a figure, made once a plan for as long as the figure stands; None for what is no value."""
    ods, code, place = cell
    figure = plan.figure(ods, code, place) if ods in plan.row else plan.reference[ods, code]
    if figure is None:
        return None
    known = plan.inputs.get((cell, figure))
    if known is None:
        known = plan.inputs[cell, figure] = _input(plan, ods, code, place, figure)
    return known


def _input(plan: Plan, ods: str, code: str, place: int, figure: int) -> dict[str, Any]:
    line = plan.lines[code]
    kind = "" if line.required == REFERENCE else line.return_kind
    upload = plan.members[plan.row[ods]].uploads.get(kind, {}) if ods in plan.row else {}
    origin = plan.origins.get((ods, code))
    return {
        "organisation": ods,
        "return": kind,
        "line": code,
        "label": line.label,
        "period": plan.periods[place],
        "value": shown(figure),
        "unit": line.unit,
        "sheet": origin.sheet if origin else "",
        "cell": origin.cell(place) if origin else "",
        "upload": upload.get("upload", ""),
        "version": upload.get("version"),
    }


def months_of(plan: Plan, ods: str, code: str) -> list[float | None]:
    """April to March of a line, None where there is no value."""
    return [shown(plan.figure(ods, code, place)) for place in range(periods.APRIL, periods.YEAR)]
