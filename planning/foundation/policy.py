"""Who may ask the API, how often, and in which format. Named in the settings, so it imports no views."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.oauth2_backends import get_oauthlib_core
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

READ, SUBMIT = "read", "submit"
LARGEST_BODY = 64 * 1024  # bytes of a JSON body: the longest reason, many times over
RATES = {READ: "1200/min", SUBMIT: "120/min"}


class ClientAuthentication(OAuth2Authentication):
    """A machine by its bearer token. Such a token has no person: `request.auth` says who is asking."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The token of the header alone: a body is not read, so not parsed, before we know who sends it."""
        if not request.headers.get("Authorization", "").lower().startswith("bearer "):
            return None
        core = get_oauthlib_core()
        core.extract_body = lambda _: []
        valid, found = core.verify_request(request, scopes=[])
        if valid:
            return found.user or AnonymousUser(), found.access_token
        request.oauth2_error = getattr(found, "oauth2_error", {})  # type: ignore[attr-defined]
        return None


class SignedIn(BasePermission):
    """A token with the scope that the route asks for, or a person's session."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token: Any = request.auth
        if token is not None:
            return bool(token.is_valid([getattr(view, "scope", READ)]))
        return bool(request.user and request.user.is_authenticated)


class FirstFormat(BaseContentNegotiation):
    """A route has one format, or takes `?format=`: what a client says it accepts is not weighed."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Json(BaseRenderer):
    """JSON in UTF-8, times in ISO 8601."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z)


class JsonBody(BaseParser):
    """A small JSON body. Nested too deep, larger than any form of ours, or with half a character is no body."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise RequestDataTooBig("The body is over the limit.")
        try:
            return orjson.loads(body)
        except ValueError as error:
            raise ParseError("The body is not JSON that can be read.") from error


class Throttle(SimpleRateThrottle):
    """So many requests a minute for each client or person; sending is dearer than reading."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self.scope = getattr(view, "scope", READ)
        self.num_requests, self.duration = self.parse_rate(RATES[self.scope])
        return bool(super().allow_request(request, view))

    def get_rate(self) -> str:
        return RATES[READ]

    def get_cache_key(self, request: Request, view: Any) -> str:
        token: Any = request.auth
        who = f"p{request.user.pk}" if token is None else f"c{token.application_id}"
        return f"throttle-{self.scope}-{who}"
