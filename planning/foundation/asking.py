"""What a request asks for: each route declares its query parameters once, for reading and for the schema."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from planning.foundation.problems import Problem, bad_parameter, unknown_parameter

LARGEST_PAGE = 1000


@dataclass(frozen=True)
class Parameter:
    """One query parameter. `allowed` lists its values where they are the same in every round."""

    name: str
    description: str
    allowed: tuple[str, ...] = ()
    whole_number: bool = False

    @property
    def documented(self) -> OpenApiParameter:
        if self.whole_number:
            schema: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}
        else:
            schema = {"type": "string", "minLength": 1}
        return OpenApiParameter(
            self.name, schema, OpenApiParameter.QUERY, description=self.description, enum=self.allowed or None
        )


CURSOR = Parameter("cursor", "Where to go on: taken from `next` or `previous`, never made up.")
PAGE_SIZE = Parameter("page_size", "How many results to a page.", whole_number=True)
PAGED = (CURSOR, PAGE_SIZE)


class Asked:
    """The query parameters of one request, each given once and known to its route."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given

    def __getitem__(self, name: str) -> str:
        """The value, "" where it was not asked."""
        return self._given.get(name, "")

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def among(self, name: str, known: Collection[str], *, where: str = "") -> str:
        """The value where it is one of those known. Raises Problem 400 naming them."""
        value = self[name]
        if name in self and value not in known:
            raise bad_parameter(
                name, value, known if not isinstance(known, Mapping) else list(known), where=where
            )
        return value

    def size(self, usual: int) -> int:
        """The page size asked for. Raises Problem 400 outside 1 to 1,000."""
        if "page_size" not in self:
            return usual
        value = self["page_size"]
        if not (value.isascii() and value.isdigit() and 1 <= int(value[:6]) <= LARGEST_PAGE):
            raise bad_parameter("page_size", value, [f"a whole number from 1 to {LARGEST_PAGE}"])
        return int(value)


def read_parameters(request: Request, declared: Iterable[Parameter]) -> Asked:
    """The request's parameters. Raises Problem 400 for one that is unknown, given twice or has a bad value."""
    known = {parameter.name: parameter for parameter in declared}
    given: dict[str, str] = {}
    for name, values in request.query_params.lists():
        if name not in known:
            raise unknown_parameter(name, known)
        if len(values) > 1:
            raise Problem(400, "bad_parameter", f"Give the parameter {name} once.", parameter=name)
        if "\x00" in values[0] or (known[name].allowed and values[0] not in known[name].allowed):
            raise bad_parameter(name, values[0].replace("\x00", ""), known[name].allowed)
        given[name] = values[0]
    return Asked(given)
