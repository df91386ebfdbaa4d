"""What the pages of judging many again show: how far it is, and who newly fails or no longer does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from planning.foundation import wording
from planning.plan.rejudgements import ASKED, WHYS, RejudgedBody, Rejudgement
from planning.registry.periods import month_label
from submissions.wording import severity_of

PAGE = 50


def rejudgements_page(rows: QuerySet[RejudgedBody], round_code: str) -> dict[str, Any]:
    """The times that bodies of the asker were judged again, the latest first. Two queries."""
    mine = rows.filter(rejudgement__round_id=round_code)
    counted = {
        row["rejudgement"]: row
        for row in mine.order_by()
        .values("rejudgement")
        .annotate(n=Count("id"), left=Count("id", filter=Q(state=RejudgedBody.WAITING)))
    }
    listed = Rejudgement.objects.filter(pk__in=list(counted)).select_related("by")[:PAGE]
    return {
        "rows": [
            {
                "text": _about(row),
                "address": reverse("rejudgement", args=[round_code, row.pk]),
                "when": wording.moment(row.asked_at),
                "by": row.by.name if row.by is not None else "",
                "reason": row.reason,
                "bodies": counted[row.pk]["n"],
                "state": "Under way" if counted[row.pk]["left"] else "Done",
            }
            for row in listed
        ]
    }


def rejudgement_page(asked: Rejudgement, bodies: Sequence[RejudgedBody]) -> dict[str, Any]:
    """One of them, of the bodies that the asker may see. No query."""
    done = [body for body in bodies if body.state == RejudgedBody.DONE]
    failed = [body for body in bodies if body.state == RejudgedBody.FAILED]
    waiting = len(bodies) - len(done) - len(failed)
    newly = [body for body in done if _counted(body, "found")]
    return {
        "title": _about(asked),
        "lead": _lead(asked, len(bodies), waiting, len(newly)),
        "waiting": waiting,
        "done": len(done) + len(failed),
        "number": len(bodies),
        "facts": _facts(asked),
        "bodies": [_body(body) for body in bodies],
        "failed": [body.organisation.short_name for body in failed],
        "found": [_finding(body, row) for body in done for row in body.changed.get("found", [])],
        "gone": [_finding(body, row) for body in done for row in body.changed.get("gone", [])],
    }


def _about(asked: Rejudgement) -> str:
    words = WHYS[asked.why]
    if asked.why == ASKED:
        return "Judged again because somebody asked"
    return f"{words}: {asked.about}" if asked.about else words


def _lead(asked: Rejudgement, number: int, waiting: int, newly: int) -> str:
    if waiting:
        return f"{number - waiting} of {wording.count(number, 'organisation')} judged again so far."
    if not newly:
        return "Everybody has been judged again. Nothing new was found."
    return f"Everybody has been judged again. Something new was found of {newly} of {number}."


def _facts(asked: Rejudgement) -> list[dict[str, Any]]:
    rows = [
        ("Asked for", wording.moment(asked.asked_at)),
        ("By", asked.by.name if asked.by is not None else ""),
        ("Reason", asked.reason),
    ]
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in rows if value]


def _body(body: RejudgedBody) -> dict[str, Any]:
    words = {
        RejudgedBody.WAITING: ("Waiting", "grey"),
        RejudgedBody.DONE: ("Done", ""),
        RejudgedBody.FAILED: ("Could not be judged", "red"),
    }
    text, colour = words[body.state]
    done = body.state == RejudgedBody.DONE
    return {
        "name": body.organisation.short_name,
        "state": text,
        "colour": colour,
        "found": len(body.changed.get("found", ())) if done else "",
        "gone": len(body.changed.get("gone", ())) if done else "",
        "finished": wording.moment(body.finished_at) if body.finished_at else "",
    }


def _counted(body: RejudgedBody, name: str) -> bool:
    return any(row["counted"] for row in body.changed.get(name, ()))


def _finding(body: RejudgedBody, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "who": body.organisation.short_name
        if row["organisation"]
        else f"{body.organisation.short_name} system",
        "severity": severity_of(row["severity"], not row["counted"], None),
        "rule": row["rule"],
        "message": row["message"],
        "period": month_label(row["period"]) if row["period"] else "",
    }
