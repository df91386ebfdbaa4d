"""One row of the rule book: a check, a rule or a target in words, how it is held and how often it fired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from planning.foundation.wording import names
from planning.plan.findings import EXPLAIN, NOTE
from planning.plan.rulebook import Rule, RuleVersion
from planning.registry.organisations import Organisation
from submissions.queries.firing import Fired
from submissions.wording import RETURN_NAMES, SEVERITIES, TRIAL, Severity
from targets.guidance.target import Target
from targets.wording import asks, marks

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
    def marks(self) -> list[Mapping[str, str]]:
        """What sets it apart, as tags."""
        found = [("Never fired", "grey", self.is_dead)]
        found.append(("Fired at more than half", "orange", self.fired.is_noisy))
        found.append(("Added or edited here", "blue", self.edited))
        said = [{"text": text, "colour": colour} for text, colour, holds in found if holds]
        return [*self.tags, *said]

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


def rule_entry(row: RuleVersion, rule: Rule, fired: Fired, held: Sequence[Held]) -> Entry:
    return Entry(
        code=rule.code,
        title=rule.title,
        formula=rule.formula,
        group=group_of(rule),
        tolerance=rule.tolerance.text or "none",
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
        tolerance="none",
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


def system_name(system: Organisation) -> str:
    return system.system_name or f"{system.short_name} system"
