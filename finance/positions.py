"""Stored positions: income, expenditure and the adjusted position of an organisation or system."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Position(models.Model):
    """The money of one run, £000, income positive and expenditure negative; null where it cannot be told."""

    run = models.ForeignKey("planning.Run", models.CASCADE, related_name="positions")
    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, null=True, related_name="+")
    system = models.ForeignKey("planning.Organisation", models.PROTECT, null=True, related_name="+")
    income = models.FloatField(null=True)
    expenditure = models.FloatField(null=True)
    adjusted = models.FloatField(null=True)  # adjusted financial performance: + surplus, - deficit
    efficiency = models.FloatField(null=True)
    efficiency_share = models.FloatField(null=True)  # of expenditure, in points
    agency_share = models.FloatField(null=True)  # of the pay bill, in points
    missing = models.JSONField(default=list)
    so_far = models.CharField(max_length=40, blank=True)
    inputs = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["organisation_id"]

    def __str__(self) -> str:
        return f"position of {self.organisation_id or self.system_id}"
