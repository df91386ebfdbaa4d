"""Receiving a file: the first step of the flow. Only size and stage are judged here; the worker judges content."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from planning.foundation.jobs import enqueue
from planning.people.access import Scope
from planning.people.roles import UPLOAD
from planning.registry.organisations import Organisation
from planning.registry.rounds import Stage
from submissions.deadlines import deadlines_of
from submissions.identity import Identity
from submissions.preflight import gate
from submissions.queued import CHECK
from submissions.reader import read
from submissions.refusals import Refused
from submissions.turns import a_turn
from submissions.uploads import FAILED, REJECTED, WITHDRAWN, Upload

LARGEST = 20 * 1024 * 1024
KEEP_REJECTED = timedelta(days=30)


class TooLarge(ValueError):
    """The file is over the limit."""

    code = "too_large"

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The file is {size / 1024 / 1024:.1f} MB. The largest we take is 20 MB: a return of ours is under 1 MB, "
            "so check that you chose the right file."
        )


class StageClosed(ValueError):
    """The stage takes no more versions."""

    code = "stage_closed"


def receive(
    *,
    by: Scope,
    round: str,
    organisation: str,
    return_kind: str,
    stage: str,
    file: File[Any],
    idempotency_key: str = "",
    made_from: Upload | None = None,
    corrections: Sequence[Mapping[str, str]] = (),
) -> tuple[Upload, bool]:
    """Keep a file as a new upload and queue its check; says also whether it is new.

    The bytes of the latest version of that return and stage again give that version back, unless it failed
    or was withdrawn, and so does a repeated idempotency key. The organisation's row is locked meanwhile, so
    the same file pressed twice is one upload. A version corrected in the browser says of which it was
    `made_from`, and how (`corrections`). Raises TooLarge, StageClosed, NotAllowed, Stage.DoesNotExist.
    """
    by.must(UPLOAD, organisation)
    if (file.size or 0) > LARGEST:
        raise TooLarge(file.size or 0)
    digest = _digest(file)
    with transaction.atomic():
        where = Stage.objects.get(round_id=round, code=stage)
        if not where.is_open:
            raise StageClosed(
                f"The {where.name.lower()} stage of {where.round_id} is closed. Ask your ICB to open it."
            )
        Organisation.objects.select_for_update().get(ods=organisation)
        again = _same_again(round, organisation, return_kind, stage, digest, idempotency_key)
        if again is not None:
            return again, False
        upload = Upload(
            round_id=round,
            organisation_id=organisation,
            return_kind=return_kind,
            stage=stage,
            file_name=clean_name(file.name or ""),
            sha256=digest,
            size=file.size or 0,
            late=deadlines_of(round, [organisation]).is_late(
                where, organisation, return_kind, timezone.now()
            ),
            uploaded_by=by.person,
            uploaded_by_client=by.client,
            idempotency_key=idempotency_key,
            step="Waiting for its turn",
            made_from=made_from,
            corrections=list(corrections),
        )
        _keep(upload, file)
        enqueue(CHECK, str(upload.id))
    return upload, True


def _keep(upload: Upload, file: File[Any]) -> None:
    """The bytes, then the row; without the row no bytes stay behind."""
    upload.file.save(f"{upload.id}.xlsx", file, save=False)
    try:
        upload.save(force_insert=True)
    except Exception:
        upload.file.delete(save=False)
        raise


def clear_rejected() -> int:
    """Delete the bytes of uploads rejected more than thirty days ago; their hash and verdict stay. Says how
    many. May run twice: a file that is gone already is no error."""
    before = timezone.now() - KEEP_REJECTED
    cleared = 0
    for upload in Upload.objects.filter(state=REJECTED, received_at__lt=before).exclude(file=""):
        upload.file.delete(save=False)
        Upload.objects.filter(pk=upload.pk).update(file="")
        cleared += 1
    return cleared


def recognise(file: File[Any]) -> Identity:
    """What a file says it is: round, organisation, return. For files sent without saying so.

    Opened in the reader's capped child, as every stranger's file. Raises TooLarge, Refused, ReaderFailed.
    """
    with held(file) as path:
        gate(path)
        identity = Identity.from_rows(read(path).identity.items())
    file.seek(0)
    if identity is None:
        raise Refused("not_our_template", seen="it does not say which return it is")
    return identity


@contextmanager
def held(file: File[Any]) -> Iterator[Path]:
    """The bytes of a file that is not kept, in a temporary one for as long as somebody looks at it, in turn.
    Raises TooLarge, Busy."""
    if (file.size or 0) > LARGEST:
        raise TooLarge(file.size or 0)
    with a_turn(), tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def clean_name(name: str) -> str:
    """A file's name for showing: no folders, no control or direction characters, at most 120 letters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[-120:] or "workbook.xlsx"


def _same_again(
    round_code: str, organisation: str, return_kind: str, stage: str, digest: str, key: str
) -> Upload | None:
    mine = Upload.objects.filter(round_id=round_code, organisation_id=organisation, return_kind=return_kind)
    if key:
        keyed = mine.filter(idempotency_key=key).first()
        if keyed is not None:
            return keyed
    latest = mine.filter(stage=stage).order_by("-received_at").first()
    same = latest is not None and latest.sha256 == digest and latest.state not in (FAILED, WITHDRAWN)
    return latest if same else None


def _digest(file: File[Any]) -> str:
    sha = hashlib.sha256()
    for chunk in file.chunks():
        sha.update(chunk)
    stream: IO[Any] = file
    stream.seek(0)
    return sha.hexdigest()
