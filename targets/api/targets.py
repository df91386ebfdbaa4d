"""The targets of a round as they stand published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.described import number, several, text, thing
from planning.api.filters import round_named
from planning.foundation.asking import PAGED, Asked, Parameter
from planning.foundation.paging import enveloped, page_of_list, paged
from planning.foundation.rest import route
from targets.guidance import Target, TargetVersion

STATUS = Parameter("status", "Only targets of that status.")
ISSUED_BY = Parameter("issued_by", "Only targets that this body issued, by its ODS code.")
VERSION = Parameter("version", "As they stood in that version of the document that sets them.")
EFFECT = thing(
    "Effect",
    {
        "kind": text("by_month, from_month, each_month, year_total, year_mean or change_vs_baseline"),
        "from": text("the first month that it holds in", null=True),
        "to": text("the last", null=True),
    },
)
SOURCE = thing(
    "Source",
    {
        "document": text(null=True),
        "version": text(null=True),
        "section": text(null=True),
        "quote": text("the operative words, at most twenty", null=True),
    },
)
TARGET = thing(
    "Target",
    {
        "code": text(),
        "title": text(),
        "area": text(),
        "type": text("quantified, directional, milestone or national"),
        "comparator": text("how the plan must stand to the threshold"),
        "threshold": number("percentages in points: 76 is 76%"),
        "threshold_high": number("the upper end of a range"),
        "unit": text(),
        "baseline": text("what a change is measured from", null=True),
        "effect": EFFECT,
        "exceptions": several("what does not count"),
        "levels": several("trust, system, national"),
        "status": text(),
        "issued_by": text("the ODS code of the body that issued it"),
        "source": SOURCE,
        "supersedes": text("the code that it takes the place of, the first of several", null=True),
    },
    many=True,
)


@route(
    "GET",
    says="Targets\nEach code once, as it last stood published or as in the version asked for.",
    tag="reference",
    gives=paged("TargetPage", TARGET),
    parameters=(STATUS, ISSUED_BY, VERSION, *PAGED),
)
def targets(request: Request, asked: Asked, round_code: str) -> Response:
    rows = TargetVersion.objects.filter(round_id=round_named(round_code).code, retired=False).order_by(
        "position", "code", "version"
    )
    every = [(row.is_current, Target.from_entry(row.entry, row.position, row.version)) for row in rows]
    page = page_of_list(_chosen(every, asked), asked)
    return Response(enveloped(request, page, [_shown(target) for target in page.rows]))


def _chosen(every: list[tuple[bool, Target]], asked: Asked) -> list[Target]:
    """Those asked for: the current version of each code, or its last one in the version of the document."""
    status = asked.among("status", sorted({target.status for _, target in every}))
    issuer = asked.among("issued_by", sorted({target.issued_by for _, target in every}))
    version = asked.among("version", sorted({_version_of(target) for _, target in every}))
    wanted = [target for current, target in every if (_version_of(target) == version if version else current)]
    latest = {target.code: target for target in wanted}
    return [
        target
        for target in latest.values()
        if status in ("", target.status) and issuer in ("", target.issued_by)
    ]


def _version_of(target: Target) -> str:
    return str(target.source.get("version", ""))


def _shown(target: Target) -> dict[str, Any]:
    return {
        "code": target.code,
        "title": target.title,
        "area": target.area,
        "type": target.kind,
        "comparator": target.comparator,
        "threshold": target.threshold,
        "threshold_high": target.threshold_high,
        "unit": target.unit,
        "baseline": target.baseline or None,
        "effect": _picked(target.effect, ("kind", "from", "to")),
        "exceptions": list(target.exceptions),
        "levels": sorted(target.levels),
        "status": target.status,
        "issued_by": target.issued_by,
        "source": _picked(target.source, ("document", "version", "section", "quote")),
        "supersedes": target.supersedes[0] if target.supersedes else None,
    }


def _picked(given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: given.get(name) for name in names}
