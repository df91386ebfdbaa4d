"""The plans in hand of some systems, and the digest of all that a rule tried on them would be judged by. Reads no
figures, so the web process may ask it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planning.plan.rulebook import RuleVersion
from planning.plan.tolerances import tolerances_of
from planning.registry.assumptions import load_assumptions
from planning.registry.lines import LineVersion
from planning.registry.organisations import Membership, Organisation
from planning.registry.reference import digest_of
from planning.registry.reference_values import reference_values
from submissions.versions import Version, current_versions
from targets.doubts import RULES as DOUBTS
from targets.guidance.governing import load_targets


@dataclass(frozen=True)
class InHand:
    """The current versions of some systems' members, and what they would be judged by."""

    round: str
    systems: tuple[Organisation, ...]
    versions: tuple[Version, ...]
    members: Mapping[str, frozenset[str]]  # system -> its ICB, those it counts and those that serve it
    digest: str

    def of_system(self, system: str) -> list[Version]:
        return [version for version in self.versions if version.organisation in self.members[system]]


def plans_in_hand(round_code: str, rule: str, systems: Iterable[str] | None) -> InHand:
    """Of some systems of a round, or of all of them; a fixed number of queries."""
    rows = Organisation.objects.filter(rounds__round_id=round_code).order_by("ods")
    found = tuple(rows if systems is None else rows.filter(ods__in=list(systems)))
    members = _members([system.ods for system in found])
    versions = current_versions(round_code, set().union(*members.values()))
    about = [
        [
            round_code,
            [system.ods for system in found],
            sorted((ods, sorted(of)) for ods, of in members.items()),
        ],
        sorted((version.upload, version.sha256) for version in versions),
        _judged_by(round_code, rule),
    ]
    return InHand(round_code, found, tuple(versions), members, digest_of(about))


def _members(systems: Sequence[str]) -> dict[str, frozenset[str]]:
    rows = Membership.objects.filter(system_id__in=systems).values_list("system_id", "organisation_id")
    found: dict[str, set[str]] = {system: {system} for system in systems}
    for system, ods in rows:
        found[system].add(ods)
    return {system: frozenset(of) for system, of in found.items()}


def _judged_by(round_code: str, rule: str) -> list[Any]:
    """The rule in force, the tolerances held of it, the assumptions, the lines and what the service knows itself."""
    in_force = RuleVersion.objects.filter(round_id=round_code, code=rule, is_current=True, retired=False)
    assumptions = load_assumptions(round_code)
    held = {key: row for key, row in tolerances_of(round_code).items() if key[0] == rule}
    found: list[Any] = [
        [list(row) for row in in_force.values_list("version", "entry")],
        sorted((key, sorted(row.items(), key=str)) for key, row in held.items()),
        sorted(assumptions.of_round.items()),
        sorted((ods, sorted(values.items())) for ods, values in assumptions.stated.items()),
        list(LineVersion.objects.filter(round_id=round_code, is_current=True).values_list("code", "version")),
        sorted(reference_values(round_code).items()),
    ]
    if rule in DOUBTS:  # what doubts the way to a target reads the targets too
        found.append(
            [
                (target.code, target.version, sorted(target.local.items()))
                for target in load_targets(round_code)
            ]
        )
    return found
