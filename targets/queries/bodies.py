"""Who stands side by side: a system, its trusts, its ICB, and those that only serve it."""

from __future__ import annotations

from dataclasses import dataclass

from planning.people.access import Scope
from planning.registry.organisations import Membership, Organisation

SYSTEM = ""  # the system's own column


@dataclass(frozen=True)
class Body:
    """A column of the page: a trust of the system, its ICB, a trust that only serves it, or a system as a whole."""

    ods: str
    name: str
    served: bool = False
    is_icb: bool = False
    kind: str = ""  # ac, mh, am
    is_whole: bool = False  # a system's own result, from sums

    @property
    def key(self) -> str:
        """What tells it apart on a page: an ICB is one body, and its system another."""
        return f"system-{self.ods}" if self.is_whole else self.ods


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


def systems_of(scope: Scope) -> frozenset[str]:
    """The systems whose local targets concern the asker: a trust's are those that it belongs to or serves. One
    query for a trust, none for others."""
    if scope.systems or not scope.own:
        return scope.systems
    rows = Membership.objects.filter(organisation_id__in=scope.own)
    return frozenset(rows.values_list("system_id", flat=True))
