"""What a finding's page says of the planning assumptions that its body stated itself: it was judged by those."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse

from planning.plan.findings import Finding
from planning.registry.assumption_values import value_said
from planning.registry.assumptions import AssumptionVersion


def assumed_in(finding: Finding) -> list[dict[str, str]]:
    """Each value of the body's own that the rule drew on, beside the round's as it was then. One query, none where
    the round's own held."""
    kept = finding.working.get("assumptions") or []
    if not kept:
        return []
    rows = AssumptionVersion.objects.filter(
        round_id=finding.round_id, code__in=[row["code"] for row in kept], is_current=True
    )
    known = dict(rows.values_list("code", "entry"))
    return [_said(finding, row, known[row["code"]]) for row in kept if row["code"] in known]


def _said(finding: Finding, row: dict[str, Any], entry: dict[str, Any]) -> dict[str, str]:
    asked = f"?organisation={finding.organisation_id}" if finding.organisation_id else ""
    return {
        "label": entry["label"],
        "value": value_said(entry, Decimal(row["value"])),
        "of_round": value_said(entry, Decimal(row["of_round"])) if row["of_round"] else "",
        "address": reverse("assumption", args=[finding.round_id, row["code"]]) + asked,
    }
