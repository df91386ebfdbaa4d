"""Long results in the formats that analysts read: JSON in pages; CSV with its CSVW description, and JSON
Lines, streamed whole."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from planning.foundation.asking import Asked, Parameter
from planning.foundation.problems import Problem, bad_parameter

FORMATS = ("json", "csv", "jsonl", "csvw")
FORMAT = Parameter(
    "format",
    "`json` in pages (the usual); `csv` or `jsonl` whole, streamed; `csvw` the description of the CSV. "
    "`parquet` is answered with 400 where this installation does not offer it.",
)
MEDIA_TYPES = {"csv": "text/csv", "jsonl": "application/jsonl", "csvw": "application/csvm+json"}
ROWS_A_CHUNK = 500
# What a spreadsheet would run, also behind blanks; the wide forms of the signs count with some of them.
_FORMULA = re.compile(r"^[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of the CSV. `datatype` is one of CSVW: string, decimal, boolean, dateTime, json."""

    name: str
    datatype: str
    description: str


@dataclass(frozen=True)
class Table:
    """A bulk result: its name, its columns in order, the columns that identify a row."""

    name: str
    columns: Sequence[Column]
    key: Sequence[str]

    def answer(
        self, request: Request, asked: Asked, rows: Callable[[], Iterable[Row]], file_name: str
    ) -> HttpResponseBase | None:
        """The answer in the format asked for; None for JSON, which its route gives in pages.

        `rows()` yields every row, flat, with a value per column. Raises Problem 400 for another format.
        """
        wanted = format_asked(asked)
        if wanted == "json":
            return None
        if wanted == "csvw":
            return HttpResponse(json.dumps(self.csvw(request)), content_type=MEDIA_TYPES["csvw"])
        write = self.csv if wanted == "csv" else json_lines
        answer = StreamingHttpResponse(write(rows()), content_type=f"{MEDIA_TYPES[wanted]}; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{file_name}.{wanted}"'
        if wanted == "csv":
            answer["Link"] = f'<{_described_at(request)}>; rel="describedby"; type="{MEDIA_TYPES["csvw"]}"'
        return answer

    def csv(self, rows: Iterable[Row]) -> Iterator[str]:
        """The CSV in chunks, its header first."""
        names = [column.name for column in self.columns]
        yield _written([names])
        for chunk in _chunks(rows):
            yield _written([[cell(row[name]) for name in names] for row in chunk])

    def csvw(self, request: Request) -> dict[str, Any]:
        """The CSVW metadata document of the CSV at this address (W3C Tabular Data Model)."""
        columns = [
            {
                "name": column.name,
                "titles": column.name,
                "datatype": column.datatype,
                "dc:description": column.description,
            }
            for column in self.columns
        ]
        return {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "url": replace_query_param(request.build_absolute_uri(), "format", "csv"),
            "dc:title": self.name,
            "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "doubleQuote": True},
            "tableSchema": {"columns": columns, "primaryKey": list(self.key)},
        }


def format_asked(asked: Asked) -> str:
    """The format asked for, json where none is. Raises Problem 400."""
    wanted = asked["format"] or ("json" if "format" not in asked else "")
    if wanted == "parquet":
        detail = (
            f"This installation does not offer parquet. Ask for {', '.join(FORMATS[:-1])} or {FORMATS[-1]}."
        )
        raise Problem(400, "format_not_offered", detail, parameter="format", allowed=list(FORMATS))
    if wanted not in FORMATS:
        raise bad_parameter("format", wanted, FORMATS)
    if wanted != "json" and ("cursor" in asked or "page_size" in asked):
        detail = f"{wanted} is given whole: leave cursor and page_size away."
        raise Problem(400, "bad_parameter", detail, parameter="cursor" if "cursor" in asked else "page_size")
    return wanted


def json_lines(rows: Iterable[Row]) -> Iterator[str]:
    """One JSON object a line, in chunks."""
    for chunk in _chunks(rows):
        yield "".join(json.dumps(dict(row), ensure_ascii=False, default=str) + "\n" for row in chunk)


def cell(value: Any) -> str:
    """A value as a CSV cell: numbers stay numbers, text that a spreadsheet would run is quoted with '."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = (
        json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)
    )
    return f"'{text}" if is_run_by_spreadsheets(text) else text


def is_run_by_spreadsheets(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula."""
    return _FORMULA.match(text) is not None


def plain(value: float | None) -> float | int | None:
    """A figure without a needless `.0`."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _described_at(request: Request) -> str:
    return str(replace_query_param(request.build_absolute_uri(), "format", "csvw"))


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, ROWS_A_CHUNK)):
        yield chunk


def _written(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
