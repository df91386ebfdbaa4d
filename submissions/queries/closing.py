"""What would close a finding, as its page shows it: ranked options, what they move, which targets read the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from planning.people.access import Scope
from planning.plan.findings import Finding
from planning.plan.runs import Run
from planning.registry.place import Place
from submissions.closing.knock_on import with_knock_on
from submissions.scenarios.bodies import may_try
from submissions.wording import RETURN_NAMES
from targets.evaluations import MET, NOT_MET

OUTCOMES = {MET: "met", NOT_MET: "not met"}


def closing_part(scope: Scope, place: Place, finding: Finding, run: Run | None) -> dict[str, Any]:
    """{options: [{what, effects, why, targets, address}]}, the smallest change first. What rests on one return alone is
    set beside the ratios of all three that the body's own run keeps."""
    kept: Sequence[Mapping[str, Any]] = finding.working.get("closing") or ()
    if not kept:
        return {"options": []}
    if finding.return_kind and run is not None and run.indices:
        kept = with_knock_on(kept, run.indices.get("ratios", {}))
    targets = _targets(finding, run, {option["line"] for option in kept})
    return {"options": [_option(scope, place, finding, option, targets) for option in kept]}


def _option(
    scope: Scope, place: Place, finding: Finding, option: Mapping[str, Any], targets: Mapping[str, list[str]]
) -> dict[str, Any]:
    head, _, size = option["what"].partition(": ")
    return {
        "head": head,
        "size": f"{size[:1].upper()}{size[1:]}",
        "effects": [
            {"return": RETURN_NAMES.get(effect["return"], ""), "sentence": effect["sentence"]}
            for effect in option["knock_on"]
        ],
        "why": option["why"],
        "targets": targets.get(option["line"], []),
        "address": _try_it(scope, place, finding, option),
    }


def _try_it(scope: Scope, place: Place, finding: Finding, option: Mapping[str, Any]) -> str:
    """The what-if with this change put in; "" where the asker may not ask, or the whole system is to change."""
    ods = finding.organisation_id
    if ods is not None and option["line"].endswith(f"@{ods}"):
        ods = finding.system_id  # the other side of a contract: a line of the ICB's own return
    if ods is None or finding.waived or not may_try(scope, ods):
        return ""
    changes = [
        (option["line"], option["amount"]),
        *((row["line"], row["amount"]) for row in option.get("also", ())),
    ]
    months = f":{option['from']}:{option['to']}" if option.get("from") else ""
    asked = [("body", ods), *(("change", f"{line}:add:{_plain(amount)}{months}") for line, amount in changes)]
    return f"{reverse('what_if', args=[place.round.code])}?{urlencode(asked)}"


def _plain(amount: float) -> str:
    """`-12.3`, without an exponent."""
    return f"{amount:.4f}".rstrip("0").rstrip(".")


def _targets(finding: Finding, run: Run | None, lines: set[str]) -> dict[str, list[str]]:
    """Line -> the other targets that read it, of whom the finding is about, each with how it stood in the run."""
    read = (run.indices if run is not None else {}).get("read_by", {})
    said = {
        code: f"{code} {title} (now {OUTCOMES[outcome]})"
        for code, (title, outcome) in read.get("targets", {}).items()
    }
    return {
        line: [said[code] for code in read.get("lines", {}).get(line, ()) if code != finding.rule]
        for line in lines
    }
