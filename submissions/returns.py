"""What a return is made of: the lines of one organisation's workbook, its partners, and its identity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from planning.registry.lines import Line, Lines
from planning.registry.organisations import ICB, TRUST_TYPES, Membership, Organisation
from submissions.identity import Identity, identity_digest, layout_of, template_version

Families = dict[str, tuple[str, ...]]  # family of partners -> their codes


@dataclass(frozen=True)
class Body:
    """An organisation as returns see it, with whom it has rows for: see `partners_of`. `types` are those of
    its `trusts`, one each, in their order."""

    ods: str
    kind: str
    icbs: tuple[str, ...] = ()
    trusts: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    @property
    def partners(self) -> tuple[str, ...]:
        """Those on the other side of its contracts: a trust's ICBs (its host first), an ICB's trusts."""
        return self.trusts if self.kind == ICB else self.icbs

    @property
    def families(self) -> Families:
        """Its partners as `Lines.of_return` takes them: "icb", "trust", and "ac", "mh", "am" among the trusts."""
        typed = list(zip(self.trusts, self.types, strict=False))
        by_type = {kind: tuple(ods for ods, one in typed if one == kind) for kind in sorted(TRUST_TYPES)}
        return {"icb": self.icbs, "trust": self.trusts, **by_type}


def partners_of(organisation: Organisation) -> Families:
    """Whom it has rows for, see `Body.families`. A trust: the ICBs of its systems, its host's first and then
    those it only serves, and the other trusts of all of them, so that both sides of a contract have a row; an
    ICB: the trusts of its system, members and served alike. One query."""
    return body_of(organisation).families


def expected_lines(
    lines: Lines,
    organisation: Organisation,
    return_kind: str,
    partners: Mapping[str, Sequence[str]] | None = None,
) -> list[Line]:
    """The lines of one organisation's return in the order of its workbook, partner rows made. One query,
    none where the partners are given."""
    given = partners_of(organisation) if partners is None else partners
    return lines.of_return(return_kind, organisation.kind, given)


def return_identity(
    lines: Sequence[Line], *, round_code: str, organisation_ods: str, return_kind: str
) -> Identity:
    """The identity of the workbook made of these lines, its digest filled in."""
    identity = Identity(round_code, organisation_ods, return_kind, template_version(lines))
    return replace(identity, digest=identity_digest(identity, layout_of(lines)))


def body_of(organisation: Organisation) -> Body:
    """The organisation with its partners, one query."""
    if organisation.kind == ICB:
        return _body(organisation, list(_memberships().filter(system_id=organisation.pk)))
    return _body(organisation, list(_memberships().filter(system__members__organisation_id=organisation.pk)))


def body_among(organisation: Organisation, memberships: Sequence[Membership]) -> Body:
    """The same from every membership there is, with its organisation, hosts first; no query."""
    systems = {row.system_id for row in memberships if row.organisation_id == organisation.pk}
    systems = {organisation.pk} if organisation.kind == ICB else systems
    return _body(organisation, [row for row in memberships if row.system_id in systems])


def bodies_of_system(system_ods: str) -> list[Body]:
    """A system's trusts (hosted, then served) and its ICB last, each with its partners. Three queries."""
    board = Organisation.objects.get(pk=system_ods)
    own = list(_memberships().filter(system_id=system_ods))
    members = [row.organisation_id for row in own]
    near = list(_memberships().filter(system__members__organisation__in=members).distinct())
    return [*(_body(row.organisation, near) for row in own), _body(board, own)]


def _memberships() -> QuerySet[Membership]:
    return Membership.objects.select_related("organisation").order_by("role", "system_id", "organisation_id")


def _body(organisation: Organisation, around: Sequence[Membership]) -> Body:
    """From the memberships of the systems around it, hosts first."""
    icbs = tuple(row.system_id for row in around if row.organisation_id == organisation.pk)
    systems = icbs or (organisation.pk,)
    near = {row.organisation_id: row.organisation.kind for row in around if row.system_id in systems}
    near.pop(organisation.pk, None)
    trusts = tuple(near) if organisation.kind == ICB else tuple(sorted(near))
    return Body(organisation.pk, organisation.kind, icbs, trusts, tuple(near[ods] for ods in trusts))
