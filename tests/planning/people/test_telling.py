"""What people are told: a notice each, one letter, and nothing that was not kept."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import transaction

from planning import tasks
from planning.foundation.jobs import Job
from planning.people import telling
from planning.people.notices import Notice
from planning.people.person import Person
from planning.people.telling import tell

pytestmark = pytest.mark.django_db


def post() -> None:
    """Do the letters' jobs, as a worker would."""
    for job in Job.objects.filter(task=telling.SEND, state=Job.QUEUED):
        tasks.send_notice.run(str(job.pk))


def test_each_person_is_told_once_and_gets_one_letter(asha: Person, bill: Person, settings: object) -> None:
    settings.SITE_URL = "https://planning.example"  # type: ignore[attr-defined]

    tell([asha, bill, asha], subject="A question\n about beds", text="Why 148?", address="/questions/1/")
    post()

    assert sorted(letter.to[0] for letter in mail.outbox) == ["asha@example.nhs.uk", "bill@example.nhs.uk"]
    letter = next(one for one in mail.outbox if one.to == ["asha@example.nhs.uk"])
    assert letter.subject == "A question about beds"
    assert letter.body == (
        "Asha Patel,\n\nWhy 148?\n\nSee it at https://planning.example/questions/1/\n\nPlanning submissions"
    )
    held = Notice.objects.get(person=asha)
    assert (held.subject, held.text, held.address, held.read_at) == (
        "A question about beds",
        "Why 148?",
        "/questions/1/",
        None,
    )
    assert held.sent_at is not None


def test_a_letter_asked_for_again_goes_out_once(asha: Person) -> None:
    (notice,) = tell([asha], subject="Sent back", text="Look again.")
    telling.send(str(notice.pk))
    telling.send(str(notice.pk))
    post()

    assert [letter.subject for letter in mail.outbox] == ["Sent back"]
    assert "See it at" not in mail.outbox[0].body


def test_somebody_who_left_and_what_was_undone_are_not_written_to(asha: Person, bill: Person) -> None:
    Person.objects.filter(pk=bill.pk).update(is_active=False)
    bill.refresh_from_db()

    with pytest.raises(RuntimeError), transaction.atomic():
        tell([asha], subject="Never", text="happened")
        raise RuntimeError("the verb failed after it")
    tell([bill], subject="Not any more", text="yours")

    assert (Notice.objects.count(), Job.objects.count()) == (0, 0)
