"""A trust whose three returns are in the store, filled with figures that agree with each other."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from planning.plan.array import Member, Origin, Plan
from planning.plan.exact import scaled
from planning.registry import periods
from planning.registry.assumptions import load_parameters
from planning.registry.lines import Line, Lines
from planning.registry.organisations import Organisation
from planning.registry.rounds import RETURNS
from submissions.filling import fill_system
from submissions.returns import Body, bodies_of_system
from submissions.store import keep_values
from submissions.uploads import CHECKED, Upload

ROUND, SYSTEM, TRUST = "2023-24", "QU9", "RTH"
COLUMNS = tuple("EFGHIJKLMNOPQRS")


def keep_trust() -> None:
    """Store the trust's returns, unless they are there already."""
    if Upload.objects.filter(round_id=ROUND, organisation_id=TRUST).exists():
        return
    lines, bodies = Lines.load(ROUND), bodies_of_system(SYSTEM)
    figures = fill_system(1, ROUND, bodies, lines, load_parameters(ROUND))
    body = next(body for body in bodies if body.ods == TRUST)
    for name in RETURNS:
        rows = lines.of_return(name, body.kind, body.families)
        keep_values(_upload(name, rows), _plan(lines, body, name, rows, figures[TRUST, name]), {})


def _upload(name: str, rows: Sequence[Line]) -> Upload:
    return Upload.objects.create(
        round_id=ROUND,
        organisation=Organisation.objects.get(pk=TRUST),
        return_kind=name,
        stage="draft",
        number=1,
        state=CHECKED,
        file_name=f"{name}.xlsx",
        sha256=name,
        size=1,
        columns={row.sheet: list(COLUMNS) for row in rows},
    )


def _plan(lines: Lines, body: Body, name: str, rows: Sequence[Line], figures: dict[str, list[Any]]) -> Plan:
    plan = Plan(
        lines, [Member(TRUST, body.kind, SYSTEM, TRUST, uploads={name: {}})], [row.code for row in rows]
    )
    for at, row in enumerate(rows):
        given = figures.get(row.code, [None] * periods.COUNT)
        exact = [scaled(Decimal(str(cell))) if isinstance(cell, int | float) else None for cell in given]
        letters = "".join("b" if cell is None else "n" if cell == "n/a" else "v" for cell in given)
        plan.enter(TRUST, row.code, exact, letters, Origin(row.sheet, at + 6, COLUMNS))
    plan.compute()
    return plan
