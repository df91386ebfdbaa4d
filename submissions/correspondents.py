"""Who is written to about a return: the people of the organisation that it is of, and those who review it."""

from __future__ import annotations

from planning.people.access import those_who_may
from planning.people.person import Person
from planning.people.roles import EXPLAIN, REVIEW, SUBMIT
from planning.registry.organisations import Membership
from submissions.named import LEAD, Named
from submissions.uploads import Upload


def board_of(ods: str) -> str:
    """The code of the ICB that reviews an organisation's returns: its host system's, for an ICB its own."""
    host = Membership.objects.filter(organisation_id=ods, role=Membership.HOST).first()
    return host.system_id if host is not None else ods


def reviewers_of(ods: str) -> list[Person]:
    """Those of the ICB who review that organisation's returns."""
    return those_who_may(REVIEW, board_of(ods))


def preparers_of(ods: str) -> list[Person]:
    """Those of the organisation who prepare returns, answer and give reasons."""
    return those_who_may(EXPLAIN, ods)


def lead_of(round_code: str, ods: str, return_kind: str) -> Person | None:
    """The planning lead named for a return, where one is and may still sign in."""
    rows = Named.objects.filter(
        round_id=round_code, organisation_id=ods, return_kind=return_kind, part=LEAD, person__is_active=True
    )
    named = rows.select_related("person").first()
    return named.person if named is not None else None


def answering_for(upload: Upload) -> list[Person]:
    """Who is asked about a version: the lead named for its return, else the organisation's planners."""
    lead = lead_of(upload.round_id, upload.organisation_id, upload.return_kind)
    return [lead] if lead is not None else those_who_may(SUBMIT, upload.organisation_id)
