"""Which scenarios an asker may see: one's own, and those that were saved and shared, of a body whose latest plan
one may see. NHS England sees none: a scenario is no plan that anybody has accepted."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from planning.people.access import BOARD, NATIONAL, Scope
from submissions.scenarios.models import Scenario


def visible_scenarios(scope: Scope) -> QuerySet[Scenario]:
    """Scenarios that the asker may see; nothing of a body that has gone from their reach."""
    if scope.kind == NATIONAL or scope.person is None:
        return Scenario.objects.none()
    within = Q(is_system=False, body_id__in=scope.own | scope.hosts)
    if scope.kind == BOARD:
        within |= Q(is_system=True, body_id__in=scope.systems)
    shown = Q(by=scope.person) | Q(is_shared=True) & ~Q(name="")
    return Scenario.objects.filter(within & shown)
