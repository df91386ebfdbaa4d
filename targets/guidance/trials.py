"""What a change of guidance does to the plans in hand: two standings of the targets, judged on the same figures."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class GuidanceTrial(models.Model):
    """One comparison of two documents on the current plans of one system. A worker fills in its rows; they are
    never stored as evaluations and count nowhere."""

    WAITING, DONE, FAILED = "waiting", "done", "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("planning.Round", models.CASCADE, related_name="+")  # whose plans are judged
    system = models.ForeignKey("planning.Organisation", models.CASCADE, related_name="+")
    before = models.ForeignKey("targets.GuidanceDocument", models.CASCADE, related_name="+")
    after = models.ForeignKey("targets.GuidanceDocument", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)  # of the versions in hand and of both standings
    state = models.CharField(max_length=10, default=WAITING)
    # [{target, metric, title, organisation, before: {outcome, planned, threshold, gap_units}, after: {…}}]
    rows = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["system", "before", "after", "digest"], name="guidance_trial_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.before_id} against {self.after_id} for {self.system_id}: {self.state}"
