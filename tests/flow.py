"""Returns sent the way people send them: a real workbook through receive and the pipeline."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from django.core.files.base import ContentFile

from planning.people.access import Scope, scope_of_person
from planning.people.person import Appointment, Person
from planning.registry.assumptions import load_parameters
from planning.registry.lines import Lines
from planning.registry.organisations import Organisation
from submissions import pipeline
from submissions.demo import workbook_bytes
from submissions.filling import fill_system
from submissions.receive import receive
from submissions.returns import bodies_of_system
from submissions.uploads import Upload

ROUND, SEED = "2023-24", 3
Figures = dict[str, list[Any]]


@cache
def _filled(system: str) -> dict[tuple[str, str], Figures]:
    lines = Lines.load(ROUND)
    return fill_system(SEED, ROUND, bodies_of_system(system), lines, load_parameters(ROUND))  # type: ignore[return-value]


def figures_of(ods: str, kind: str, system: str = "QU9") -> Figures:
    """A clean return's figures by line, fifteen a line: yours to change."""
    return deepcopy(_filled(system)[ods, kind])


def planner_of(ods: str) -> Scope:
    """Somebody who may upload and submit for that organisation."""
    body = Organisation.objects.get(pk=ods)
    email = f"planner.{ods.lower()}@example.nhs.uk"
    person = Person.objects.filter(email=email).first()
    if person is None:
        person = Person.objects.create_user(email, name=f"Planner of {ods}")
        role = "icb_planner" if body.kind == "icb" else "planner"
        Appointment.objects.create(person=person, organisation=body, role=role)
    return scope_of_person(person)


def send(
    ods: str, kind: str, figures: Figures | None = None, *, stage: str = "draft", content: bytes | None = None
) -> Upload:
    """Upload one return and check it: the version as the pipeline left it."""
    if content is None:
        content = workbook_bytes(Lines.load(ROUND), ods, kind, figures or figures_of(ods, kind))
    upload, _ = receive(
        by=planner_of(ods),
        round=ROUND,
        organisation=ods,
        return_kind=kind,
        stage=stage,
        file=ContentFile(content, name=f"{ods} {kind}.xlsx"),
    )
    pipeline.check(str(upload.pk))
    upload.refresh_from_db()
    return upload


def send_three(ods: str, *, stage: str = "draft", system: str = "QU9") -> dict[str, Upload]:
    """An organisation's three clean returns, sent and checked."""
    return {
        kind: send(ods, kind, figures_of(ods, kind, system), stage=stage)
        for kind in ("activity", "workforce", "finance")
    }
