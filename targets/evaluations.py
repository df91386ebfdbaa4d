"""Stored evaluations: how a plan stands against a target, with the figures it rests on."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models

MET, NOT_MET, NOT_ASSESSABLE, NOT_APPLICABLE = "met", "not_met", "not_assessable", "not_applicable"


class Evaluation(models.Model):
    """One target for one organisation, or for a system (organisation null), in one run."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey("planning.Run", models.CASCADE, related_name="evaluations")
    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    target = models.CharField(max_length=20)
    target_version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=300)
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, null=True, related_name="+")
    system = models.ForeignKey("planning.Organisation", models.PROTECT, null=True, related_name="+")
    group = models.ForeignKey("planning.Group", models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=20)
    for_information = models.BooleanField(default=False)
    planned = models.FloatField(null=True)  # in the target's unit; percentages in points
    threshold = models.FloatField(null=True)
    unit = models.CharField(max_length=40, blank=True)
    gap = models.FloatField(null=True)  # in the target's unit; 0 when met
    gap_units = models.FloatField(null=True)  # in people, beds, £000: see gap_unit
    gap_unit = models.CharField(max_length=40, blank=True)
    first_failing_period = models.CharField(max_length=10, blank=True)
    rag = models.CharField(max_length=10, blank=True)  # green, amber, red or ""
    why = models.CharField(max_length=400, blank=True)  # why not assessable, or what to know of the outcome
    missing = models.JSONField(default=list)  # ODS codes whose figures are wanting
    so_far = models.CharField(max_length=40, blank=True)  # "4 of 5" while somebody is missing
    months = models.JSONField(default=list)  # twelve planned figures in the target's unit, null where unknown
    pace = models.JSONField(default=dict)  # for a target due later: {due, outturn, needed_by_march, …}
    # [{title, outcome, planned, threshold, unit, gap}] of a target with several tests
    parts = models.JSONField(default=list)
    attested: Any = models.JSONField(null=True)  # {state, lead, by, at} of the answer that it rests on
    inputs = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["target", "organisation_id", "id"]

    def __str__(self) -> str:
        return f"{self.target} {self.organisation_id or self.system_id}: {self.outcome}"
