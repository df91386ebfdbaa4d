"""Whose plan a what-if, a scenario or a page of demand and capacity is about: an organisation, or a whole system.

A system goes by its ICB's code after `system-`, since the ICB is also a body with a plan of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from planning.people.access import BOARD, NATIONAL, Scope
from planning.people.roles import EXPLAIN
from planning.registry.organisations import ICB, Membership, Organisation

WHOLE = "system-"


@dataclass(frozen=True)
class Body:
    """An organisation, or with `is_system` the system of that ICB; `members` are those that the system counts."""

    organisation: Organisation
    is_system: bool = False
    members: tuple[Organisation, ...] = ()

    @property
    def key(self) -> str:
        return f"{WHOLE}{self.organisation.ods}" if self.is_system else self.organisation.ods

    @property
    def name(self) -> str:
        if not self.is_system:
            return self.organisation.name
        return self.organisation.system_name or f"{self.organisation.short_name} system"

    @property
    def short_name(self) -> str:
        return f"{self.organisation.short_name} system" if self.is_system else self.organisation.short_name

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        """Whose returns it is made of: itself, or the system's members and its ICB."""
        found = (*self.members, self.organisation) if self.is_system else (self.organisation,)
        return {body.ods: body for body in found}


def bodies_seen(scope: Scope) -> list[Body]:
    """Those whose figures the asker may see: a trust its own; an ICB its system, itself and its trusts; NHS England
    every system and its trusts. No query."""
    own = [Body(body) for body in sorted(scope.bodies, key=lambda body: body.ods)]
    if scope.kind not in (BOARD, NATIONAL):
        return own
    members = [Body(row.organisation) for row in _hosted(scope)]
    listed = [*_systems(scope), *own, *members]
    return list({body.key: body for body in listed}.values())


def bodies_tried(scope: Scope) -> list[Body]:
    """Those for which the asker may ask what if. No query."""
    if scope.kind == NATIONAL:
        return []
    return [body for body in bodies_seen(scope) if may_try(scope, body.organisation.ods)]


def may_try(scope: Scope, ods: str) -> bool:
    """Those who give reasons for a plan may ask what would change it; an ICB also for its system's."""
    return scope.kind != NATIONAL and (scope.may(EXPLAIN, ods) or scope.reviews(ods, EXPLAIN))


def body_named(bodies: list[Body], key: str) -> Body | None:
    """The body of that key, the first where none is asked for."""
    return next((body for body in bodies if body.key == key or not key), None)


def _systems(scope: Scope) -> list[Body]:
    boards = {row.system_id: row.system for row in scope.members}
    boards |= {body.ods: body for body in scope.bodies if body.kind == ICB}
    hosted = _hosted(scope)
    return [
        Body(boards[ods], True, tuple(row.organisation for row in hosted if row.system_id == ods))
        for ods in sorted(boards)
        if ods in scope.systems
    ]


def _hosted(scope: Scope) -> list[Membership]:
    return [row for row in scope.members if row.role == Membership.HOST]
