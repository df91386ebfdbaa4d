"""Figures that the service knows of itself, in no workbook: populations, and what NHS England sets a system."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ReferenceValue(models.Model):
    """One value of a reference line (`LOC.POP`, `F.SYS.CDELENV`) for a body in a round, with its source."""

    round = models.ForeignKey("planning.Round", models.CASCADE, related_name="+")
    line = models.CharField(max_length=60)
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="+")
    value = models.BigIntegerField()  # ten-thousandths of the line's unit
    source = models.CharField(max_length=300)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["round_id", "organisation_id", "line"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "line", "organisation"], name="reference_value_once")
        ]

    def __str__(self) -> str:
        return f"{self.line} of {self.organisation_id}, {self.round_id}"
