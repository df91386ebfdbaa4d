"""Rules tried on plans that are there: whom a new or changed rule would hit, before it counts."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class RuleTrial(models.Model):
    """One rule, as it stands or as somebody proposes it, run over the current plans of a round by a worker. Its rows
    are kept here alone: they are no findings and count nowhere."""

    WAITING, DONE, FAILED = "waiting", "done", "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("planning.Round", models.CASCADE, related_name="+")  # whose plans are judged
    system = models.ForeignKey(
        "planning.Organisation", models.CASCADE, null=True, related_name="+"
    )  # none: every
    rule = models.CharField(max_length=60)
    entry = models.JSONField()  # the declaration as tried
    differs = models.BooleanField(default=False)  # from the declaration that is in force in the round
    digest = models.CharField(max_length=64)  # of the declaration and of the versions in hand
    state = models.CharField(max_length=10, default=WAITING)
    # {assessed: [ods], waiting: {return: n}, hits: [{organisation, name, system, line, period, message, gap, unit,
    #  actual, expected, already}]}
    result = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]
        indexes: ClassVar = [models.Index(fields=["rule", "round"], name="rule_trial_by_rule")]

    def __str__(self) -> str:
        return f"{self.rule} on {self.round_id} {self.system_id or 'everywhere'}: {self.state}"
