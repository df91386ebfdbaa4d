"""The heat map of the system's page: each target for the system and for every body of it, in shape, word and figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from submissions.queries.bodies import SYSTEM, Body
from targets.evaluations import NOT_APPLICABLE, Evaluation
from targets.guidance import Target
from targets.wording import said, wanted

NOT_RETURNED = {"style": "not-assessable", "shape": "?", "word": "Not returned", "figure": "", "address": ""}


def heat_map(
    targets: Sequence[Target],
    evaluations: Iterable[Evaluation],
    bodies: Sequence[Body],
    code: str,
) -> list[dict[str, Any]]:
    """Targets down, the system and each body across, by area; one that nobody is judged for is left out."""
    by = {(row.target, row.organisation_id or SYSTEM): row for row in evaluations}
    silent = {body.ods for body in bodies} - {ods for _, ods in by}
    areas: dict[str, list[dict[str, Any]]] = {}
    for target in targets:
        cells = [
            _cell(by.get((target.code, SYSTEM)), target, code),
            *(
                NOT_RETURNED
                if body.ods in silent and _is_asked(target, body)
                else _cell(by.get((target.code, body.ods)), target, code)
                for body in bodies
            ),
        ]
        if any(cell["style"] != "not-applicable" for cell in cells):
            row = {
                "code": target.code,
                "title": target.title,
                "wanted": wanted(target),
                "address": reverse("target", args=[code, target.code]),
                "cells": cells,
                "despite": _despite(cells, bodies),
            }
            areas.setdefault(target.area, []).append(row)
    return [{"name": name, "rows": rows} for name, rows in areas.items()]


def _is_asked(target: Target, body: Body) -> bool:
    """Whether a body of the system that has sent nothing would be judged by the target."""
    return (
        not body.served and "trust" in target.levels | target.indicator_levels and body.kind in target.types
    )


def _cell(row: Evaluation | None, target: Target, code: str) -> dict[str, Any]:
    """One cell of the heat map: shape, word, figure, and a link to how it was judged."""
    if row is None or row.outcome == NOT_APPLICABLE:
        return {
            "style": "not-applicable",
            "shape": "–",
            "word": "Not applicable",
            "figure": "",
            "address": "",
        }
    word = said(row)
    place = row.organisation_id or "system"
    return {
        "style": word.style,
        "shape": word.shape,
        "word": word.word,
        "figure": wording.figure(row.planned, row.unit) if row.planned is not None else "",
        "so_far": row.so_far,
        "address": f"{reverse('target', args=[code, target.code])}#{place}",
    }


def _despite(cells: Sequence[Mapping[str, Any]], bodies: Sequence[Body]) -> str:
    """In words where the system meets a target that some of its members miss."""
    if cells[0]["word"] != "Met":
        return ""
    missing = [body.name for body, cell in zip(bodies, cells[1:], strict=True) if cell["word"] == "Not met"]
    return (
        f"Met by the system though {wording.names(missing)} {'misses' if len(missing) == 1 else 'miss'}"
        if missing
        else ""
    )
