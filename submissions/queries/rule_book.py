"""What the rule book shows: every check, rule and target of a round with how it is held and how often it fired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from planning.foundation.wording import count, names
from planning.people.access import TRUST, Scope
from planning.plan.findings import EXPLAIN, NOTE
from planning.plan.rulebook import Rule, RuleVersion
from planning.plan.tolerances import RuleTolerance
from planning.registry.organisations import Membership, Organisation
from planning.registry.rounds import Round
from submissions.queries.firing import Fired, firing_of_rules, firing_of_targets, judged_in
from submissions.wording import RETURN_NAMES, SEVERITIES, TRIAL, Severity
from targets.guidance.governing import load_targets
from targets.guidance.target import Target
from targets.wording import asks, marks

LONGEST_SEARCH = 100
ACROSS, EACH, CHECKS, TARGETS = "across", "each", "checks", "targets"
GROUPS = {
    CHECKS: "Checks of the workbook and of one return by itself",
    ACROSS: "Rules across returns",
    "activity": "Rules of the activity return",
    "workforce": "Rules of the workforce return",
    "finance": "Rules of the finance return",
    EACH: "Rules of each return by itself",
    TARGETS: "Targets",
}
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
class Held:
    """A tolerance that is set for a round or one system in place of the declared one."""

    where: str  # `every system`, or the system's name
    text: str
    reason: str
    system: str = ""


@dataclass(frozen=True)
class Entry:
    """One row of the book."""

    code: str
    title: str
    formula: str
    group: str
    tolerance: str
    severity: Severity
    severity_code: str
    returns: str
    levels: str
    instruction: str
    why: str
    source: str
    version: int
    trial: bool
    edited: bool
    fired: Fired
    address: str
    tags: Sequence[Mapping[str, str]] = ()
    held: Sequence[Held] = ()
    needs_acceptance: bool = False

    @property
    def is_dead(self) -> bool:
        """A rule that fires nowhere may ask for nothing; a check of the workbook that finds nothing, or a target
        that everybody meets, is as it should be."""
        return self.group not in (CHECKS, TARGETS) and self.fired.is_dead

    @property
    def marks(self) -> list[dict[str, str]]:
        """What sets it apart, as tags."""
        found = [("Never fired", "grey", self.is_dead)]
        found.append(("Fired at more than half", "orange", self.fired.is_noisy))
        found.append(("Added or edited here", "blue", self.edited))
        return [*self.tags, *({"text": text, "colour": colour} for text, colour, holds in found if holds)]

    @property
    def severity_word(self) -> str:
        return SEVERITIES[self.severity_code].word

    def is_in(self, state: str) -> bool:
        """Whether it is one of those that a choice of STATES asks for."""
        return {
            "": True,
            "fired": self.fired.has_fired,
            "never": self.is_dead,
            "noisy": self.fired.is_noisy,
            "waiting": bool(self.fired.waiting),
            "trial": self.trial,
            "own": bool(self.held),
            "edited": self.edited,
        }[state]

    def speaks_of(self, search: str) -> bool:
        text = f"{self.code} {self.title} {self.formula} {self.source} {self.why}".casefold()
        return all(word in text for word in search.casefold().split())


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
    held = held_by(round_code, [code for code, host in systems.items() if host])
    targets = [row for row in load_targets(round_code) if not row.systems or row.systems & systems.keys()]
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


# --- entries -------------------------------------------------------------------------------------------
def rule_entry(row: RuleVersion, rule: Rule, fired: Fired, held: Sequence[Held]) -> Entry:
    return Entry(
        code=rule.code,
        title=rule.title,
        formula=rule.formula,
        group=group_of(rule),
        tolerance=rule.tolerance.text or "None",
        severity=TRIAL if rule.trial else SEVERITIES[rule.severity],
        severity_code=rule.severity,
        returns=returns_words(rule),
        levels=names(
            [{"organisation": "each organisation", "system": "the system"}[at] for at in sorted(rule.levels)]
        ),
        instruction=rule.instruction,
        why=rule.why,
        source=rule.source,
        version=rule.version,
        trial=rule.trial,
        edited=is_edited(row),
        fired=fired,
        address=reverse("rule", args=[row.round_id, rule.code]),
        held=held,
        needs_acceptance=rule.needs_acceptance,
    )


def target_entry(target: Target, fired: Fired, round_code: str) -> Entry:
    code = NOTE if target.kind == "directional" or target.due else EXPLAIN
    source = target.source
    return Entry(
        code=target.code,
        title=target.title,
        formula=asks(target),
        group=TARGETS,
        tolerance="None",
        severity=SEVERITIES[code],
        severity_code=code,
        returns="An answer of its lead" if target.is_attested else "",
        levels="",
        instruction="",
        why=target.note,
        source=", ".join(said for said in (source.get("document", ""), source.get("section", "")) if said),
        version=target.version,
        trial=False,
        edited=False,
        fired=fired,
        address=reverse("target", args=[round_code, target.code]),
        tags=marks(target),
    )


def group_of(rule: Rule) -> str:
    if rule.kind == "check":
        return CHECKS
    if rule.is_across:
        return ACROSS
    return EACH if len(rule.returns) > 1 else next(iter(rule.returns))


def returns_words(rule: Rule) -> str:
    """`Workforce and finance`, `Any of activity, workforce and finance`."""
    said = names([kind for kind in RETURN_NAMES if kind in rule.returns])
    return f"Any of {said}" if len(rule.returns) > 1 and not rule.is_across else said.capitalize()


def is_edited(row: RuleVersion) -> bool:
    """Whether it was added or changed in the service, not loaded from a file."""
    return not row.loaded_digest


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By group; targets stay in the order of their documents."""
    places = list(GROUPS)
    return sorted(
        entries, key=lambda one: (places.index(one.group), "" if one.group == TARGETS else one.code)
    )


# --- whose ---------------------------------------------------------------------------------------------
def systems_of(scope: Scope) -> dict[str, bool]:
    """The systems that concern the asker, and whether it belongs to each or only serves it; a query for a trust."""
    if scope.systems or not scope.own:
        return dict.fromkeys(scope.systems, True)
    rows = Membership.objects.filter(organisation_id__in=scope.own)
    return {system: role == Membership.HOST for system, role in rows.values_list("system_id", "role")}


def held_by(round_code: str, systems: Sequence[str], rule: str = "") -> dict[str, list[Held]]:
    """The tolerances that are set for a round and for some systems, by rule, the round's first; one query."""
    rows = RuleTolerance.objects.filter(round_id=round_code, ended_at=None).select_related("system")
    if rule:
        rows = rows.filter(rule=rule)
    found: dict[str, list[Held]] = {}
    for row in sorted(rows, key=lambda one: one.system_id or ""):
        if row.system is None or row.system_id in systems:
            held = Held(
                system_name(row.system) if row.system else "every system",
                row.text,
                row.reason,
                row.system_id or "",
            )
            found.setdefault(row.rule, []).append(held)
    return found


def system_name(system: Organisation) -> str:
    return system.system_name or f"{system.short_name} system"


def whose(scope: Scope) -> str:
    """Whose results the numbers count, in words; nothing for somebody who sees none."""
    if scope.kind == TRUST:
        return "your own results"
    if not scope.systems:
        return ""
    if scope.own:
        return "the current results of your system's organisations"
    return f"what has been accepted of {count(len(scope.systems), 'system')}"
