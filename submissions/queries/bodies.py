"""Who stands side by side on the system's page: its trusts, its ICB, and those that only serve it."""

from __future__ import annotations

from dataclasses import dataclass

from planning.people.access import Scope
from planning.registry.organisations import Membership, Organisation

SYSTEM = ""  # the system's own column


@dataclass(frozen=True)
class Body:
    """A column of the page: a trust of the system, its ICB, or a trust that only serves it."""

    ods: str
    name: str
    served: bool = False
    is_icb: bool = False
    kind: str = ""  # ac, mh, am


def bodies_of(scope: Scope, system: Organisation) -> list[Body]:
    """The system's trusts, its ICB, then those that serve it."""
    rows = [row for row in scope.members if row.system_id == system.ods]
    members = [
        Body(
            row.organisation_id,
            row.organisation.short_name,
            served=row.role == Membership.SERVED,
            kind=row.organisation.kind,
        )
        for row in rows
    ]
    own = Body(system.ods, system.short_name, is_icb=True)
    return [
        *(body for body in members if not body.served),
        own,
        *(body for body in members if body.served),
    ]
