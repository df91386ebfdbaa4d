"""Judging many again: because somebody asks, or because a rule, a tolerance or an assumption changed. How far it has
come, and who newly fails or passes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction

from planning.foundation.jobs import enqueue
from planning.plan.runs import LATEST, CurrentRun, Run

REJUDGE = "submissions.rejudge"  # the task, told `rejudgement|body`; its code stands on a higher floor

ASKED, RULE, TOLERANCE, ASSUMPTION = "asked", "rule", "tolerance", "assumption"
WHYS = {
    ASKED: "Asked for",
    RULE: "A rule changed",
    TOLERANCE: "A tolerance changed",
    ASSUMPTION: "A planning assumption changed",
}


class Rejudgement(models.Model):
    """One time that many bodies are judged again. Its parts say how far it is and what changed for each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("planning.Round", models.CASCADE, related_name="+")
    system = models.ForeignKey(
        "planning.Organisation", models.CASCADE, null=True, related_name="+"
    )  # none: every
    why = models.CharField(max_length=12, choices=list(WHYS.items()))
    about = models.CharField(max_length=60, blank=True)  # the code of the rule or assumption
    reason = models.TextField(blank=True)
    returns = models.JSONField(default=list)  # those to be checked again by themselves, too
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]

    def __str__(self) -> str:
        return f"{WHYS[self.why]} {self.about} {self.round_id} {self.system_id or ''}".strip()


class RejudgedBody(models.Model):
    """One organisation's turn in it: waiting until its results are stored, then what is new and what is gone."""

    WAITING, DONE, FAILED = "waiting", "done", "failed"

    rejudgement = models.ForeignKey(Rejudgement, models.CASCADE, related_name="bodies")
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=WAITING)
    # {found: [{rule, kind, severity, line, period, message}], gone: [the same]}
    changed = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["organisation_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rejudgement", "organisation"], name="rejudged_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.state}"


def ask_for(
    *,
    round_code: str,
    why: str,
    by: Any,
    about: str = "",
    reason: str = "",
    bodies: Iterable[str] | None = None,
    system: str | None = None,
    returns: Iterable[str] = (),
) -> Rejudgement:
    """Have bodies judged again on the latest basis, one job each; those that have results, unless told which.

    `returns` are checked again by themselves first, unless the ICB has accepted them. In the caller's transaction.
    """
    with transaction.atomic():
        asked = Rejudgement.objects.create(
            round_id=round_code,
            system_id=system,
            why=why,
            about=about,
            reason=reason,
            returns=sorted(returns),
            by=by,
        )
        wanted = sorted(set(judged_bodies(round_code) if bodies is None else bodies))
        RejudgedBody.objects.bulk_create(
            [RejudgedBody(rejudgement=asked, organisation_id=ods) for ods in wanted]
        )
        for ods in wanted:
            enqueue(REJUDGE, f"{asked.pk}|{ods}")
    return asked


def judged_bodies(round_code: str) -> set[str]:
    """The organisations that have results on the latest basis, an ICB where its system has; one query."""
    rows = CurrentRun.objects.filter(round_id=round_code, basis=LATEST).exclude(scope=Run.REGION)
    return set(rows.values_list("subject", flat=True))
