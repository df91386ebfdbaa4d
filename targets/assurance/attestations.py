"""Attestations: what a lead answers, with evidence, where no return can."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from targets.judging.outcome import Answer, Answers

IN_PLACE, ON_TRACK, AT_RISK, NOT_IN_PLACE = "in_place", "on_track", "at_risk", "not_in_place"
STATES = [
    (IN_PLACE, "In place"),
    (ON_TRACK, "On track"),
    (AT_RISK, "At risk"),
    (NOT_IN_PLACE, "Not in place"),
]


class Attestation(models.Model):
    """One answer to a milestone, a target that no return carries, a key action or a supporting plan: of an
    organisation (a system answers as its ICB) or of a group of them. Rows are never edited; the latest counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    subject = models.CharField(max_length=20)  # the code of a target or an assurance
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="+")
    group = models.ForeignKey("planning.Group", models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=14, choices=STATES, blank=True
    )  # blank: a lead is named, no answer yet
    lead = models.CharField(max_length=120, blank=True)
    due = models.DateField(null=True)
    figure = models.BigIntegerField(
        null=True
    )  # ten-thousandths of the target's unit, where it has a threshold
    evidence = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["subject", "organisation_id", "-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "subject", "organisation"],
                condition=models.Q(is_current=True, group__isnull=True),
                name="attestation_one_current",
            ),
            models.UniqueConstraint(
                fields=["round", "subject", "organisation", "group"],
                condition=models.Q(is_current=True, group__isnull=False),
                name="attestation_one_current_of_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} of {self.group_id or self.organisation_id}: {self.state or 'no answer'}"


def answers_of(round_code: str) -> Answers:
    """The answers that count in a round, as judging reads them; one query."""
    rows = Attestation.objects.filter(round_id=round_code, is_current=True).select_related("by")
    return {
        (row.subject, row.group_id or row.organisation_id): Answer(
            row.state,
            row.figure,
            row.lead,
            row.by.name,
            row.at.isoformat(),
            row.due.isoformat() if row.due is not None else "",
        )
        for row in rows
    }
