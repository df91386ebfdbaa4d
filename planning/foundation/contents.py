"""Whether stored rows are still as they were read: a digest of the very rows, made by the database itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connections
from django.db.models import QuerySet


def digests_of(rows: Mapping[str, QuerySet[Any, Any]]) -> dict[str, str]:
    """A digest of all that each queryset gives, in one query: it changes with every row that is added, edited,
    taken away or put in another order, by whomever and in whatever way. Nothing is given for none."""
    if not rows:
        return {}
    connection = connections[next(iter(rows.values())).db]
    asked, given = [], list[Any]()
    for queryset in rows.values():
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        asked.append(_digested(sql, len(compiler.select), connection.vendor == "sqlite"))
        given.extend(parameters)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", given)
        found = cursor.fetchone()
    return dict(zip(rows, found, strict=True))


def _digested(sql: str, columns: int, is_sqlite: bool) -> str:
    """The SQL of one query's digest. Its columns are numbered: those of joined tables share names."""
    if not is_sqlite:
        return f"(SELECT md5(coalesce(string_agg(r::text, ' '), '')) FROM ({sql}) r)"  # noqa: S608 the query is Django's own
    names = ", ".join(f"c{at}" for at in range(columns))
    return f"(WITH r({names}) AS ({sql}) SELECT md5(json_group_array(json_array({names}))) FROM r)"  # noqa: S608 the same
