"""The notes on whether the way to a target can be believed, as an asker may see them (`plausibility.py` finds them)."""

from __future__ import annotations

from django.db.models import QuerySet

from planning.people.access import Scope
from planning.plan.findings import Finding
from planning.plan.visible import current_runs_of, result_wall

RULES = ("V22", "V23", "V24")  # the last quarter, worse than the outturn, a sudden step


def doubts_of(scope: Scope, round_code: str, target: str, *, basis: str) -> QuerySet[Finding]:
    """Those on one target, of the bodies that are the asker's own or their systems'. A note begins with the code
    of its target."""
    rows = Finding.objects.filter(
        result_wall(scope), round_id=round_code, run__in=current_runs_of(round_code, basis)
    )
    notes = rows.filter(rule__in=RULES, message__startswith=f"{target}, ").select_related("organisation")
    return notes.order_by("organisation_id", "rule")
