"""What a rule's declaration must hold before it is stored, from a file or from the administrator's form: every
fault names its field and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from planning.plan.comparison_checks import check_comparison, lines_read
from planning.plan.rulebook import Rule
from planning.registry.files import DATA, BadReference, check_shape
from planning.registry.lines import Lines

SCHEMA = DATA / "rules" / "rule.schema.json"
Fault = Callable[[str, str], BadReference]  # a field and what to do


def check_entry(file: Path | str, entry: Mapping[str, Any], lines: Lines, units: Mapping[str, str]) -> None:
    """One entry with its pairs written out, held against its schema, the round's lines, and the units of the
    round's assumptions by code. Raises BadReference with the first fault, its field before a colon."""
    if isinstance(title := entry.get("title"), str) and not title.rstrip().endswith("."):
        raise BadReference(
            file, str(entry.get("code", "?")), "title: says what must hold and ends in a full stop."
        )
    check_shape(Path(file), entry, SCHEMA)
    rule = Rule.from_entry(entry, 1, {})

    def fault(field: str, what: str) -> BadReference:
        return BadReference(file, rule.code, f"{field}: {what}")

    _check_severity(rule, entry, fault)
    _check_tolerance(entry.get("tolerance", {}), fault)
    for at, comparison in enumerate(rule.comparisons):
        check_comparison(f"comparisons.{at}", comparison, rule, entry, lines, units, fault)
    if rule.comparisons and rule.function == "declared":
        _check_returns(rule, lines, fault)


def field_of(error: BadReference) -> str:
    """The first name of the field that a fault is about: `comparisons` of `comparisons.0.left: …`; "" for none."""
    name, colon, _ = error.what.partition(": ")
    return name.split(".")[0] if colon and " " not in name else ""


def _check_severity(rule: Rule, entry: Mapping[str, Any], fault: Fault) -> None:
    if rule.needs_acceptance and rule.severity != "explain":
        raise fault("needs_acceptance", "only what needs a reason (explain) can need its acceptance.")
    if "acceptance_levels" in entry and not rule.needs_acceptance:
        raise fault("acceptance_levels", "only with needs_acceptance: true.")
    if not rule.acceptance_levels <= rule.levels:
        raise fault("acceptance_levels", f"are among the rule's levels: {', '.join(sorted(rule.levels))}.")
    stops_nothing = len(rule.returns) > 1 and not rule.each_return
    if rule.severity == "block" and rule.kind == "rule" and (stops_nothing or rule.levels == {"system"}):
        raise fault("severity", "only a rule that one return is enough for can stop a return; say explain.")


def _check_tolerance(tolerance: Mapping[str, Any], fault: Fault) -> None:
    low, high = tolerance.get("low"), tolerance.get("high")
    if low is not None and high is not None and low > high:
        raise fault("tolerance.low", f"{low} is above the high end, {high}: swap the two.")


def _check_returns(rule: Rule, lines: Lines, fault: Fault) -> None:
    """A return that no comparison reads would be waited for in vain."""
    read = {lines[code].return_kind for row in rule.comparisons for code in lines_read(row, lines)}
    for name in sorted(rule.returns - read):
        raise fault("returns", f"no line of the {name} return is compared: leave it out.")
