"""What people are told: kept in the service to read there, and e-mailed once."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One thing that one person was told, and where to see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    address = models.CharField(max_length=300, blank=True)  # the page it is about, without the host
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)  # when the e-mail went out

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        indexes: ClassVar = [models.Index(fields=["person", "-at"], name="notice_of_person")]

    def __str__(self) -> str:
        return self.subject
