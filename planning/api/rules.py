"""The rule book of a round."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.described import number, several, text, thing, whole, yes_or_no
from planning.api.filters import round_named
from planning.foundation.asking import PAGED, Asked
from planning.foundation.paging import enveloped, page_of_list, paged
from planning.foundation.rest import route
from planning.plan.rulebook import Rule, load_rules

TOLERANCE = thing(
    "Tolerance",
    {
        "absolute": number("in the unit of what is compared", null=False),
        "relative": number("of the larger side: 0.005 is half a per cent", null=False),
        "low": number("the lower end, for a rule that holds a figure in a range"),
        "high": number("the upper end"),
        "text": text("as it is said"),
    },
)
RULE = thing(
    "Rule",
    {
        "code": text(),
        "title": text("what must hold"),
        "formula": text(),
        "tolerance": TOLERANCE,
        "severity": text("`block`, `explain` or `note`"),
        "needs_acceptance": yes_or_no("whether the ICB must also accept the reason"),
        "source": text(),
        "version": whole(),
        "trial": yes_or_no("a rule in trial is shown and never counts"),
        "returns": several("the returns that it needs"),
        "levels": several("organisation, system"),
        "instruction": text("what to do about a finding"),
    },
    many=True,
)


@route(
    "GET",
    says="Rules\nEvery check and triangulation rule of the round, with its formula, tolerance, severity and source.",
    tag="reference",
    gives=paged("RulePage", RULE),
    parameters=PAGED,
)
def rules(request: Request, asked: Asked, round_code: str) -> Response:
    page = page_of_list(load_rules(round_named(round_code).code, {}), asked)
    return Response(enveloped(request, page, [_shown(rule) for rule in page.rows]))


def _shown(rule: Rule) -> dict[str, Any]:
    held = rule.tolerance
    return {
        "code": rule.code,
        "title": rule.title,
        "formula": rule.formula,
        "tolerance": {
            "absolute": float(held.absolute),
            "relative": float(held.relative),
            "low": _number(held.low),
            "high": _number(held.high),
            "text": held.text,
        },
        "severity": rule.severity,
        "needs_acceptance": rule.needs_acceptance,
        "source": rule.source,
        "version": rule.version,
        "trial": rule.trial,
        "returns": sorted(rule.returns),
        "levels": sorted(rule.levels),
        "instruction": rule.instruction,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
