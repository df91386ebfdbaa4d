"""What the rule book shows: every check, rule and target of a round with how it is held and how often it fired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from planning.foundation.wording import count
from planning.people.access import TRUST, Scope
from planning.plan.rulebook import Rule, RuleVersion
from planning.plan.tolerances import RuleTolerance
from planning.registry.organisations import Membership
from planning.registry.rounds import Round
from submissions.queries.firing import Fired, firing_of_rules, firing_of_targets, judged_in
from submissions.queries.rule_entries import (
    GROUPS,
    TARGETS,
    Entry,
    Held,
    rule_entry,
    system_name,
    target_entry,
)
from submissions.wording import SEVERITIES
from targets.guidance.governing import governing, load_entries
from targets.queries.bodies import systems_of

LONGEST_SEARCH = 100
Systems = frozenset[str] | QuerySet[Any, Any]  # their codes, or a query of them
STATES = {
    "fired": "Fired",
    "never": "Never fired",
    "noisy": "Fired at more than half",
    "waiting": "Waiting for returns",
    "trial": "On trial",
    "own": "With a tolerance set for the round or a system",
    "edited": "Added or edited here",
}
FILTERS = ("search", "group", "severity", "state")


class NoSuchChoice(LookupError):
    """A filter in the address has a value that is none of its choices."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for. Raises NoSuchChoice for what cannot be chosen."""

    search: str = ""
    group: str = ""
    severity: str = ""
    state: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        chosen = {name: given.get(name, "").strip() for name in FILTERS}
        for name, known in (("group", GROUPS), ("severity", SEVERITIES), ("state", STATES)):
            if chosen[name] and chosen[name] not in known:
                raise NoSuchChoice(f"{chosen[name]} is no choice of {name}.")
        return cls(**{**chosen, "search": chosen["search"][:LONGEST_SEARCH]})

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.group or self.severity or self.state)

    def wants(self, entry: Entry) -> bool:
        return (
            self.group in ("", entry.group)
            and self.severity in ("", entry.severity_code)
            and entry.is_in(self.state)
            and entry.speaks_of(self.search)
        )


@dataclass(frozen=True)
class RuleBook:
    """A round's rules and targets as one asker sees them."""

    round: Round
    entries: Sequence[Entry]
    whose: str = ""  # whose results are counted
    rows: Sequence[RuleVersion] = field(default_factory=tuple)


def load_book(scope: Scope, round_code: str) -> RuleBook | None:
    """Everything of a round, None for a round that there is not. Eight queries at most, whatever the number of
    rules and organisations."""
    current = RuleVersion.objects.filter(round_id=round_code, is_current=True, retired=False)
    rows = list(current.select_related("round"))
    place = rows[0].round if rows else Round.objects.filter(pk=round_code).first()
    if place is None:
        return None
    rules = [Rule.from_entry(row.entry, row.version, {}) for row in rows]
    systems = systems_of(scope)
    held = held_by(round_code, own_systems(scope))
    governs = governing(load_entries(round_code), round_code, timezone.localdate())
    targets = [target for target in governs if not target.systems or target.systems & systems]
    judged = judged_in(scope, round_code)
    fired = firing_of_rules(scope, round_code, rules, judged)
    missed = firing_of_targets(scope, round_code)
    entries = [
        rule_entry(row, rule, fired[rule.code], held.get(rule.code, []))
        for row, rule in zip(rows, rules, strict=True)
    ]
    entries += [target_entry(target, missed.get(target.code, Fired()), round_code) for target in targets]
    return RuleBook(place, _in_order(entries), whose(scope), rows)


def book_page(book: RuleBook, asked: Asked) -> dict[str, Any]:
    """The book by group, searched and filtered."""
    shown = [entry for entry in book.entries if asked.wants(entry)]
    groups = [
        {"code": code, "name": name, "rows": [entry for entry in shown if entry.group == code]}
        for code, name in GROUPS.items()
    ]
    return {
        "asked": asked,
        "groups": [group for group in groups if group["rows"]],
        "number": len(shown),
        "whole": len(book.entries),
        "whose": book.whose,
        "tally": _tally(book.entries),
        "choices": _choices(asked, book.entries),
        "download": reverse("rule_book_file", args=[book.round.pk]),
    }


def _tally(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """What stands out, each a filter of its own."""
    counts = ((state, sum(1 for entry in entries if entry.is_in(state))) for state in STATES)
    return [
        {"text": STATES[state], "number": number, "address": f"?state={state}"}
        for state, number in counts
        if number or state in ("never", "noisy")
    ]


def _choices(asked: Asked, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    known = {entry.group for entry in entries}
    listed: dict[str, tuple[str, dict[str, str]]] = {
        "group": ("Group", {code: name for code, name in GROUPS.items() if code in known}),
        "severity": ("Severity", {code: said.word for code, said in SEVERITIES.items()}),
        "state": ("This round", STATES),
    }
    return [
        {
            "name": name,
            "label": label,
            "options": [
                {"value": value, "text": text, "selected": getattr(asked, name) == value}
                for value, text in options.items()
            ],
        }
        for name, (label, options) in listed.items()
    ]


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By group; targets stay in the order of their documents."""
    places = list(GROUPS)
    return sorted(
        entries, key=lambda one: (places.index(one.group), "" if one.group == TARGETS else one.code)
    )


# --- whose ---------------------------------------------------------------------------------------------
def own_systems(scope: Scope) -> Systems:
    """The systems that the asker leads or belongs to; for a trust as a subquery."""
    if scope.systems or not scope.own:
        return scope.systems
    return Membership.objects.filter(organisation_id__in=scope.own, role=Membership.HOST).values("system_id")


def held_by(round_code: str, systems: Systems, rule: str = "") -> dict[str, list[Held]]:
    """The tolerances that are set for a round and for some systems, by rule, the round's first; one query."""
    rows = RuleTolerance.objects.filter(round_id=round_code, ended_at=None).select_related("system")
    rows = rows.filter(Q(system=None) | Q(system__in=systems))
    if rule:
        rows = rows.filter(rule=rule)
    found: dict[str, list[Held]] = {}
    for row in sorted(rows, key=lambda one: one.system_id or ""):
        where = system_name(row.system) if row.system else "every system"
        found.setdefault(row.rule, []).append(Held(where, row.text, row.reason, row.system_id or ""))
    return found


def whose(scope: Scope) -> str:
    """Whose results the numbers count, in words; nothing for somebody who sees none."""
    if scope.kind == TRUST:
        return "your own results"
    if not scope.systems:
        return ""
    if scope.own:
        return "the current results of your system's organisations"
    return f"what has been accepted of {count(len(scope.systems), 'system')}"
