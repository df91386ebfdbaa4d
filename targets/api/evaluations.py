"""How plans stand against the targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.described import INPUT_FIELDS, identity, inputs, number, several, text, thing, yes_or_no
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
from planning.foundation.rest import route
from planning.foundation.tables import FORMAT, Column, Table, plain
from planning.people.access import scope_of
from planning.plan.runs import Run
from planning.plan.visible import basis_for
from planning.registry.groups import Group
from planning.registry.lines import Lines
from planning.registry.organisations import NHS_ENGLAND, Organisation
from planning.registry.rounds import SystemRound
from targets.evaluations import MET, NOT_APPLICABLE, NOT_ASSESSABLE, NOT_MET, Evaluation
from targets.guidance.listing import listed
from targets.guidance.target import Target
from targets.visible import evaluations_of

TARGET = Parameter("target", "A target's code.")
OUTCOME = Parameter(
    "outcome", "Only evaluations with that outcome.", (MET, NOT_MET, NOT_ASSESSABLE, NOT_APPLICABLE)
)
GROUP = Parameter(
    "group",
    "A group's code: its evaluations, which otherwise are left out beside those of bodies and systems.",
)
WHOLE = replace(
    SYSTEM,
    description=f"{SYSTEM.description} A region's code, or NHS England's, gives NHS England the results of several "
    "systems together, which otherwise are left out.",
)
FILTERS = (WHOLE, ORGANISATION, RETURN, LINE, PERIOD, STAGE, TARGET, OUTCOME, GROUP)
ORDER = Keyset(("target", "id"), (word, identifier))
TABLE = Table(
    "evaluations",
    (
        Column("id", "string", "the evaluation"),
        Column("target", "string", "the target's code"),
        Column("title", "string", "the target in words"),
        Column("organisation", "string", "ODS code; empty on a system's own row"),
        Column("system", "string", "the code of the system's ICB, or of the organisation's host system"),
        Column("group", "string", "the group's code, on a row of one"),
        Column("outcome", "string", "met, not_met, not_assessable or not_applicable"),
        Column("for_information", "boolean", "shown at a level at which the target is not set"),
        Column("planned", "decimal", "the planned figure in the target's unit; percentages in points"),
        Column("threshold", "decimal", "what it is held against"),
        Column("unit", "string", "the target's unit"),
        Column("gap", "decimal", "the shortfall in the target's unit, 0 when met"),
        Column("gap_units", "decimal", "the shortfall in people, beds or £000"),
        Column("gap_unit", "string", "what gap_units counts"),
        Column("first_failing_period", "string", "the first period that falls short"),
        Column("rag", "string", "green, amber or red"),
        Column("why", "string", "why it cannot be assessed, or what to know of the outcome"),
        Column("so_far", "string", "how many members have returned, while some have not"),
        Column("parts", "json", "the tests that must all hold, where there are several"),
        Column("attested", "json", "the answer that it rests on, where no return holds it"),
        Column("inputs", "json", "the entered cells that it rests on"),
        Column("missing", "json", "the ODS codes of those whose figures are wanting"),
        Column("basis", "string", "latest, a stage, or what was accepted"),
    ),
    ("id",),
)
EVALUATION = thing(
    "Evaluation",
    {
        "id": identity(),
        "target": text("the target's code"),
        "title": text("the target in words"),
        "organisation": text("null on a system's own row", null=True),
        "system": text("the system, or the organisation's host system", null=True),
        "group": text("the group's code, on a row of one", null=True),
        "outcome": text("`met`, `not_met`, `not_assessable` or `not_applicable`"),
        "for_information": yes_or_no("shown at a level at which the target is not set"),
        "planned": number("in the target's unit; percentages in points"),
        "threshold": number("what it is held against"),
        "unit": text(),
        "gap": number("the shortfall in the target's unit, 0 when met"),
        "gap_units": number("the shortfall in people, beds or £000"),
        "gap_unit": text("what gap_units counts"),
        "first_failing_period": text("the first period that falls short", null=True),
        "rag": text("green, amber, red", null=True),
        "why": text("why it cannot be assessed, or what to know of the outcome", null=True),
        "so_far": text("how many members have returned, while some have not", null=True),
        "parts": thing(
            "EvaluationPart",
            {
                "title": text(),
                "outcome": text(),
                "planned": number(),
                "threshold": number(),
                "unit": text(),
                "gap": number(),
                "why": text("why it cannot be assessed"),
            },
            many=True,
        ),
        "attested": thing(
            "EvaluationAnswer",
            {
                "state": text("in_place, on_track, at_risk, not_in_place; empty while only a lead is named"),
                "figure": number("the figure given, in the target's unit"),
                "lead": text("who leads on it"),
                "by": text("who answered"),
                "at": text("when"),
                "due": text("the day that the answer is for; empty where none is named"),
            },
            allow_null=True,
        ),
        "inputs": thing("EvaluationInput", INPUT_FIELDS, many=True),
        "missing": several("the ODS codes of those whose figures are wanting"),
        "basis": text("`latest`, a stage, or what was accepted"),
    },
    many=True,
)


@route(
    "GET",
    says="""Evaluations
    Each target for each organisation and system, with the cells that the outcome rests on. `period` is the
    first that falls short. CSV and JSON Lines give all of them.""",
    tag="results",
    gives=paged("EvaluationPage", EVALUATION),
    parameters=(*FILTERS, FORMAT, *PAGED),
)
def evaluations(request: Request, asked: Asked, round_code: str) -> HttpResponseBase:
    scope = scope_of(request)
    basis = basis_for(scope, stage_asked(asked, round_code))
    rows = evaluations_of(scope, round_code, basis=basis, groups="group" in asked)
    rows = rows.filter(_filters(asked, round_code))

    def every() -> Iterator[dict[str, Any]]:
        return (_shown(row, basis) for row in rows.order_by(*ORDER.fields).iterator(500))

    streamed = TABLE.answer(request, asked, every, f"{round_code}-evaluations")
    if streamed is not None:
        return streamed
    page = ORDER.page(rows, asked)
    return Response(enveloped(request, page, [_shown(row, basis) for row in page.rows]))


def _filters(asked: Asked, round_code: str) -> Q:
    condition = Q()
    if organisation := organisation_asked(asked):
        condition &= Q(organisation_id=organisation)
    condition &= _of_system(asked, round_code)
    if period := period_asked(asked, round_code):
        condition &= Q(first_failing_period=period)
    if group := _group_asked(asked):
        condition &= Q(group_id=group)
    if outcome := asked["outcome"]:
        condition &= Q(outcome=outcome)
    return condition & _of_targets(asked, round_code)


def _of_system(asked: Asked, round_code: str) -> Q:
    """The rows of the system asked for, of what serves it those that it is shown for; where none is asked for all
    but those of several systems together, which would be counted twice. Raises Problem 400."""
    system = system_asked(asked, round_code, besides=lambda: _several(round_code))
    if system is None:
        return ~Q(run__scope=Run.REGION)
    served = Q()
    for ods, targets in system.served.items():
        served |= Q(organisation_id=ods, target__in=targets)
    return system.rows(served)


def _several(round_code: str) -> list[str]:
    """The regions whose systems take part in a round, and England; one query."""
    regions = SystemRound.objects.filter(round_id=round_code).values("system__region_id")
    known = Organisation.objects.filter(Q(pk__in=regions) | Q(kind=NHS_ENGLAND, retired=False))
    return list(known.order_by("ods").values_list("ods", flat=True))


def _group_asked(asked: Asked) -> str:
    """The group asked for, "" where none is; one query. Raises Problem 400."""
    if "group" not in asked:
        return ""
    return asked.among("group", list(Group.objects.filter(retired=False).values_list("code", flat=True)))


def _of_targets(asked: Asked, round_code: str) -> Q:
    """The conditions that the targets answer: their code, the lines they measure, the returns of those."""
    if not any(name in asked for name in ("target", "line", "return")):
        return Q()
    known = {target.code: target for target in listed(round_code)}
    asked.among("target", list(known), where=f"GET rounds/{round_code}/targets/")
    lines = Lines.load(round_code) if "line" in asked or "return" in asked else None
    if lines is not None:
        asked.among("line", lines, where=f"GET rounds/{round_code}/lines/")
    wanted = [
        code
        for code, target in known.items()
        if asked["target"] in ("", code)
        and (not asked["line"] or asked["line"] in lines_of(target))
        and (not asked["return"] or lines is None or asked["return"] in _returns_of(target, lines))
    ]
    return Q(target__in=wanted)


def lines_of(target: Target) -> set[str]:
    """The codes of the lines that a target's measures name, those taken off too; `CODE@` is every partner's."""
    found: set[str] = set()
    for measure in (target.measure, *(part["measure"] for part in target.parts)):
        for named in measure.values():
            found.update(named if isinstance(named, list) else [named] if isinstance(named, str) else [])
    return {code.removeprefix("-").removesuffix("*") for code in found}


def _returns_of(target: Target, lines: Lines) -> set[str]:
    return {lines[code].return_kind for code in lines_of(target) if code in lines}


def _shown(row: Evaluation, basis: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "target": row.target,
        "title": row.title,
        "organisation": row.organisation_id,
        "system": row.system_id,
        "group": row.group_id,
        "outcome": row.outcome,
        "for_information": row.for_information,
        "planned": plain(row.planned),
        "threshold": plain(row.threshold),
        "unit": row.unit,
        "gap": plain(row.gap),
        "gap_units": plain(row.gap_units),
        "gap_unit": row.gap_unit,
        "first_failing_period": row.first_failing_period or None,
        "rag": row.rag or None,
        "why": row.why or None,
        "so_far": row.so_far or None,
        "parts": row.parts,
        "attested": row.attested,
        "inputs": inputs(row.inputs),
        "missing": row.missing,
        "basis": basis,
    }
