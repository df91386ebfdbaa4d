"""The worker's part of a try-out: the plans in hand judged under both documents. Only the trial keeps the rows."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from planning.plan.array import Plan
from planning.plan.runs import ACCEPTED, LATEST
from planning.registry.lines import Lines
from planning.registry.organisations import Organisation
from planning.registry.reference_values import reference_values
from submissions.store import as_members, build, load_rows, members_of
from submissions.versions import Version, current_versions
from targets.guidance import trying_out
from targets.guidance.standing import Stated, stated_by
from targets.guidance.target import Target
from targets.guidance.trials import GuidanceTrial
from targets.guidance.trying_out import InHand, Pair, pairs_for, plans_in_hand, row_of
from targets.judging.evaluation import Outcome, evaluate, evaluate_system

logger = logging.getLogger(__name__)
CHANGED = "The plans or the documents have changed since this was asked for. Try it out again."
OURS = "It could not be tried out. The fault is ours and has been logged."


@dataclass(frozen=True)
class Judged:
    """Outcomes by target and organisation, of the system under None."""

    outcomes: dict[tuple[str, str | None], Outcome]
    bodies: tuple[tuple[str | None, str], ...]  # (ODS code or None, name), the system first


def try_out(trial_id: str) -> None:
    """Judge what one trial asks for and keep its rows. One that is done is left alone; one whose plans or
    documents have moved on says so."""
    trial = GuidanceTrial.objects.select_related("before", "after", "system").get(pk=trial_id)
    if trial.state != GuidanceTrial.WAITING:
        return
    stated = stated_by([trial.before, trial.after], timezone.localdate())
    before, after = stated[trial.before_id], stated[trial.after_id]
    hand = _asked_for(trial, before, after)
    versions = _versions(trial.system, hand) if hand is not None else None
    if hand is None or versions is None:
        _finish(trial, state=GuidanceTrial.FAILED, error=CHANGED)
        return
    plan = _plan(hand, trial.system, versions)
    rows = rows_of(plan, pairs_for(before, after, hand), trial.system)
    _finish(trial, state=GuidanceTrial.DONE, rows=rows)


def give_up(trial_id: str, error: str) -> None:
    """Our own fault, three times: the page says so plainly."""
    logger.error("Trial %s could not be done: %s", trial_id, error)
    waiting = GuidanceTrial.objects.filter(pk=trial_id, state=GuidanceTrial.WAITING)
    waiting.update(state=GuidanceTrial.FAILED, error=OURS, finished_at=timezone.now())


def rows_of(plan: Plan, pairs: Sequence[Pair], system: Organisation) -> list[dict[str, Any]]:
    """What changes for the system and each of its organisations, in the order of the targets. A trust that only
    serves the system is judged in its host's trial."""
    was = _judged(plan, [pair.before for pair in pairs if pair.before is not None], system)
    now = _judged(plan, [pair.after for pair in pairs if pair.after is not None], system)
    found = (
        row_of(pair, name, _of(was, pair.before, ods), _of(now, pair.after, ods))
        for pair in pairs
        for ods, name in now.bodies
    )
    return [row for row in found if row is not None]


def _judged(plan: Plan, targets: Sequence[Target], system: Organisation) -> Judged:
    members = [member for member in plan.members if not member.served_by]
    name = f"{system.system_name or system.short_name} (system)"
    bodies: list[tuple[str | None, str]] = [(None, name), *((member.ods, member.name) for member in members)]
    found = [*evaluate_system(plan, targets, system.ods), *evaluate(plan, targets)]
    return Judged({(one.target.code, one.organisation): one for one in found}, tuple(bodies))


def _of(judged: Judged, target: Target | None, ods: str | None) -> Outcome | None:
    return judged.outcomes.get((target.code, ods)) if target is not None else None


def _asked_for(trial: GuidanceTrial, before: Stated, after: Stated) -> InHand | None:
    """The plans that the trial's digest names, None where they are in hand no more."""
    found = plans_in_hand([trial.round_id], [trial.system_id], (LATEST, ACCEPTED))
    return next((hand for hand in found if trying_out.digest(hand, before, after) == trial.digest), None)


def _versions(system: Organisation, hand: InHand) -> list[Version] | None:
    """The versions behind those plans, None where another has come in meanwhile."""
    versions = current_versions(hand.round, _bodies(system, hand), hand.basis)
    kept = [version for version in versions if version.upload in hand.uploads]
    return kept if {version.upload for version in kept} == hand.uploads else None


def _bodies(system: Organisation, hand: InHand) -> Iterable[str]:
    return {system.ods, *(str(row["organisation"]) for row in hand.inputs)}


def _plan(hand: InHand, system: Organisation, versions: Sequence[Version]) -> Plan:
    members = as_members(system, members_of(hand.round))
    known = reference_values(hand.round)
    return build(Lines.load(hand.round), members, versions, load_rows(versions), known)


def _finish(trial: GuidanceTrial, **fields: Any) -> None:
    """Once: a task that comes twice keeps what the first has kept."""
    waiting = GuidanceTrial.objects.filter(pk=trial.pk, state=GuidanceTrial.WAITING)
    waiting.update(finished_at=timezone.now(), **fields)
