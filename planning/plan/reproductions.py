"""Past runs made again from what was kept, and whether the same came out."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class Reproduction(models.Model):
    """One time that a run is made again by a worker, from the same versions, by the rules and targets of then."""

    WAITING, SAME, OTHER, FAILED = "waiting", "same", "other", "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey("planning.Run", models.CASCADE, related_name="reproductions")
    state = models.CharField(max_length=10, default=WAITING)
    compared = models.JSONField(default=dict)  # {findings: n, evaluations: n, positions: n} as made again
    # [{what, was, now}]: what differs, in words; at most fifty
    differences = models.JSONField(default=list)
    software = models.CharField(max_length=20, blank=True)  # the version that made it again
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.run_id} made again: {self.state}"
