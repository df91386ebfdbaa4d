"""Telling people something: a notice that they read in the service, and a letter that goes out once."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from planning.foundation.bulk import insert_many
from planning.foundation.jobs import enqueue
from planning.people.notices import Notice
from planning.people.person import Person

SEND = "planning.tasks.send_notice"


def tell(
    people: Iterable[Person], *, subject: str, text: str, address: str = "", but: Person | None = None
) -> list[Notice]:
    """A notice for each person, once however often they are given, and a job each that e-mails it.

    In the caller's transaction: what is rolled back tells nobody. People who may not sign in any more are
    left out, and so is `but`, whose own act it was. `address` is the path of the page that it is about,
    without the host.
    """
    one_line = " ".join(subject.split())[:200]
    told = {person.pk: person for person in people if person.is_active and person != but}
    notices = [
        Notice(person=person, subject=one_line, text=text, address=address) for person in told.values()
    ]
    insert_many(Notice, notices)
    for notice in notices:
        enqueue(SEND, str(notice.pk))
    return notices


def mark_read(person: Person, notice_id: str = "") -> None:
    """One of the person's own notices, or all, was read; an id that is none of theirs does nothing."""
    rows = Notice.objects.filter(person=person, read_at=None)
    if notice_id:
        known = {str(row) for row in rows.values_list("pk", flat=True)}
        rows = rows.filter(pk=notice_id) if notice_id in known else rows.none()
    rows.update(read_at=timezone.now())


def send(notice_id: str) -> None:
    """E-mail one notice, unless it went out before or is gone with its person."""
    notice = Notice.objects.select_related("person").filter(pk=notice_id, sent_at=None).first()
    if notice is None:
        return
    send_mail(notice.subject, letter(notice), None, [notice.person.email])
    Notice.objects.filter(pk=notice.pk).update(sent_at=timezone.now())


def letter(notice: Notice) -> str:
    """The text of the e-mail: what is said, and where to see it."""
    where = f"\n\nSee it at {settings.SITE_URL}{notice.address}" if notice.address else ""
    return f"{notice.person.name},\n\n{notice.text}{where}\n\n{settings.SERVICE_NAME}"
