"""Targets asked of Cancer Alliances, local maternity systems and primary care networks: judged for each such group
of a system, on the summed lines of its members or by what the group has attested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from planning.plan.array import Plan
from planning.registry.groups import Grouping
from targets.guidance.target import Target
from targets.judging.evaluation import evaluate_system
from targets.judging.outcome import Answers, Outcome


def evaluate_groups(
    plan: Plan, targets: Sequence[Target], groups: Iterable[Grouping], attested: Answers | None = None
) -> Iterator[Outcome]:
    """One outcome, with its `group`, for each target and each group of a kind that the target is asked of; none of
    other groups. `plan` holds the system's members: those of them that are not the group's add nothing to it, and
    one that only serves the system is shown as it is there."""
    for group in groups:
        asked = [_of_group(target, group) for target in targets if group.kind in target.levels]
        if not asked:
            continue
        part = plan.only([ods for ods in group.members if ods in plan.row])
        for outcome in evaluate_system(part, asked, group.code, attested, level=group.kind):
            yield replace(outcome, group=group.code)


def _of_group(target: Target, group: Grouping) -> Target:
    """A group that is one body alone, such as the networks that an ICB answers for, has that body's own figure."""
    figures = [target.local[ods] for ods in group.members if ods in target.local]
    if len(group.members) != 1 or not figures:
        return target
    return replace(target, local={**target.local, group.code: figures[0]})
