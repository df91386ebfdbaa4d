"""What the list of findings and the page of one finding show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.urls import reverse

from planning.foundation import wording
from planning.foundation.charts import Chart
from planning.people.access import Scope
from planning.people.roles import WAIVE
from planning.plan.explaining import Explanation, about_whom, explanations, whose_move
from planning.plan.findings import BLOCK, EXPLAIN, NOTE, Finding
from planning.plan.months import twelve
from planning.registry.organisations import Organisation
from planning.registry.periods import month_label
from planning.registry.place import Place
from submissions.queries.reasons import (
    REASONS,
    at_once,
    by_reason,
    reason_choices,
    reason_part,
    reason_word,
)
from submissions.visible import basis_for, findings_of
from submissions.waivers import may_be_waived
from submissions.wording import RETURN_NAMES, SEVERITIES, severity_of

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


# --- one finding ---------------------------------------------------------------------------------------
def finding_page(scope: Scope, place: Place, finding: Finding) -> dict[str, Any]:
    """Everything the page of a finding says. One query and one for its chart."""
    explanation = explanations([finding], scope)[finding.pk]
    working = finding.working
    chart, months = _chart(finding, place)
    source = working.get("source") or ""
    return {
        "finding": finding,
        "said": severity_of(finding.severity, finding.trial, finding.waived),
        "code": code_of(finding),
        "who": who(finding),
        "facts": _facts(finding, explanation),
        "plain": working.get("why", ""),
        "title": finding.title,
        "formula": working.get("formula", ""),
        "numbers": working.get("numbers", ""),
        "result": _result(finding),
        "tolerance": working.get("tolerance", ""),
        "inputs": input_rows(finding, scope),
        "chart": chart,
        "months": months,
        "chart_title": _chart_title(finding),
        "closes": finding.closes_with,
        "instruction": finding.instruction,
        "source": source if isinstance(source, dict) else {"text": source},
        "target_address": reverse("target", args=[place.round.code, finding.rule])
        if finding.kind == "target"
        else "",
        "explanation": explanation,
        "waiver": waiver_of(finding),
        **reason_part(scope, finding, explanation),
        **_between(scope, finding),
    }


def _between(scope: Scope, finding: Finding) -> dict[str, str]:
    """Where the ICB asks about the finding or sets its check aside: on the pages of the version it lies in."""
    ods = finding.organisation_id
    version = _version_of(finding)
    if ods is None or not version:
        return {}
    asked = f"?finding={finding.pk}"
    return {
        "ask_address": reverse("ask", args=[version]) + asked if scope.reviews(ods) else "",
        "waive_address": reverse("waive", args=[version]) + asked
        if may_be_waived(finding) and scope.reviews(ods, WAIVE)
        else "",
    }


def _version_of(finding: Finding) -> str:
    """The id of a version of the organisation that the finding rests on."""
    rests = [row for row in [*finding.inputs, *finding.run.inputs] if row.get("upload")]
    mine = (row["upload"] for row in rests if row.get("organisation") == finding.organisation_id)
    return next(mine, "")


def input_rows(finding: Finding, scope: Scope) -> dict[str, Any]:
    """Where each number comes from: a row a line, a column a period, each figure with its cell and file. A return
    that the asker may not open, the ICB's beside a trust's, is named and not led to."""
    opens = scope.own | scope.hosts | scope.systems | scope.served
    periods = sorted({given.get("period") or "" for given in finding.inputs}, key=_in_time)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for given in finding.inputs:
        if given.get("organisation") not in opens:
            given = {**given, "upload": ""}
        row = rows.setdefault((given.get("organisation", ""), given.get("line", "")), _line_row(given))
        row["by_period"][given.get("period") or ""] = _figure_cell(given)
    for row in rows.values():
        found = row.pop("by_period")
        row["cells"] = [found.get(period) for period in periods]
    return {"periods": [_short(period) for period in periods], "rows": list(rows.values())}


def _line_row(given: Mapping[str, Any]) -> dict[str, Any]:
    upload, kind = given.get("upload"), RETURN_NAMES.get(given.get("return", ""), "").lower()
    version = f", version {given['version']}" if given.get("version") else ""
    return {
        "label": given.get("label", ""),
        "line": ", ".join(word for word in (given.get("line", ""), given.get("unit", "")) if word),
        "sheet": given.get("sheet", ""),
        "return": f"{given.get('organisation', '')} {kind}{version}".strip(),
        "address": reverse("upload_result", args=[upload]) if upload else "",
        "by_period": {},
    }


def _figure_cell(given: Mapping[str, Any]) -> dict[str, str]:
    upload = given.get("upload")
    return {
        "value": _seen(given.get("value"), given.get("unit", "")),
        "cell": given.get("cell") or "",
        "sheet": given.get("sheet") or "",
        "file": reverse("upload_file", args=[upload]) if upload else "",
    }


def _seen(value: Any, unit: str) -> str:
    """A figure in its unit; what a check saw in a cell stays as it was typed. An empty cell is `blank`."""
    if value is None or value == "":
        return "blank"
    return value if isinstance(value, str) else wording.bare(value, unit)


def _in_time(period: str) -> tuple[int, str]:
    """Years before the plan's, its months, then its total."""
    year = period.replace("/", "-")
    return (0 if "/" in period else 1, year)


def _short(period: str) -> str:
    """`Apr 2023`, and years as they are; a cell outside the months has none."""
    if not period:
        return "Seen"
    month, _, year = month_label(period).partition(" ")
    return f"{month[:3]} {year}" if year else period


def _facts(finding: Finding, explanation: Explanation) -> list[dict[str, Any]]:
    rows = [
        ("Period", month_label(finding.period) if finding.period else ""),
        ("Gap", wording.gap(finding.gap, finding.unit)),
        ("Found", wording.moment(finding.run.created_at)),
        ("Reason", reason_word(explanation)),
        ("Waiting for", whose_move(finding, explanation).words),
    ]
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in rows if value]


def waiver_of(finding: Finding) -> dict[str, str]:
    """What set the finding aside, in words; empty where nothing did."""
    if not finding.waived:
        return {}
    day = wording.day(date.fromisoformat(finding.waived["until"]))
    return {"until": day, "by": finding.waived["by"], "reason": finding.waived["reason"]}


def _result(finding: Finding) -> str:
    if finding.actual is None and finding.expected is None:
        return ""
    planned = wording.figure(finding.actual, finding.unit)
    if finding.expected is None:
        return f"Planned: {planned}."
    gap = f" Gap: {wording.gap(finding.gap, finding.unit)}." if finding.gap is not None else ""
    return f"Planned: {planned}. Expected: {wording.figure(finding.expected, finding.unit)}.{gap}"


def _chart_title(finding: Finding) -> str:
    """What the picture shows, as a sentence."""
    if finding.period and "-" in finding.period:
        month, is_target = month_label(finding.period), finding.kind == "target"
        return f"The target is first missed in {month}" if is_target else f"First out of step in {month}"
    if finding.actual is None or finding.expected is None:
        return "Month by month"
    planned, wanted = (wording.figure(value, finding.unit) for value in (finding.actual, finding.expected))
    word = "target" if finding.kind == "target" else "expected"
    return f"Over the year: {planned} planned, {wanted} {word}"


def _chart(finding: Finding, place: Place) -> tuple[Chart | None, list[dict[str, Any]]]:
    """The picture (None where there are no months) and its table, from the same figures."""
    working = finding.working
    return twelve(
        place.round.code,
        list(working.get("months") or ()),
        list(working.get("expected_months") or ()),
        finding.unit,
        finding.period,
        "Target" if finding.kind == "target" else "Expected",
    )
