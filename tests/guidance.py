"""Guidance written by hand: documents and what they set, for tests that ask nothing of the store."""

from __future__ import annotations

from datetime import date
from typing import Any

from targets.guidance.documents import GuidanceDocument
from targets.guidance.governing import Entry
from targets.guidance.target import Target
from tests import plans

ROUND = "2023-24"


def document(code: str, published: str, standing: str = "published", **more: Any) -> GuidanceDocument:
    """One version of a document; those of one `series` follow one another."""
    day = date.fromisoformat(published)
    given = {"round_id": ROUND, "series": code, "title": code, "version": "1", "issued_by_id": "X24", **more}
    return GuidanceDocument(code=code, standing=standing, published_on=day, valid_from=day, **given)


def target(code: str, comparator: str = ">=", threshold: float | None = 76, **more: Any) -> Target:
    """A share by March 2024, unless told otherwise; `by`, `since` and `over` say another effect shortly."""
    effect = more.pop("effect", {"kind": "by_month", "from": "2024-03", "to": "2024-03"})
    if "by" in more:
        month = more.pop("by")
        effect = {"kind": "by_month", "from": month, "to": month}
    if "since" in more:
        effect = {"kind": "from_month", "from": more.pop("since"), "to": effect["to"]}
    if "over" in more:
        first = int(more.pop("over")[:4])
        effect = {"kind": "year_mean", "from": f"{first}-04", "to": f"{first + 1}-03"}
    measure = more.pop("measure", {"numerator": "N", "denominator": "D"})
    if quote := more.pop("quote", ""):
        more["source"] = {"quote": quote}
    return plans.target(code, measure, comparator, threshold, effect=effect, **more)


def entry(found: Target, held_by: GuidanceDocument, since: str = "", until: str = "") -> Entry:
    """What a document sets, from its first day on unless told otherwise."""
    begins, ends = (date.fromisoformat(day) if day else None for day in (since, until))
    return Entry(found, held_by, held_by.round_id, begins, ends)
