"""Many rows in one statement, so that the number of queries does not grow with what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router


def insert_many(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert rows in one query: `executemany` on SQLite, whose statements hold few parameters, else one
    INSERT. Nothing happens for no rows; automatic keys are not read back. Raises IntegrityError."""
    if not rows:
        return
    connection = connections[router.db_for_write(model)]
    if connection.vendor != "sqlite":
        model._default_manager.bulk_create(rows)
        return
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join("%s" for _ in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    values: list[list[Any]] = [
        [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)  # noqa: S608 - names from the model
    for row in rows:
        row._state.adding = False
