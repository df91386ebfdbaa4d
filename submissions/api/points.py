"""Every figure of the versions that count, long: one point for each line and period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.described import identity, number, text, thing
from planning.api.filters import (
    LINE,
    ORGANISATION,
    PERIOD,
    RETURN,
    STAGE,
    SYSTEM,
    System,
    organisation_asked,
    period_asked,
    stage_asked,
    system_asked,
)
from planning.foundation.asking import PAGED, Asked
from planning.foundation.paging import (
    USUAL_PAGE,
    Cursor,
    enveloped,
    identifier,
    page_between,
    paged,
    place,
    read_cursor,
    word,
)
from planning.foundation.rest import route
from planning.foundation.tables import FORMAT, Column, Table
from planning.people.access import Scope, scope_of
from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.lines import Line, Lines
from submissions.api.versions import counted_uploads
from submissions.uploads import PERIOD_FIELDS, Value
from submissions.visible import visible_values

STATES = {"v": "value", "b": "blank", "n": "not_applicable"}
FIELDS = ("upload_id", "line", "sheet", "row", "states", *PERIOD_FIELDS)
FIGURES = FIELDS.index("p00")
TABLE = Table(
    "points",
    (
        Column("organisation", "string", "ODS code"),
        Column("return", "string", "activity, workforce or finance"),
        Column("line", "string", "line code"),
        Column("period", "string", "2023-04 (month), 2023/24 (year), 2022/23 (outturn), 2019/20 (baseline)"),
        Column("value", "decimal", "the figure in the line's unit; empty where the state is not value"),
        Column("state", "string", "value, blank or not_applicable"),
        Column("unit", "string", "the line's unit; money is in £000"),
        Column("sheet", "string", "the sheet that it stands on"),
        Column("cell", "string", "its cell; empty for a line that is only computed"),
        Column("upload", "string", "the version that it comes from"),
    ),
    ("upload", "line", "period"),
)
POINT = thing(
    "Point",
    {
        "organisation": text(),
        "return": text(),
        "line": text(),
        "period": text(),
        "value": number("in the line's unit; null where the state is not `value`"),
        "state": text("`value`, `blank` or `not_applicable`"),
        "unit": text("money is in £000"),
        "sheet": text(null=True),
        "cell": text("null for a line that is only computed", null=True),
        "upload": identity("the version that it comes from"),
    },
    many=True,
)


@dataclass(frozen=True)
class Version:
    """What a point says of the version that it comes from."""

    id: UUID
    organisation: str
    return_kind: str
    columns: Mapping[str, list[str]]


@route(
    "GET",
    says="""Points
    Every figure of the versions that count, computed lines too, in the order of version, line and period.
    Periods that a line does not have are left out. CSV and JSON Lines give all of them.""",
    tag="results",
    gives=paged("PointPage", POINT),
    parameters=(SYSTEM, ORGANISATION, RETURN, LINE, PERIOD, STAGE, FORMAT, *PAGED),
)
def points(request: Request, asked: Asked, round_code: str) -> HttpResponseBase:
    scope = scope_of(request)
    versions = _versions(scope, asked, round_code)
    lines = Lines.load(round_code)
    line = asked.among("line", lines, where=f"GET rounds/{round_code}/lines/")
    writer = Points(lines, versions, period_asked(asked, round_code))
    rows = _rows(scope, versions, line)

    def every() -> Iterator[dict[str, Any]]:
        wide = rows.order_by("upload_id", "line").values_list(*FIELDS)
        return (point for _, point in writer.points(wide.iterator(500)))

    streamed = TABLE.answer(request, asked, every, f"{round_code}-points")
    if streamed is not None:
        return streamed
    return Response(_page(request, asked, writer, rows))


def _page(request: Request, asked: Asked, writer: Points, rows: QuerySet[Value]) -> dict[str, Any]:
    """One page, by one query that stops when the page is full."""
    cursor, size = read_cursor(asked, (identifier, word, place)), asked.size(USUAL_PAGE)
    backwards = cursor is not None and cursor.backwards
    if cursor is not None:
        upload, line, _ = cursor.key
        bound = "lte" if backwards else "gte"
        here = rows.filter(upload_id=upload, **{f"line__{bound}": line})
        rows = here | rows.filter(**{f"upload_id__{bound[:2]}": upload})
    order = ("-upload_id", "-line") if backwards else ("upload_id", "line")
    wide = rows.order_by(*order).values_list(*FIELDS)[: size + 2].iterator(max(50, size // 8))
    listed = list(islice(writer.points(wide, cursor), size + 1))
    more, listed = len(listed) > size, listed[:size]
    page = page_between(listed[::-1] if backwards else listed, lambda found: found[0], cursor, more)
    return enveloped(request, page, [point for _, point in page.rows])


class Points:
    """Makes points of wide rows: cells from the version's columns, units from the catalogue."""

    def __init__(self, lines: Lines, versions: Mapping[UUID, Version], period: str) -> None:
        self._lines = lines
        self._versions = versions
        self._codes = periods.codes(lines.round)
        self._only = self._codes.index(period) if period else None
        self._known: dict[str, tuple[str, frozenset[int]]] = {}

    def points(
        self, rows: Iterable[tuple[Any, ...]], cursor: Cursor | None = None
    ) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
        """(key, point) of every row in turn, beyond the cursor, in the direction that it goes."""
        backwards = cursor is not None and cursor.backwards
        for row in rows:
            upload, line = row[0], row[1]
            places = range(periods.COUNT) if self._only is None else (self._only,)
            for at in reversed(places) if backwards else places:
                key = (upload, line, at)
                if cursor is not None and key[:2] == cursor.key[:2] and not _beyond(at, cursor):
                    continue
                if row[4][at] == "v" or at in self._of_line(line)[1]:
                    yield key, self._point(row, at)

    def _point(self, row: tuple[Any, ...], at: int) -> dict[str, Any]:
        upload, line, sheet, number, states = row[:FIGURES]
        version, figure = self._versions[upload], row[FIGURES + at]
        columns = version.columns.get(sheet)
        has_value = states[at] == "v" and figure is not None
        return {
            "organisation": version.organisation,
            "return": version.return_kind,
            "line": line,
            "period": self._codes[at],
            "value": (figure // SCALE if figure % SCALE == 0 else figure / SCALE) if has_value else None,
            "state": STATES[states[at]],
            "unit": self._of_line(line)[0],
            "sheet": sheet or None,
            "cell": f"{columns[at]}{number}" if columns and columns[at] and number else None,
            "upload": upload,
        }

    def _of_line(self, code: str) -> tuple[str, frozenset[int]]:
        """Its unit and the places it has; a line gone from the catalogue shows its values alone."""
        if code not in self._known:
            line = self._lines.get(code)
            self._known[code] = (line.unit, _places_of(line)) if line is not None else ("", frozenset())
        return self._known[code]


def _places_of(line: Line) -> frozenset[int]:
    last = periods.COUNT if line.has_year_of_months else periods.YEAR
    found = {periods.YEAR} if line.is_annual else set(range(periods.APRIL, last))
    return frozenset(
        found
        | ({periods.BASELINE} if line.baseline != "none" else set())
        | ({periods.OUTTURN} if line.outturn != "none" else set())
    )


def _beyond(at: int, cursor: Cursor) -> bool:
    return bool(at < cursor.key[2]) if cursor.backwards else bool(at > cursor.key[2])


def _versions(scope: Scope, asked: Asked, round_code: str) -> dict[UUID, Version]:
    """The versions that answer, narrowed by the filters that speak of versions."""
    stage, organisation = stage_asked(asked, round_code), organisation_asked(asked)
    system = system_asked(asked, round_code)
    fields = ("id", "organisation_id", "return_kind", "columns")
    latest: dict[tuple[str, str], Version] = {}
    for row in counted_uploads(scope, round_code, stage).values_list(*fields):
        latest[row[1], row[2]] = Version(*row)
    return {
        version.id: version
        for version in latest.values()
        if organisation in ("", version.organisation)
        and asked["return"] in ("", version.return_kind)
        and (system is None or _in_system(version, system))
    }


def _in_system(version: Version, system: System) -> bool:
    serves = version.organisation in system.served and version.return_kind == "activity"
    return version.organisation in system.hosts or serves


def _rows(scope: Scope, versions: Mapping[UUID, Version], line: str) -> QuerySet[Value]:
    rows = visible_values(scope).filter(upload_id__in=list(versions))
    if line.endswith("@"):
        return rows.filter(line__startswith=line)
    return rows.filter(line=line) if line else rows
