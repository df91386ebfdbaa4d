"""Figures that the service knows of itself, in no workbook: populations, and what NHS England sets a system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

Values = Mapping[tuple[str, str], int]  # (ODS code, line) -> exact, ten-thousandths of the line's unit


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

    @property
    def code(self) -> str:
        """What it goes by among its round's: the body and the line."""
        return f"{self.organisation_id} {self.line}"


def reference_values(round_code: str) -> Values:
    """A round's values as they stand; one query."""
    rows = ReferenceValue.objects.filter(round_id=round_code, retired=False)
    return {(ods, line): value for ods, line, value in rows.values_list("organisation_id", "line", "value")}
