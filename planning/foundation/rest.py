"""How a function becomes a route of the API: guarded, its parameters read, described in the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.utils.cache import patch_cache_control
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from planning.foundation.asking import Parameter, read_parameters
from planning.foundation.policy import READ, SUBMIT, JsonBody
from planning.foundation.problems import problem_answers

PLACES = {
    "round_code": "The round, such as `2023-24`.",
    "ods": "The organisation's ODS code.",
    "return_kind": "`activity`, `workforce` or `finance`.",
    "upload_id": "The version's id.",
    "other_id": "The id of another version of the same return.",
    "finding_id": "The finding's id.",
}
View = Callable[..., HttpResponseBase]


def route(
    method: str,
    *,
    gives: Any,
    says: str,
    tag: str,
    parameters: Iterable[Parameter] = (),
    takes: Any = None,
    problems: Iterable[int] = (),
    scope: str = READ,
    parsers: Iterable[type[BaseParser]] = (JsonBody,),
    headers: Iterable[OpenApiParameter] = (),
) -> Callable[[View], View]:
    """Makes a function `(request, asked, **places)` a route: one declaration reads its parameters, guards it
    and describes it. `gives` is its 200's description, or a dict of them by status."""
    declared = tuple(parameters)

    def wrap(function: View) -> View:
        @wraps(function)
        def answer(request: Request, **places: Any) -> HttpResponseBase:
            response = function(request, read_parameters(request, declared), **places)
            patch_cache_control(response, private=True, no_store=True)
            return response

        answer.parser_classes = list(parsers)  # type: ignore[attr-defined]
        view = api_view([method])(answer)
        view.cls.scope = scope  # type: ignore[attr-defined]
        view.cls.tag = tag  # type: ignore[attr-defined]
        answers = gives if isinstance(gives, dict) else {200: gives}
        usual = {400, 401, 404, 429} | ({403} if scope == SUBMIT else set())
        summary, _, text = says.partition("\n")
        described = extend_schema(
            operation_id=function.__name__,
            summary=summary.strip(),
            description=" ".join(text.split()),
            tags=[tag],
            request=takes,
            parameters=[*_places_of(function), *(parameter.documented for parameter in declared), *headers],
            responses={**answers, **problem_answers(sorted(usual | set(problems)))},
        )
        return described(view)

    return wrap


class ClientSecurity(OpenApiAuthenticationExtension):
    """How the schema says that machines sign in."""

    target_class = "planning.foundation.policy.ClientAuthentication"
    name = "client_credentials"

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        return {self.name: [getattr(auto_schema.view, "scope", READ)]}

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        scopes = {READ: "Read what the organisation may see", SUBMIT: "Send and submit returns"}
        flow = {"tokenUrl": "/oauth/token/", "scopes": scopes}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}


def _places_of(function: View) -> list[OpenApiParameter]:
    """The parts of its address, by the names of the function's arguments."""
    wanted = function.__code__.co_varnames[: function.__code__.co_argcount]
    return [
        OpenApiParameter(
            name,
            OpenApiTypes.UUID if name.endswith("_id") else OpenApiTypes.STR,
            OpenApiParameter.PATH,
            description=PLACES[name],
        )
        for name in wanted
        if name in PLACES
    ]
