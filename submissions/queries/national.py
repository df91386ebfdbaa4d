"""What NHS England sees first: which systems' returns the ICBs have accepted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.urls import reverse

from planning.people.access import Scope
from planning.registry.organisations import Membership
from planning.registry.rounds import Round, SystemRound
from submissions.visible import visible_uploads
from submissions.wording import RETURN_NAMES


def accepted_page(scope: Scope, round: Round) -> dict[str, Any]:
    """One row a system with what was accepted. Three queries."""
    systems = list(
        SystemRound.objects.filter(round=round, system_id__in=scope.systems)
        .select_related("system")
        .order_by("system")
    )
    hosts = dict(Membership.objects.filter(role=Membership.HOST).values_list("organisation_id", "system_id"))
    accepted = list(
        visible_uploads(scope).filter(round=round).values_list("organisation_id", "return_kind", "stage")
    )
    return {"caption": round.year, "systems": [_row(row, round, hosts, accepted) for row in systems]}


def _row(
    row: SystemRound, round: Round, hosts: dict[str, str], accepted: list[tuple[str, str, str]]
) -> dict[str, Any]:
    ods = row.system_id
    bodies = {body for body, system in hosts.items() if system == ods} | {ods}
    mine: set[tuple[str, str]] = {(body, kind) for body, kind, _ in accepted if body in bodies}
    by_kind = Counter(kind for _, kind in mine)
    return {
        "name": row.system.system_name or row.system.name,
        "address": reverse("system", args=[ods, round.code]),
        "accepted": [f"{by_kind[kind]} of {len(bodies)}" for kind in RETURN_NAMES],
    }
