"""The line catalogue of a round, to read, search and print: what each line counts, in what unit and sign."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from planning.registry.lines import Line, Lines
from planning.registry.organisations import KINDS, TRUST_TYPES
from planning.registry.rounds import RETURNS, Round

TYPES = {code: name for code, name in KINDS if code in TRUST_TYPES or code == "icb"}
SIGNS = {"+": "0 or more", "-": "0 or less (spending)", "any": "either sign"}
OVER_TIME = {
    "sum": "months add up",
    "last": "the figure of March",
    "avg": "average of the months",
    "ratio": "months add up, as a share",
    "ratio_last": "March, as a share",
    "ratio_avg": "average of the months, as a share",
    "wmean": "mean weighted by {weight}",
    "annual": "one figure a year",
    "none": "months make no year",
}
LONGEST_SEARCH = 100


@require_safe
@login_required
def lines(request: HttpRequest, round: str) -> HttpResponse:
    """Every line, or those of one return, of one type of organisation, or that speak of something. Three queries."""
    chosen = get_object_or_404(Round, code=round)
    asked = {name: request.GET.get(name, "").strip() for name in ("return", "type", "search")}
    if asked["return"] not in ("", *RETURNS) or asked["type"] not in ("", *TYPES):
        raise Http404("No such return or type of organisation.")
    catalogue = Lines.load(round)
    found = [line for line in catalogue.values() if _wanted(line, asked)]
    context = {
        "round": chosen,
        "caption": chosen.year,
        "breadcrumbs": [{"text": "Home", "href": "/"}],
        "asked": asked,
        "returns": [{"value": kind, "text": kind.capitalize()} for kind in RETURNS],
        "types": [{"value": code, "text": name} for code, name in TYPES.items()],
        "number": len(found),
        "whole": len(catalogue),
        "sections": _sections(found),
    }
    return render(request, "lines.jinja", context)


def _wanted(line: Line, asked: dict[str, str]) -> bool:
    words = asked["search"][:LONGEST_SEARCH].casefold().split()
    text = f"{line.code} {line.label} {line.definition} {line.section}".casefold()
    return (
        asked["return"] in ("", line.return_kind)
        and (not asked["type"] or asked["type"] in line.types)
        and all(word in text for word in words)
    )


def _sections(found: Sequence[Line]) -> list[dict[str, Any]]:
    """Lines by the sheet and heading that they stand under, in the order of the workbooks."""
    placed = groupby(found, key=lambda line: (line.return_kind, line.sheet, line.section))
    return [
        {
            "title": f"{kind.capitalize()} · {sheet} · {section}",
            "lines": [_row(line) for line in listed],
        }
        for (kind, sheet, section), listed in placed
    ]


def _row(line: Line) -> dict[str, Any]:
    return {
        "code": line.code,
        "label": line.label,
        "definition": line.definition,
        "unit": line.unit,
        "how": f"{SIGNS[line.sign]}; {OVER_TIME[line.over_time].format(weight=line.weight)}",
        "formula": _formula(line),
        "part_of": line.of_which,
        "denominator": line.denominator,
        "who": _who(line),
        "source": line.source,
    }


def _formula(line: Line) -> str:
    if line.formula and line.formula_icb:
        return f"{line.formula}; for an ICB {line.formula_icb}"
    return line.formula or line.formula_icb


def _who(line: Line) -> str:
    """`Required: acute trust. Optional: integrated care board.`"""
    if line.required == "reference":
        return "Reference data: in no workbook."
    if line.required == "computed":
        return f"Computed: {_names(line.types)}."
    must, may = line.required_for, line.types - line.required_for
    said = [f"Required: {_names(must)}."] if must else []
    return " ".join([*said, *([f"Optional: {_names(may)}."] if may else [])])


def _names(types: frozenset[str]) -> str:
    return ", ".join(name[0].lower() + name[1:] for code, name in TYPES.items() if code in types)
