"""Findings: what broke a check, rule or target, where, and the figures it rests on."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models

BLOCK, EXPLAIN, NOTE = "block", "explain", "note"
SEVERITIES = [(BLOCK, "Blocks"), (EXPLAIN, "Explain"), (NOTE, "Note")]


class Finding(models.Model):
    """One finding of one run. `inputs` are frozen: a page never has to ask the store for them.

    `organisation` is null on a system's own finding. Figures are floats for reading; what decided the
    verdict was compared exactly before. `subject_digest` is what a reason is bound to.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey("planning.Run", models.CASCADE, related_name="findings")
    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    rule = models.CharField(max_length=20)  # T03, V01, F-04, or a target's code
    rule_version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12)  # check, rule, target
    title = models.CharField(max_length=200)
    severity = models.CharField(max_length=10, choices=SEVERITIES)
    needs_acceptance = models.BooleanField(default=False)
    trial = models.BooleanField(default=False)
    waived: Any = models.JSONField(null=True)  # {id, reason, by, at, until} where a waiver sets it aside
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, null=True, related_name="+")
    system = models.ForeignKey("planning.Organisation", models.PROTECT, null=True, related_name="+")
    return_kind = models.CharField(max_length=10, blank=True)  # of a single return's finding
    line = models.CharField(max_length=60, blank=True)
    period = models.CharField(max_length=10, blank=True)
    sheet = models.CharField(max_length=60, blank=True)
    cell = models.CharField(max_length=12, blank=True)
    seen = models.CharField(max_length=300, blank=True)
    actual = models.FloatField(null=True)
    expected = models.FloatField(null=True)
    gap = models.FloatField(null=True)
    unit = models.CharField(max_length=40, blank=True)
    size = models.FloatField(default=0)  # for ranking: the gap against its expectation
    message = models.TextField()
    instruction = models.TextField(blank=True)
    # [{organisation, return, line, label, period, value, unit, sheet, cell, upload, version}]
    inputs = models.JSONField(default=list)
    # {formula, numbers, tolerance, source, why, months: [twelve], expected_months: [twelve or none]}
    working = models.JSONField(default=dict)
    closes_with = models.TextField(blank=True)
    subject_digest = models.CharField(max_length=64, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["rule", "line", "period", "sheet", "cell", "id"]
        indexes: ClassVar = [models.Index(fields=["run", "severity"], name="finding_by_run")]

    def __str__(self) -> str:
        return f"{self.rule} {self.message[:60]}"

    @property
    def is_counted(self) -> bool:
        """Whether anything waits for it: not of a rule on trial, and not waived."""
        return not self.trial and self.waived is None

    @property
    def returns(self) -> set[str]:
        """The returns that it rests on, and so waits with."""
        if self.return_kind:
            return {self.return_kind}
        return {given["return"] for given in self.inputs if given.get("return")}
