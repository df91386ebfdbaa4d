"""A synthetic England in the store: systems of five trusts and a board, each with its three returns, filled with
figures that agree with each other and then moved here and there, so that something is found."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from benchmarks.trust import COLUMNS
from planning.foundation.bulk import insert_many
from planning.plan.array import Member, Origin, Plan
from planning.plan.exact import scaled
from planning.registry import periods
from planning.registry.assumptions import load_parameters
from planning.registry.lines import Lines
from planning.registry.organisations import Membership, Organisation
from planning.registry.rounds import RETURNS, Round, SystemRound
from submissions.filling import fill_system
from submissions.returns import Body, bodies_of_system
from submissions.store import rows_of
from submissions.uploads import CHECKED, Upload, Value

ROUND, MODEL = "2023-24", "QU9"  # the system whose shape every other has
VARIANTS = 6  # plans that differ; the systems take them in turn
MOVED = 8  # lines of a return that are moved
DAY = datetime(2023, 3, 1, tzinfo=UTC)


def keep_england(systems: int) -> list[str]:
    """So many systems with everything they returned, unless they are there; gives the codes of their boards."""
    codes = [code_of(MODEL, at) for at in range(systems)]
    there = set(Organisation.objects.filter(ods__in=codes).values_list("ods", flat=True))
    lacking = [at for at, code in enumerate(codes) if code not in there]
    if lacking:
        bodies = [body for body in bodies_of_system(MODEL) if _is_hosted(body)]
        kept = [_Variant.of(number, bodies) for number in range(VARIANTS)]
        for at in lacking:
            with transaction.atomic():
                _keep_bodies(at, bodies)
                kept[at % VARIANTS].keep(at, {body.ods for body in bodies})
    return codes


def code_of(ods: str, system: int) -> str:
    """The code of a body of the model system in a synthetic one: `RTH` in the third is `RTHZ02`."""
    return f"{ods}Z{system:02d}"


def _is_hosted(body: Body) -> bool:
    return (
        body.ods == MODEL
        or Membership.objects.filter(organisation_id=body.ods, system_id=MODEL, role=Membership.HOST).exists()
    )


def _keep_bodies(system: int, bodies: Sequence[Body]) -> None:
    models = Organisation.objects.in_bulk([body.ods for body in bodies])
    code = code_of(MODEL, system)
    Organisation.objects.bulk_create(
        Organisation(
            ods=code_of(one.ods, system),
            name=f"{one.name} {system}",
            short_name=f"{one.short_name} {system}",
            kind=one.kind,
        )
        for one in models.values()
    )
    Membership.objects.bulk_create(
        Membership(
            organisation_id=code_of(ods, system),
            system_id=code,
            role=Membership.HOST,
            counts_for="everything",
        )
        for ods in models
        if ods != MODEL
    )
    SystemRound.objects.create(round=Round.objects.get(pk=ROUND), system_id=code)


@dataclass(frozen=True)
class _Variant:
    """The rows of every return of the model system, worked out once."""

    rows: Mapping[tuple[str, str], Sequence[Value]]

    @classmethod
    def of(cls, number: int, bodies: Sequence[Body]) -> _Variant:
        lines, chance = Lines.load(ROUND), random.Random(number)
        filled = fill_system(number + 1, ROUND, bodies_of_system(MODEL), lines, load_parameters(ROUND))
        rows = {}
        for body in bodies:
            for name in RETURNS:
                figures = _moved(filled[body.ods, name], lines, chance)
                rows[body.ods, name] = _rows(lines, body, name, figures)
        return cls(rows)

    def keep(self, system: int, bodies: set[str]) -> None:
        uploads, values = list[Upload](), list[Value]()
        for (ods, name), rows in self.rows.items():
            upload = _upload(code_of(ods, system), name, rows)
            uploads.append(upload)
            values.extend(_copied(rows, upload, system, bodies))
        Upload.objects.bulk_create(uploads)
        insert_many(Value, values)


def _moved(figures: Mapping[str, Sequence[Any]], lines: Lines, chance: random.Random) -> dict[str, list[Any]]:
    """Some entered lines a fifth or a half larger over the plan's months."""
    found = {code: list(cells) for code, cells in figures.items()}
    entered = sorted(code for code in found if not lines[code].is_computed)
    for code in chance.sample(entered, min(MOVED, len(entered) // 2)):
        times = chance.choice((0.5, 0.8, 1.2, 1.5))
        decimals = lines[code].decimals
        found[code] = [
            round(cell * times, decimals) if at >= periods.APRIL and isinstance(cell, int | float) else cell
            for at, cell in enumerate(found[code])
        ]
    return found


def _rows(lines: Lines, body: Body, name: str, figures: Mapping[str, Sequence[Any]]) -> list[Value]:
    asked = lines.of_return(name, body.kind, body.families)
    plan = Plan(
        lines,
        [Member(body.ods, body.kind, MODEL, body.ods, uploads={name: {}})],
        [line.code for line in asked],
    )
    for at, line in enumerate(asked):
        given = figures.get(line.code, [None] * periods.COUNT)
        exact = [scaled(Decimal(str(cell))) if isinstance(cell, int | float) else None for cell in given]
        letters = "".join("b" if cell is None else "n" if cell == "n/a" else "v" for cell in given)
        plan.enter(body.ods, line.code, exact, letters, Origin(line.sheet, at + 6, COLUMNS))
    plan.compute()
    return rows_of(Upload(pk=uuid.uuid4()), plan, {})


def _copied(rows: Sequence[Value], upload: Upload, system: int, bodies: set[str]) -> Iterator[Value]:
    """The same rows under another upload, partners named as they are called in its system."""
    fields = [
        field.attname for field in Value._meta.concrete_fields if field.attname not in ("id", "upload_id")
    ]
    for row in rows:
        base, at, partner = row.line.partition("@")
        line = f"{base}@{code_of(partner, system)}" if at and partner in bodies else row.line
        yield Value(**{**{name: getattr(row, name) for name in fields}, "line": line, "upload_id": upload.pk})


def _upload(ods: str, name: str, rows: Sequence[Value]) -> Upload:
    return Upload(
        round_id=ROUND,
        organisation_id=ods,
        return_kind=name,
        stage="draft",
        number=1,
        state=CHECKED,
        file_name=f"{name}.xlsx",
        sha256=f"{ods} {name}",
        size=1,
        columns={sheet: list(COLUMNS) for sheet in sorted({row.sheet for row in rows})},
        received_at=DAY,
    )
