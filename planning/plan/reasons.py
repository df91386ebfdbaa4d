"""Reasons given for findings. A reason belongs to what was found in which figures, not to a row: the same
figures keep it over a re-upload, other figures lapse it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

ACCEPTED, ASKED_AGAIN = "accepted", "asked_again"
REVIEWS = [(ACCEPTED, "Accepted"), (ASKED_AGAIN, "Asked again")]


class Reason(models.Model):
    """Why a finding stands, in the words of the organisation it is about."""

    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    rule = models.CharField(max_length=20)
    subject = models.CharField(max_length=10)  # the ODS code of the organisation or system it is about
    line = models.CharField(max_length=60, blank=True)
    period = models.CharField(max_length=10, blank=True)
    subject_digest = models.CharField(max_length=64, db_index=True)
    # [{organisation, line, period, value}] as they were when it was given, to say what has changed since
    figures = models.JSONField(default=list)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_client = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    review = models.CharField(max_length=12, blank=True, choices=REVIEWS)  # what the ICB said of it last
    review_note = models.TextField(blank=True)  # why it asks again
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}: {self.text[:60]}"

    @property
    def author(self) -> str:
        return self.by.name if self.by is not None else self.by_client
