"""Reads the rule files, checks them against the line catalogue, and brings the store to them.

`checks.yaml` holds the checks of a single return (V), the same in every round; a round's folder its rules, by
the returns that they need.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planning.plan.pairs import with_pairs
from planning.plan.rule_checks import SCHEMA, check_entry
from planning.plan.rulebook import Rule, RuleVersion
from planning.registry.changes import CHANGES, with_changes
from planning.registry.files import DATA as PLANNING
from planning.registry.files import BadReference, check_shape, read_reference, rounds_with
from planning.registry.lines import Lines
from planning.registry.reference import Changes, load_versions, register_loader

DATA = Path(__file__).resolve().parent / "data" / "rules"
CHECKS = "checks.yaml"


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
    units = units_declared(round_code)
    for path, declared in [*_in_file(DATA / CHECKS), *_of_round(round_code)]:
        check_shape(path, declared, SCHEMA)
        entry = with_pairs(declared, lines)
        check_rule(path, entry, lines, units)
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


def check_rule(
    path: Path, entry: Mapping[str, Any], lines: Lines, units: Mapping[str, str] | None = None
) -> None:
    """One entry as the file has it, with the units of the round's assumptions. Raises BadReference with the
    first fault."""
    check_entry(path, entry, lines, units or {})
    _check_judged(path, Rule.from_entry(entry, 1, {}))


def units_declared(round_code: str) -> dict[str, str]:
    """The unit of each assumption that the round's file declares, by code."""
    declared = read_reference(PLANNING / "rounds" / f"{round_code}.yaml")["parameters"]
    return {row["code"]: row["unit"] for row in declared}


def _check_judged(path: Path, rule: Rule) -> None:
    """A rule that nothing judges would look as if it always held."""
    from planning.plan.rules import is_judged  # here, since the web process loads this file and no numpy
    from submissions import triangulation  # noqa: F401 importing it registers what its rules judge

    wider = rule.widened
    if rule.kind == "rule" and not (is_judged(rule) and (wider is None or is_judged(wider))):
        raise BadReference(
            path, rule.code, "nothing judges it: write a function for it, or say what it compares."
        )
