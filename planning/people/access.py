"""The one scoped door: who is asking, which organisations and systems are theirs, what they may do there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest

from planning.people.person import ApiClient, Appointment, Person
from planning.people.roles import EXPLAIN, REVIEW, ROLES, SEE, SUBMIT, UPLOAD
from planning.registry.organisations import ICB, NHS_ENGLAND, REGION, Membership, Organisation

TRUST, BOARD, NATIONAL, NOBODY = "trust", "icb", "nhse", "none"


class NotAllowed(Exception):
    """The asker may see this but not do that to it."""


@dataclass(frozen=True)
class Scope:
    """What one asker may see and do. Every query of returned figures starts from one of these.

    `own` are bodies whose every version is theirs; `hosts` the members that their systems count;
    `served` the trusts whose activity return their systems see; `served_targets` what those are shown for.
    `regions` are the several systems together whose results are theirs: a region's, all and England's.
    """

    kind: str = NOBODY
    own: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    served: frozenset[str] = frozenset()
    served_targets: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    acts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    label: str = ""  # the role in words, for the header
    organisation: str = ""  # the body's name, for the header
    person: Person | None = None
    client: str = ""
    bodies: tuple[Organisation, ...] = ()  # those of `own`, loaded
    members: tuple[Membership, ...] = ()  # of the systems, with their organisations loaded

    def may(self, act: str, ods: str) -> bool:
        """Whether this act is open to the asker at that body (a system's review is an act at its ICB)."""
        return act in self.acts.get(ods, frozenset())

    def must(self, act: str, ods: str) -> None:
        """Raises NotAllowed where `may` says no."""
        if not self.may(act, ods):
            raise NotAllowed(f"You may not {act} for {ods}.")

    def reviews(self, ods: str, act: str = REVIEW) -> bool:
        """Whether the asker is of the ICB that reviews that organisation's returns, and may do the act there."""
        boards = [board for board in self.systems if self.may(act, board)]
        return bool(boards) and (ods in self.hosts or ods in boards)

    @property
    def name(self) -> str:
        return self.person.name if self.person is not None else self.client


def scope_of(request: HttpRequest) -> Scope:
    """The asker of a request: an OAuth client, a signed-in person, or nobody. Asked once a request."""
    known: Scope | None = getattr(request, "_scope", None)
    if known is None:
        known = _find(request)
        request._scope = known  # type: ignore[attr-defined]
    return known


def scope_of_person(person: Person) -> Scope:
    """What a person may see and do, from all their appointments; two or three queries."""
    appointments = list(Appointment.objects.filter(person=person).select_related("organisation"))
    acts: dict[str, frozenset[str]] = defaultdict(frozenset)
    for appointment in appointments:
        acts[appointment.organisation_id] |= ROLES[appointment.role].acts
    labels = list(dict.fromkeys(ROLES[row.role].label for row in appointments))
    return _scope([row.organisation for row in appointments], acts, label=", ".join(labels), person=person)


def scope_of_client(client: ApiClient, scopes: Iterable[str]) -> Scope:
    """What a machine may see and do: all of its organisation's, narrowed by its token's scopes."""
    acts = {SEE} | ({UPLOAD, SUBMIT, EXPLAIN} if "submit" in scopes else set())
    if client.organisation.kind in (NHS_ENGLAND, REGION):
        acts = {SEE}
    allowed = {client.organisation_id: frozenset(acts)}
    return _scope([client.organisation], allowed, label="API client", client=client.application.name)


def those_who_may(act: str, ods: str) -> list[Person]:
    """The people who sign in and to whom an act is open at that body, by name; one query."""
    roles = [code for code, role in ROLES.items() if act in role.acts]
    found = Person.objects.filter(
        is_active=True, appointments__organisation_id=ods, appointments__role__in=roles
    )
    return list(found.distinct().order_by("name", "email"))


def _find(request: HttpRequest) -> Scope:
    token = getattr(request, "auth", None)
    if token is not None and getattr(token, "application_id", None):
        client = (
            ApiClient.objects.select_related("application", "organisation")
            .filter(application_id=token.application_id)
            .first()
        )
        return scope_of_client(client, token.scope.split()) if client is not None else Scope()
    if request.user.is_authenticated:
        return scope_of_person(request.user)
    return Scope()


def _scope(
    bodies: list[Organisation],
    acts: Mapping[str, frozenset[str]],
    *,
    label: str,
    person: Person | None = None,
    client: str = "",
) -> Scope:
    systems, regions = _systems(bodies)
    members = _members(systems)
    kinds = {body.kind for body in bodies}
    served = [row for row in members if row.role == Membership.SERVED]
    return Scope(
        kind=NATIONAL
        if kinds & {NHS_ENGLAND, REGION}
        else BOARD
        if ICB in kinds
        else TRUST
        if kinds
        else NOBODY,
        own=frozenset(body.ods for body in bodies if body.kind not in (NHS_ENGLAND, REGION)),
        systems=frozenset(systems),
        hosts=frozenset(row.organisation_id for row in members if row.role == Membership.HOST),
        served=frozenset(row.organisation_id for row in served),
        served_targets=frozenset(code for row in served for code in row.counts_for),
        regions=frozenset(regions),
        acts=dict(acts),
        label=label,
        organisation=" and ".join(dict.fromkeys(body.name for body in bodies)),
        person=person,
        client=client,
        bodies=tuple({body.ods: body for body in bodies if body.kind not in (NHS_ENGLAND, REGION)}.values()),
        members=tuple(members),
    )


def _members(systems: set[str]) -> list[Membership]:
    """Who belongs to the systems or serves them, hosts first; one query, none without a system."""
    if not systems:
        return []
    rows = Membership.objects.filter(system_id__in=systems).select_related("organisation", "system")
    return list(rows.order_by("system_id", "role", "organisation_id"))


def _systems(bodies: list[Organisation]) -> tuple[set[str], set[str]]:
    """The systems of some bodies, and the regions; at most one query."""
    boards = {body.ods for body in bodies if body.kind == ICB}
    national = {body.ods for body in bodies if body.kind == NHS_ENGLAND}
    regions = {body.ods for body in bodies if body.kind == REGION}
    if not national and not regions:
        return boards, regions
    rows = Organisation.objects.filter(kind=ICB)
    found = rows if national else rows.filter(region_id__in=regions)
    pairs = list(found.values_list("ods", "region_id"))
    if national:
        regions |= national | {region for _, region in pairs if region}
    return boards | {ods for ods, _ in pairs}, regions
