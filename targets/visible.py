"""What an asker may see of the evaluations: every page and route about targets starts here."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from planning.people.access import Scope
from planning.plan.visible import current_runs_of, result_wall
from targets.evaluations import Evaluation


def evaluations_of(
    scope: Scope, round_code: str, *, basis: str, groups: bool = False
) -> QuerySet[Evaluation]:
    """Current evaluations of a round that the asker may see: those of organisations and systems, or with
    `groups` those of groups of organisations instead."""
    wall = result_wall(scope) | Q(organisation_id__in=scope.served, target__in=scope.served_targets)
    rows = Evaluation.objects.filter(wall, group__isnull=not groups)
    return rows.filter(round_id=round_code, run__in=current_runs_of(round_code, basis))
