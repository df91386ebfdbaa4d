"""What the page of demand and capacity shows: each section's months as a table and a chart, and its finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.foundation.charts import Chart, TwelveMonths, charts_of
from planning.people.access import Scope
from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.lines import Line, Lines, LineVersion
from planning.registry.organisations import Organisation
from planning.registry.place import Place
from submissions.api.versions import counted_uploads
from submissions.capacity import (
    NOT_APPLICABLE,
    Holder,
    Month,
    Row,
    Section,
    Series,
    Worked,
    lines_needed,
    sections,
    work_out,
)
from submissions.scenarios.bodies import Body
from submissions.uploads import PERIOD_FIELDS
from submissions.visible import visible_values

RETURN = "activity"
_MONTHS = range(periods.APRIL, periods.YEAR)


def capacity_page(scope: Scope, place: Place, bodies: Sequence[Body], body: Body) -> dict[str, Any]:
    """Everything that the page says. Four queries, whatever the number of organisations."""
    lines = _lines(place.round.code)
    returned = _returned(scope, place, body)
    rows = _rows(scope, returned)
    worked = [
        _worked(section, body, lines, returned, rows)
        for section in sections()
        if section.types & {one.kind for one in body.organisations.values()}
        and all(code in lines for code in section.lines)
    ]
    charts = iter(charts_of([_chart(one, place) for one in worked if _has_any(one)]))
    return {
        "body": body,
        "bodies": [{"value": one.key, "text": one.name, "selected": one.key == body.key} for one in bodies],
        "sections": [_shown(one, place, body, next(charts) if _has_any(one) else None) for one in worked],
        "address": reverse("capacity", args=[place.round.code]),
        "what_if_address": reverse("what_if", args=[place.round.code]) + f"?body={body.key}",
        "returns": [
            f"{body.organisations[ods].short_name} version {number}" for ods, (_, number) in returned.items()
        ],
    }


# --- reading -------------------------------------------------------------------------------------------
def _lines(round_code: str) -> Lines:
    """The lines that the sections speak of, as the round declares them. One query."""
    stored = LineVersion.objects.filter(
        round_id=round_code, is_current=True, retired=False, code__in=lines_needed()
    )
    return Lines(round_code, (Line.from_entry(row.entry, row.position, row.version) for row in stored))


def _returned(scope: Scope, place: Place, body: Body) -> dict[str, tuple[Any, int | None]]:
    """Organisation -> its activity version that counts for the asker, and the number. One query."""
    found = counted_uploads(scope, place.round.code).filter(
        return_kind=RETURN, organisation_id__in=list(body.organisations)
    )
    return {ods: (pk, number) for ods, pk, number in found.values_list("organisation_id", "pk", "number")}


def _rows(scope: Scope, returned: Mapping[str, tuple[Any, int | None]]) -> dict[str, dict[str, Row]]:
    """Organisation -> line -> its figures and letters. One query."""
    whose = {pk: ods for ods, (pk, _) in returned.items()}
    values = visible_values(scope).filter(upload_id__in=list(whose), line__in=lines_needed())
    found: dict[str, dict[str, Row]] = {}
    for upload, line, states, *figures in values.values_list("upload_id", "line", "states", *PERIOD_FIELDS):
        found.setdefault(whose[upload], {})[line] = (figures, states)
    return found


def _worked(
    section: Section,
    body: Body,
    lines: Lines,
    returned: Mapping[str, Any],
    rows: Mapping[str, Mapping[str, Row]],
) -> Worked:
    def holder(one: Organisation) -> Holder:
        may_omit = frozenset(code for code in section.lines if lines[code].is_optional_for(one.kind))
        return Holder(one.short_name, rows.get(one.ods, {}) if one.ods in returned else None, may_omit)

    holders = [holder(one) for one in body.organisations.values() if one.kind in section.types]
    return work_out(section, holders, lines.round, alone=not body.is_system)


# --- showing -------------------------------------------------------------------------------------------
def _shown(worked: Worked, place: Place, body: Body, chart: Chart | None) -> dict[str, Any]:
    section = worked.section
    codes = periods.codes(place.round.code)
    labels = [periods.month_label(codes[at]) for at in _MONTHS]
    return {
        "id": section.code,
        "title": f"{section.title}: {finding_of(worked, labels)}",
        "note": section.note,
        "unit": section.unit,
        "demand": section.demand.label,
        "capacity": section.capacity.label[0].lower() + section.capacity.label[1:],
        "so_far": worked.so_far,
        "missing": worked.missing,
        "is_known": worked.given > 0,
        "heads": [
            *(one.label for one in section.series),
            section.gap,
            *([section.share] if section.share else []),
        ],
        "rows": [_row(worked, at, label) for at, label in enumerate(labels)],
        "year": _year(worked, place) if section.adds_up else None,
        "chart": chart,
        "caption": f"{section.title} by month, {section.unit}",
    }


def _has_any(worked: Worked) -> bool:
    return any(isinstance(one, Fraction) for one in worked.gap)


def _row(worked: Worked, at: int, label: str) -> dict[str, Any]:
    section = worked.section
    gap = worked.gap[at]
    cells = [_cell(section, worked.columns[one.label][at]) for one in section.series]
    is_over = isinstance(gap, Fraction) and _rounded(section, gap) > 0
    return {"month": label, "cells": [*cells, _cell(section, gap), *_share(worked, [at])], "is_over": is_over}


def _year(worked: Worked, place: Place) -> list[str]:
    """The year's total of each flow; nothing for a list, which is no flow."""
    section = worked.section
    cells = [_sum(section, worked.columns[one.label]) if not one.level else "" for one in section.series]
    return [*cells, _sum(section, worked.gap), *_share(worked, range(12))]


def _sum(section: Section, months: Sequence[Month]) -> str:
    known = [one for one in months if isinstance(one, Fraction)]
    return _cell(section, sum(known, Fraction(0))) if len(known) == len(months) else ""


def _cell(section: Section, month: Month) -> str:
    if isinstance(month, str):
        return "n/a" if month == NOT_APPLICABLE else "blank"
    return wording.signed(_rounded(section, month), section.decimals)


def _rounded(section: Section, month: Fraction) -> Fraction:
    return Fraction(round(month / SCALE, section.decimals))


def _share(worked: Worked, places: Sequence[int] | range) -> list[str]:
    """The share of sums over some months, never a mean of shares."""
    section = worked.section
    if not section.share:
        return []
    demand, capacity = worked.columns[section.demand.label], worked.columns[section.capacity.label]
    above, below = (capacity, demand) if section.share_of == "demand" else (demand, capacity)
    pairs = [(above[at], below[at]) for at in places]
    tops = [one for one, _ in pairs if isinstance(one, Fraction)]
    bottoms = [one for _, one in pairs if isinstance(one, Fraction)]
    if len(tops) < len(pairs) or len(bottoms) < len(pairs) or not sum(bottoms):
        return ["–"]
    return [wording.figure(float(100 * sum(tops, Fraction(0)) / sum(bottoms, Fraction(0))), "%")]


def finding_of(worked: Worked, labels: Sequence[str]) -> str:
    """`demand passes open beds in January 2024, by 34`; what is not known is said so."""
    section = worked.section
    if not worked.given:
        return "not returned"
    known = [(at, _rounded(section, one)) for at, one in enumerate(worked.gap) if isinstance(one, Fraction)]
    if not known:
        return "not applicable" if set(worked.gap) == {NOT_APPLICABLE} else "blank"
    over = [(at, one) for at, one in known if one > 0]
    if not over:
        return section.within
    worst, by = max(over, key=lambda pair: (pair[1], -pair[0]))
    amount = wording.signed(by, section.decimals)
    if len(over) == 1:
        return f"{section.over} in {labels[worst]}, by {amount}"
    return f"{section.over} in {len(over)} months, most in {labels[worst]}, by {amount}"


def _chart(worked: Worked, place: Place) -> TwelveMonths:
    section = worked.section
    labels = list(periods.headers(place.round.code)[periods.APRIL : periods.YEAR])
    over = [
        at for at, one in enumerate(worked.gap) if isinstance(one, Fraction) and _rounded(section, one) > 0
    ]

    def drawn(series: Series) -> list[float | None]:
        months = worked.columns[series.label]
        return [float(one / SCALE) if isinstance(one, Fraction) else None for one in months]

    return TwelveMonths(
        labels,
        drawn(section.demand),
        drawn(section.capacity),
        section.unit,
        "Demand",
        "Capacity",
        labels[over[0]] if over else "",
    )
