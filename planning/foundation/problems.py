"""Errors of the API as RFC 9457 problem documents, with a `code` that programs can rely on."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from drf_spectacular.utils import OpenApiResponse, inline_serializer
from drf_standardized_errors.formatter import flatten_errors
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions, serializers
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"
SHOWN_VALUES = 60  # of what a parameter may be; a longer list is named by where to find it
OUR_FAULT = "Something went wrong on our side. It has been logged; try again in a few minutes."


class Problem(exceptions.APIException):
    """A refusal with its status, its code and one clear sentence; `more` are members of their own."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.code = code
        self.more = more


def bad_parameter(name: str, value: str, allowed: Iterable[str], *, where: str = "") -> Problem:
    """400 for a query parameter's value, naming the parameter and what it may be."""
    known = list(allowed)
    shown = known[:SHOWN_VALUES] if len(known) <= SHOWN_VALUES else []
    choice = f"It may be {_spoken(shown)}." if shown else f"See {where}." if where else ""
    detail = f"'{value}' is not a value of the parameter {name}. {choice}".strip()
    return Problem(400, "bad_parameter", detail, parameter=name, allowed=shown)


def unknown_parameter(name: str, allowed: Iterable[str]) -> Problem:
    """400 for a query parameter that the route does not have."""
    known = sorted(allowed)
    choice = f"It takes {_spoken(known)}." if known else "It takes none."
    detail = f"This address has no parameter {name}. {choice}"
    return Problem(400, "unknown_parameter", detail, parameter=name, allowed=known)


def not_found(what: str) -> Problem:
    """404, the same whether a thing does not exist or is another organisation's."""
    return Problem(404, "not_found", f"There is no such {what}, or it is not yours to see.")


class ProblemHandler(ExceptionHandler):
    """Every exception of a route as a problem document; what nobody foresaw is a 500, logged."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, RequestDataTooBig):
            return Problem(413, "too_large", "The request is larger than this address takes.")
        if isinstance(exc, SuspiciousOperation):
            return Problem(400, "bad_request", "The request could not be read.")
        known: Exception = super().convert_known_exceptions(exc)
        return known

    def format_exception(self, exc: exceptions.APIException) -> dict[str, Any]:
        return problem_document(exc)

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> Response:
        headers = self.get_headers(exc)
        return Response(data, status=exc.status_code, headers=headers, content_type=MEDIA_TYPE)


def problem_document(exc: exceptions.APIException) -> dict[str, Any]:
    """The document's members. `errors` names each field of a form that was refused."""
    errors = [
        {"field": error.attr or "", "code": error.code, "detail": error.detail}
        for error in flatten_errors(exc.detail)
    ]
    first = errors[0] if errors else {"code": exc.default_code, "detail": ""}
    is_form = isinstance(exc, exceptions.ValidationError)
    ours = exc.status_code >= 500
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(exc.status_code).phrase,
        "status": exc.status_code,
        "code": "server_error" if ours else "bad_form" if is_form else first["code"],
        "detail": OUR_FAULT if ours else _of_form(errors) if is_form else first["detail"],
    }
    if is_form:
        document["errors"] = errors
    return document | getattr(exc, "more", {})


def problem_response(exc: Exception, context: Any) -> Response | None:
    """DRF's EXCEPTION_HANDLER."""
    return ProblemHandler(exc, context).run()


PROBLEM = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(),
        "title": serializers.CharField(help_text="the status in words"),
        "status": serializers.IntegerField(),
        "code": serializers.CharField(help_text="what a program may rely on; the same as on the pages"),
        "detail": serializers.CharField(help_text="one clear sentence or two"),
        "parameter": serializers.CharField(required=False, help_text="the query parameter that is wrong"),
        "allowed": serializers.ListField(
            child=serializers.CharField(),
            required=False,
            help_text="what would be right, where that is a short list",
        ),
        "errors": serializers.ListField(
            child=serializers.DictField(), required=False, help_text="each refused field: field, code, detail"
        ),
        "reasons": serializers.ListField(
            child=serializers.CharField(),
            required=False,
            help_text="all that stands in the way, one sentence each",
        ),
    },
)
SAID = {
    400: "A parameter or field is unknown or has a value that it cannot have.",
    401: "No valid token and no session.",
    403: "The asker may see this but not do that.",
    404: "There is no such thing, or it is another organisation's.",
    409: "It cannot be done as things stand.",
    413: "The file is too large.",
    415: "The body is of a kind that this address does not read.",
    429: "Too many requests; `Retry-After` says when to come back.",
    503: "It could not be done, through a fault of ours; try again in a quarter of an hour.",
}


def problem_answers(statuses: Iterable[int]) -> dict[tuple[int, str], OpenApiResponse]:
    """The problem documents that a route may answer with, for its description."""
    return {(status, MEDIA_TYPE): OpenApiResponse(PROBLEM, SAID[status]) for status in statuses}


def _of_form(errors: list[dict[str, str]]) -> str:
    return " ".join(
        f"{error['field']}: {error['detail']}" if error["field"] else error["detail"] for error in errors
    )


def _spoken(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"
