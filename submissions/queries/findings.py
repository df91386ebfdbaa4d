"""What the list of findings shows, and how a finding is called on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.urls import reverse

from planning.foundation import wording
from planning.people.access import Scope
from planning.plan.explaining import Explanation, about_whom, explanations
from planning.plan.findings import BLOCK, EXPLAIN, NOTE, Finding
from planning.registry.organisations import Organisation
from planning.registry.periods import month_label
from planning.registry.place import Place
from submissions.queries.reasons import (
    REASONS,
    at_once,
    by_reason,
    reason_choices,
    reason_word,
)
from submissions.visible import basis_for, findings_of
from submissions.wording import SEVERITIES, severity_of

PAGE = 50
PLAN, FAULTS = "plan", "faults"
LISTS = {PLAN: "How the plan stands", FAULTS: "Faults in returns"}
CHECK = "check"  # the kind of a finding that is a fault in a workbook
WORST_FIRST = Case(
    When(trial=True, then=Value(3)),
    When(waived__isnull=False, then=Value(3)),
    When(severity=BLOCK, then=Value(0)),
    When(severity=EXPLAIN, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)
SYSTEM = "system"


def ranked(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Worst severity first, then the largest gap against its expectation."""
    return rows.alias(worst=WORST_FIRST).order_by("worst", "-size", "rule", "line", "period", "id")


def findings_page(scope: Scope, place: Place, asked: Mapping[str, str]) -> dict[str, Any]:
    """One of the two lists with its filters, each choice in the address. Four queries."""
    everything = findings_of(scope, place.round.code, basis=basis_for(scope)).defer("working", "inputs")
    counted = list(
        everything.values("rule", "kind", "severity", "organisation_id", "system_id").annotate(n=Count("id"))
    )
    chosen = _list_of(counted, asked)
    asked = {**asked, "list": chosen}
    counts = [row for row in counted if _list(row["kind"]) == chosen]
    listed = everything.filter(kind=CHECK) if chosen == FAULTS else everything.exclude(kind=CHECK)
    rows = list(ranked(_filtered(listed, asked)).select_related("organisation", "system"))
    known = explanations(rows, scope)
    rows = by_reason(rows, known, asked.get("reason", ""))
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(1, _whole(asked.get("page", "1"))), pages)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    listing = [finding_row(row, known[row.pk]) for row in shown]
    return {
        "total": len(rows),
        "chosen": chosen,
        "lists": _lists(counted, asked),
        "table_caption": _table_caption(chosen),
        "lead": f"{wording.count(len(rows), *_called(chosen))}{_narrowed(asked)}{_order(chosen, len(rows))}.",
        "rows": listing,
        **at_once(scope, shown, known, asked.get("reason", ""), listing),
        "filters": {**_filters(counts, asked), "reason": reason_choices(asked.get("reason", ""))},
        "filtered": any(asked.get(name) for name in ("rule", "severity", "organisation", "reason")),
        "pages": pages_of(asked, page, pages),
        "address": reverse("findings", args=[place.round.code]),
    }


def _list(kind: str) -> str:
    return FAULTS if kind == CHECK else PLAN


def _list_of(counted: Sequence[Mapping[str, Any]], asked: Mapping[str, str]) -> str:
    """The list asked for, else the one that holds the rule asked for, else how the plan stands."""
    if asked.get("list") in LISTS:
        return asked["list"]
    return next((_list(row["kind"]) for row in counted if row["rule"] == asked.get("rule")), PLAN)


def _lists(counted: Sequence[Mapping[str, Any]], asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """The two lists as links with their numbers; the organisation asked for is kept."""
    sizes = {name: sum(row["n"] for row in counted if _list(row["kind"]) == name) for name in LISTS}
    kept = {"organisation": asked["organisation"]} if asked.get("organisation") else {}
    return [
        {
            "text": f"{text} ({sizes[name]:,})",
            "address": "?" + urlencode({"list": name, **kept}),
            "current": name == asked["list"],
        }
        for name, text in LISTS.items()
    ]


def _called(chosen: str) -> tuple[str, str]:
    return ("fault in returns", "faults in returns") if chosen == FAULTS else ("finding", "findings")


def _order(chosen: str, number: int) -> str:
    return "" if number < 2 or chosen == FAULTS else ", the largest gap first"


def _table_caption(chosen: str) -> str:
    if chosen == FAULTS:
        return "Cells to put right, and what the return's own checks ask about"
    return "Targets missed and figures that do not agree, where and by how much"


def code_of(finding: Finding) -> str:
    """`Target 23-10`, `Rule T03`, `Check V05`."""
    words = {"target": "Target", CHECK: "Check"}
    return f"{words.get(finding.kind, 'Rule')} {finding.rule}"


def finding_row(finding: Finding, explanation: Explanation | None = None) -> dict[str, Any]:
    """One row of a list of findings."""
    return {
        "severity": severity_of(finding.severity, finding.trial, finding.waived),
        "rule": code_of(finding),
        "who": who(finding),
        "message": finding.message,
        "cell": finding.cell,
        "sheet": finding.sheet,
        "seen": finding.seen or "nothing",
        "gap": wording.gap(finding.gap, finding.unit),
        "closes": finding.closes_with,
        "period": month_label(finding.period) if finding.period else "",
        "reason": _reason_of(finding, explanation),
        "address": reverse("finding", args=[finding.pk]),
    }


def _reason_of(finding: Finding, explanation: Explanation | None) -> str:
    if finding.waived:
        return f"Set aside until {waiver_of(finding)['until']}"
    if finding.severity == BLOCK:
        return "Must be put right"
    return reason_word(explanation) if explanation is not None else ""


who = about_whom


def _filtered(rows: QuerySet[Finding], asked: Mapping[str, str]) -> QuerySet[Finding]:
    if asked.get("rule"):
        rows = rows.filter(rule=asked["rule"])
    if asked.get("severity") in SEVERITIES:
        rows = rows.filter(severity=asked["severity"])
    if asked.get("organisation") == SYSTEM:
        return rows.filter(organisation=None)
    if asked.get("organisation"):
        return rows.filter(organisation_id=asked["organisation"])
    return rows


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def _narrowed(asked: Mapping[str, str]) -> str:
    said = [f"of {asked['rule']}"] if asked.get("rule") else []
    if asked.get("severity") in SEVERITIES:
        said.append(f"marked “{SEVERITIES[asked['severity']].word}”")
    if asked.get("reason") in REASONS:
        said.append(REASONS[asked["reason"]].phrase)
    return " " + " ".join(said) if said else ""


def _filters(
    counts: Sequence[Mapping[str, Any]], asked: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """The choices that have findings, each with its number. One query for the names."""
    codes = {row["organisation_id"] for row in counts if row["organisation_id"]}
    named = dict(Organisation.objects.filter(ods__in=codes).values_list("ods", "short_name"))
    by: dict[str, dict[str, int]] = {"rule": {}, "severity": {}, "organisation": {}}
    for row in counts:
        for name, value in (
            ("rule", row["rule"]),
            ("severity", row["severity"]),
            ("organisation", row["organisation_id"] or SYSTEM),
        ):
            by[name][value] = by[name].get(value, 0) + row["n"]
    words = {
        "rule": {code: code for code in sorted(by["rule"])},
        "severity": {
            code: SEVERITIES[code].word for code in (BLOCK, EXPLAIN, NOTE) if code in by["severity"]
        },
        "organisation": {
            code: "The whole system" if code == SYSTEM else named.get(code, code)
            for code in sorted(by["organisation"], key=lambda code: (code != SYSTEM, named.get(code, code)))
        },
    }
    return {
        name: [{"value": "", "text": "All", "selected": not asked.get(name)}]
        + [
            {"value": code, "text": f"{word} ({by[name][code]:,})", "selected": asked.get(name) == code}
            for code, word in listed.items()
        ]
        for name, listed in words.items()
    }


def pages_of(asked: Mapping[str, str], page: int, pages: int) -> dict[str, Any]:
    """The NHS.UK pagination of a list that keeps its filters in the address; empty for a single page."""

    def address(number: int) -> str:
        kept = {name: value for name, value in asked.items() if value and name != "page"}
        return "?" + urlencode({**kept, "page": number})

    if pages == 1:
        return {}
    found: dict[str, Any] = {
        "items": [{"number": n, "href": address(n), "current": n == page} for n in _near(page, pages)]
    }
    if page > 1:
        found["previous"] = {"href": address(page - 1)}
    if page < pages:
        found["next"] = {"href": address(page + 1)}
    return found


def _near(page: int, pages: int) -> list[int]:
    return [number for number in range(1, pages + 1) if abs(number - page) <= 3 or number in (1, pages)]


def waiver_of(finding: Finding) -> dict[str, str]:
    """What set the finding aside, in words; empty where nothing did."""
    if not finding.waived:
        return {}
    day = wording.day(date.fromisoformat(finding.waived["until"]))
    return {"until": day, "by": finding.waived["by"], "reason": finding.waived["reason"]}
