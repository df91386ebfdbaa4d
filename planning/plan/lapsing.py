"""Why a reason no longer holds: which of the figures that it was given for have changed, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planning.foundation import wording
from planning.plan.findings import Finding
from planning.registry.periods import month_label

MOST_NAMED = 3  # changed figures said one by one; the rest are counted
Key = tuple[str, str, str]  # organisation, line, period


def figures_of(finding: Finding) -> list[dict[str, Any]]:
    """The figures that a reason is given for: [{organisation, line, period, value}], as they are now."""
    return [
        {
            "organisation": given.get("organisation", ""),
            "line": given["line"],
            "period": given["period"],
            "value": given["value"],
        }
        for given in finding.inputs
    ]


def lapsed_because(then: Sequence[Mapping[str, Any]], finding: Finding) -> str:
    """`Agency pay (F.PAY.AGY) in March 2024 changed from −210 to −260; 2 more figures changed.`

    A figure that was or is left blank is said so. Where every figure is the same the rule is another. Reads the
    finding's inputs, which a list leaves out.
    """
    if not then:
        return "The figures have changed since."
    now = _by_place(figures_of(finding))
    before, labels = _by_place(then), {row["line"]: row.get("label", "") for row in finding.inputs}
    changed = [key for key in sorted({*before, *now}, key=_in_order) if before.get(key) != now.get(key)]
    if not changed:
        return f"The rule has changed since: it is now version {finding.rule_version}."
    several = len({key[0] for key in {*before, *now}}) > 1
    said = [_said(key, before.get(key), now.get(key), labels, several) for key in changed[:MOST_NAMED]]
    more = len(changed) - len(said)
    if more:
        said.append(f"{wording.count(more, 'more figure')} changed")
    return f"{'; '.join(said)}."


def _by_place(figures: Sequence[Mapping[str, Any]]) -> dict[Key, Any]:
    return {(row.get("organisation", ""), row["line"], row["period"]): row["value"] for row in figures}


def _in_order(key: Key) -> tuple[str, str, str]:
    organisation, line, period = key
    return line, period.replace("/", "-"), organisation


def _said(key: Key, before: Any, now: Any, labels: Mapping[str, str], several: bool) -> str:
    organisation, line, period = key
    whose = f"{organisation} " if several and organisation else ""
    named = f"{whose}{labels[line]} ({line})" if labels.get(line) else f"{whose}{line}"
    place = f"{named} in {month_label(period)}" if period else named
    if before is None:
        return f"{place} was blank and is now {_shown(now)}"
    if now is None:
        return f"{place} was {_shown(before)} and is no longer there"
    return f"{place} changed from {_shown(before)} to {_shown(now)}"


def _shown(value: Any) -> str:
    """Unrounded: two figures that differ are never said alike."""
    if isinstance(value, str):
        return value or "blank"
    exact = f"{abs(value):,}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{abs(value):,}"
    return f"{wording.MINUS}{exact}" if value < 0 else exact
