"""What the page of one rule shows: what it says in full, what it reads, how it is held, how often it fired and at
whom, and how it came to be so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from planning.foundation.wording import count, names
from planning.people.access import Scope
from planning.plan.assumptions_read import reads
from planning.plan.backtests import is_administrator, may_try
from planning.plan.expressions import Unreadable, parse
from planning.plan.rulebook import Rule, RuleVersion
from planning.plan.visible import basis_for
from planning.registry.assumption_values import value_said
from planning.registry.assumptions import AssumptionVersion, StatedAssumption
from planning.registry.lines import LineVersion
from planning.registry.organisations import KINDS
from submissions.queries.firing import Fired, Judged, fired, judged_in, kinds_of
from submissions.queries.rule_book import held_by, own_systems, whose
from submissions.queries.rule_entries import group_of, is_edited, returns_words, rule_entry
from submissions.queries.rule_history import address_of, history
from submissions.visible import findings_of
from submissions.wording import SEVERITIES
from targets.doubts import RULES as DOUBTS

Hits = Mapping[tuple[str, bool], int]  # (ODS code, whether of a whole system) -> findings
MOST_BODIES = 60  # listed by name; of more, those alone that it fired at
MOST_FIRED = 100
MISSING = {
    "not_assessable": "The rule is not judged there: nothing is found.",
    "zero": "It counts as 0 beside a figure that is given.",
    "not_applicable": "The rule does not apply there.",
}
_CODE = re.compile(r"\b[A-Z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)+(?:\.?\*)?")


def rule_page(scope: Scope, versions: Sequence[RuleVersion]) -> dict[str, Any]:
    """Everything that the page says of a rule with these versions. Seven queries at most, whatever the number of
    organisations."""
    row = next((one for one in versions if one.is_current), versions[0])
    rule = Rule.from_entry(row.entry, row.version, {})
    held = held_by(row.round_id, own_systems(scope), rule.code).get(rule.code, [])
    judged = judged_in(scope, row.round_id)
    hits = hits_of(scope, row.round_id, rule.code)
    entry = rule_entry(row, rule, fired_at(rule, judged, hits), held)
    return {
        "entry": entry,
        "rule": rule,
        "retired": row.retired,
        "edited": is_edited(row),
        "facts": _facts(rule),
        "limits": [
            {"name": name.replace("_", " "), "value": f"{limit:f}"} for name, limit in rule.limits.items()
        ],
        "compared": _compared(rule),
        "inputs": input_lines(rule, row.round_id),
        "parameters": parameters(scope, rule, row),
        "whose": whose(scope),
        "bodies": bodies(scope, rule, judged, hits, row.round_id),
        "findings": f"{reverse('findings', args=[row.round_id])}?{urlencode({'rule': rule.code})}",
        "try_address": reverse("backtest", args=[row.round_id, rule.code])
        if may_try(scope) and is_triable(rule) and not row.retired
        else "",
        "promote_address": reverse("promote_rule", args=[row.round_id, rule.code])
        if is_administrator(scope) and rule.trial and not row.retired
        else "",
        "history": history(scope, versions),
        "tolerance_address": address_of("tolerances", sorted(scope.systems)[0], row.round_id)
        if len(scope.systems) == 1
        else "",
    }


def is_triable(rule: Rule) -> bool:
    """Whether it can be run over stored figures: a check of the workbook itself looks at the file."""
    return rule.kind == "rule" or rule.code in DOUBTS


def _facts(rule: Rule) -> list[dict[str, str]]:
    kinds = dict(KINDS)
    found = [
        ("Returns", returns_words(rule)),
        ("Judged of", _asked_of(rule)),
        ("Plans of", names(sorted(kinds.get(code, code).lower() for code in rule.types)).capitalize()),
        ("Where a figure is missing", MISSING[rule.missing] if group_of(rule) != "checks" else ""),
        ("Severity", _severity(rule)),
        ("Source", rule.source),
    ]
    return [{"key": key, "value": value} for key, value in found if value]


def _asked_of(rule: Rule) -> str:
    if rule.each_pair:
        return "Each trust with its ICB"
    said = {"organisation": "each organisation", "system": "the system as a whole"}
    return names([said[level] for level in sorted(rule.levels)]).capitalize()


def _severity(rule: Rule) -> str:
    said = {
        "block": "Blocks: the return cannot be submitted until it is put right.",
        "explain": "Explain: a reason is needed before the return is submitted.",
        "note": "Note: only said; nothing waits for it.",
    }[rule.severity]
    if rule.trial:
        return f"On trial: shown and marked, and it counts nowhere. Promoted, it is: {SEVERITIES[rule.severity].word}."
    return f"{said} The ICB must also accept the reason." if rule.needs_acceptance else said


def _compared(rule: Rule) -> list[str]:
    """What a rule that is data compares, one a row."""
    signs = {"=": "=", "<=": "≤", "<": "<", ">=": "≥", ">": ">"}
    said = []
    for one in rule.comparisons:
        asked = one.get("if")
        where = (
            f", where {asked['left']} {signs.get(asked['operator'], '')} {asked['right']}" if asked else ""
        )
        said.append(
            f"{one['left']} {signs.get(one['operator'], one['operator'])} {one['right']} ({one['grain']}){where}"
        )
    return said


# --- what it reads -------------------------------------------------------------------------------------
def input_lines(rule: Rule, round_code: str) -> list[dict[str, str]]:
    """The lines that its comparisons or its formula name, each with its place in the list of lines; a family by
    its star. One query."""
    wanted = _codes(rule)
    rows = LineVersion.objects.filter(round_id=round_code, is_current=True, retired=False, code__in=wanted)
    known = {row.code: row.entry for row in rows}
    page = reverse("lines", args=[round_code])
    found = []
    for code in wanted:
        if code in known:
            label, unit = known[code].get("label", ""), known[code].get("unit", "")
            found.append({"code": code, "label": label, "unit": unit, "address": f"{page}#{code}"})
        elif code.endswith("*"):
            family = code.rstrip("*").rstrip(".")
            address = f"{page}?{urlencode({'search': f'{family}.'})}"
            found.append({"code": code, "label": f"Each line of {family}", "unit": "", "address": address})
    return found


def _codes(rule: Rule) -> list[str]:
    sides = [
        str(one[side])
        for each in rule.comparisons
        for one in (each, each.get("if") or {})
        for side in ("left", "right")
        if side in one
    ]
    found = [code for side in sides for code in _codes_of_side(side)] or _CODE.findall(rule.formula)
    return list(dict.fromkeys(found))


def _codes_of_side(side: str) -> Sequence[str]:
    try:
        return parse(side).codes
    except Unreadable:
        return _CODE.findall(side)


def parameters(scope: Scope, rule: Rule, row: RuleVersion) -> list[dict[str, Any]]:
    """The planning assumptions that it reads with the values that hold: the round's, and what the asker's
    organisations state instead. Two queries, one where it reads none."""
    round_code = row.round_id
    rows = AssumptionVersion.objects.filter(round_id=round_code, is_current=True, retired=False)
    known = dict(rows.values_list("code", "entry"))
    read = {code: known[code] for code in reads(rule, known)}
    if not read:
        return []
    mine = StatedAssumption.objects.filter(
        round_id=round_code, code__in=list(read), is_current=True, value__isnull=False,
        organisation_id__in=list(kinds_of(scope)),
    )  # fmt: skip
    own: dict[str, list[str]] = {}
    for stated in mine.select_related("organisation").order_by("organisation_id"):
        if stated.value is not None:
            said = value_said(read[stated.code], stated.value.normalize())
            own.setdefault(stated.code, []).append(f"{stated.organisation.short_name} plans with {said}")
    page = address_of("assumptions", round_code)
    return [
        {
            "label": entry.get("label", code),
            "code": code,
            "value": value_said(entry, Decimal(str(entry["value"]))),
            "own": own.get(code, []),
            "address": f"{page}#{code}" if page else "",
        }
        for code, entry in read.items()
    ]


# --- at whom -------------------------------------------------------------------------------------------
def hits_of(scope: Scope, round_code: str, code: str) -> Hits:
    """How many findings of a rule each body has; one query."""
    rows = findings_of(scope, round_code, basis=basis_for(scope)).filter(rule=code).exclude(kind="target")
    counted = rows.order_by().values_list("organisation_id", "system_id").annotate(number=Count("id"))
    hits: dict[tuple[str, bool], int] = {}
    for ods, system, number in counted:
        key = (ods or system or "", ods is None)
        hits[key] = hits.get(key, 0) + number
    return hits


def fired_at(rule: Rule, judged: Judged, hits: Hits) -> Fired:
    """The same numbers as the rule book's."""
    mine = {one: number for one, number in hits.items() if one[1] or one[0] in judged.kinds}
    whole = sum(1 for _, is_whole in mine if is_whole)
    return fired(rule, judged, sum(mine.values()), len(mine) - whole, whole)


def bodies(scope: Scope, rule: Rule, judged: Judged, hits: Hits, round_code: str) -> dict[str, Any]:
    """Each body of the asker's that it is asked of, with what it found. Of very many only those that it fired at."""
    single, waiting = judged.of(rule)
    asked = [(ods, False) for ods in single | waiting] + [(ods, True) for ods in judged.systems_of(rule)]
    every = sorted({*asked, *hits}, key=lambda one: (not one[1], -hits.get(one, 0), one[0]))
    shown = every if len(every) <= MOST_BODIES else [one for one in every if one in hits][:MOST_FIRED]
    labels = _labels(scope)
    found = [_body(rule, judged, round_code, one, hits.get(one, 0), labels) for one in shown]
    return {"rows": found, "left_out": len(every) - len(shown)}


def _body(
    rule: Rule, judged: Judged, round_code: str, one: tuple[str, bool], number: int, labels: Mapping[str, str]
) -> dict[str, str]:
    ods, is_whole = one
    name = labels.get(f"system {ods}" if is_whole else ods, ods)
    if number:
        asked = {"rule": rule.code, "organisation": "system" if is_whole else ods}
        address = f"{reverse('findings', args=[round_code])}?{urlencode(asked)}"
        return {"name": name, "state": count(number, "finding"), "address": address}
    if is_whole or judged.is_judged(rule, ods):
        return {"name": name, "state": "Holds", "address": ""}
    return {"name": name, "state": f"Waits for {names(judged.waits_for(rule, ods))}", "address": ""}


def _labels(scope: Scope) -> dict[str, str]:
    found = {body.ods: body.short_name for body in scope.bodies}
    for row in scope.members:
        found[row.organisation_id] = row.organisation.short_name
        found.setdefault(row.system_id, row.system.short_name)
        found[f"system {row.system_id}"] = row.system.system_name or f"{row.system.short_name} system"
    return found
