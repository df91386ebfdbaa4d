"""Who answers for what no return carries: a trust, an ICB for its system, a group by its lead. Every page and
act about attestations starts from here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from planning.people.access import NATIONAL, Scope
from planning.people.roles import ATTEST, REVIEW
from planning.plan.runs import ACCEPTED, CurrentRun, Run
from planning.registry.groups import Group
from planning.registry.organisations import ICB, Membership, Organisation
from targets.assurance.assurances import Asked

TRUST, SYSTEM = "trust", "system"


@dataclass(frozen=True)
class Body:
    """One that answers. `code` stands in addresses: an ODS code, or a group's own."""

    code: str
    name: str
    level: str  # trust, system, or the kind of the group
    organisation: str  # whose people answer
    system: str  # the ICB of the system that it belongs to, "" where none is known
    kind: str = ""  # a trust's type
    group: str = ""

    @property
    def judged_as(self) -> str:
        """Whose results follow from its answers: its own, or those of its group's system."""
        return self.system if self.group else self.organisation


def is_asked_of(asked: Asked, body: Body) -> bool:
    """Whether that body answers it: its level, its type, and for a local target its system."""
    if asked.systems and body.system not in asked.systems:
        return False
    return is_level_of(asked.levels, asked.types, body)


def is_level_of(levels: Collection[str], types: Collection[str], body: Body) -> bool:
    """Whether it stands at one of those levels, a trust also among the types; no types means every type."""
    return body.level in levels and (body.level != TRUST or not types or body.kind in types)


def may_answer(scope: Scope, body: Body) -> bool:
    return scope.may(ATTEST, body.organisation)


def may_set_figure(scope: Scope, body: Body) -> bool:
    """The ICB's planners and finance set figures for their system and for the trusts that it hosts."""
    return not body.group and scope.reviews(body.organisation, REVIEW)


def bodies_of(scope: Scope, round_code: str) -> list[Body]:
    """Whose answers the asker may see, systems first, then groups, then trusts; two or three queries.

    A trust sees its own and those of the groups that it leads; an ICB its system's, its groups' and those of
    the trusts that it hosts; NHS England those of systems and trusts of which something has been accepted.
    """
    own = {body.ods: body for body in scope.bodies}
    hosted = {row.organisation_id: row for row in scope.members if row.role == Membership.HOST}
    boards = {ods: body for ods, body in own.items() if body.kind == ICB}
    boards |= {row.system_id: row.system for row in scope.members if row.system_id in scope.systems}
    trusts = {ods: body for ods, body in own.items() if body.is_trust}
    trusts |= {ods: row.organisation for ods, row in hosted.items() if row.organisation.is_trust}
    hosts = {ods: row.system_id for ods, row in hosted.items()} | _hosts_of(set(trusts) - set(hosted))
    groups = _groups_of(scope)
    if scope.kind == NATIONAL:
        accepted = _accepted(round_code)
        boards = {ods: body for ods, body in boards.items() if (Run.SYSTEM, ods) in accepted}
        trusts = {ods: body for ods, body in trusts.items() if (Run.ORGANISATION, ods) in accepted}
        groups = [group for group in groups if (Run.SYSTEM, group.system_id) in accepted]
    return [
        *(_board(body) for body in boards.values()),
        *(_group(group) for group in groups),
        *(_trust(body, hosts.get(ods, "")) for ods, body in trusts.items()),
    ]


def body_named(bodies: Iterable[Body], code: str) -> Body | None:
    return next((body for body in bodies if body.code == code), None)


def _board(body: Organisation) -> Body:
    return Body(body.ods, body.short_name, SYSTEM, body.ods, body.ods)


def _trust(body: Organisation, host: str) -> Body:
    return Body(body.ods, body.short_name, TRUST, body.ods, host, body.kind)


def _group(group: Group) -> Body:
    return Body(group.code, group.name, group.kind, group.lead_id, group.system_id, group=group.code)


def _hosts_of(trusts: set[str]) -> dict[str, str]:
    """The systems that host the asker's own trusts; a trust's scope does not hold them."""
    if not trusts:
        return {}
    rows = Membership.objects.filter(organisation_id__in=trusts, role=Membership.HOST)
    return dict(rows.values_list("organisation_id", "system_id"))


def _groups_of(scope: Scope) -> list[Group]:
    rows = Group.objects.filter(Q(system_id__in=scope.systems) | Q(lead_id__in=scope.own), retired=False)
    return list(rows.order_by("system_id", "position", "code"))


def _accepted(round_code: str) -> set[tuple[str, str]]:
    """The systems and trusts of which NHS England sees something, as (scope, code)."""
    rows = CurrentRun.objects.filter(
        round_id=round_code, basis=ACCEPTED, scope__in=(Run.SYSTEM, Run.ORGANISATION)
    ).exclude(run__inputs=[])
    return set(rows.values_list("scope", "subject"))
