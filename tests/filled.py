"""Filled systems as the judges get them: a plan, straight from the figures, without a workbook in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from planning.plan.array import Member, Plan
from planning.plan.exact import scaled
from planning.plan.known import enter_known
from planning.registry import periods
from planning.registry.assumptions import load_parameters
from planning.registry.catalogue import lines_from_files
from planning.registry.lines import REFERENCE, Line, Lines
from planning.registry.organisations import ICB, Membership
from planning.registry.reference_values import reference_values
from planning.registry.rounds import RETURNS
from submissions.filling import fill_system
from submissions.returns import Body, bodies_of_system
from tests.workbooks import ROUND

Figures = Mapping[tuple[str, str], Mapping[str, Sequence[Any]]]  # (organisation, return) -> line -> fifteen


@lru_cache
def lines_in(round_code: str) -> Lines:
    return lines_from_files(round_code)


def filled(
    system: str, seed: int, round_code: str = ROUND
) -> tuple[list[Body], dict[tuple[str, str], dict[str, list[Any]]]]:
    bodies = bodies_of_system(system)
    return bodies, fill_system(seed, round_code, bodies, lines_in(round_code), load_parameters(round_code))


def lines_of(body: Body, name: str, round_code: str = ROUND) -> list[Line]:
    return lines_in(round_code).of_return(name, body.kind, body.families)


def hosts_of() -> dict[str, str]:
    """Organisation -> the system that counts it."""
    return dict(Membership.objects.filter(role=Membership.HOST).values_list("organisation_id", "system_id"))


def serves(body: Body, hosts: Mapping[str, str], system: str) -> bool:
    """Whether it is there only as serving the system."""
    return body.kind != ICB and hosts[body.ods] != system


def plan_of(system: str, bodies: Sequence[Body], figures: Figures, round_code: str) -> Plan:
    """The system's plan with what the service knows of itself; trusts hosted elsewhere are there as serving."""
    hosts = hosts_of()
    returned = {name: {} for name in RETURNS}
    members = [
        Member(
            body.ods,
            body.kind,
            hosts.get(body.ods, body.ods),
            body.ods,
            serves(body, hosts, system),
            returned,
        )
        for body in bodies
    ]
    every = [
        (body, name, line) for body in bodies for name in RETURNS for line in lines_of(body, name, round_code)
    ]
    lines = lines_in(round_code)
    known = [line.code for line in lines.values() if line.required == REFERENCE]
    plan = Plan(lines, members, dict.fromkeys([*(line.code for _, _, line in every), *known]))
    for body, name, line in every:
        row = figures[body.ods, name].get(line.code, [None] * periods.COUNT)
        exact = [scaled(Decimal(str(cell))) if isinstance(cell, int | float) else None for cell in row]
        plan.enter(body.ods, line.code, exact, "".join(_letter(cell) for cell in row), None)
    enter_known(plan, reference_values(round_code))
    plan.compute()
    return plan


def _letter(cell: object) -> str:
    return "b" if cell is None else "n" if cell == "n/a" else "v"
