"""Who plans, as reference data."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.described import several, text, thing, yes_or_no
from planning.foundation.asking import PAGED, Asked
from planning.foundation.paging import enveloped, page_of_list, paged
from planning.foundation.rest import route
from planning.registry.organisations import KINDS, Organisation

MEMBERSHIP = thing(
    "Membership",
    {
        "system": text("the ICB's code"),
        "role": text("`host` (counted there) or `served`"),
        "counts_for": several("`everything`, or the targets that it is shown for"),
    },
    many=True,
)
ORGANISATION = thing(
    "Organisation",
    {
        "ods": text("ODS code"),
        "name": text(),
        "short_name": text(),
        "kind": text(", ".join(f"`{code}` {said}" for code, said in KINDS)),
        "system_name": text("an ICB's integrated care system", null=True),
        "region": text("the NHS England region that an ICB belongs to", null=True),
        "memberships": MEMBERSHIP,
        "retired": yes_or_no("kept for what cites it"),
    },
    many=True,
)


@route(
    "GET",
    says="Organisations\nTrusts, integrated care boards, NHS England and its regions, and whose member each is.",
    tag="reference",
    gives=paged("OrganisationPage", ORGANISATION),
    parameters=PAGED,
)
def organisations(request: Request, asked: Asked) -> Response:
    page = page_of_list(list(Organisation.objects.prefetch_related("memberships")), asked)
    return Response(enveloped(request, page, [_shown(row) for row in page.rows]))


def _shown(body: Organisation) -> dict[str, Any]:
    return {
        "ods": body.ods,
        "name": body.name,
        "short_name": body.short_name,
        "kind": body.kind,
        "system_name": body.system_name or None,
        "region": body.region_id,
        "memberships": [
            {"system": row.system_id, "role": row.role, "counts_for": _listed(row.counts_for)}
            for row in body.memberships.all()
        ],
        "retired": body.retired,
    }


def _listed(counts_for: Any) -> list[str]:
    return [counts_for] if isinstance(counts_for, str) else list(counts_for)
