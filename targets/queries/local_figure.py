"""What the page of a target's own figures shows: the figure of a system and its trusts, and how each came to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.plan.exact import SCALE
from planning.registry.place import Place
from targets.assurance.answering import SYSTEM, TRUST, Body, may_set_figure
from targets.guidance.target import Target
from targets.local.figures import LocalFigure
from targets.local.setting import is_set_for
from targets.local.typed import figure_plain, figure_said
from targets.queries.assurances import sentence
from targets.wording import asks, issuer


def local_figure_page(
    scope: Scope,
    place: Place,
    target: Target,
    bodies: Sequence[Body],
    body: Body,
    typed: Mapping[str, str] | None = None,
    again: str = "",
) -> dict[str, Any]:
    """The page; `again` is the id of an earlier figure to begin with. One query."""
    code = place.round.code
    those = [one for one in bodies if one.system == body.system and is_set_for(target, one)]
    rows = LocalFigure.objects.filter(
        round_id=code, target=target.code, organisation_id__in=[one.organisation for one in those]
    )
    every = list(rows.select_related("by").order_by("-is_current", "-at"))
    mine = [row for row in every if row.organisation_id == body.organisation]
    standing = next((row for row in mine if row.is_current), None)
    current = {row.organisation_id: row for row in every if row.is_current}
    begin = next((row for row in mine if str(row.pk) == again), standing)
    return {
        "target": target,
        "body": body,
        "facts": _facts(target),
        "rows": [_listed(scope, target, one, current.get(one.organisation), code) for one in those],
        "sum": _sum(target, those, current),
        "standing": _row(standing, target, code, body) if standing is not None else None,
        "history": [_row(row, target, code, body) for row in mine if not row.is_current],
        "may_set": may_set_figure(scope, body),
        "seen": str(standing.pk) if standing is not None else "",
        "given": dict(typed) if typed is not None else _begin(begin),
        "unit": target.unit,
        "unit_name": "a percentage" if target.unit.startswith("%") else target.unit,
    }


def _begin(row: LocalFigure | None) -> dict[str, str]:
    return {"value": figure_plain(row.value), "source": row.source} if row is not None else {}


def _facts(target: Target) -> list[dict[str, Any]]:
    source = target.source
    rows = [
        ("Asks for", sentence(asks(target))),
        ("Whose words", f"“{source['quote']}”" if source.get("quote") else ""),
        ("Document", ", ".join(filter(None, (source.get("document", ""), source.get("section", ""))))),
        ("Issued by", issuer(target.issued_by)),
        ("Note", target.note),
    ]
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in rows if value]


def _listed(scope: Scope, target: Target, body: Body, row: LocalFigure | None, code: str) -> dict[str, Any]:
    """One body of the system: its figure, or that none is set."""
    act = ("Change" if row is not None else "Set") if may_set_figure(scope, body) else "See"
    return {
        "code": body.code,
        "name": f"{body.name} (system)" if body.level == SYSTEM else body.name,
        "figure": figure_said(row.value, target.unit) if row is not None else "Not set",
        "source": row.source if row is not None else "",
        "set": _set_by(row) if row is not None else "",
        "act": act,
        "address": reverse("local_figure", args=[code, target.code, body.code]),
    }


def _row(row: LocalFigure, target: Target, code: str, body: Body) -> dict[str, Any]:
    address = reverse("local_figure", args=[code, target.code, body.code])
    return {
        "figure": figure_said(row.value, target.unit),
        "source": row.source,
        "set": _set_by(row),
        "again_address": f"{address}?again={row.pk}#value",
    }


def _set_by(row: LocalFigure) -> str:
    return f"{row.by.name if row.by is not None else 'somebody'}, {wording.moment(row.at)}"


def _sum(target: Target, bodies: Sequence[Body], current: Mapping[str, LocalFigure]) -> str:
    """How the trusts' shares of an amount stand to their system's; nothing where shares do not add up."""
    shares = [
        current[one.organisation] for one in bodies if one.level == TRUST and one.organisation in current
    ]
    whole = next((current.get(one.organisation) for one in bodies if one.level == SYSTEM), None)
    if target.kind != "national" or target.unit.startswith("%") or not shares or whole is None:
        return ""
    total = sum(row.value for row in shares)
    apart = Decimal(total - whole.value) / SCALE
    said = f"The figures of {wording.count(len(shares), 'trust')} add up to {figure_said(total, target.unit)}"
    if not apart:
        return f"{said}, as the system's."
    more = "more" if apart > 0 else "less"
    return f"{said}, {figure_said(abs(total - whole.value), target.unit)} {more} than the system's."
