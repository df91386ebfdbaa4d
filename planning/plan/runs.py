"""Runs: one computation from named inputs. Its rows are never edited; a pointer says which run is current."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

LATEST, ACCEPTED = "latest", "accepted"


def accepted_at(stage: str) -> str:
    """The basis made of what the ICB has accepted at a stage: what NHS England sees."""
    return f"{stage}/accepted"


class Run(models.Model):
    """What was computed for one subject from one set of inputs. The same inputs give the same run."""

    RETURN, ORGANISATION, SYSTEM, REGION = "return", "organisation", "system", "region"
    # where an organisation's own findings across returns lie: between its own, and against its ICB's
    ACROSS = (ORGANISATION, SYSTEM)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    scope = models.CharField(max_length=12)  # return, organisation, system, region
    subject = models.CharField(max_length=10)  # an ODS code: the organisation, a system's ICB, the region
    return_kind = models.CharField(max_length=10, blank=True)  # of a return's run
    basis = models.CharField(max_length=30, default=LATEST)
    digest = models.CharField(max_length=64, unique=True)  # of subject, basis, inputs and versions
    inputs = models.JSONField(default=list)  # [{upload, organisation, return, version, sha256}]
    versions = models.JSONField(default=dict)  # digests of lines, rules, targets; the software's version
    counts = models.JSONField(default=dict)  # {block, explain, note} of its findings, exact
    waiting = models.JSONField(default=dict)  # {missing return or organisation: [rule codes]}
    # activity, workforce and finance on their outturn, and which stands apart: submissions/oddity.py says the shape
    indices = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.scope} {self.subject} {self.round_id} {self.basis}"


class CurrentRun(models.Model):
    """The pointer: which run counts for a subject and basis. Moving it is how results are replaced."""

    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    scope = models.CharField(max_length=12)
    subject = models.CharField(max_length=10)
    return_kind = models.CharField(max_length=10, blank=True)
    basis = models.CharField(max_length=30, default=LATEST)
    run = models.ForeignKey(Run, models.PROTECT, related_name="pointers")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "scope", "subject", "return_kind", "basis"], name="current_run_once"
            )
        ]

    def __str__(self) -> str:
        return f"current {self.scope} {self.subject} {self.basis}"
