"""Many rows in one statement, so that the number of queries does not grow with what is stored."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connections, models, router

Cells = list[list[Any]]
Row = models.Model
MANY = 20  # from so many rows on PostgreSQL copies them in: it need not plan a statement as long as they are


def insert_many(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert rows in one query: `executemany` on SQLite, whose statements hold few parameters, a COPY on
    PostgreSQL. Nothing happens for no rows; automatic keys are not read back. Raises IntegrityError."""
    if not rows:
        return
    connection = connections[router.db_for_write(model)]
    if connection.vendor == "sqlite":
        _execute_many(connection, model, rows)
    elif len(rows) < MANY:
        model._default_manager.bulk_create(rows)
        return
    else:
        _copy(connection, model, rows)
    for row in rows:
        row._state.adding = False


def _execute_many(connection: Any, model: type[models.Model], rows: Sequence[models.Model]) -> None:
    table, columns = _names(connection, model)
    marks = ", ".join("%s" for _ in _fields(model))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 - names from the model
            _cells(connection, model, rows),
        )


def _copy(connection: Any, model: type[models.Model], rows: Sequence[models.Model]) -> None:
    table, columns = _names(connection, model)
    lines = ("\t".join(map(_copied, cells)) for cells in _cells(connection, model, rows))
    sent = io.StringIO("\n".join(lines) + "\n")
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", sent)


def _names(connection: Any, model: type[models.Model]) -> tuple[str, str]:
    quoted = connection.ops.quote_name
    return quoted(model._meta.db_table), ", ".join(quoted(str(field.column)) for field in _fields(model))


def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]


def _cells(connection: Any, model: type[models.Model], rows: Iterable[Row]) -> Cells:
    """What each row holds, as the database takes it."""
    said: dict[int, str] = {}
    ways = [_way(connection, field, said) for field in _fields(model)]
    return [[way(row) for way in ways] for row in rows]


def _way(connection: Any, field: Any, said: dict[int, str]) -> Callable[[Row], Any]:
    if isinstance(field, models.JSONField):
        return lambda row: _json(getattr(row, field.attname), field.encoder, said)
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), connection)


def _json(value: Any, encoder: type[json.JSONEncoder] | None, said: dict[int, str]) -> str | None:
    """A value as JSON; of a list of objects each object is written out once however many rows hold it, as they do
    the figures that many results rest on."""
    if value is None:
        return None
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return json.dumps(value, cls=encoder)
    written = []
    for part in value:
        text = said.get(id(part))
        if text is None:
            text = said[id(part)] = json.dumps(part, cls=encoder)
        written.append(text)
    return f"[{', '.join(written)}]"


def _copied(cell: Any) -> str:
    """A cell of PostgreSQL's text format."""
    if cell is None:
        return "\\N"
    text = cell if isinstance(cell, str) else str(cell)
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
