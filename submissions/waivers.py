"""Waivers: a check set aside for a return, by whom, why and until when. Shown wherever the result is."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from planning.plan.findings import Finding

# What no waiver sets aside, and why not: figures would be missing or doubled, and nobody would see it.
NEVER = {
    "T16": "The ICB is one of the two whose figures differ: it accepts the trust's reason instead.",
    "T17": "The ICB is one of the two whose figures differ: it accepts the trust's reason instead.",
    "V01": "A line that is missing has no figures: it would be left out of every total above it.",
    "V02": "Of a line that stands twice one row would count and the other not, and nobody could say which.",
    "V07": "Figures beside a code that we do not know are not read: they would be left out without a word.",
    "V10": "Without its header a whole column is not read, or the wrong one is.",
    "V12": "A hidden sheet is not read: its figures would be missing.",
}


def may_be_waived(finding: Finding) -> bool:
    """Whether its check can be set aside: a target is none, and neither is what stands in NEVER."""
    return finding.kind != "target" and not finding.waived and finding.rule not in NEVER


class Waiver(models.Model):
    """One check or rule that does not count for one return, or for one line of it. A record, never a switch:
    what was found is still found, and says that it is waived."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="waivers")
    return_kind = models.CharField(max_length=10)
    rule = models.CharField(max_length=20)
    line = models.CharField(max_length=60, blank=True)  # "" for every line
    reason = models.TextField()
    until = models.DateField(help_text="the last day on which it holds")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.rule} of {self.organisation_id} {self.return_kind}"

    def covers(self, rule: str, returns: Iterable[str], line: str) -> bool:
        """Whether something found by a rule, in those returns and at that line, is set aside by it."""
        return self.rule == rule and self.return_kind in returns and self.line in ("", line)

    @property
    def record(self) -> dict[str, Any]:
        """What a finding keeps of it."""
        return {
            "id": str(self.pk),
            "reason": self.reason,
            "by": self.by.name if self.by is not None else "",
            "at": self.at.isoformat(),
            "until": self.until.isoformat(),
        }


def in_force(on: date | None = None) -> QuerySet[Waiver]:
    """The waivers that hold on a day, today unless told: not ended, their last day not passed."""
    day = on or timezone.localdate()
    return Waiver.objects.filter(ended_at=None, until__gte=day).select_related("by")


def holding(round_code: str) -> list[Waiver]:
    """The round's waivers that hold today, in a lasting order; one query."""
    return list(in_force().filter(round_id=round_code).order_by("at", "pk"))


def held_for(
    waivers: Iterable[Waiver], ods: str, return_kind: str = "", uploader: object = None
) -> list[Waiver]:
    """Those of an organisation, or of one return of it. Nobody's own waiver holds for what they uploaded."""
    return [
        waiver
        for waiver in waivers
        if waiver.organisation_id == ods
        and return_kind in ("", waiver.return_kind)
        and (uploader is None or waiver.by_id != uploader)
    ]


def set_aside(findings: Iterable[Finding], waivers: Sequence[Waiver]) -> None:
    """Mark each finding that one of the organisation's waivers covers with it; a target is never waived."""
    for finding in findings:
        if finding.kind != "target" and finding.organisation_id:
            covering = (one for one in waivers if one.covers(finding.rule, finding.returns, finding.line))
            waiver = next(covering, None)
            finding.waived = waiver.record if waiver is not None else None
