"""What the page of a system's tolerances shows: what holds, what held, and the figures of the rule that is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse

from planning.foundation import wording
from planning.plan.rulebook import Rule, load_rules
from planning.plan.tolerances import RuleTolerance, by_rule
from planning.plan.tolerating import LIMIT, figures_of, in_force, why_not
from planning.registry.organisations import Organisation

NAMES = {
    "absolute": "Difference allowed",
    "relative": "Difference allowed, as a share of the larger figure",
    "low": "Lower end of the range",
    "high": "Upper end of the range",
}
_HINTS = {"absolute": "In the unit of what is compared; of shares and growth 0.015 is 1.5 points."}


def tolerances_page(
    system: Organisation, round_code: str, code: str, typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Rows that hold, the system's first, those that have ended, and the form for a rule; two queries. `typed` is
    what was given and refused."""
    asked = Q(system=system.ods) | Q(system=None, ended_at=None)
    every = list(RuleTolerance.objects.filter(asked, round_id=round_code).select_related("by", "ended_by"))
    rows = [row for row in every if row.system_id]
    shared = [row for row in every if not row.system_id]
    declared = load_rules(round_code, {})
    rules = [rule for rule in declared if not why_not(rule)]
    chosen = next((rule for rule in rules if rule.code == code), None)
    titles = {rule.code: (rule.title, rule.tolerance.text or "none") for rule in declared}
    standing = [row for row in rows if row.ended_at is None]
    held = by_rule([*standing, *shared])
    own = {row.rule for row in standing}
    return {
        "standing": [_row(row, titles) for row in standing],
        "shared": [{**_row(row, titles), "overridden": row.rule in own} for row in shared],
        "ended": [_ended(row, titles) for row in rows if row.ended_at is not None],
        "rules": [
            {"value": "", "text": "Choose a rule"},
            *({"value": rule.code, "text": f"{rule.code}: {rule.title.rstrip('.')}"} for rule in rules),
        ],
        "chosen": _chosen(chosen, in_force(chosen, held, system.ods), standing, typed)
        if chosen is not None
        else None,
    }


def _row(row: RuleTolerance, titles: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    title, declared = titles.get(row.rule, ("", ""))
    return {
        "id": str(row.pk),
        "rule": row.rule,
        "title": title,
        "address": reverse("rule", args=[row.round_id, row.rule]),
        "text": row.text,
        "declared": declared,
        "reason": row.reason,
        "by": _who(row.by, row.at),
    }


def _ended(row: RuleTolerance, titles: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    return {**_row(row, titles), "ended": _who(row.ended_by, row.ended_at)}


def _who(person: Any, moment: Any) -> str:
    return f"{person.name}, {wording.moment(moment)}" if person is not None else wording.moment(moment)


def _chosen(
    rule: Rule,
    held: Rule,
    standing: list[RuleTolerance],
    typed: Mapping[str, str] | None,
) -> dict[str, Any]:
    row = next((one for one in standing if one.rule == rule.code), None)
    given = typed or {}
    return {
        "code": rule.code,
        "title": rule.title,
        "formula": rule.formula,
        "declared": rule.tolerance.text or "none",
        "held": held.tolerance.text or "none",
        "seen": str(row.pk) if row is not None else "",
        "figures": [
            {
                "name": name,
                "label": label_of(name),
                "hint": _HINTS.get(name, ""),
                "value": given.get(name, shown(name, value)),
                "now": f"Now {shown(name, value)}{'%' if name == 'relative' else ''}.",
                "suffix": "%" if name == "relative" else "",
            }
            for name, value in figures_of(held).items()
        ],
        "text": given.get("text", ""),
        "reason": given.get("reason", ""),
    }


def label_of(name: str) -> str:
    """`Limit: staff` of `limits.staff`."""
    return NAMES.get(name) or f"Limit: {name.removeprefix(LIMIT).replace('_', ' ')}"


def shown(name: str, value: Decimal) -> str:
    """A figure as it is typed: a relative one in per cent."""
    number = value * 100 if name == "relative" else value
    return f"{number.normalize():f}"
