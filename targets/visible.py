"""What an asker may see of the evaluations: every page and route about targets starts here."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from planning.people.access import Scope
from planning.plan.findings import Finding
from planning.plan.visible import current_runs_of, result_wall
from targets.evaluations import Evaluation
from targets.plausibility import JUDGES


def evaluations_of(
    scope: Scope, round_code: str, *, basis: str, groups: bool = False
) -> QuerySet[Evaluation]:
    """Current evaluations of a round that the asker may see: those of organisations and systems, or with
    `groups` those of groups of organisations instead."""
    wall = result_wall(scope) | Q(organisation_id__in=scope.served, target__in=scope.served_targets)
    rows = Evaluation.objects.filter(wall, group__isnull=not groups)
    return rows.filter(round_id=round_code, run__in=current_runs_of(round_code, basis))


def doubts_of(scope: Scope, round_code: str, target: str, *, basis: str) -> QuerySet[Finding]:
    """The notes on whether the way to one target can be believed, of plans that the asker may see whole."""
    rows = Finding.objects.filter(
        result_wall(scope), round_id=round_code, run__in=current_runs_of(round_code, basis)
    )
    notes = rows.filter(rule__in=JUDGES, message__startswith=f"{target}, ")
    return notes.select_related("organisation").only("rule", "message", "organisation").order_by("organisation", "rule")
