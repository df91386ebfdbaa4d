"""How much of a request is taken in. A form with files is written to disk before any page sees it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from planning.foundation.problems import MEDIA_TYPE

Answer = Callable[[HttpRequest], HttpResponse]


def bounded_bodies(get_response: Answer) -> Answer:
    """Middleware, after the one that says who is asking and before anything reads a form: a stranger may send
    a form, somebody signed in (or with a token) a handful of workbooks, and nobody more."""

    def answer(request: HttpRequest) -> HttpResponse:
        return _too_large(request) if _announced(request) > _limit(request) else get_response(request)

    return answer


def _announced(request: HttpRequest) -> int:
    """Bytes of the body; the server reads no more than it announces."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def _limit(request: HttpRequest) -> int:
    if _announced(request) <= settings.LARGEST_FORM:
        return settings.LARGEST_FORM
    # A token is judged by the API, before it reads the body.
    known = request.user.is_authenticated or request.path.startswith("/api/")
    return settings.LARGEST_BODY if known else settings.LARGEST_FORM


def _too_large(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        said = {
            "type": "about:blank",
            "title": "Content Too Large",
            "status": 413,
            "code": "too_large",
            "detail": "The request is larger than this address takes.",
        }
        return JsonResponse(said, status=413, content_type=MEDIA_TYPE)
    return render(request, "errors/413.jinja", status=413)
