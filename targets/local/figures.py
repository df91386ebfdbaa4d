"""A target's figure for one system or trust: the local share of a national amount, or a threshold agreed with it."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models

from planning.plan.exact import SCALE


class LocalFigure(models.Model):
    """What a target asks of one body, in the target's unit. Rows are never edited: a new one takes the place of
    the one before it, and both say who, when and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    target = models.CharField(max_length=20)
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="+")
    value = models.BigIntegerField()  # ten-thousandths of the target's unit
    source = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["target", "organisation_id", "-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "target", "organisation"],
                condition=models.Q(is_current=True),
                name="local_figure_one_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target} for {self.organisation_id}: {Decimal(self.value) / SCALE:,f}"
