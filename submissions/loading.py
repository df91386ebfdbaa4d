"""Reads the rule files, checks them against the line catalogue, and brings the store to them.

`checks.yaml` holds the checks of a single return (V), the same in every round; a round's folder its rules, by
the returns that they need.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planning.plan.rulebook import Rule, RuleVersion
from planning.registry.catalogue import codes_of
from planning.registry.changes import CHANGES, with_changes
from planning.registry.files import DATA as PLANNING
from planning.registry.files import BadReference, check_shape, read_reference, rounds_with
from planning.registry.lines import Lines
from planning.registry.reference import Changes, load_versions, register_loader
from planning.plan.pairs import with_pairs

DATA = Path(__file__).resolve().parent / "data" / "rules"
CHECKS = "checks.yaml"
SCHEMA = PLANNING / "rules" / "rule.schema.json"


def register() -> None:
    """Called when Django starts: rules load last, since they speak of lines."""
    register_loader(60, "rules", load_rules)


def load_rules(overwrite: frozenset[str]) -> Changes:
    """Every round's checks and rules."""
    changes = Changes()
    for round_code in rounds_with(DATA, "*-*"):
        changes.add(
            load_versions(
                RuleVersion, round_code, rule_entries(round_code, Lines.load(round_code)), overwrite
            )
        )
    return changes


def rule_entries(round_code: str, lines: Lines) -> list[dict[str, Any]]:
    """Checks, then the round's rules, as `Rule.from_entry` reads them, their pairs written out. Raises
    BadReference for a line or shape that is wrong, and for a code that two entries have."""
    entries: dict[str, dict[str, Any]] = {}
    for path, declared in [*_in_file(DATA / CHECKS), *_of_round(round_code)]:
        check_shape(path, declared, SCHEMA)
        entry = with_pairs(declared, lines)
        check_rule(path, entry, lines)
        if entry["code"] in entries:
            raise BadReference(path, entry["code"], "stands twice.")
        entries[entry["code"]] = entry
    return list(entries.values())


def _of_round(round_code: str) -> list[tuple[Path, dict[str, Any]]]:
    """The round's own rules with the file of each, T01 first; a round with `changes.yaml` follows another's."""
    changes = DATA / round_code / CHANGES
    if changes.exists():
        document = read_reference(changes)
        before = [entry for _, entry in _of_round(document["from"])]
        found = [(changes, entry) for entry in with_changes(changes, before, document)]
    else:
        found = [each for path in (DATA / round_code).glob("*.yaml") for each in _in_file(path)]
    return sorted(found, key=lambda each: str(each[1].get("code", "")))


def _in_file(path: Path) -> list[tuple[Path, dict[str, Any]]]:
    return [(path, entry) for entry in read_reference(path)["rules"]]


def check_rule(path: Path, entry: Mapping[str, Any], lines: Lines) -> None:
    """One entry as the file has it. Raises BadReference with the first fault."""
    check_shape(path, entry, SCHEMA)
    rule = Rule.from_entry(entry, 1, {})
    if entry.get("needs_acceptance") and entry["severity"] != "explain":
        raise BadReference(path, rule.code, "only what needs a reason can need its acceptance.")
    _check_judged(path, rule)
    for comparison in rule.comparisons:
        types = frozenset(comparison.get("types", rule.types))
        if not types <= rule.types:
            raise BadReference(path, rule.code, "a comparison's types are among the rule's.")
        for side in ("left", "right"):
            for code in codes_of(path, rule.code, comparison[side], lines):
                _check_compared(path, rule, lines, code, types)


def _check_judged(path: Path, rule: Rule) -> None:
    """A rule that nothing judges would look as if it always held."""
    from planning.plan.rules import is_judged  # here, since the web process loads this file and no numpy
    from submissions import triangulation  # noqa: F401 importing it registers what its rules judge

    wider = rule.widened
    if rule.kind == "rule" and not (is_judged(rule) and (wider is None or is_judged(wider))):
        raise BadReference(
            path, rule.code, "nothing judges it: write a function for it, or say what it compares."
        )


def _check_compared(path: Path, rule: Rule, lines: Lines, code: str, types: frozenset[str]) -> None:
    line = lines[code]
    if line.return_kind not in rule.returns:
        raise BadReference(
            path, rule.code, f"{code} stands in the {line.return_kind} return, which is not needed."
        )
    if not types <= line.types:
        raise BadReference(path, rule.code, f"{code} is not a line of every type that is compared.")
