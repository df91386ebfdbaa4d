"""A version's workbook marked up: made when it is first asked for."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.described import text, thing
from planning.foundation.asking import Asked
from planning.foundation.problems import Problem
from planning.foundation.rest import route
from planning.people.access import scope_of
from submissions.api.uploads import WORKBOOK, visible_upload
from submissions.marking.making import BROKEN, MAKING, ask, can_be_marked, file_name
from submissions.marking.shown import audience_of

AGAIN = 3  # seconds: a worker needs one or two
STILL = thing("BeingMade", {"state": text("`making`"), "message": text()})
RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    int,
    OpenApiParameter.HEADER,
    response=[202],
    description="Seconds to wait before asking again.",
)


@route(
    "GET",
    says="""A version's file marked up
    The workbook as it was received with its faulty cells coloured and commented and a sheet `Errors` in front; it
    is still a valid return. It is made when it is first asked for: until then 202, and `Retry-After` says when to
    come back. 404 where there is nothing to mark, as of a rejected file.""",
    tag="uploads",
    gives={(200, WORKBOOK): OpenApiTypes.BINARY, 202: STILL},
    problems=(503,),
    headers=(RETRY_AFTER,),
)
def upload_marked(request: Request, asked: Asked, upload_id: UUID) -> HttpResponseBase:
    scope = scope_of(request)
    found = visible_upload(scope, upload_id)
    if found.is_waiting:
        return _come_again("The version is still being checked.")
    if not can_be_marked(found):
        raise Problem(404, "nothing_to_mark", "Nothing was read from this file, so there is nothing to mark.")
    state = ask(found, audience_of(scope, found))
    if state == MAKING:
        return _come_again("The workbook is being marked up.")
    if state == BROKEN:
        raise Problem(503, "server_error", "The workbook could not be marked up.")
    return FileResponse(
        found.marked.open("rb"), as_attachment=True, filename=file_name(found), content_type=WORKBOOK
    )


def _come_again(message: str) -> Response:
    return Response({"state": MAKING, "message": message}, status=202, headers={"Retry-After": str(AGAIN)})
