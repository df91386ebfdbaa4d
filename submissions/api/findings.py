"""Findings, and giving the reason for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.described import INPUT_FIELDS, identity, inputs, number, text, thing, time, yes_or_no
from planning.api.filters import (
    LINE,
    ORGANISATION,
    PERIOD,
    RETURN,
    STAGE,
    SYSTEM,
    organisation_asked,
    period_asked,
    stage_asked,
    system_asked,
)
from planning.foundation.asking import PAGED, Asked, Parameter
from planning.foundation.paging import Keyset, enveloped, identifier, paged, word
from planning.foundation.policy import SUBMIT
from planning.foundation.problems import Problem, not_found
from planning.foundation.rest import route
from planning.foundation.tables import FORMAT, Column, Table, plain
from planning.people.access import NotAllowed, Scope, scope_of
from planning.plan.explaining import LONGEST, Explanation, NoReason, explain, explanations
from planning.plan.findings import BLOCK, EXPLAIN, NOTE, Finding
from planning.plan.rulebook import load_rules
from planning.registry.lines import Line, Lines
from submissions.visible import all_findings, basis_for, findings_of
from targets.api.evaluations import lines_of
from targets.guidance.listing import listed

RULE = Parameter("rule", "The code of a rule or check; of a target for a missed one.")
TARGET = Parameter("target", "Only findings that this target is missed, by its code.")
SEVERITY = Parameter("severity", "How bad it is.", (BLOCK, EXPLAIN, NOTE))
FILTERS = (SYSTEM, ORGANISATION, RETURN, LINE, PERIOD, STAGE, TARGET, RULE, SEVERITY)
ORDER = Keyset(("rule", "id"), (word, identifier))
AT_ONCE = 500
WAIVED_FIELDS = ("reason", "by", "until")
EXPLANATION_FIELDS = {
    "status": text(
        "`needed`, `given`, `accepted` (by the ICB), `asked_again` (by the ICB: it wants another), `lapsed` (the "
        "figures or the rule have changed since) or `not_needed`"
    ),
    "text": text(null=True),
    "by": text(null=True),
    "at": time(),
}
EXPLANATION = thing("Explanation", EXPLANATION_FIELDS)
WAIVED = thing(
    "Waived",
    {
        "reason": text(),
        "by": text("who set it aside"),
        "until": text("the last day on which it is set aside"),
    },
    allow_null=True,
)
FINDING = thing(
    "Finding",
    {
        "id": identity(),
        "rule": text("the rule's, check's or target's code"),
        "kind": text("check, rule or target"),
        "title": text("what should hold"),
        "severity": text("`block`, `explain` or `note`"),
        "trial": yes_or_no("a rule in trial never counts"),
        "waived": WAIVED,
        "organisation": text("null on a system's own finding", null=True),
        "system": text("the system, or the organisation's host system", null=True),
        "return": text("the one return that it lies in", null=True),
        "line": text(null=True),
        "period": text(null=True),
        "sheet": text("where a check found it", null=True),
        "cell": text(null=True),
        "actual": number(),
        "expected": number(),
        "gap": number(),
        "unit": text(),
        "message": text(),
        "instruction": text("what to do about it"),
        "inputs": thing("FindingInput", INPUT_FIELDS, many=True),
        "closes_with": text("what would close it", null=True),
        "explanation": EXPLANATION,
    },
    many=True,
)
TABLE = Table(
    "findings",
    (
        Column("id", "string", "the finding"),
        Column("rule", "string", "the rule's, check's or target's code"),
        Column("kind", "string", "check, rule or target"),
        Column("title", "string", "what should hold"),
        Column("severity", "string", "block, explain or note"),
        Column("trial", "boolean", "a rule in trial never counts"),
        Column("waived_reason", "string", "why it is set aside; empty where it counts"),
        Column("waived_by", "string", "who set it aside"),
        Column("waived_until", "date", "the last day on which it is set aside"),
        Column("organisation", "string", "ODS code; empty on a system's own finding"),
        Column("system", "string", "the code of the system's ICB, or of the organisation's host system"),
        Column("return", "string", "the one return that it lies in"),
        Column("line", "string", "line code"),
        Column("period", "string", "period code"),
        Column("sheet", "string", "where a check found it"),
        Column("cell", "string", "where a check found it"),
        Column("actual", "decimal", "the figure found"),
        Column("expected", "decimal", "the figure that should stand there"),
        Column("gap", "decimal", "the difference"),
        Column("unit", "string", "the unit of the figures"),
        Column("message", "string", "what was found, in words"),
        Column("instruction", "string", "what to do about it"),
        Column("inputs", "json", "the entered cells that it rests on"),
        Column("closes_with", "string", "what would close it"),
        Column("explanation_status", "string", "needed, given, accepted, asked_again, lapsed or not_needed"),
        Column("explanation_text", "string", "the reason given"),
        Column("explanation_by", "string", "who gave it"),
        Column("explanation_at", "dateTime", "when"),
    ),
    ("id",),
)


class GivenReason(serializers.Serializer[object]):
    """Why a finding stands."""

    text = serializers.CharField(max_length=LONGEST, help_text="the reason, in words")


@route(
    "GET",
    says="""Findings
    What broke a check or rule, and each target missed, with the entered cells that it rests on. CSV and JSON
    Lines give all of them, the explanation's parts as columns.""",
    tag="results",
    gives=paged("FindingPage", FINDING),
    parameters=(*FILTERS, FORMAT, *PAGED),
)
def findings(request: Request, asked: Asked, round_code: str) -> HttpResponseBase:
    scope = scope_of(request)
    basis = basis_for(scope, stage_asked(asked, round_code))
    rows = findings_of(scope, round_code, basis=basis).filter(_filters(asked, round_code))
    streamed = TABLE.answer(request, asked, lambda: _every(scope, rows), f"{round_code}-findings")
    if streamed is not None:
        return streamed
    page = ORDER.page(rows, asked)
    return Response(enveloped(request, page, _explained(scope, page.rows)))


@route(
    "POST",
    says="Give a reason\nThe reason for a finding of one's own; a later one takes its place.",
    tag="results",
    takes=GivenReason,
    gives=EXPLANATION,
    problems=(415,),
    scope=SUBMIT,
)
def explanation(request: Request, asked: Asked, finding_id: UUID) -> Response:
    scope = scope_of(request)
    finding = all_findings(scope).filter(pk=finding_id).first()
    if finding is None:
        raise not_found("finding")
    given = GivenReason(data=request.data)
    given.is_valid(raise_exception=True)
    try:
        explain(by=scope, findings=[finding], text=given.validated_data["text"])
    except NotAllowed as error:
        raise Problem(403, "not_allowed", str(error)) from error
    except NoReason as error:
        raise Problem(400, "no_reason", str(error), parameter="text") from error
    return Response(_explanation(explanations([finding])[finding.pk]))


def _filters(asked: Asked, round_code: str) -> Q:
    condition = Q()
    if organisation := organisation_asked(asked):
        condition &= Q(organisation_id=organisation)
    if system := system_asked(asked, round_code):
        condition &= system.rows(Q(organisation_id__in=list(system.served), return_kind="activity"))
    if period := period_asked(asked, round_code):
        condition &= Q(period=period)
    if severity := asked["severity"]:
        condition &= Q(severity=severity)
    return condition & _of_lines(asked, round_code)


def _of_lines(asked: Asked, round_code: str) -> Q:
    """The conditions that the catalogues answer: lines, rules, targets, and the returns that those need."""
    condition = Q()
    lines = Lines.load(round_code) if "line" in asked or "return" in asked else None
    if line := asked.among("line", lines or {}, where=f"GET rounds/{round_code}/lines/"):
        condition &= Q(line__startswith=line) if line.endswith("@") else Q(line=line)
    if not any(name in asked for name in ("rule", "target", "return")):
        return condition
    needs = {rule.code: set(rule.returns) for rule in load_rules(round_code, {})}
    measured = {target.code: lines_of(target) for target in listed(round_code)}
    if target := asked.among("target", list(measured), where=f"GET rounds/{round_code}/targets/"):
        condition &= Q(rule=target)
    if rule := asked.among("rule", [*needs, *measured], where=f"GET rounds/{round_code}/rules/"):
        condition &= Q(rule=rule)
    if wanted := asked["return"]:
        known: Mapping[str, Line] = lines or {}
        needs |= {
            code: {known[line].return_kind for line in of if line in known} for code, of in measured.items()
        }
        across = [code for code, returns in needs.items() if wanted in returns]
        condition &= Q(return_kind=wanted) | Q(return_kind="", rule__in=across)
    return condition


def _every(scope: Scope, rows: QuerySet[Finding]) -> Iterator[dict[str, Any]]:
    """All rows flat, their explanations looked up some hundreds at a time."""
    waiting = iter(rows.order_by(*ORDER.fields).iterator(AT_ONCE))
    while chunk := list(islice(waiting, AT_ONCE)):
        for row in _explained(scope, chunk):
            held, waived = row.pop("explanation"), row.pop("waived") or {}
            flat = {f"waived_{name}": waived.get(name) for name in WAIVED_FIELDS}
            yield row | flat | {f"explanation_{name}": value for name, value in held.items()}


def _explained(scope: Scope, rows: Sequence[Finding]) -> list[dict[str, Any]]:
    known: dict[object, Explanation] = explanations(rows, scope)
    return [_shown(row, known[row.pk]) for row in rows]


def _shown(row: Finding, held: Explanation) -> dict[str, Any]:
    return {
        "id": row.id,
        "rule": row.rule,
        "kind": row.kind,
        "title": row.title,
        "severity": row.severity,
        "trial": row.trial,
        "waived": {name: row.waived[name] for name in WAIVED_FIELDS} if row.waived else None,
        "organisation": row.organisation_id,
        "system": row.system_id,
        "return": row.return_kind or None,
        "line": row.line or None,
        "period": row.period or None,
        "sheet": row.sheet or None,
        "cell": row.cell or None,
        "actual": plain(row.actual),
        "expected": plain(row.expected),
        "gap": plain(row.gap),
        "unit": row.unit,
        "message": row.message,
        "instruction": row.instruction,
        "inputs": inputs(row.inputs),
        "closes_with": row.closes_with or None,
        "explanation": _explanation(held),
    }


def _explanation(held: Explanation) -> dict[str, Any]:
    return {name: getattr(held, name) or None for name in EXPLANATION_FIELDS}
