"""Scenarios: a base, changes to lines, and what a worker made of them. Never a version, never in a total."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class Scenario(models.Model):
    """One what-if of a planner, or an outside model's result, over the current versions of one body: an organisation,
    or a whole system (`is_system`). Until it is saved under a name it is its asker's alone and goes after a week."""

    WHAT_IF, OUTSIDE = "what_if", "outside"
    KINDS: ClassVar = [(WHAT_IF, "What-if"), (OUTSIDE, "Outside model")]
    WAITING, DONE, FAILED = "waiting", "done", "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("planning.Round", models.CASCADE, related_name="+")
    body = models.ForeignKey("planning.Organisation", models.CASCADE, related_name="+")
    is_system = models.BooleanField(default=False)  # the body is an ICB and its whole system is meant
    kind = models.CharField(max_length=10, choices=KINDS, default=WHAT_IF)
    name = models.CharField(max_length=120, blank=True)  # "" until it is saved
    note = models.TextField(blank=True)
    supplier = models.CharField(max_length=120, blank=True)  # of an outside model
    made_on = models.DateField(null=True)  # the day of an outside model's result
    # [{organisation, line, way: add|percent|set, amount: "12.5", from: "2023-04", to: "2024-03"}]
    changes = models.JSONField(default=list)
    base = models.JSONField(default=list)  # [{upload, organisation, return, version, sha256}] as judged
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, default=WAITING)
    result = models.JSONField(default=dict)  # findings, targets and position, before and after
    is_shared = models.BooleanField(default=False)  # with those who may see the body's plan
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]
        indexes: ClassVar = [models.Index(fields=["round", "body"], name="scenario_by_body")]

    def __str__(self) -> str:
        return self.name or f"What-if of {self.body_id}, {self.asked_at:%d %B %Y %H:%M}"
