"""Questions about a cell, a line or a finding: a thread with an owner, that holds the acceptance while open."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"


class Question(models.Model):
    """What the ICB asks about a return. It outlives the version that it was asked of: open until closed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="questions")
    return_kind = models.CharField(max_length=10)
    upload = models.ForeignKey("submissions.Upload", models.PROTECT, related_name="questions")  # asked of
    line = models.CharField(max_length=60, blank=True)
    period = models.CharField(max_length=10, blank=True)
    sheet = models.CharField(max_length=60, blank=True)
    cell = models.CharField(max_length=12, blank=True)
    seen = models.CharField(max_length=300, blank=True)  # the figure that stood there when it was asked
    rule = models.CharField(max_length=20, blank=True)  # of a question about a finding
    finding_digest = models.CharField(max_length=64, blank=True)  # the finding's subject_digest
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, default=OPEN)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]
        indexes: ClassVar = [
            models.Index(fields=["round", "organisation", "state"], name="question_by_state")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.return_kind} {self.line or self.rule} {self.state}"


class Message(models.Model):
    """One contribution to a question's thread, the first being the question itself. Never edited."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="messages")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:60]
