"""The targets of a round as they stand published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.described import number, several, text, thing
from planning.api.filters import round_named
from planning.foundation.asking import PAGED, Asked, Parameter
from planning.foundation.paging import enveloped, page_of_list, paged
from planning.foundation.rest import route
from targets.guidance.documents import SUPERSEDED
from targets.guidance.governing import Entry, governing, load_entries
from targets.guidance.listing import all_of, marked, once
from targets.guidance.target import Target

STATUSES = ("expected", "draft", "published", SUPERSEDED, "local", "query")
STATUS = Parameter("status", "Only targets of that status; `superseded` gives what stood before.", STATUSES)
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
        "metric": text("what it measures: the same word in every round and document"),
        "type": text("quantified, directional, milestone or national"),
        "answered_by": text("return: evaluated from its lines; attestation: its lead answers for it"),
        "comparator": text("how the plan must stand to the threshold", null=True),
        "threshold": number("percentages in points: 76 is 76%"),
        "threshold_high": number("the upper end of a range"),
        "threshold_from": text(
            "where the threshold is a figure of the plan's: baseline, local (set for each body), or a line",
            null=True,
        ),
        "steps": thing("Step", {"by": text("a month"), "threshold": number("due in it")}, many=True),
        "parts": several("the tests that must all hold, where there are several"),
        "unit": text(null=True),
        "baseline": text("what a change is measured from", null=True),
        "effect": EFFECT,
        "exceptions": several("what does not count"),
        "levels": several("trust, system, national, cancer_alliance, maternity_system, primary_care_network"),
        "systems": several("the systems that a local target is set for; empty for everybody"),
        "status": text(),
        "issued_by": text("the ODS code of the body that issued it"),
        "source": SOURCE,
        "supersedes": text("the code that it takes the place of, the first of several", null=True),
        "carried_from": text("the earlier round that set it, where it takes effect in this one", null=True),
        "slip": text("what is wrong in the document's own words, shown and never absorbed", null=True),
    },
    many=True,
)


@route(
    "GET",
    says="""Targets
    Each code once, as it last stood published or as in the version asked for. Targets that an earlier round set
    and that take effect in this one are among them.""",
    tag="reference",
    gives=paged("TargetPage", TARGET),
    parameters=(STATUS, ISSUED_BY, VERSION, *PAGED),
)
def targets(request: Request, asked: Asked, round_code: str) -> Response:
    code = round_named(round_code).code
    page = page_of_list(_chosen(load_entries(code), code, asked), asked)
    return Response(enveloped(request, page, [_shown(target) for target in page.rows]))


def _chosen(entries: Sequence[Entry], round_code: str, asked: Asked) -> list[Target]:
    """Those asked for. Raises a problem for a version or issuer that the round does not have."""
    own = [entry for entry in entries if entry.round == round_code]
    issuer = asked.among("issued_by", sorted({entry.target.issued_by for entry in entries}))
    version = asked.among("version", sorted({entry.document.version for entry in own}))
    stands = governing(entries, round_code, timezone.localdate())
    if version:
        found = once(entry for entry in marked(own, stands) if entry.document.version == version)
    elif asked["status"] == SUPERSEDED:
        found = once(entry for entry in marked(own, stands) if entry.target.status == SUPERSEDED)
    else:
        found = all_of(own, stands)
    return [
        target
        for target in found
        if asked["status"] in ("", target.status) and issuer in ("", target.issued_by)
    ]


def _shown(target: Target) -> dict[str, Any]:
    return {
        "code": target.code,
        "title": target.title,
        "area": target.area,
        "metric": target.metric,
        "type": target.kind,
        "answered_by": target.answered_by,
        "comparator": target.comparator or None,
        "threshold": target.threshold,
        "threshold_high": target.threshold_high,
        "threshold_from": _from_words(target.threshold_from),
        "steps": [dict(step) for step in target.steps],
        "parts": [part["title"] for part in target.parts],
        "unit": target.unit or None,
        "baseline": target.baseline or None,
        "effect": _picked(target.effect, ("kind", "from", "to")),
        "exceptions": list(target.exceptions),
        "levels": sorted(target.levels),
        "systems": sorted(target.systems),
        "status": target.status,
        "issued_by": target.issued_by,
        "source": _picked(target.source, ("document", "version", "section", "quote")),
        "supersedes": target.supersedes[0] if target.supersedes else None,
        "carried_from": target.carried_from or None,
        "slip": target.slip or None,
    }


def _from_words(given: Any) -> str | None:
    """`baseline`, `local`, or `F.ICB.ALLOC against outturn`."""
    if isinstance(given, Mapping):
        return f"{given['line']} against {given['share_of']}"
    return given or None


def _picked(given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: given.get(name) for name in names}
