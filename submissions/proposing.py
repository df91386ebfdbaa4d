"""A rule's declaration edited in a form, to be tried: what the form holds, and the declaration that it says. Words,
tolerance, limits and what is compared may change; how the rule is judged may not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import yaml

from planning.foundation.typed_yaml import yaml_typed
from planning.plan.rule_checks import check_entry, field_of
from planning.plan.rule_editing import check_rule
from planning.plan.rulebook import Rule
from planning.registry.assumptions import units_of
from planning.registry.files import BadReference
from planning.registry.lines import Lines

WORDS = {"title": "What must hold", "formula": "Formula, as it is shown"}
FIGURES = {
    "absolute": (
        "Tolerance, absolute",
        "In the unit of what is compared; of a share or of growth a fraction: 1.5 points is 0.015.",
    ),
    "relative": ("Tolerance, relative", "Of the larger side: 0.005 is 0.5%."),
    "low": ("Lower end", "A percentage as a fraction: −1% is -0.01."),
    "high": ("Upper end", "A percentage as a fraction: 3% is 0.03."),
}
LONGEST_WORDS = 400
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_LONGEST_NUMBER = 15


class NotAProposal(ValueError):
    """What was typed is no declaration: by field, what to put right."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = dict(faults)


def form_of(entry: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the form with what was typed, else with the declaration as it stands."""
    tolerance, limits = entry.get("tolerance", {}), entry.get("limits", {})
    figures = [
        _figure(f"tolerance-{name}", *FIGURES[name], tolerance.get(name), given) for name in figures_of(entry)
    ]
    figures += [
        _figure(f"limits-{name}", f"Limit: {name.replace('_', ' ')}", "", limit, given)
        for name, limit in limits.items()
    ]
    return {
        "said": tolerance.get("text", ""),
        "words": [
            {"name": name, "label": label, "value": given.get(name, entry[name])}
            for name, label in WORDS.items()
        ],
        "figures": figures,
        "comparisons": given.get("comparisons", as_yaml(entry["comparisons"]))
        if entry.get("comparisons")
        else None,
    }


def figures_of(entry: Mapping[str, Any]) -> list[str]:
    """The figures of its tolerance that may be changed: those that it has; of one that is data, the usual two too."""
    usual = {"absolute", "relative"} if entry.get("comparisons") else set()
    return [name for name in FIGURES if name in {*entry.get("tolerance", {}), *usual}]


def proposed(entry: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The declaration that the form says; the very one that stands where nothing was changed. Raises NotAProposal
    with every field that cannot be read."""
    faults: dict[str, str] = {}
    made = dict(entry)
    for name in WORDS:
        made[name] = _words(name, given, entry, faults)
    for group, names in (("tolerance", figures_of(entry)), ("limits", list(entry.get("limits", {})))):
        before = entry.get(group, {})
        after = {name: _number(f"{group}-{name}", given, before.get(name), faults) for name in names}
        changed = {**before, **after}
        changed = {name: value for name, value in changed.items() if value is not None}
        if changed != before:
            made[group] = _said(changed, before) if group == "tolerance" else changed
    if entry.get("comparisons"):
        made["comparisons"] = _comparisons(given, entry, faults)
    if faults:
        raise NotAProposal(faults)
    return made


def check_proposal(of: str, plans: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """A declaration of one round held to all that a stored one must hold, and to the lines of the round on whose
    plans it is tried; gives it with its pairs written out. Raises NotAProposal."""
    try:
        written = check_rule(of, entry)
        if plans != of:
            units = units_of(plans)
            _check_reads(plans, written, units)
            check_entry("the form", written, Lines.load(plans), units)
    except BadReference as fault:
        field = {"tolerance": "tolerance", "limits": "limits"}.get(field_of(fault), field_of(fault))
        raise NotAProposal({field or "title": fault.what}) from fault
    return written


def _check_reads(plans: str, entry: Mapping[str, Any], known: Iterable[str]) -> None:
    """What its function draws on must be there in the other round too."""
    codes = list(known)
    for read in Rule.from_entry(entry, 1, {}).reads:
        if not any(code.startswith(read[:-1]) if read.endswith("*") else code == read for code in codes):
            year = plans.replace("-", "/")
            raise NotAProposal({"plans": f"{year} has no planning assumption {read}, which the rule reads"})


def as_yaml(comparisons: Any) -> str:
    """One comparison a row, as the files have them."""
    rows = [
        yaml.safe_dump(one, sort_keys=False, default_flow_style=True, allow_unicode=True, width=2000).strip()
        for one in comparisons
    ]
    return "\n".join(f"- {row}" for row in rows)


# --- what was typed ------------------------------------------------------------------------------------
def _figure(name: str, label: str, hint: str, value: Any, given: Mapping[str, str]) -> dict[str, str]:
    return {
        "name": name,
        "label": label,
        "hint": hint,
        "value": given.get(name, "" if value is None else f"{Decimal(str(value)):f}"),
    }


def _words(name: str, given: Mapping[str, str], entry: Mapping[str, Any], faults: dict[str, str]) -> str:
    said = " ".join(given.get(name, str(entry[name])).split())
    if not said:
        faults[name] = f"Enter {WORDS[name][0].lower()}{WORDS[name][1:]}"
    elif len(said) > LONGEST_WORDS:
        faults[name] = f"{WORDS[name]} must be {LONGEST_WORDS} characters or fewer"
    return str(entry[name]) if said == " ".join(str(entry[name]).split()) else said


def _number(name: str, given: Mapping[str, str], before: Any, faults: dict[str, str]) -> Any:
    """The figure typed; the very one that stood where it is the same, none where the field is empty and was."""
    text = given.get(name, "").strip().replace("\N{MINUS SIGN}", "-")
    if name not in given or (not text and before is None):
        return before
    if not _NUMBER.fullmatch(text) or len(text) > _LONGEST_NUMBER:
        faults[name] = "Enter a number, without commas, such as 0.02"
        return before
    value = Decimal(text)
    if before is not None and Decimal(str(before)) == value:
        return before
    return int(value) if value == value.to_integral_value() else float(value)


def _said(tolerance: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Its words follow its figures: nobody should read 2% beside a tolerance of 5%."""
    figures = [f"{name} {Decimal(str(tolerance[name])):f}" for name in FIGURES if name in tolerance]
    return {**tolerance, "text": f"{', '.join(figures)} (was: {before.get('text', 'none')})"}


def _comparisons(given: Mapping[str, str], entry: Mapping[str, Any], faults: dict[str, str]) -> Any:
    text = given.get("comparisons")
    if text is None:
        return entry["comparisons"]
    try:
        found = yaml_typed(text)
    except ValueError as error:
        faults["comparisons"] = f"What is compared cannot be read: {error}"
        return entry["comparisons"]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found) or not found:
        faults["comparisons"] = "Write a row a comparison: - {left: A, operator: '=', right: B, grain: month}"
        return entry["comparisons"]
    return entry["comparisons"] if found == entry["comparisons"] else found
