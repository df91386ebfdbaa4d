"""More time for a return: asked for by the organisation, granted or refused by a person of its ICB."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

ASKED, GRANTED, REFUSED = "asked", "granted", "refused"


class Extension(models.Model):
    """A wish for a later deadline at one stage, and what became of it. `return_kind` is empty for all returns."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="extensions")
    stage = models.CharField(max_length=20)
    return_kind = models.CharField(max_length=10, blank=True)
    reason = models.TextField()
    wanted_until = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, default=ASKED)
    until = models.DateTimeField(null=True)  # the new deadline, where granted
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.stage} {self.state}"

    def is_for(self, stage: str, ods: str, return_kind: str) -> bool:
        """Whether it speaks of that return at that stage."""
        return (self.stage, self.organisation_id) == (stage, ods) and self.return_kind in ("", return_kind)
