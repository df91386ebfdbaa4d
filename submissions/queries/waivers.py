"""What the pages of waivers show: which hold for a return, which have ended, and what may be set aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.people.roles import WAIVE
from planning.plan.findings import Finding
from submissions.uploads import Upload
from submissions.visible import visible_waivers
from submissions.waivers import NEVER, Waiver
from submissions.waiving import waivable
from submissions.wording import RETURN_NAMES


def waive_page(scope: Scope, upload: Upload, found: Sequence[Finding], rule: str) -> dict[str, Any]:
    """The return's waivers, and the checks that found something in the version; one of them may be chosen
    already. Two queries."""
    rows = visible_waivers(scope).filter(
        round=upload.round_id, organisation=upload.organisation_id, return_kind=upload.return_kind
    )
    numbers = _numbers(found)
    held = {row.rule for row in found if row.waived} - {row.rule for row in found if not row.waived}
    offered = {*numbers, rule} - held
    rules = [one for one in waivable(upload.round_id, upload.return_kind) if one.code in offered]
    return {
        "waivers": [waiver_row(row, scope) for row in rows.select_related("by", "ended_by")],
        "rules": [
            {
                "value": one.code,
                "text": f"{one.code}: {one.title.rstrip('.')}",
                "hint": {"text": wording.count(numbers.get(one.code, 0), "finding")},
            }
            for one in rules
        ],
        "never": [{"rule": code, "why": why} for code, why in NEVER.items() if code in numbers],
        "lines": [{"value": "", "text": "Every line of the return"}]
        + [{"value": code, "text": code} for code in sorted({row.line for row in found if row.line})],
        "may_grant": scope.reviews(upload.organisation_id, WAIVE),
    }


def waiver_row(waiver: Waiver, scope: Scope) -> dict[str, Any]:
    """One waiver in words, and where it is ended by those who may."""
    until = wording.day(waiver.until)
    standing = waiver.ended_at is None
    who = f" by {waiver.ended_by.name}" if waiver.ended_by is not None else ""
    return {
        "rule": waiver.rule,
        "line": waiver.line or "every line",
        "reason": waiver.reason,
        "by": f"{waiver.by.name if waiver.by is not None else ''}, {wording.moment(waiver.at)}",
        "until": f"Until the end of {until}" if standing else f"Ended {wording.moment(waiver.ended_at)}{who}",
        "standing": standing,
        "end_address": reverse("end_waiver", args=[waiver.pk])
        if standing and scope.reviews(waiver.organisation_id, WAIVE)
        else "",
    }


def end_page(waiver: Waiver, scope: Scope) -> dict[str, Any]:
    """What ending a waiver means, said before it is done. No query."""
    return {
        "waiver": waiver_row(waiver, scope),
        "organisation": waiver.organisation,
        "kind": RETURN_NAMES[waiver.return_kind].lower(),
    }


def _numbers(found: Sequence[Finding]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for row in found:
        numbers[row.rule] = numbers.get(row.rule, 0) + 1
    return numbers
