"""What an address of the API answers that is none: a problem document, not a page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, permission_classes, throttle_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from planning.foundation.problems import Problem


@extend_schema(exclude=True)
@api_view(["GET", "POST", "PUT", "PATCH", "DELETE"])
@permission_classes([AllowAny])
@throttle_classes([])
def nothing(request: Request, **places: Any) -> Response:
    raise Problem(404, "not_found", "The API has no such address. All addresses are listed at /api/v1/docs/.")
