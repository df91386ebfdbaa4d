"""The heat map: targets down, systems and organisations across, in shape, word and figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import TRUST, Scope
from planning.plan.visible import basis_for
from planning.registry.organisations import Organisation
from planning.registry.place import Place
from targets.evaluations import MET, NOT_APPLICABLE, NOT_MET, Evaluation
from targets.guidance.governing import for_system, load_targets
from targets.guidance.target import Target
from targets.queries.bodies import Body, bodies_of, systems_of
from targets.visible import evaluations_of
from targets.wording import OUTCOMES, asks, is_local, marks, said, wanted

SHOWN = ("target", "outcome", "planned", "unit", "so_far", "organisation", "system")
NOT_RETURNED = {
    "style": "not-assessable",
    "shape": "?",
    "word": "Not returned",
    "short": "No return",
    "figure": "",
    "address": "",
}


@dataclass
class HeatMap:
    """Rows by area, and the targets that nobody of the columns is asked for."""

    areas: list[dict[str, Any]] = field(default_factory=list)  # {name, rows, number, missed}
    folded: list[dict[str, Any]] = field(default_factory=list)  # {code, title, wanted, address, area}

    @property
    def number(self) -> int:
        return sum(len(area["rows"]) for area in self.areas)

    @property
    def missed(self) -> int:
        return sum(area["missed"] for area in self.areas)

    def only_missed(self) -> HeatMap:
        """The rows that somebody misses."""
        areas = [
            {**area, "rows": [row for row in area["rows"] if row["is_missed"]]}
            for area in self.areas
            if area["missed"]
        ]
        return HeatMap(areas, self.folded)


def heat_map(
    targets: Sequence[Target], evaluations: Iterable[Evaluation], columns: Sequence[Body], code: str
) -> HeatMap:
    """One row a target, a cell a column; those that apply to nobody are folded."""
    by = {(row.target, _key(row)): row for row in evaluations}
    silent = {body.key for body in columns} - {key for _, key in by}
    areas: dict[str, dict[str, Any]] = {}
    folded = []
    for target in targets:
        cells = [
            NOT_RETURNED
            if body.key in silent and _is_asked(target, body)
            else _cell(by.get((target.code, body.key)), target, body, code)
            for body in columns
        ]
        row = _row(target, cells, columns, code)
        if all(cell["style"] == "not-applicable" for cell in cells):
            folded.append(row)
            continue
        area = areas.setdefault(target.area, {"name": target.area, "rows": [], "number": 0, "missed": 0})
        area["rows"].append(row)
        area["number"] += 1
        area["missed"] += row["is_missed"]
    return HeatMap(list(areas.values()), folded)


def _row(
    target: Target, cells: Sequence[dict[str, Any]], columns: Sequence[Body], code: str
) -> dict[str, Any]:
    return {
        "code": target.code,
        "title": target.title,
        "area": target.area,
        "marks": marks(target),
        "is_local": is_local(target),
        "wanted": wanted(target),
        "asks": asks(target),
        "address": reverse("target", args=[code, target.code]),
        "cells": cells,
        "is_missed": any(cell["style"] == "not-met" for cell in cells),
        "despite": _despite(cells, columns),
    }


def _is_asked(target: Target, body: Body) -> bool:
    """Whether a body of the system that has sent nothing would be judged by the target."""
    if target.is_attested or body.served or body.is_whole:
        return False
    return "trust" in target.levels | target.indicator_levels and body.kind in target.types


def _cell(row: Evaluation | None, target: Target, body: Body, code: str) -> dict[str, Any]:
    """One cell: shape, word, figure, and a link to how it was judged."""
    if row is None or row.outcome == NOT_APPLICABLE:
        return {**vars(OUTCOMES[NOT_APPLICABLE]), "figure": "", "address": ""}
    return {
        **vars(said(row)),
        "figure": wording.figure(row.planned, row.unit) if row.planned is not None else "",
        "bare": _narrow(row.planned, row.unit),
        "so_far": row.so_far,
        "address": f"{reverse('target', args=[code, target.code])}#{body.key}",
    }


def _narrow(value: float | None, unit: str) -> str:
    """A figure for a small cell: its unit stands in the row's head, but for a per cent."""
    if value is None:
        return ""
    return f"{wording.bare(value, unit)}{'%' if unit == '%' else ''}"


def _despite(cells: Sequence[dict[str, Any]], columns: Sequence[Body]) -> str:
    """In words where a system and its members part: it meets what some miss, or the reverse."""
    if not columns or not columns[0].is_whole or any(body.is_whole for body in columns[1:]):
        return ""
    styles = {body.name: cell["style"] for body, cell in zip(columns[1:], cells[1:], strict=True)}
    missing = [name for name, style in styles.items() if style == OUTCOMES[NOT_MET].style]
    if cells[0]["style"] == OUTCOMES[MET].style and missing:
        verb = "misses" if len(missing) == 1 else "miss"
        return f"Met by the system though {wording.names(missing)} {verb}"
    is_reverse = cells[0]["style"] == OUTCOMES[NOT_MET].style and not missing
    if is_reverse and OUTCOMES[MET].style in styles.values():
        return "Missed by the system though no organisation on its own misses"
    return ""


# --- the page -------------------------------------------------------------------------------------------
def map_page(scope: Scope, place: Place, system: str, area: str, missed: bool) -> dict[str, Any]:
    """The whole map of a trust's own, a system with its bodies, or several systems. Four queries at most."""
    code = place.round.code
    bodies = columns_of(scope, system)
    mine = systems_of(scope)
    targets = [row for row in load_targets(code) if not row.systems or row.systems & mine]
    if system:
        targets = for_system(targets, system)
    evaluations = _evaluations(scope, code, bodies)
    columns = _asked_of_something(targets, evaluations, bodies)
    whole = heat_map(targets, evaluations, columns, code)
    shown = whole.only_missed() if missed else whole
    areas = [row for row in shown.areas if area in ("", row["name"])]
    return {
        "columns": columns,
        "areas": areas,
        "folded": [] if missed else [row for row in shown.folded if area in ("", row["area"])],
        "number": sum(len(row["rows"]) for row in areas),
        "whole": len(targets),
        "missed_by_somebody": whole.missed,
        "names": [{"text": row["name"], "selected": row["name"] == area} for row in whole.areas],
        "systems": _systems(scope, system),
        "asked": {"area": area, "missed": missed, "system": system},
        "is_judged": any(cell["address"] for row in _rows(whole) for cell in row["cells"]),
    }


def columns_of(scope: Scope, system: str) -> list[Body]:
    """A trust's own bodies; one system with its members; or, of several and none chosen, each system."""
    if scope.kind == TRUST:
        return [Body(body.ods, body.short_name, kind=body.kind) for body in scope.bodies]
    known = known_systems(scope)
    chosen = known.get(system) if system else next(iter(known.values())) if len(known) == 1 else None
    if chosen is not None:
        return [Body(chosen.ods, "The system", is_whole=True), *bodies_of(scope, chosen)]
    return [Body(ods, row.short_name, is_whole=True) for ods, row in sorted(known.items())]


def _asked_of_something(
    targets: Sequence[Target], evaluations: Sequence[Evaluation], bodies: Sequence[Body]
) -> list[Body]:
    """The bodies that some target applies to and those that have sent nothing, of several systems only those of
    which something is known: an empty column is wide."""
    codes = {target.code for target in targets}
    applies = {_key(row) for row in evaluations if row.target in codes and row.outcome != NOT_APPLICABLE}
    judged = {_key(row) for row in evaluations}
    silent = {body.key for body in bodies if not body.is_whole} - judged
    return [body for body in bodies if body.key in applies | silent] or list(bodies)


def _key(row: Evaluation) -> str:
    return row.organisation_id or f"system-{row.system_id}"


def known_systems(scope: Scope) -> dict[str, Organisation]:
    """The asker's systems by their code, loaded already."""
    found = {row.system_id: row.system for row in scope.members}
    found |= {body.ods: body for body in scope.bodies}
    return {ods: found[ods] for ods in sorted(scope.systems) if ods in found}


def _evaluations(scope: Scope, code: str, columns: Sequence[Body]) -> list[Evaluation]:
    """Those of the columns; one query."""
    rows = evaluations_of(scope, code, basis=basis_for(scope)).filter(group__isnull=True)
    single = [body.ods for body in columns if not body.is_whole]
    whole = [body.ods for body in columns if body.is_whole]
    wholes = rows.filter(organisation__isnull=True, system_id__in=whole)
    return list((rows.filter(organisation_id__in=single) | wholes).only(*SHOWN))


def _systems(scope: Scope, chosen: str) -> list[dict[str, Any]]:
    if scope.kind == TRUST or len(scope.systems) < 2:
        return []
    return [
        {"value": ods, "text": row.system_name or row.short_name, "selected": ods == chosen}
        for ods, row in known_systems(scope).items()
    ]


def _rows(whole: HeatMap) -> Iterable[dict[str, Any]]:
    return (row for area in whole.areas for row in area["rows"])
