"""The story of an upload: read, check, plan, judge, store, point. And of a system whose versions moved."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from planning.plan.array import Member
from planning.plan.keeping import Result, keep
from planning.plan.rules import BROKE_DOWN
from planning.plan.runs import LATEST, CurrentRun, Run
from planning.registry.organisations import Organisation
from planning.registry.rounds import SystemRound
from submissions import judging, regions
from submissions.book import Book
from submissions.earlier import versions_of_return
from submissions.examining import (
    Checked,
    keep_reading,
    own_run,
    read_and_check,
    version_of,
    waivers_of,
)
from submissions.queued import check_again
from submissions.refusals import Refused
from submissions.store import load_rows
from submissions.uploads import CHECKED, FAILED, PROCESSING, READ, RECEIVED, REJECTED, Upload
from submissions.versions import Version, read_versions
from submissions.waivers import holding

logger = logging.getLogger(__name__)
TRIES = 3  # how often a judgement is made again because a version arrived meanwhile, before others wait


class Overtaken(Exception):
    """Another worker has finished the upload, or a person has moved it on: nothing of ours is kept."""


def check(upload_id: str) -> None:
    """Check one upload and everything that depends on it, then say `checked`; or `rejected`, with why.

    May be called twice: what is already checked is left alone. Exceptions are our own faults: the job is
    tried again, and `give_up` says so on the third.
    """
    upload = Upload.objects.select_related("organisation").get(pk=upload_id)
    if upload.state not in (RECEIVED, PROCESSING):
        return
    try:
        _check(upload, Book.load(upload.round_id))
    except Overtaken:
        logger.info("Upload %s was finished elsewhere", upload.pk)


def _check(upload: Upload, book: Book) -> None:
    try:
        checked = read_and_check(upload, book, partial(_say, upload))
    except Refused as refusal:
        _reject(upload, refusal)
        return
    _keep_version(upload, book, checked)
    _judge_and_finish(upload, book, checked)
    if waivers_of(upload, holding(book.round)) != checked.waivers:  # granted or ended meanwhile
        check_again(upload.round_id, upload.organisation_id, upload.return_kind)


def judge(round_code: str, ods: str, bases: Iterable[str], *, alone: bool = False) -> None:
    """Judge an organisation and its systems again on some bases: after a hand-over, a review, a withdrawal. `alone`
    leaves the systems out: they are judged when their ICB is."""
    book = Book.load(round_code)
    body = Organisation.objects.get(pk=ods)
    for basis in bases:
        _judge_and_point(book, body, basis, alone=alone)


def judge_wherever(subject: str) -> None:
    """Judge a body, told as `round:body`, again on every basis on which it or its systems have been judged."""
    round_code, _, ods = subject.partition(":")
    book = Book.load(round_code)
    subjects = {ods, *(system.ods for system in book.systems_of(ods))}
    runs = CurrentRun.objects.filter(round_id=round_code, subject__in=subjects).exclude(scope=Run.RETURN)
    body = Organisation.objects.get(pk=ods)
    for basis in sorted(set(runs.values_list("basis", flat=True))) or [LATEST]:
        _judge_and_point(book, body, basis)


def give_up(upload_id: str, error: str) -> None:
    """Our own fault, three times: the upload says so plainly, and what stood before still stands."""
    logger.error("Upload %s could not be processed: %s", upload_id, error)
    which = f" {error}" if error.endswith(BROKE_DOWN) else ""
    Upload.objects.filter(pk=upload_id, state__in=(RECEIVED, PROCESSING)).update(
        state=FAILED,
        error_code="failed",
        error_message=(
            f"We could not process this workbook. The fault is ours and has been logged.{which} "
            "Your earlier version still stands. Upload the file again later."
        ),
    )


# --- steps ---------------------------------------------------------------------------------------------
def _keep_version(upload: Upload, book: Book, checked: Checked) -> None:
    """Give the workbook its version number and keep what it said."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=upload.organisation_id)
        versions = versions_of_return(upload)
        mine = next(version for version in versions if version.pk == upload.pk)
        if mine.state != PROCESSING:
            raise Overtaken
        upload.number = mine.number or 1 + max(version.number or 0 for version in versions)
        upload.step = "Comparing with the other returns"
        keep_reading(upload, book, checked, versions)
    for finding in checked.findings:
        for entry in finding.inputs:
            entry["version"] = upload.number


def _judge_and_finish(upload: Upload, book: Book, checked: Checked) -> None:
    own = own_run(upload, book, checked)
    done = {"state": CHECKED, "checked_at": timezone.now(), "step": "", "error_code": "", "error_message": ""}
    if checked.blocks:
        with transaction.atomic():
            _lock(book, upload.organisation_id)
            later = Upload.objects.filter(
                round_id=upload.round_id,
                organisation_id=upload.organisation_id,
                return_kind=upload.return_kind,
                received_at__gt=upload.received_at,
                state__in=READ,
            )
            _finish(upload, own, done, is_last=not later.exists())
        return
    _judge_and_point(book, upload.organisation, LATEST, upload, own, done)


def _judge_and_point(
    book: Book,
    body: Organisation,
    basis: str,
    upload: Upload | None = None,
    own: Result | None = None,
    done: dict[str, Any] | None = None,
    alone: bool = False,
) -> None:
    """Judge outside any transaction, then lock, see that nothing moved, store all and point at it."""

    def store(versions: list[Version], results: list[Result], is_last: bool) -> None:
        if upload is not None and own is not None:
            _finish(upload, own, done or {}, results, is_last=is_last)
        else:
            keep(results, _return_pointers(book, body, versions, basis))
            if all(result.run.scope != Run.ORGANISATION for result in results):
                _forget(book, body, basis)
            if regions.is_accepted(basis):
                regions.queue(book.round, book.systems_of(body.ods), basis)

    for _ in range(TRIES):
        versions, _ = _versions(book, body, basis, upload)
        results = _results(book, body, versions, basis, alone)
        with transaction.atomic():
            _lock(book, body.ods)
            now, is_last = _versions(book, body, basis, upload)
            if now == versions and book.is_current():
                store(versions, results, is_last)
                return
        book = Book.load(book.round)
    with transaction.atomic():  # others were quicker each time: for once they wait for us
        _lock(book, body.ods)
        book = Book.load(book.round)
        versions, is_last = _versions(book, body, basis, upload)
        store(versions, _results(book, body, versions, basis, alone), is_last)


def _finish(
    upload: Upload, own: Result, done: dict[str, Any], others: Sequence[Result] = (), *, is_last: bool
) -> None:
    """Store everything and say `checked`, unless somebody else has. The findings shown of a return are those
    of its latest version: one received earlier and read later moves no pointer to its own."""
    if not is_last:
        own.bases = ()
    keep([*others, own])
    mine = Upload.objects.filter(pk=upload.pk, state=PROCESSING)
    if not mine.update(**done, run=own.run):
        raise Overtaken


def _results(
    book: Book, body: Organisation, versions: Sequence[Version], basis: str, alone: bool = False
) -> list[Result]:
    """The body's own and its systems'. Of what was accepted there is none of a body that has nothing accepted: what
    its people have answered would reach NHS England before the board has accepted anything of theirs."""
    mine = [version for version in versions if version.organisation == body.ods]
    rows = load_rows(mine if alone else versions)
    systems = [] if alone else book.systems_of(body.ods)
    results = [judging.judge_system(book, system, versions, rows, basis) for system in systems]
    if mine or not regions.is_accepted(basis):
        member = Member(body.ods, body.kind, book.host_of(body) or "", body.short_name)
        results.insert(0, judging.judge_organisation(book, member, mine, rows, basis))
    return results


def _forget(book: Book, body: Organisation, basis: str) -> None:
    """Nothing of the body counts on that basis any more."""
    CurrentRun.objects.filter(
        round_id=book.round, scope=Run.ORGANISATION, subject=body.ods, basis=basis
    ).delete()


def _versions(
    book: Book, body: Organisation, basis: str, upload: Upload | None
) -> tuple[list[Version], bool]:
    """The versions that count, with the one being checked in place of its predecessor; and whether none of its
    return that was received later has been read."""
    systems = {system.ods for system in book.systems_of(body.ods)}
    reach = (
        {row.organisation_id for row in book.memberships if row.system_id in systems} | systems | {body.ods}
    )
    found, last = read_versions(book.round, reach, basis)
    if upload is None:
        return found, True
    new = version_of(upload)
    key = (new.organisation, new.return_kind)
    is_last = key not in last or last[key] <= upload.received_at
    older = [row for row in found if (row.organisation, row.return_kind) == key and _came_later(row, upload)]
    if older:  # a later upload was checked first: it counts, this one does not
        return found, is_last
    kept = [row for row in found if (row.organisation, row.return_kind) != key]
    return sorted([*kept, new], key=lambda row: (row.organisation, row.return_kind)), is_last


def _return_pointers(
    book: Book, body: Organisation, versions: Sequence[Version], basis: str
) -> list[CurrentRun]:
    """Point at the runs of the returns that count on this basis, and at none where none counts any more.

    On the latest basis a return's findings are those of its latest checked version, blocked or not.
    """
    runs = {row.return_kind: row.run for row in versions if row.organisation == body.ods and row.run}
    if basis == LATEST:
        runs = _latest_checked(book.round, body.ods)
    at = {"round_id": book.round, "scope": Run.RETURN, "subject": body.ods, "basis": basis}
    CurrentRun.objects.filter(**at).exclude(return_kind__in=list(runs)).delete()
    return [CurrentRun(**at, return_kind=return_kind, run_id=run) for return_kind, run in runs.items()]


def _latest_checked(round_code: str, ods: str) -> dict[str, str]:
    """Return -> the run of its latest checked version."""
    rows = Upload.objects.filter(round_id=round_code, organisation_id=ods, state__in=READ, run__isnull=False)
    return {kind: str(run) for kind, run in rows.order_by("number").values_list("return_kind", "run_id")}


def _lock(book: Book, ods: str) -> None:
    systems = sorted(system.ods for system in book.systems_of(ods))
    rows = SystemRound.objects.select_for_update().filter(round_id=book.round, system_id__in=systems)
    list(rows.order_by("system_id"))


def _reject(upload: Upload, refusal: Refused) -> None:
    logger.info("Upload %s refused: %s", upload.pk, refusal.code)
    Upload.objects.filter(pk=upload.pk, state=PROCESSING).update(
        state=REJECTED,
        checked_at=timezone.now(),
        step="",
        error_code=refusal.code,
        error_message=refusal.message,
    )


def _say(upload: Upload, step: str) -> None:
    """Tell the progress page where we are. Raises Overtaken where the upload is past that."""
    waiting = Upload.objects.filter(pk=upload.pk, state__in=(RECEIVED, PROCESSING))
    if not waiting.update(state=PROCESSING, step=step):
        raise Overtaken
    upload.state, upload.step = PROCESSING, step


def _came_later(row: Version, upload: Upload) -> bool:
    return row.received_at is not None and row.received_at > upload.received_at
