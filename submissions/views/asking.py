"""How every page of this app begins: who is asking, and for what, or 404 where it is not theirs to see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from planning.people.access import Scope
from planning.registry.organisations import Organisation
from planning.registry.place import NoSuchRound, Place, place_of
from submissions.queries.returns import own_organisations
from submissions.uploads import Upload
from submissions.visible import visible_uploads


def place_or_404(round_code: str, stage_code: str = "") -> Place:
    try:
        return place_of(round_code, stage_code)
    except NoSuchRound as error:
        raise Http404(str(error)) from error


def own_or_404(request: HttpRequest, scope: Scope) -> tuple[Organisation, list[Organisation]]:
    """The organisation that the address names among the asker's own, else their first; and all of them."""
    bodies = own_organisations(scope)
    asked = request.POST.get("organisation") or request.GET.get("organisation")
    chosen = [body for body in bodies if body.ods == asked] if asked else bodies[:1]
    if not chosen:
        raise Http404("No such organisation of yours.")
    return chosen[0], bodies


def upload_or_404(scope: Scope, upload: UUID) -> Upload:
    rows = visible_uploads(scope).select_related(
        "organisation", "uploaded_by", "round", "reviewed_by", "withdrawn_by", "same_as"
    )
    return get_object_or_404(rows, pk=upload)


def crumbs(*steps: tuple[str, str]) -> list[dict[str, Any]]:
    """The breadcrumb of a page, in the shape that the NHS.UK component takes."""
    return [{"text": text, "href": address} for text, address in (("Home", "/"), *steps)]
