"""What judging reads besides figures, kept in a worker's memory for as long as the store holds the very same rows.

A worker that judges many bodies would read a thousand rows of catalogue for each. It asks for their digests
instead, in one query, and reads again only what has changed: an edit, a retirement or a day that has come is
seen by the next run, whoever made it and from whichever process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from planning.foundation.contents import digests_of
from planning.plan.rulebook import RuleVersion
from planning.plan.tolerances import RuleTolerance, tolerances_of
from planning.registry.assumptions import AssumptionVersion, StatedAssumption, load_assumptions
from planning.registry.groups import groupings_on, members_on
from planning.registry.lines import Lines, LineVersion
from planning.registry.organisations import Membership, Organisation, Succession
from planning.registry.reference_values import ReferenceValue, reference_values
from planning.registry.rounds import SystemRound
from submissions.waivers import holding, in_force
from targets.assurance.attestations import Attestation, answers_of
from targets.guidance.documents import GuidanceDocument, TargetVersion
from targets.guidance.governing import governing, load_entries, local_figures
from targets.local.figures import LocalFigure

Rows = QuerySet[Any, Any]
Digests = Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """One catalogue: the rows that it is made from on a day, and how it is read from them."""

    rows: Callable[[str, date], tuple[Rows, ...]]
    read: Callable[[str, date], Any]
    by_day: bool = False  # whether the same rows say something else on another day


def _versions(model: type[Model]) -> Callable[[str, date], tuple[Rows, ...]]:
    """The current entries of a versioned table."""
    return lambda code, day: (
        model._default_manager.filter(round_id=code, is_current=True, retired=False).values_list(
            "code", "version", "position", "entry"
        ),
    )


def _with_name(rows: Rows) -> Rows:
    """Whole rows, and the name of who made them: of people nothing else is read, and their last login moves."""
    return rows.values_list(*(field.attname for field in rows.model._meta.concrete_fields), "by__name")


PARTS: Mapping[str, Part] = {
    "lines": Part(_versions(LineVersion), lambda code, day: Lines.load(code)),
    "rules": Part(
        _versions(RuleVersion),
        lambda code, day: list(RuleVersion.objects.filter(round_id=code, is_current=True, retired=False)),
    ),
    "assumptions": Part(
        lambda code, day: (
            *_versions(AssumptionVersion)(code, day),
            StatedAssumption.objects.filter(round_id=code, is_current=True),
        ),
        lambda code, day: load_assumptions(code),
    ),
    "tolerances": Part(
        lambda code, day: (RuleTolerance.objects.filter(round_id=code, ended_at=None),),
        lambda code, day: tolerances_of(code),
    ),
    "targets": Part(
        lambda code, day: (
            TargetVersion.objects.filter(round_id__lte=code).order_by("pk"),
            GuidanceDocument.objects.order_by("pk"),
        ),
        lambda code, day: governing(load_entries(code), code, day),
        by_day=True,
    ),
    "local figures": Part(
        lambda code, day: (LocalFigure.objects.filter(round_id=code, is_current=True),),
        lambda code, day: local_figures([code])[code],
    ),
    "answers": Part(
        lambda code, day: (_with_name(Attestation.objects.filter(round_id=code, is_current=True)),),
        lambda code, day: answers_of(code),
    ),
    "waivers": Part(
        lambda code, day: (_with_name(in_force(day).filter(round_id=code)),),
        lambda code, day: holding(code),
    ),
    "known": Part(
        lambda code, day: (ReferenceValue.objects.filter(round_id=code, retired=False),),
        lambda code, day: reference_values(code),
    ),
    "memberships": Part(
        lambda code, day: (
            Membership.objects.order_by("pk"),
            Organisation.objects.all(),
            SystemRound.objects.filter(round_id=code).order_by("pk"),
        ),
        lambda code, day: _memberships(code),
    ),
    "successions": Part(
        lambda code, day: (Succession.objects.all(),), lambda code, day: list(Succession.objects.all())
    ),
    "groups": Part(
        lambda code, day: (
            members_on(day)
            .order_by("pk")
            .values_list("group__system_id", "group__position", "group_id", "group__kind", "organisation_id"),
        ),
        lambda code, day: groupings_on(day),
    ),
}


@dataclass(frozen=True)
class Memberships:
    """Every membership, hosts first, with its organisation and system; and the systems that take part in a round."""

    every: tuple[Membership, ...]
    taking_part: frozenset[str]

    @property
    def of_round(self) -> list[Membership]:
        """Those of the systems that take part, system by system."""
        mine = (row for row in self.every if row.system_id in self.taking_part)
        return sorted(mine, key=lambda row: (row.system_id, row.organisation_id))


def _memberships(round_code: str) -> Memberships:
    rows = Membership.objects.select_related("organisation", "system")
    every = rows.order_by("role", "system_id", "organisation_id")
    systems = SystemRound.objects.filter(round_id=round_code).values_list("system_id", flat=True)
    return Memberships(tuple(every), frozenset(systems))


_read: dict[tuple[str, str], tuple[str, Any]] = {}  # (round, part) -> its digest, and what was read


def digests(round_code: str, day: date | None = None) -> dict[str, str]:
    """The digest of each part as the store has it on a day, today unless told; one query."""
    today = day or timezone.localdate()
    asked = {
        f"{name}|{at}": rows
        for name, part in PARTS.items()
        for at, rows in enumerate(part.rows(round_code, today))
    }
    found = digests_of(asked)
    said: dict[str, str] = {}
    for key, digest in found.items():
        name = key.partition("|")[0]
        said[name] = said.get(name, str(today) if PARTS[name].by_day else "") + digest
    return said


def load(round_code: str) -> tuple[Digests, dict[str, Any]]:
    """Every part with its digest: one query, and those of the parts that have changed since this process read
    them. What is given is shared: nobody may change it."""
    today = timezone.localdate()
    said = digests(round_code, today)
    found = {}
    for name, part in PARTS.items():
        known = _read.get((round_code, name))
        if known is None or known[0] != said[name]:
            known = _read[round_code, name] = (said[name], part.read(round_code, today))
        found[name] = known[1]
    return said, found
