"""A return's blank workbook, and sending it filled in."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.filters import round_named
from planning.foundation.asking import Asked, Parameter
from planning.foundation.policy import SUBMIT
from planning.foundation.problems import Problem, bad_parameter, not_found
from planning.foundation.rest import route
from planning.people.access import BOARD, NATIONAL, NotAllowed, Scope, scope_of
from planning.registry.organisations import ICB, Organisation
from planning.registry.rounds import RETURNS, Stage
from submissions.api.uploads import UPLOAD, WORKBOOK, as_it_stands
from submissions.issuing import NothingToIssue, issue
from submissions.receive import LARGEST, StageClosed, TooLarge, receive

FORM_AROUND_A_FILE = 64 * 1024  # what a multipart body holds beside the file
LONGEST_KEY = 120
PREFILL = Parameter(
    "prefill", "`last`: with the figures of the organisation's last readable version.", ("last",)
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key again gives the version that the first request made.",
)
LOCATION = OpenApiParameter(
    "Location",
    OpenApiTypes.URI,
    OpenApiParameter.HEADER,
    response=[200, 202],
    description="The version's address.",
)


class SentReturn(serializers.Serializer[object]):
    """What is sent: the workbook and the stage that it is for."""

    file = serializers.FileField(help_text="the workbook, at most 20 MB")
    stage = serializers.CharField(max_length=20, help_text="`draft`, `regional-draft` or `final`")


@route(
    "GET",
    says="""A return to fill in
    The workbook that the organisation fills in: blank, with published figures given, and the same bytes until one of
    those or the template changes; or with the figures of its last readable version, for its own people and clients.""",
    tag="returns",
    gives={(200, WORKBOOK): OpenApiTypes.BINARY},
    parameters=(PREFILL,),
)
def template(request: Request, asked: Asked, round_code: str, ods: str, return_kind: str) -> HttpResponseBase:
    scope = scope_of(request)
    body = _sender(scope, ods, return_kind)
    round_code = round_named(round_code).code
    try:
        workbook = issue(scope, body, round_code, return_kind, with_last_figures="prefill" in asked)
    except NothingToIssue as error:
        raise not_found("return") from error
    answer = HttpResponse(workbook.content, content_type=WORKBOOK)
    answer["Content-Disposition"] = f'attachment; filename="{workbook.file_name}"'
    return answer


@route(
    "POST",
    says="""Send a return
    Only size, stage and form are judged at once; the content is judged by a worker: ask the address in `Location`
    until the version's state is `checked`, `rejected` or `failed`. The bytes of the latest version of that return
    and stage again give that version back with 200, unless it failed or was withdrawn.""",
    tag="returns",
    takes={"multipart/form-data": SentReturn},
    gives={
        202: OpenApiResponse(UPLOAD, "Received as a new version."),
        200: OpenApiResponse(UPLOAD, "The same bytes, or the same key, again: the version that they made."),
    },
    problems=(409, 413, 415),
    scope=SUBMIT,
    parsers=(MultiPartParser,),
    headers=(KEY, LOCATION),
)
def send_return(request: Request, asked: Asked, round_code: str, ods: str, return_kind: str) -> Response:
    scope = scope_of(request)
    body, found = _sender(scope, ods, return_kind), round_named(round_code)
    announced = request.headers.get("Content-Length") or "0"
    if announced.isdecimal() and int(announced) > LARGEST + FORM_AROUND_A_FILE:
        raise _too_large(TooLarge(int(announced)))
    sent = SentReturn(data=request.data)
    sent.is_valid(raise_exception=True)
    stage = sent.validated_data["stage"]
    known = list(Stage.objects.filter(round_id=found.code).values_list("code", flat=True))
    if stage not in known:
        raise bad_parameter("stage", stage, known)
    try:
        upload, created = receive(
            by=scope,
            round=found.code,
            organisation=body.ods,
            return_kind=return_kind,
            stage=stage,
            file=sent.validated_data["file"],
            idempotency_key=_key(request),
        )
    except NotAllowed as error:
        raise Problem(403, "not_allowed", str(error)) from error
    except TooLarge as error:
        raise _too_large(error) from error
    except StageClosed as error:
        raise Problem(409, error.code, str(error)) from error
    answer = Response(as_it_stands(scope, upload), status=202 if created else 200)
    answer["Location"] = request.build_absolute_uri(reverse("api_upload", args=[upload.pk]))
    return answer


def _sender(scope: Scope, ods: str, return_kind: str) -> Organisation:
    """The organisation whose return it is, where the asker may know of it. Raises Problem 404."""
    known = scope.own | scope.hosts | (scope.systems if scope.kind in (BOARD, NATIONAL) else frozenset())
    if return_kind == "activity":
        known |= scope.served
    body = Organisation.objects.filter(ods=ods, retired=False).first() if ods in known else None
    if body is None or return_kind not in RETURNS or not (body.is_trust or body.kind == ICB):
        raise not_found("return")
    return body


def _key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Problem(400, "bad_header", f"Idempotency-Key is at most {LONGEST_KEY} printable characters.")
    return key


def _too_large(error: TooLarge) -> Problem:
    return Problem(413, error.code, str(error))
