"""What waits for one person: their organisation's moves, their ICB's, and what they were told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils import timezone

from planning.foundation import wording
from planning.people.access import NATIONAL, Scope
from planning.people.notices import Notice
from planning.people.roles import EXPLAIN, UPLOAD, WAIVE
from planning.plan.findings import EXPLAIN as TO_EXPLAIN
from planning.plan.findings import Finding
from planning.plan.reasons import ASKED_AGAIN, Reason
from planning.plan.runs import LATEST, CurrentRun
from submissions.extensions import ASKED, GRANTED, Extension
from submissions.queries.questions import listed, question_row
from submissions.questions import ANSWERED, OPEN, Question
from submissions.uploads import CHECKED, READ, SENT_BACK, SUBMITTED, Upload
from submissions.visible import visible_extensions, visible_questions, visible_uploads, visible_waivers
from submissions.waivers import Waiver
from submissions.wording import RETURN_NAMES, status_of, version_name

SOON, LATELY = timedelta(days=7), timedelta(days=14)
MOST_NOTICES = 50
HEAVY = ("notes", "columns", "cover", "rule_counts", "changes")


# --- the moves -----------------------------------------------------------------------------------------
def number_waiting(scope: Scope) -> Any:
    """How many things wait for the asker, as an expression: the head of every page asks it with its own query."""
    if scope.kind == NATIONAL or not scope.acts:
        return Value(0)
    kinds = (_uploads(scope), _questions(scope), _asked(scope), _ending(scope))
    bodies = Concat("round_id", Value("/"), "organisation_id", output_field=CharField())
    reasons = _number(_reasons(scope), bodies)
    if boards := _reviewed(scope):
        reasons += _number(_given(scope, boards), bodies)
    return sum((_number(rows, F("pk")) for rows in kinds), start=reasons)


def _number(rows: QuerySet[Any], what: Any) -> Any:
    """How many different ones there are, as a subquery of one row."""
    counted = Func(
        what, function="COUNT", template="COUNT(DISTINCT %(expressions)s)", output_field=IntegerField()
    )
    one_row = Subquery(rows.order_by().annotate(n=counted).values("n"), output_field=IntegerField())
    return Coalesce(one_row, 0)  # where nothing can be found Django asks for nothing


def waiting_page(scope: Scope) -> dict[str, Any]:
    """Everything that waits, the organisation's moves before the ICB's, each a list of links. Seven queries."""
    uploads = list(_uploads(scope).select_related("organisation").defer(*HEAVY).order_by("-received_at"))
    questions = list(_questions(scope, listed(scope)))
    extensions = list(_extensions(scope).select_related("organisation", "decided_by"))
    groups = [
        _group("Sent back to you", [_upload(row) for row in uploads if row.state == SENT_BACK]),
        _group("To put right", [_upload(row) for row in uploads if row.state == CHECKED]),
        _group(
            "Reasons to give", _reason_items(_reasons(scope), "wanted", "wants a reason", "want a reason")
        ),
        _group("Questions to answer", [_question(row) for row in questions if row.state == OPEN]),
        _group("To accept or send back", [_submitted(row) for row in uploads if row.state == SUBMITTED]),
        _group("Reasons to answer: accept them or ask again", _answer_items(scope)),
        _group("Answers to read: close the question or ask again", _answered(questions)),
        _group("More time asked for", [_extension(row) for row in extensions if row.state == ASKED]),
        _group("Checks set aside that are about to count again", [_waiver(row) for row in _ending(scope)]),
    ]
    return {
        "groups": [group for group in groups if group["items"]],
        "decided": [_extension(row) for row in extensions if row.state != ASKED],
        **_notices(scope),
    }


def _mine(scope: Scope, act: str) -> list[str]:
    """The asker's own organisations at which they do the act."""
    return [ods for ods in scope.own if scope.may(act, ods)]


def _reviewed(scope: Scope, *acts: str) -> list[str]:
    """The organisations whose returns the asker reviews."""
    return [ods for ods in scope.own | scope.hosts if scope.reviews(ods, *acts)]


def _uploads(scope: Scope) -> QuerySet[Upload]:
    """The latest versions that were sent back or are stopped, and those of others that are handed over."""
    same = {name: OuterRef(name) for name in ("round_id", "organisation_id", "return_kind")}
    later = Upload.objects.filter(**same, received_at__gt=OuterRef("received_at"), state__in=READ)
    to_do = Q(state=SENT_BACK) | Q(state=CHECKED, blocked=True)
    mine = Q(organisation_id__in=_mine(scope, UPLOAD)) & to_do & ~Exists(later)
    theirs = Q(organisation_id__in=_reviewed(scope), state=SUBMITTED)
    return visible_uploads(scope).filter(mine | theirs)


def _reasons(scope: Scope) -> QuerySet[Finding]:
    """The findings of one's own current returns that want a reason and have none for their figures, or one that
    the ICB asked again about."""
    rows = _explainable(_mine(scope, EXPLAIN))
    return rows.filter(Q(review=None) | Q(review=ASKED_AGAIN))


def _given(scope: Scope, bodies: Sequence[str]) -> QuerySet[Finding]:
    """The findings whose reason awaits the ICB's answer, from another person than who gave it."""
    person = scope.person.pk if scope.person is not None else None
    return _explainable(bodies).filter(Q(author=None) | ~Q(author=person), Q(review=""))


def _explainable(bodies: Sequence[str]) -> QuerySet[Finding]:
    """The findings of some organisations' current returns that want a reason; `review` is what the ICB said of the
    latest that was given for their figures, None where there is none, and `author` who gave it."""
    current = CurrentRun.objects.filter(Q(subject__in=bodies) | Q(scope="system"), basis=LATEST)
    latest = Reason.objects.filter(subject_digest=OuterRef("subject_digest")).order_by("-at", "-pk")
    rows = Finding.objects.filter(
        run__in=current.values("run_id"),
        severity=TO_EXPLAIN,
        trial=False,
        waived__isnull=True,
        organisation__in=bodies,  # on a system's run too, where it lies between the organisation and its ICB
    )
    return rows.annotate(
        review=Subquery(latest.values("review")[:1]),
        author=Subquery(latest.values("by")[:1]),
    )


def _questions(scope: Scope, rows: QuerySet[Question] | None = None) -> QuerySet[Question]:
    mine = Q(organisation_id__in=_mine(scope, EXPLAIN), state=OPEN)
    theirs = Q(organisation_id__in=_reviewed(scope), state=ANSWERED)
    return (visible_questions(scope) if rows is None else rows).filter(mine | theirs)


def _asked(scope: Scope) -> QuerySet[Extension]:
    return visible_extensions(scope).filter(organisation_id__in=_reviewed(scope), state=ASKED)


def _extensions(scope: Scope) -> QuerySet[Extension]:
    """Wishes to decide on, and what was decided lately on one's own."""
    theirs = Q(organisation_id__in=_reviewed(scope), state=ASKED)
    lately = Q(organisation_id__in=scope.own, decided_at__gte=timezone.now() - LATELY)
    return visible_extensions(scope).filter(theirs | lately)


def _ending(scope: Scope) -> QuerySet[Waiver]:
    """The waivers whose last day is near, for those who may let them run on."""
    rows = visible_waivers(scope).filter(
        organisation_id__in=_reviewed(scope, WAIVE),
        ended_at=None,
        until__lte=timezone.localdate() + SOON,
    )
    return rows.select_related("organisation").order_by("until")


# --- in words ------------------------------------------------------------------------------------------
def _group(title: str, items: Sequence[dict[str, str]]) -> dict[str, Any]:
    return {"title": title, "items": list(items)}


def _item(text: str, address: str, hint: str = "") -> dict[str, str]:
    return {"text": text, "address": address, "hint": hint}


def _name(row: Upload) -> str:
    return f"{row.organisation.short_name}: {RETURN_NAMES[row.return_kind].lower()}, {version_name(row)}"


def _upload(row: Upload) -> dict[str, str]:
    said = row.review_note[:160] if row.state == SENT_BACK else status_of(row).text
    return _item(_name(row), reverse("upload_result", args=[row.pk]), said)


def _submitted(row: Upload) -> dict[str, str]:
    late = ", late" if row.late else ""
    return _item(
        _name(row), reverse("review", args=[row.pk]), f"Submitted {wording.moment(row.submitted_at)}{late}"
    )


def _reason_items(rows: QuerySet[Finding], asked: str, one: str, many: str) -> list[dict[str, str]]:
    """One entry an organisation and round: how many findings want something. One query."""
    counted = (
        rows.order_by("round_id", "organisation_id")
        .values("round_id", "organisation_id", name=F("organisation__short_name"))
        .annotate(n=Count("id"))
    )
    return [
        _item(
            f"{row['name']}, {row['round_id'].replace('-', '/')}: {wording.count(row['n'], 'finding')} "
            f"{one if row['n'] == 1 else many}",
            f"{reverse('findings', args=[row['round_id']])}?reason={asked}&organisation={row['organisation_id']}",
        )
        for row in counted
    ]


def _answer_items(scope: Scope) -> list[dict[str, str]]:
    """Reasons that were given and await the ICB. One query, none for who reviews nothing."""
    boards = _reviewed(scope)
    if not boards:
        return []
    return _reason_items(_given(scope, boards), "to_review", "has a reason", "have a reason")


def _question(row: Question) -> dict[str, str]:
    said = question_row(row)
    owner = f" · owner: {row.owner.name}" if row.owner is not None else ""
    return _item(
        f"{said['who']}: {said['return'].lower()}, {said['about']}", said["address"], said["text"] + owner
    )


def _answered(rows: Iterable[Question]) -> list[dict[str, str]]:
    return [_question(row) for row in rows if row.state == ANSWERED]


def _extension(row: Extension) -> dict[str, str]:
    kind = RETURN_NAMES[row.return_kind].lower() if row.return_kind else "all returns"
    if row.state == ASKED:
        hint = f"Wanted until {wording.moment(row.wanted_until)}: {row.reason[:160]}"
    else:
        hint = (
            f"Granted until {wording.moment(row.until)}"
            if row.state == GRANTED
            else f"Refused: {row.note[:160]}"
        )
    return _item(
        f"{row.organisation.short_name}: {kind}, {row.stage.replace('-', ' ')}",
        reverse("extension", args=[row.pk]),
        hint,
    )


def _waiver(row: Waiver) -> dict[str, str]:
    kind = RETURN_NAMES[row.return_kind].lower()
    text = f"{row.organisation.short_name}: {kind}, {row.rule}{', ' + row.line if row.line else ''}"
    return _item(text, reverse("end_waiver", args=[row.pk]), f"Until the end of {wording.day(row.until)}")


def _notices(scope: Scope) -> dict[str, Any]:
    """The latest of what the person was told, unread first. One query."""
    rows = Notice.objects.filter(person=scope.person).order_by(F("read_at").asc(nulls_first=True), "-at")
    notices = [
        {
            "id": str(row.pk),
            "subject": row.subject,
            "text": row.text,
            "address": row.address,
            "at": wording.moment(row.at),
            "unread": row.read_at is None,
        }
        for row in rows[:MOST_NOTICES]
    ]
    return {"notices": notices, "unread": sum(1 for row in notices if row["unread"])}
