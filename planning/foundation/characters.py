"""Characters that no form of ours sends and no database keeps: a request for a page that holds one is refused."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict


class NoNulCharacters:
    """Middleware, after those that bound a body and look for its token. PostgreSQL takes no NUL, so a page would
    break at its first query. The API refuses them itself, each with the problem that it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Raises BadRequest."""
        if request.path.startswith("/api/"):
            return
        if "\0" in request.path or _holds_one(request.GET) or _holds_one(request.POST):
            raise BadRequest("A NUL character was sent.")


def _holds_one(sent: QueryDict) -> bool:
    return any("\0" in text for name, texts in sent.lists() for text in chain((name,), texts))
