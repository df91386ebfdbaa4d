"""A change of guidance tried out on the plans in hand: asked for on a page, judged by a worker, counting nowhere.

Both documents are judged on the same figures. Targets of another round are put beside one another by metric,
their months moved to the round of the plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction

from planning.foundation.jobs import enqueue
from planning.people.person import Person
from planning.plan.runs import CurrentRun, Run
from planning.registry import periods
from planning.registry.reference import digest_of
from targets.evaluations import MET, NOT_ASSESSABLE, NOT_MET
from targets.guidance.comparison import NOT_KNOWN, Change, compare
from targets.guidance.governing import takes_effect_in
from targets.guidance.standing import Stated
from targets.guidance.target import Target
from targets.guidance.trials import GuidanceTrial
from targets.judging.outcome import Outcome

TRY = "submissions.tasks.try_guidance"  # told a trial's id
MISSES, MEETS, UNSURE, RELEASED, MISSES_UNKNOWN = "misses", "meets", "unsure", "released", "misses_unknown"
WORDS = {
    MISSES: "Newly misses",
    MEETS: "Newly meets",
    UNSURE: "No longer assessable",
    RELEASED: "Missed and no longer asked",
    MISSES_UNKNOWN: "Misses; what was asked before is not known",
}


@dataclass(frozen=True)
class InHand:
    """The plans of one system that count on a basis: the versions that its run was made from."""

    round: str
    system: str
    basis: str
    inputs: tuple[Mapping[str, Any], ...]

    @property
    def uploads(self) -> frozenset[str]:
        return frozenset(str(row["upload"]) for row in self.inputs)


@dataclass(frozen=True)
class Pair:
    """One target before and after, as it would be judged on the plans in hand. None: not asked there."""

    before: Target | None
    after: Target | None
    is_known: bool = True  # whether it is known what was asked before

    @property
    def chief(self) -> Target:
        found = self.after or self.before
        assert found is not None  # noqa: S101 - a pair is of something
        return found


def plans_in_hand(rounds: Iterable[str], systems: Iterable[str], bases: Iterable[str]) -> list[InHand]:
    """The plans that stand behind the results of some systems; the latest round first. One query."""
    rows = CurrentRun.objects.filter(
        scope=Run.SYSTEM, round_id__in=list(rounds), subject__in=list(systems), basis__in=list(bases)
    ).select_related("run")
    found = [InHand(row.round_id, row.subject, row.basis, tuple(row.run.inputs)) for row in rows]
    kept = [hand for hand in found if hand.inputs]
    return sorted(kept, key=lambda hand: (hand.round, hand.system), reverse=True)


def digest(hand: InHand, before: Stated, after: Stated) -> str:
    """Of everything that a trial's rows depend on: the same plans and documents are tried out once."""
    return digest_of(
        [
            settings.VERSION,
            *(hand.round, hand.system, hand.basis, sorted(hand.uploads)),
            *([_seen(target) for target in stated.targets] for stated in (before, after)),
        ]
    )


def _seen(target: Target) -> list[Any]:
    return [target.code, target.source["document_code"], target.version, sorted(target.local.items())]


def ask(*, by: Person | None, hand: InHand, before: Stated, after: Stated) -> GuidanceTrial:
    """The trial of two documents on the plans in hand: the one that there is, else a new one, queued. One that
    failed is queued again. Pressed twice it is asked for once."""
    with transaction.atomic():
        trial, is_new = GuidanceTrial.objects.select_for_update().get_or_create(
            system_id=hand.system,
            before_id=before.code,
            after_id=after.code,
            digest=digest(hand, before, after),
            defaults={"round_id": hand.round, "by": by},
        )
        if trial.state == GuidanceTrial.FAILED:
            trial.state, trial.error, is_new = GuidanceTrial.WAITING, "", True
            trial.save(update_fields=["state", "error"])
        if is_new:
            enqueue(TRY, str(trial.pk))
    return trial


# --- what is judged ------------------------------------------------------------------------------------
def pairs_for(before: Stated, after: Stated, hand: InHand) -> list[Pair]:
    """What both documents ask that system, as asked in the round of the plans. What is attested stays out: an
    answer given under one document is none under another. So does what the later one may still ask."""
    changes = compare(before.for_system(hand.system), after.for_system(hand.system))
    return [_pair(change, before, after, hand.round) for change in changes if _is_judged(change)]


def _is_judged(change: Change) -> bool:
    if change.after is None:
        return NOT_KNOWN not in change.ways and not change.target.is_attested
    return not change.after.is_attested


def _pair(change: Change, before: Stated, after: Stated, round_code: str) -> Pair:
    was, now = change.before, change.after
    is_known = NOT_KNOWN not in change.ways and not (was is not None and was.is_attested)
    return Pair(
        moved(was, before.round, round_code) if was is not None and not was.is_attested else None,
        moved(now, after.round, round_code) if now is not None else None,
        is_known,
    )


def moved(target: Target, own: str, to: str) -> Target:
    """A target with its months moved from its own round to another's; as it is where its months lie in that
    round already, or in neither."""
    if own == to or takes_effect_in(target, to) or not takes_effect_in(target, own):
        return target
    years = periods.first_year(to) - periods.first_year(own)
    effect = {**target.effect, "from": _later(target.effect["from"], years)}
    return replace(
        target,
        effect={**effect, "to": _later(target.effect["to"], years)},
        due=_later(target.due, years) if target.due else "",
        steps=tuple({**step, "by": _later(step["by"], years)} for step in target.steps),
        parts=tuple(_part(part, years) for part in target.parts),
    )


def _part(part: Mapping[str, Any], years: int) -> Mapping[str, Any]:
    if "effect" not in part:
        return part
    days = {name: _later(part["effect"][name], years) for name in ("from", "to")}
    return {**part, "effect": {**part["effect"], **days}}


def _later(month: str, years: int) -> str:
    return f"{int(month[:4]) + years}{month[4:]}"


# --- what came of it -----------------------------------------------------------------------------------
def became(before: str, after: str, *, is_known: bool = True) -> str:
    """What a change did to one plan, from its outcomes under both; "" is not asked there. Nothing where it
    stands as it stood."""
    if after == NOT_MET and before != NOT_MET:
        return MISSES if is_known else MISSES_UNKNOWN
    if before == NOT_MET and after == MET:
        return MEETS
    if before == NOT_MET and after not in (NOT_MET, NOT_ASSESSABLE):
        return RELEASED
    return UNSURE if after == NOT_ASSESSABLE and before in (MET, NOT_MET) else ""


def row_of(pair: Pair, name: str, before: Outcome | None, after: Outcome | None) -> dict[str, Any] | None:
    """One row of a trial, None where nothing changed. `organisation` is empty for the system."""
    kind = became(_outcome(before), _outcome(after), is_known=pair.is_known)
    found = after or before
    if not kind or found is None:
        return None
    return {
        "kind": kind,
        "target": pair.chief.code,
        "was": pair.before.code if pair.before is not None else "",
        "metric": pair.chief.metric,
        "title": pair.chief.title,
        "area": pair.chief.area,
        "organisation": found.organisation or "",
        "name": name,
        "before": _figures(before),
        "after": _figures(after),
    }


def _outcome(outcome: Outcome | None) -> str:
    return "" if outcome is None else outcome.outcome


def _figures(outcome: Outcome | None) -> dict[str, Any] | None:
    if outcome is None:
        return None
    names = ("outcome", "planned", "threshold", "unit", "gap", "gap_units", "gap_unit", "why")
    return {name: getattr(outcome, name) for name in names}


def seen_by(rows: Sequence[Mapping[str, Any]], bodies: frozenset[str] | None) -> list[Mapping[str, Any]]:
    """All rows of a system, or for a trust its own alone."""
    return [row for row in rows if bodies is None or row["organisation"] in bodies]
