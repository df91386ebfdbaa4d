"""The planning rounds: timetable and stages."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.described import several, text, thing, time, yes_or_no
from planning.foundation.asking import PAGED, Asked
from planning.foundation.paging import enveloped, page_of_list, paged
from planning.foundation.problems import not_found
from planning.foundation.rest import route
from planning.registry.rounds import Round

STAGE = thing(
    "Stage",
    {
        "code": text(),
        "name": text(),
        "returns": several("the returns that it asks for"),
        "needs_reasons": yes_or_no(
            "whether findings to explain must have their reasons before a return goes"
        ),
        "due_at": time("what arrives later is marked late", null=False),
        "is_open": yes_or_no("only a person closes a stage"),
        "source": text(),
    },
    many=True,
)
ROUND_FIELDS = {
    "code": text("such as `2023-24`"),
    "title": text(),
    "year": text("the plan year, such as `2023/24`"),
    "opens": serializers.DateField(),
    "source": text(),
    "systems": several("the systems that take part, by their ICB's code"),
    "stages": STAGE,
}
ROUNDS = thing("Round", ROUND_FIELDS, many=True)


@route(
    "GET",
    says="Rounds\nThe planning rounds, the newest first, each with its timetable and stages.",
    tag="reference",
    gives=paged("RoundPage", ROUNDS),
    parameters=PAGED,
)
def rounds(request: Request, asked: Asked) -> Response:
    page = page_of_list(list(Round.objects.prefetch_related("stages", "systems")), asked)
    return Response(enveloped(request, page, [_shown(row) for row in page.rows]))


@route(
    "GET",
    says="One round\nIts timetable and stages.",
    tag="reference",
    gives=ROUNDS.child,
)
def one_round(request: Request, asked: Asked, round_code: str) -> Response:
    found = Round.objects.filter(code=round_code).prefetch_related("stages", "systems").first()
    if found is None:
        raise not_found("round")
    return Response(_shown(found))


def _shown(found: Round) -> dict[str, Any]:
    return {
        "code": found.code,
        "title": found.title,
        "year": found.year,
        "opens": found.opens,
        "source": found.source,
        "systems": sorted(row.system_id for row in found.systems.all()),
        "stages": [
            {
                "code": stage.code,
                "name": stage.name,
                "returns": stage.returns,
                "needs_reasons": stage.needs_reasons,
                "due_at": stage.due_at,
                "is_open": stage.is_open,
                "source": stage.source,
            }
            for stage in found.stages.all()
        ],
    }
