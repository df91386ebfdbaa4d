"""Checking a return's latest version once more, where a waiver was granted or has ended."""

from __future__ import annotations

import logging

from django.db import transaction

from planning.plan.keeping import keep
from planning.plan.runs import LATEST
from planning.registry.organisations import Organisation
from submissions import pipeline
from submissions.book import Book
from submissions.earlier import versions_of_return
from submissions.examining import keep_reading, own_run, read_and_check
from submissions.refusals import Refused
from submissions.uploads import CHECKED, HANDED_OVER, READ, SENT_BACK, SUBMITTED, Upload, Value

logger = logging.getLogger(__name__)
CHECKED_AGAIN = (CHECKED, SUBMITTED, SENT_BACK)  # what is accepted is never changed


def recheck(round_code: str, ods: str, return_kind: str) -> None:
    """Read the latest version again from its file, with the waivers that hold now, and judge what depends on it.

    Same version, number and state; one that no longer blocks gets its figures, one that blocks again loses
    them. May be called twice.
    """
    check_alone(round_code, ods, return_kind)
    pipeline.judge(round_code, ods, [LATEST, *_stages(round_code, ods)])


def check_alone(round_code: str, ods: str, return_kind: str) -> None:
    """Read the latest version of a return again and check it by itself; nothing that depends on it is judged. What the
    ICB has accepted is left as it is."""
    rows = Upload.objects.filter(
        round_id=round_code, organisation_id=ods, return_kind=return_kind, state__in=READ
    )
    latest = rows.select_related("organisation").order_by("-received_at").first()
    if latest is not None and latest.state in CHECKED_AGAIN:
        _check_again(latest, Book.load(round_code))


def _check_again(upload: Upload, book: Book) -> None:
    try:
        checked = read_and_check(upload, book)
    except Refused as refusal:  # its template has been replaced since: the version stays as it was checked
        logger.warning("Upload %s could not be checked again: %s", upload.pk, refusal.code)
        return
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=upload.organisation_id)
        versions = versions_of_return(upload)
        if not any(one.pk == upload.pk and one.state in CHECKED_AGAIN for one in versions):
            return
        if checked.blocks:
            Value.objects.filter(upload=upload).delete()
        keep_reading(upload, book, checked, versions)
        own = own_run(upload, book, checked)
        own.bases = ()  # the pointers move when the organisation is judged
        keep([own])
        Upload.objects.filter(pk=upload.pk).update(run=own.run)


def _stages(round_code: str, ods: str) -> list[str]:
    """The stages at which the organisation has handed something over: their results are made anew too."""
    rows = Upload.objects.filter(round_id=round_code, organisation_id=ods, state__in=HANDED_OVER)
    return sorted(rows.values_list("stage", flat=True).distinct())
