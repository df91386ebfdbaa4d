"""Asking for a rule to be run over the plans in hand, to see whom it would hit before it counts; and who may see
what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from planning.foundation.jobs import enqueue
from planning.people.access import NotAllowed, Scope
from planning.people.roles import TRY_RULES
from planning.plan.rule_trials import RuleTrial
from planning.registry.reference import digest_of
from planning.registry.rounds import Round

TRY = "submissions.tasks.try_rule"  # told a trial's id
MOST_WAITING = 10  # trials of one person: the worker that runs them checks everybody's uploads too
EVERY = ""  # the systems of a trial that is run over all of them


class TooManyWaiting(Exception):
    """The asker has as many trials waiting as one person may."""


def is_administrator(scope: Scope) -> bool:
    """Whether the asker may try a rule on every system's plans, and make or promote one."""
    return scope.person is not None and scope.person.administers


def systems_tried_by(scope: Scope) -> frozenset[str]:
    """The systems on whose plans the asker may try a rule as one of their board."""
    return frozenset(system for system in scope.systems if scope.may(TRY_RULES, system))


def may_try(scope: Scope) -> bool:
    return is_administrator(scope) or bool(systems_tried_by(scope))


def visible_trials(scope: Scope) -> QuerySet[RuleTrial]:
    """An administrator sees every trial, a board those of its own system's plans, anybody else none."""
    if is_administrator(scope):
        return RuleTrial.objects.all()
    return RuleTrial.objects.filter(system_id__in=systems_tried_by(scope))


def digest(entry: Mapping[str, Any], in_hand: str) -> str:
    """Of everything that a trial's rows depend on; `in_hand` is the digest of the plans and of what judges them."""
    return digest_of([settings.VERSION, dict(entry), in_hand])


def ask(
    *, by: Scope, of: str, plans: str, system: str, entry: Mapping[str, Any], differs: bool, in_hand: str
) -> RuleTrial:
    """The trial of a declaration of round `of` on the plans of round `plans` in one system, or in EVERY one: the one
    that there is, else a new one, queued. One that failed is queued again. Pressed twice it is asked for once.

    Raises NotAllowed for a system that is not the asker's to try rules on, TooManyWaiting.
    """
    if not (is_administrator(by) or system in systems_tried_by(by)):
        raise NotAllowed("A rule is tried on the plans of one's own system.")
    code = str(entry["code"])
    with transaction.atomic():
        Round.objects.select_for_update(no_key=True).get(pk=plans)  # two who press at once are one
        known = RuleTrial.objects.filter(
            round_id=plans, system_id=system or None, rule=code, digest=digest(entry, in_hand)
        )
        trial = next((row for row in known if row.result.get("of") == of), None)
        is_new = trial is None
        if trial is None:
            trial = RuleTrial.objects.create(
                round_id=plans,
                system_id=system or None,
                rule=code,
                entry=dict(entry),
                differs=differs,
                digest=digest(entry, in_hand),
                result={"of": of},
                by=by.person,
            )
        elif trial.state == RuleTrial.FAILED:
            trial.state, trial.error, is_new = RuleTrial.WAITING, "", True
            trial.save(update_fields=["state", "error"])
        if is_new:
            _check_waiting(by, trial)
            enqueue(TRY, str(trial.pk))
    return trial


def _check_waiting(by: Scope, trial: RuleTrial) -> None:
    others = RuleTrial.objects.filter(by=by.person, state=RuleTrial.WAITING).exclude(pk=trial.pk)
    if others.count() >= MOST_WAITING:
        raise TooManyWaiting(f"{MOST_WAITING} trials of yours are waiting. Try again when one is done")
