"""A marked-up workbook is made by a worker when somebody first asks, and kept until the findings are others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from planning.foundation.jobs import Job, enqueue
from submissions.marking.shown import Shown, shown_on
from submissions.marking.writing import wish_of
from submissions.queued import MARK
from submissions.rewriting import mark_up
from submissions.uploads import FAILED, REJECTED, Upload

READY, MAKING, BROKEN = "ready", "making", "broken"
TRY_AGAIN = timedelta(minutes=10)  # how long a failure is told before the work is tried anew


def can_be_marked(upload: Upload) -> bool:
    """Whether it has been read and its bytes are kept."""
    if upload.state in (REJECTED, FAILED) or upload.run_id is None:
        return False
    return is_kept(upload.file)


def is_kept(file: FieldFile) -> bool:
    """Whether a file's bytes are there."""
    return bool(file.name) and file.storage.exists(str(file.name))


def ask(upload: Upload, audience: str) -> str:
    """How far the marked-up workbook of a version is: `ready`, `making` (queued where it was not) or `broken`.
    Three queries, and one to queue it."""
    if _is_made(upload, shown_on(upload, audience)):
        return READY
    last = Job.objects.filter(task=MARK, subject=_subject(upload, audience)).order_by("-enqueued_at").first()
    if last is not None and last.state in (Job.QUEUED, Job.RUNNING):
        return MAKING
    if last is not None and last.state == Job.FAILED and last.enqueued_at > timezone.now() - TRY_AGAIN:
        return BROKEN
    enqueue(MARK, _subject(upload, audience))
    return MAKING


def file_name(upload: Upload) -> str:
    """What it is called when it is saved: `Our plan marked up.xlsx`."""
    return f"{upload.download_name[: -len('.xlsx')]} marked up.xlsx"


def make(subject: str) -> None:
    """Mark the workbook up and keep it; what is made already is left. Raises Refused, ReaderFailed."""
    upload_id, _, audience = subject.partition("|")
    upload = Upload.objects.select_related("organisation").get(pk=upload_id)
    shown = shown_on(upload, audience)
    if can_be_marked(upload) and not _is_made(upload, shown):
        _keep(upload, shown, mark_up(Path(upload.file.path), **wish_of(upload, shown.findings)))


def _subject(upload: Upload, audience: str) -> str:
    return f"{upload.pk}|{audience}"


def _is_made(upload: Upload, shown: Shown) -> bool:
    return upload.marked_for == shown.digest and is_kept(upload.marked)


def _keep(upload: Upload, shown: Shown, content: bytes) -> None:
    """The new bytes, then the row, then the old bytes go."""
    with transaction.atomic():
        held = Upload.objects.select_for_update().get(pk=upload.pk)
        before = held.marked.name
        held.marked.save(f"{held.pk}.xlsx", ContentFile(content), save=False)
        held.marked_for = shown.digest
        held.save(update_fields=["marked", "marked_for"])
        if before:
            transaction.on_commit(lambda: held.marked.storage.delete(before))
