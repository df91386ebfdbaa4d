"""Descriptions that several routes share: what a field is, said once for the schema."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.fields import Field


def text(said: str = "", *, null: bool = False) -> Field[Any, Any, Any, Any]:
    return serializers.CharField(help_text=said, allow_null=null, allow_blank=True)


def number(said: str = "", *, null: bool = True) -> Field[Any, Any, Any, Any]:
    return serializers.FloatField(help_text=said, allow_null=null)


def whole(said: str = "", *, null: bool = False) -> Field[Any, Any, Any, Any]:
    return serializers.IntegerField(help_text=said, allow_null=null)


def yes_or_no(said: str = "") -> Field[Any, Any, Any, Any]:
    return serializers.BooleanField(help_text=said)


def time(said: str = "", *, null: bool = True) -> Field[Any, Any, Any, Any]:
    return serializers.DateTimeField(help_text=said, allow_null=null)


def identity(said: str = "", *, null: bool = False) -> Field[Any, Any, Any, Any]:
    return serializers.UUIDField(help_text=said, allow_null=null)


def several(said: str = "") -> Field[Any, Any, Any, Any]:
    return serializers.ListField(child=serializers.CharField(), help_text=said)


@extend_schema_field({"type": ["number", "string", "null"]})
class Seen(serializers.JSONField):
    """What stands in a cell: mostly a number, the text itself where a check found text."""


def thing(name: str, fields: dict[str, Any], **options: Any) -> Any:
    """A named object of the schema; with `many`, a list of them whose `child` is the one object."""
    return inline_serializer(name, dict(fields), **options)  # it empties the dict it is given


INPUT_FIELDS = {
    "organisation": text("whose figure it is, by ODS code"),
    "return": text("the return that it was entered in"),
    "line": text("line code"),
    "period": text("period code"),
    "value": Seen(help_text="as entered, in the line's unit; null for a blank", allow_null=True),
    "unit": text("the line's unit"),
    "sheet": text("the sheet that it was entered on", null=True),
    "cell": text("the cell that it was entered in", null=True),
    "upload": text("the version that holds it", null=True),
}


def inputs(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The frozen inputs of a result as the API gives them: the entered cells that it rests on."""
    return [{name: entry.get(name) for name in INPUT_FIELDS} for entry in found]
