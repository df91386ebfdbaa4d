"""Which planning assumptions a rule draws on: what its comparisons name, and what is declared of its function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from planning.plan.expressions import assumptions_read
from planning.plan.rulebook import Rule, RuleVersion
from planning.registry.assumptions import OwnParameters


def reads(rule: Rule, codes: Iterable[str]) -> list[str]:
    """Of a round's assumptions those that the rule draws on, in the order given."""
    named = assumptions_read(rule.comparisons)
    return [code for code in codes if code in named or any(_covers(given, code) for given in rule.reads)]


def readers(round_code: str, codes: Iterable[str]) -> dict[str, list[Rule]]:
    """The round's rules that draw on each assumption, in the order of the rule book; one query."""
    listed = list(codes)
    rows = RuleVersion.objects.filter(round_id=round_code, is_current=True, retired=False)
    found: dict[str, list[Rule]] = {code: [] for code in listed}
    for row in rows:
        rule = Rule.from_entry(row.entry, row.version, {})
        for code in reads(rule, listed):
            found[code].append(rule)
    return found


def returns_that_read(rules: Iterable[Rule]) -> set[str]:
    """The returns that are checked again by themselves where what those rules read has changed."""
    return {kind for rule in rules if not rule.is_across for kind in rule.returns}


def stated_for(rule: Rule) -> list[dict[str, Any]]:
    """What a body planned with instead of the round's value, where the rule draws on it: [{code, value, of_round,
    own}], numbers as text so that they stay exact. Empty for a body that has stated none."""
    held: Mapping[str, Any] = rule.parameters
    if not isinstance(held, OwnParameters):
        return []
    return [
        {
            "code": code,
            "value": str(held.own[code]),
            "of_round": str(held.of_round.get(code, "")),
            "own": True,
        }
        for code in reads(rule, held.own)
    ]


def _covers(given: str, code: str) -> bool:
    return code.startswith(given[:-1]) if given.endswith("*") else code == given
