"""How often each check, rule and target has fired this round, in what the asker may see: bodies hit of those judged,
and those that wait for a return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q

from planning.foundation.wording import count
from planning.people.access import TRUST, Scope
from planning.plan.rulebook import Rule
from planning.plan.runs import Run
from planning.plan.visible import basis_for
from planning.registry.organisations import ICB
from submissions.visible import current_runs, findings_of
from targets.doubts import RULES as DOUBTS
from targets.evaluations import MET, NOT_MET
from targets.visible import evaluations_of

FEW = 3  # of fewer bodies judged nothing is said of a rule's worth


@dataclass(frozen=True)
class Fired:
    """One rule or target this round. Of systems, those whose own sums were judged."""

    number: int = 0  # findings
    organisations: int = 0
    judged: int = 0
    waiting: int = 0
    systems: int = 0
    systems_judged: int = 0

    @property
    def is_dead(self) -> bool:
        """Fired nowhere though enough were judged to tell."""
        return self.judged + self.systems_judged >= FEW and not self.organisations + self.systems

    @property
    def is_noisy(self) -> bool:
        """Fired at more than half of those judged."""
        judged = self.judged + self.systems_judged
        return judged >= FEW and 2 * (self.organisations + self.systems) > judged

    @property
    def has_fired(self) -> bool:
        return bool(self.organisations + self.systems)

    @property
    def words(self) -> str:
        """`3 of 5 organisations, 1 of 1 system`; what nobody was judged by says so."""
        said = []
        if self.judged:
            said.append(f"{self.organisations:,} of {count(self.judged, 'organisation')}")
        if self.systems_judged:
            said.append(f"{self.systems:,} of {count(self.systems_judged, 'system')}")
        return ", ".join(said) or "Not judged yet"


@dataclass
class Judged:
    """Which of the asker's bodies have been judged, from the runs that count."""

    kinds: Mapping[str, str]  # ODS code -> type, of every body whose results the asker sees
    returned: dict[str, set[str]] = field(default_factory=dict)  # ODS code -> the returns that were checked
    waits: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # of organisations' own runs
    systems: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # of systems' runs

    def of(self, rule: Rule) -> tuple[set[str], set[str]]:
        """The organisations that it is asked of: those that were judged by it, and those that wait."""
        if "organisation" not in rule.levels and not rule.each_pair:
            return set(), set()
        asked = {ods for ods, kind in self.kinds.items() if kind in rule.types}
        judged = {ods for ods in asked if self.is_judged(rule, ods)}
        return judged, asked - judged

    def is_judged(self, rule: Rule, ods: str) -> bool:
        given = self.returned.get(ods, set())
        if rule.each_pair:  # each trust with its ICB, found in the system's run
            waits = (missing(of_system, rule.code) for of_system in self.systems.values())
            return rule.returns <= given and not any(
                one.split()[0] in self.systems for each in waits for one in each
            )
        if is_of_one_return(rule):
            return bool(rule.returns & given)
        return ods in self.waits and not missing(self.waits[ods], rule.code)

    def systems_of(self, rule: Rule) -> set[str]:
        if "system" not in rule.levels or rule.each_pair:
            return set()
        return {ods for ods, waits in self.systems.items() if not missing(waits, rule.code)}

    def waits_for(self, rule: Rule, ods: str) -> list[str]:
        """The returns without which it is not judged; those that are not given where no run says."""
        if is_of_one_return(rule):
            return sorted(rule.returns)
        return missing(self.waits.get(ods, {}), rule.code) or sorted(rule.returns)


def is_of_one_return(rule: Rule) -> bool:
    """Whether any one of its returns is enough: a check of the workbook, or a rule that judges each by itself."""
    return rule.each_return or rule.kind == "check" or rule.code in DOUBTS or len(rule.returns) == 1


def missing(waits: Mapping[str, list[str]], code: str) -> list[str]:
    return [returned for returned, codes in waits.items() if code in codes]


def judged_in(scope: Scope, round_code: str) -> Judged:
    """One query."""
    found = Judged(kinds_of(scope))
    rows = current_runs(scope, round_code, basis=basis_for(scope))
    for level, subject, kind, waiting in rows.values_list("scope", "subject", "return_kind", "run__waiting"):
        if level == Run.RETURN:
            found.returned.setdefault(subject, set()).add(kind)
        elif level == Run.ORGANISATION:
            found.waits[subject] = waiting
        elif level == Run.SYSTEM:
            found.systems[subject] = waiting
    return found


def kinds_of(scope: Scope) -> dict[str, str]:
    """The bodies whose every result the asker sees, with their types: no query."""
    found = {body.ods: body.kind for body in scope.bodies}
    found |= {
        row.organisation_id: row.organisation.kind
        for row in scope.members
        if row.organisation_id in scope.hosts
    }
    return found | dict.fromkeys(scope.systems, ICB)


def firing_of_rules(scope: Scope, round_code: str, rules: Iterable[Rule], judged: Judged) -> dict[str, Fired]:
    """By code; one query, whose rows do not grow with the number of organisations."""
    mine = Q(organisation_id__in=list(judged.kinds)) | Q(organisation=None)
    rows = findings_of(scope, round_code, basis=basis_for(scope)).filter(mine).exclude(kind="target")
    counted = {row["rule"]: row for row in _counted(rows)}
    found = {}
    for rule in rules:
        row = counted.get(rule.code, {})
        given = (row.get(name, 0) for name in ("number", "organisations", "systems"))
        found[rule.code] = fired(rule, judged, *given)
    return found


def fired(rule: Rule, judged: Judged, number: int, organisations: int, systems: int) -> Fired:
    """What was found of a rule beside whom it was judged of."""
    single, waiting = judged.of(rule)
    whole = judged.systems_of(rule)
    return Fired(
        number,
        organisations,
        max(len(single), organisations),
        len(waiting),
        systems,
        max(len(whole), systems),
    )


def _counted(rows: Any) -> Any:
    return (
        rows.order_by()
        .values("rule")
        .annotate(
            number=Count("id"),
            organisations=Count("organisation_id", distinct=True),
            systems=Count("system_id", distinct=True, filter=Q(organisation=None)),
        )
    )


def firing_of_targets(scope: Scope, round_code: str) -> dict[str, Fired]:
    """By code: who misses it of those that could be judged; one query."""
    rows = evaluations_of(scope, round_code, basis=basis_for(scope)).filter(group__isnull=True)
    if scope.kind == TRUST:
        rows = rows.filter(organisation_id__in=scope.own)
    else:  # of several systems together there is a result too
        rows = rows.filter(Q(organisation__isnull=False) | Q(system_id__in=scope.systems))
    single: dict[str, Counter[str]] = {}
    whole: dict[str, Counter[str]] = {}
    for target, outcome, organisations, every in (
        rows.order_by()
        .values_list("target", "outcome")
        .annotate(organisations=Count(F("organisation_id")), every=Count("id"))
    ):
        single.setdefault(target, Counter())[outcome] += organisations
        whole.setdefault(target, Counter())[outcome] += every - organisations
    return {target: _missed(single[target], whole[target]) for target in single}


def _missed(single: Counter[str], whole: Counter[str]) -> Fired:
    judged, systems_judged = (counts[MET] + counts[NOT_MET] for counts in (single, whole))
    return Fired(
        single[NOT_MET] + whole[NOT_MET], single[NOT_MET], judged, single["not_assessable"],
        whole[NOT_MET], systems_judged,
    )  # fmt: skip
