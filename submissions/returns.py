"""What a return is made of: the lines of one organisation's workbook, its partners, and its identity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from planning.registry.lines import Line, Lines
from planning.registry.organisations import ICB, Membership, Organisation
from submissions.identity import Identity, identity_digest, layout_of, template_version


@dataclass(frozen=True)
class Body:
    """An organisation as returns see it: `partners` are a trust's ICBs (its host first), an ICB's trusts."""

    ods: str
    kind: str
    partners: tuple[str, ...] = ()


def partners_of(organisation: Organisation) -> dict[str, tuple[str, ...]]:
    """Whom it has rows for: a trust its "icb" partners, its host system's first and then those it only
    serves; an ICB its "trust" partners, members and served alike. One query."""
    if organisation.kind == ICB:
        rows = Membership.objects.filter(system_id=organisation.pk).order_by("role", "organisation_id")
        return {"trust": tuple(rows.values_list("organisation_id", flat=True))}
    rows = Membership.objects.filter(organisation_id=organisation.pk).order_by("role", "system_id")
    return {"icb": tuple(rows.values_list("system_id", flat=True))}


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
    return Body(
        organisation.ods,
        organisation.kind,
        next(iter(partners_of(organisation).values())),
    )


def bodies_of_system(system_ods: str) -> list[Body]:
    """A system's trusts (hosted, then served) and its ICB last, each with its partners. Three queries."""
    icb = body_of(Organisation.objects.get(pk=system_ods))
    rows = Membership.objects.filter(organisation__in=icb.partners).select_related("organisation")
    kinds: dict[str, str] = {}
    systems: dict[str, list[str]] = {ods: [] for ods in icb.partners}
    for row in rows.order_by("role", "system_id"):
        kinds[row.organisation_id] = row.organisation.kind
        systems[row.organisation_id].append(row.system_id)
    return [*(Body(ods, kinds[ods], tuple(systems[ods])) for ods in icb.partners), icb]
