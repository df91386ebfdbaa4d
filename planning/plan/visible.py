"""The wall around results: which rows of current runs an asker may see, whatever app keeps them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from planning.people.access import NATIONAL, Scope
from planning.plan.runs import ACCEPTED, LATEST, CurrentRun, accepted_at

NATIONAL_STAGES = (
    "regional-draft",
    "final",
)  # the stages at which NHS England sees what was accepted


def basis_for(scope: Scope, stage: str = "") -> str:
    """Which runs answer: current versions, those handed over at a stage, or for NHS England those accepted."""
    if scope.kind == NATIONAL:
        return accepted_at(stage) if stage else ACCEPTED
    return stage or LATEST


def result_wall(scope: Scope) -> Q:
    """Rows of one's own and one's systems' bodies, those of the systems themselves and of one's regions."""
    return Q(organisation_id__in=scope.own | scope.hosts | scope.systems) | Q(
        organisation__isnull=True, system_id__in=scope.systems | scope.regions
    )


def current_runs_of(round_code: str, basis: str) -> QuerySet[CurrentRun, Any]:
    """The ids of the runs that count, as a subquery."""
    return CurrentRun.objects.filter(round_id=round_code, basis=basis).values("run_id")
