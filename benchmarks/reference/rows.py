"""The rows of some uploads, straight from the database: the least that judging them has to wait for."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from submissions.uploads import PERIOD_FIELDS, Value

COLUMNS = ("upload_id", "line", "sheet", "row", "states", *PERIOD_FIELDS)


def rows_of(uploads: Sequence[str]) -> list[tuple[object, ...]]:
    """Every line of the uploads as plain tuples, in the order that they were stored; one query."""
    holes = ", ".join(["%s"] * len(uploads))
    table = connection.ops.quote_name(Value._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in COLUMNS)
    keys = [Value._meta.get_field("upload").get_db_prep_value(upload, connection) for upload in uploads]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table} WHERE upload_id IN ({holes}) ORDER BY id", keys)  # noqa: S608 names are our own
        return list(cursor.fetchall())
