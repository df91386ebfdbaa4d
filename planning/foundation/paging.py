"""Pages of results by keyset: a page at the end of a long list costs what the first one does."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

from planning.foundation.asking import Asked
from planning.foundation.problems import Problem

USUAL_PAGE = 100
CATALOGUE_PAGE = 1000  # a catalogue is mostly wanted whole
Readers = Sequence[Callable[[Any], Any]]


@dataclass(frozen=True)
class Cursor:
    """A place in an ordered list: go on after (or, backwards, before) the row with these key values."""

    key: tuple[Any, ...]
    backwards: bool = False

    def written(self) -> str:
        plain = [value if isinstance(value, int) else _text(value) for value in self.key]
        return (
            base64.urlsafe_b64encode(json.dumps([int(self.backwards), *plain]).encode()).decode().rstrip("=")
        )


def read_cursor(asked: Asked, readers: Readers) -> Cursor | None:
    """The cursor asked for, None for the first page. Raises Problem 400 for one that we did not make."""
    written = asked["cursor"]
    if "cursor" not in asked:
        return None
    try:
        backwards, *key = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
        values = tuple(read(value) for read, value in zip(readers, key, strict=True))
        return Cursor(values, bool(backwards))
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError, OverflowError) as error:
        detail = "The cursor is not one of this list. Take it from next or previous."
        raise Problem(400, "bad_parameter", detail, parameter="cursor") from error


def word(value: Any) -> str:
    """Reads a text of a cursor. Raises ValueError for what no text of ours holds."""
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("not a text")
    return value


def place(value: Any) -> int:
    """Reads a place in a list. Raises ValueError for what is none."""
    if not isinstance(value, int) or not 0 <= value < 2**31:
        raise ValueError("not a place")
    return value


def moment(value: Any) -> datetime:
    """Reads a time with its zone. Raises ValueError for one without."""
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("no time zone")
    return found


def identifier(value: Any) -> UUID:
    """Reads a UUID. Raises ValueError for what is none."""
    return UUID(word(value))


@dataclass(frozen=True)
class Keyset:
    """The order of a list: fields that together are unique, all ascending or all descending."""

    fields: tuple[str, ...]
    readers: Readers
    descending: bool = False

    def page(self, rows: QuerySet[Any], asked: Asked, usual: int = USUAL_PAGE) -> Page:
        """One page of the rows, by one query."""
        cursor, size = read_cursor(asked, self.readers), asked.size(usual)
        backwards = cursor is not None and cursor.backwards
        turned = self.descending != backwards
        if cursor is not None:
            rows = rows.filter(after(self.fields, cursor.key, descending=turned))
        order = [f"-{name}" if turned else name for name in self.fields]
        found = list(rows.order_by(*order)[: size + 1])
        more, found = len(found) > size, found[:size]
        return page_between(found[::-1] if backwards else found, self._key, cursor, more)

    def _key(self, row: Model) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self.fields)


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the cursors of those beside them."""

    rows: list[Any]
    next: Cursor | None = None
    previous: Cursor | None = None


def page_between(
    found: list[Any], key: Callable[[Any], tuple[Any, ...]], came: Cursor | None, more: bool
) -> Page:
    """A page from the rows found in reading order: `more` says that there are others further the way we went."""
    backwards = came is not None and came.backwards
    if not found:
        return Page([], None if came is None or not backwards else Cursor(came.key), _back(came, backwards))
    has_next, has_previous = (True, more) if backwards else (more, came is not None)
    return Page(
        found,
        Cursor(key(found[-1])) if has_next else None,
        Cursor(key(found[0]), backwards=True) if has_previous else None,
    )


def page_of_list(rows: Sequence[Any], asked: Asked, usual: int = CATALOGUE_PAGE) -> Page:
    """A page of a short list that is in memory already; its keys are places in it."""
    cursor, size = read_cursor(asked, (place,)), asked.size(usual)
    placed = list(enumerate(rows))
    if cursor is not None and cursor.backwards:
        left = placed[: cursor.key[0]]
        found, more = left[-size:], len(left) > size
    else:
        left = placed[cursor.key[0] + 1 :] if cursor is not None else placed
        found, more = left[:size], len(left) > size
    page = page_between(found, lambda row: (row[0],), cursor, more)
    return Page([row for _, row in page.rows], page.next, page.previous)


def after(fields: Sequence[str], key: Sequence[Any], *, descending: bool) -> Q:
    """Rows beyond a key in the order of the fields: `a > x or (a = x and (b > y or …))`."""
    beyond = "lt" if descending else "gt"
    first, value = fields[0], key[0]
    condition = Q(**{f"{first}__{beyond}": value})
    if len(fields) > 1:
        condition |= Q(**{first: value}) & after(fields[1:], key[1:], descending=descending)
    return condition


def enveloped(request: Request, page: Page, results: list[Any]) -> dict[str, Any]:
    """`{"next", "previous", "results"}` with whole addresses."""
    here = remove_query_param(request.build_absolute_uri(), "cursor")

    def address(cursor: Cursor | None) -> str | None:
        return None if cursor is None else replace_query_param(here, "cursor", cursor.written())

    return {"next": address(page.next), "previous": address(page.previous), "results": results}


def paged(name: str, row: serializers.BaseSerializer[Any]) -> serializers.Serializer[Any]:
    """The description of a page of such rows."""
    return inline_serializer(
        name,
        {
            "next": serializers.URLField(
                allow_null=True, help_text="the page after this one, null on the last"
            ),
            "previous": serializers.URLField(
                allow_null=True, help_text="the page before this one, null on the first"
            ),
            "results": row,
        },
    )


def _back(came: Cursor | None, backwards: bool) -> Cursor | None:
    return None if came is None or backwards else Cursor(came.key, backwards=True)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
