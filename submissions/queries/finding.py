"""What the page of one finding says: is it true, from which cells, what would close it, whose move is it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.foundation.charts import Chart
from planning.people.access import Scope
from planning.people.roles import WAIVE
from planning.plan.explaining import Explanation, explanations, whose_move
from planning.plan.findings import Finding
from planning.plan.months import twelve
from planning.registry.periods import month_label
from planning.registry.place import Place
from submissions.queries.assumed import assumed_in
from submissions.queries.closing import closing_part
from submissions.queries.finding_history import history_of
from submissions.queries.finding_inputs import input_rows
from submissions.queries.findings import code_of, waiver_of, who
from submissions.queries.odd_one_out import odd_part, run_of_body
from submissions.queries.reasons import reason_part, reason_word
from submissions.waivers import may_be_waived
from submissions.wording import severity_of


def finding_page(scope: Scope, place: Place, finding: Finding, with_history: bool = False) -> dict[str, Any]:
    """Everything the page of a finding says. At most five queries, one for its chart; one more
    where it is asked for when it was found before."""
    run = run_of_body(scope, finding)
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
        "assumed": assumed_in(finding),
        "inputs": input_rows(finding, scope),
        "chart": chart,
        "months": months,
        "chart_title": _chart_title(finding),
        **odd_part(place, finding, run),
        **closing_part(scope, place, finding, run),
        "history": history_of(scope, finding) if with_history else [],
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


def _facts(finding: Finding, explanation: Explanation) -> list[dict[str, Any]]:
    rows = [
        ("Period", month_label(finding.period) if finding.period else ""),
        ("Gap", wording.gap(finding.gap, finding.unit)),
        ("Tolerance", _held_to(finding)),
        ("Found", wording.moment(finding.run.created_at)),
        ("Reason", "" if finding.trial else reason_word(explanation)),
        ("Waiting for", whose_move(finding, explanation).words),
    ]
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in rows if value]


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


def _held_to(finding: Finding) -> str:
    """`1.5 percentage points, of version 2 of the rule`, and why where it is not what the rule's declaration says."""
    text = finding.working.get("tolerance", "")
    if not text or finding.kind == "target":
        return ""
    why = finding.working.get("allowed_because", "")
    own = f". Not as the rule declares it: {why}" if why else ""
    return f"{text}; version {finding.rule_version} of the rule{own}"
