"""The system's page shows of the heat map what somebody misses; the whole of it is a page of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from planning.foundation import wording
from planning.registry.organisations import Organisation
from targets.evaluations import Evaluation
from targets.guidance.governing import for_system, governing, load_entries
from targets.queries.bodies import Body
from targets.queries.heat_map import heat_map


def missed_targets(
    system: Organisation, evaluations: Iterable[Evaluation], bodies: Sequence[Body], code: str
) -> dict[str, Any]:
    """The rows that the system or a body of it misses, by area, and how many targets there are besides. One
    query."""
    targets = for_system(governing(load_entries(code), code, timezone.localdate()), system.ods)
    columns = [Body(system.ods, "The system", is_whole=True), *bodies]
    whole = heat_map(targets, evaluations, columns, code)
    others = whole.number - whole.missed
    return {
        "areas": whole.only_missed().areas,
        "targets_missed": f"{wording.count(whole.missed, 'target is', 'targets are')} missed by the system or"
        " somebody in it."
        if whole.missed
        else "No target is missed so far.",
        "targets_others": f"The map shows the other {others} too" if others and whole.missed else "",
        "map_address": f"{reverse('target_map', args=[code])}?system={system.ods}",
    }
