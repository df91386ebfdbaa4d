"""Holding a rule to another tolerance, in one system or in all: who, why, and who it touches is judged again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from planning.people.access import NotAllowed, Scope
from planning.people.person import Person
from planning.people.roles import TOLERATE
from planning.plan.rejudgements import TOLERANCE, ask_for, judged_bodies
from planning.plan.rule_editing import returns_alone
from planning.plan.rulebook import Rule, RuleVersion, version_in_force
from planning.plan.tolerances import FIGURES, RuleTolerance, Tolerances, held_to, tolerances_of
from planning.registry.organisations import Membership
from planning.registry.rounds import Round

LONGEST_TEXT, LONGEST_REASON = 200, 2000
LARGEST = Decimal(10**9)
LIMIT = "limits."  # what stands before the name of a limit
Figures = Mapping[str, Decimal]  # absolute, relative, low, high, limits.staff


class NotTolerable(ValueError):
    """Why a rule cannot be held to that. `field` is what was given wrong: rule, a figure's name, text or reason."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def tolerate(
    *, by: Scope, system: str, round_code: str, rule: str, entry: Figures, text: str, reason: str
) -> RuleTolerance:
    """Hold a rule to other figures in one system, named as `figures_of` does; what is not named stays. Its members are
    judged again.

    Raises NotAllowed, NotTolerable.
    """
    by.must(TOLERATE, system)
    return _hold(by.person, system, round_code, rule, entry, text, reason)


def end_tolerance(*, by: Scope, system: str, round_code: str, rule: str) -> None:
    """Hold a rule in a system to what holds in all again. Raises NotAllowed, NotTolerable."""
    by.must(TOLERATE, system)
    _end(by.person, system, round_code, rule)


def tolerate_everywhere(
    *, by: Person, round_code: str, rule: str, entry: Figures, text: str, reason: str
) -> RuleTolerance:
    """The same for every system of the round that has none of its own: for administrators."""
    _must_administer(by)
    return _hold(by, None, round_code, rule, entry, text, reason)


def end_everywhere(*, by: Person, round_code: str, rule: str) -> None:
    """Hold a rule to its declaration again. Raises NotAllowed, NotTolerable."""
    _must_administer(by)
    _end(by, None, round_code, rule)


def check_tolerance(round_code: str, code: str, entry: Figures, system: str = "") -> RuleVersion:
    """Whether a rule may be held to that, in a system or with "" in all. Raises NotTolerable."""
    row = _declared(round_code, code)
    _check(in_force(Rule.from_entry(row.entry, row.version, {}), tolerances_of(round_code), system), entry)
    return row


def why_not(rule: Rule) -> str:
    """Why no other tolerance may be set for a rule, "" where one may."""
    if rule.severity == "block":
        return f"{rule.code} stops a return, for everybody alike: it is held to what it says"
    if rule.kind != "rule":
        return f"{rule.code} is a check of the workbook itself: it is held to what it says"
    if not figures_of(rule):
        return f"{rule.code} has no figure that could be another"
    return ""


def figures_of(rule: Rule) -> dict[str, Decimal]:
    """The figures that a rule is held to, by name. Two sides that are compared always have an absolute and a relative
    one; a function only those that its declaration gives, since it reads no others."""
    held = rule.tolerance
    found: dict[str, Decimal] = {}
    for name in FIGURES:
        value = getattr(held, name)
        if value is not None and (value or (rule.comparisons and name in ("absolute", "relative"))):
            found[name] = value
    return {**found, **{f"{LIMIT}{name}": value for name, value in rule.limits.items()}}


def in_force(rule: Rule, tolerances: Tolerances, system: str) -> Rule:
    """The rule as it is held in a system, or with "" in every system without a row of its own."""
    everywhere = held_to(rule, tolerances, "")
    return held_to(everywhere, tolerances, system) if system else everywhere


# --- within ------------------------------------------------------------------------------------------------
def _hold(
    by: Person | None, system: str | None, round_code: str, code: str, entry: Figures, text: str, reason: str
) -> RuleTolerance:
    words = _words(text, "text", LONGEST_TEXT, "Say the tolerance in words, such as 2% or 5 WTE")
    why = _words(reason, "reason", LONGEST_REASON, "Say why the rule is held to another tolerance")
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_code)
        row = check_tolerance(round_code, code, entry, system or "")
        _rows(round_code, code, system).update(ended_by=by, ended_at=timezone.now())
        made = RuleTolerance.objects.create(
            round_id=round_code,
            rule=code,
            system_id=system,
            entry=_as_stored(entry),
            text=words,
            reason=why,
            by=by,
        )
        _judge_again(by, system, round_code, row, why)
    return made


def _end(by: Person | None, system: str | None, round_code: str, code: str) -> None:
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_code)
        if not _rows(round_code, code, system).update(ended_by=by, ended_at=timezone.now()):
            raise NotTolerable("rule", f"{code} is not held to another tolerance: somebody may have ended it")
        row = RuleVersion.objects.get(round_id=round_code, code=code, is_current=True)
        _judge_again(by, system, round_code, row, "It is held to what holds elsewhere again")


def _rows(round_code: str, code: str, system: str | None) -> QuerySet[RuleTolerance]:
    return RuleTolerance.objects.filter(round_id=round_code, rule=code, system_id=system, ended_at=None)


def _declared(round_code: str, code: str) -> RuleVersion:
    row = version_in_force(round_code, code)
    if row is None:
        raise NotTolerable("rule", "Choose a rule of this round")
    if fault := why_not(Rule.from_entry(row.entry, row.version, {})):
        raise NotTolerable("rule", fault)
    return row


def _check(rule: Rule, entry: Figures) -> None:
    """`rule` as it is held now, its figures the ones that may be others."""
    held = figures_of(rule)
    for name, value in entry.items():
        if name not in held:
            raise NotTolerable(name, f"{rule.code} has no figure called {name}")
        if not value.is_finite() or abs(value) > LARGEST:
            raise NotTolerable(name, "Enter a smaller number")
        if value < 0 and name not in ("low", "high") and held[name] >= 0:
            raise NotTolerable(name, "Enter 0 or more")
        if name == "relative" and value >= 1:
            raise NotTolerable(name, "Enter less than 100%")
    merged = {**held, **entry}
    if "low" in merged and "high" in merged and merged["low"] > merged["high"]:
        raise NotTolerable("low", "The lower end must not be above the upper end")
    if all(held[name] == value for name, value in entry.items()):
        raise NotTolerable(next(iter(held)), "That is what the rule is held to already: change a figure")


def _as_stored(entry: Figures) -> dict[str, Any]:
    figures = {name: _number(value) for name, value in entry.items() if name in FIGURES}
    limits = {
        name.removeprefix(LIMIT): _number(value) for name, value in entry.items() if name.startswith(LIMIT)
    }
    return {**figures, **({"limits": limits} if limits else {})}


def _number(value: Decimal) -> int | float:
    """As a file would have it."""
    return int(value) if value == value.to_integral_value() else float(value)


def _words(text: str, field: str, longest: int, wanted: str) -> str:
    words = " ".join(text.split()) if field == "text" else text.strip()
    if not words:
        raise NotTolerable(field, wanted)
    if len(words) > longest:
        raise NotTolerable(field, f"Use {longest:,} characters or fewer")
    return words


def _judge_again(
    by: Person | None, system: str | None, round_code: str, row: RuleVersion, reason: str
) -> None:
    bodies = judged_bodies(round_code)
    if system is not None:
        hosts = Membership.objects.filter(system_id=system, role=Membership.HOST)
        bodies &= {system, *hosts.values_list("organisation_id", flat=True)}
    alone = returns_alone(row.entry)
    ask_for(
        round_code=round_code, why=TOLERANCE, by=by, about=row.code, reason=reason,
        bodies=bodies, system=system, returns=alone,
    )  # fmt: skip


def _must_administer(by: Person) -> None:
    if not by.administers:
        raise NotAllowed("The round's own tolerances are for administrators.")
