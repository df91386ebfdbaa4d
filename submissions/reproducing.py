"""The worker's part of making a past run again: the book of then, the versions of then, the same judgement; and what
differs from what is stored. Nothing is stored of it but that."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from finance.positions import Position
from planning.plan.array import Member
from planning.plan.findings import Finding
from planning.plan.keeping import Result
from planning.plan.reproductions import Reproduction
from planning.plan.rulebook import Rule, RuleVersion
from planning.plan.runs import Run
from planning.plan.snapshots import kept
from planning.plan.tolerances import held_to
from planning.registry.actuals import Published
from planning.registry.assumptions import Assumptions
from planning.registry.groups import Grouping
from planning.registry.lines import Line, Lines, LineVersion
from planning.registry.organisations import ICB, Organisation
from submissions import judging
from submissions.book import Book
from submissions.examining import Beside, own_run, read_and_check, version_of
from submissions.regions import Area
from submissions.store import load_rows, members_of
from submissions.uploads import Upload, Value
from submissions.versions import Version
from submissions.waivers import Waiver
from targets.evaluations import Evaluation
from targets.guidance.target import Target
from targets.judging.outcome import Answer

logger = logging.getLogger(__name__)
MOST = 50  # differences listed
NEEDED = ("lines", "rules", "targets", "known")  # without these kept, a run cannot be made again
OURS = "It could not be made again. The fault is ours and has been logged."


class NotKept(Exception):
    """Something that the run was made with is not there any more: says what."""


def reproduce(reproduction_id: str) -> None:
    """Make one run again and say whether the same came out. One that is done is left alone."""
    asked = Reproduction.objects.select_related("run").get(pk=reproduction_id)
    if asked.state != Reproduction.WAITING:
        return
    try:
        again = make_again(asked.run)
    except NotKept as error:
        _finish(asked, state=Reproduction.FAILED, error=str(error))
        return
    found = differences(asked.run, again)
    state = Reproduction.OTHER if found else Reproduction.SAME
    _finish(asked, state=state, compared=_counts(again), differences=found[:MOST])


def give_up(reproduction_id: str, error: str) -> None:
    """Our own fault, three times: the page says so plainly."""
    logger.error("Reproduction %s could not be done: %s", reproduction_id, error)
    rows = Reproduction.objects.filter(pk=reproduction_id, state=Reproduction.WAITING)
    rows.update(state=Reproduction.FAILED, error=OURS, finished_at=timezone.now())


def make_again(run: Run) -> Result:
    """Judge what a run judged, as it was judged: by the snapshots behind its digests, from the versions that it names.
    Raises NotKept."""
    contents = _contents(run)
    book = book_of(run, contents)
    if run.scope == Run.RETURN:
        return _return_again(run, book, contents)
    versions = _versions(run)
    rows = load_rows(versions)
    members = [Member(*row) for row in contents.get("members", [])]
    if run.scope == Run.ORGANISATION:
        return judging.judge_organisation(book, members[0], versions, rows, run.basis)
    if run.scope == Run.SYSTEM:
        book.known_members = members
        system = Organisation.objects.get(pk=run.subject)
        return judging.judge_system(book, system, versions, rows, run.basis)
    systems = tuple(member.ods for member in members if member.kind == ICB)
    return Area(run.subject, systems, tuple(members)).judged(book, versions, run.basis)


def book_of(run: Run, contents: Mapping[str, Any]) -> Book:
    """The book that a run was judged by. Raises NotKept for a version of a line or rule that is gone."""
    pairs, parameters, of_round = contents["rules"]
    own_rows, stated = contents.get("of_their_own") or ([], [])
    assumptions = Assumptions(_numbers(parameters), {run.subject: _numbers(stated)} if stated else {})
    system = (contents.get("members") or [[run.subject, "", run.subject]])[0][2]
    tolerances = {
        **{(rule, ""): row for rule, row in of_round},
        **{(rule, system): row for rule, row in own_rows},
    }
    book = Book(
        run.round_id,
        Lines(run.round_id, _lines(run.round_id, contents["lines"])),
        [held_to(rule, tolerances, "") for rule in _rules(run.round_id, pairs, assumptions)],
        [Target.from_kept(row) for row in contents["targets"]],
        members_of(run.round_id),
        waivers=_waivers(contents.get("waivers", [])),
        answers={(key[0], key[1]): Answer(**answer) for key, answer in contents.get("attested", [])},
        known={(key[0], key[1]): figure for key, figure in contents["known"]},
        assumptions=assumptions,
        tolerances=tolerances,
        groups={run.subject: tuple(_grouping(row) for row in contents.get("groups", []))},
    )
    book.remember()
    return book


def differences(run: Run, again: Result) -> list[dict[str, str]]:
    """What differs between the stored rows of a run and those made again: [{what, was, now}], none where nothing."""
    found: list[dict[str, str]] = []
    for model in (Finding, Evaluation, Position):
        was = Counter(_said(row) for row in model._default_manager.filter(run=run))
        now = Counter(_said(row) for row in again.rows if isinstance(row, model))
        what = str(model._meta.verbose_name)
        found += [{"what": what, "was": said[0], "now": ""} for said in (was - now).elements()]
        found += [{"what": what, "was": "", "now": said[0]} for said in (now - was).elements()]
    if run.counts != again.run.counts:
        found.append({"what": "counts", "was": str(run.counts), "now": str(again.run.counts)})
    return found


def _said(row: models.Model) -> tuple[str, str]:
    """A row in a few words, and everything that it says but when it was stored: two of the same are equal."""
    apart = ("id", "run", "created_at")
    fields = [each for each in row._meta.concrete_fields if each.name not in apart]
    everything = {each.attname: _plain(getattr(row, each.attname)) for each in fields}
    return str(row), repr(sorted(everything.items()))


def _plain(said: Any) -> Any:
    """As it comes back from the store: no tuples, no array's own floats, no difference between 1 and 1.0."""
    if isinstance(said, Mapping):
        return sorted((str(name), _plain(each)) for name, each in said.items())
    if isinstance(said, list | tuple):
        return [_plain(each) for each in said]
    if isinstance(said, float):
        return int(said) if said.is_integer() else float(said)
    return said


def _contents(run: Run) -> dict[str, Any]:
    """The contents behind a run's digests, by kind. Raises NotKept."""
    digests = {kind: digest for kind, digest in run.versions.items() if kind != "software"}
    known = kept(digests.values())
    found = {kind: known[digest] for kind, digest in digests.items() if digest in known}
    missing = [kind for kind in digests if kind not in found]
    if missing or any(kind not in found for kind in NEEDED):
        raise NotKept(
            "It was made before what runs are made with was kept, so it cannot be made again; "
            "its results and the hashes of its inputs stand."
        )
    return found


def _versions(run: Run) -> list[Version]:
    ids = [row["upload"] for row in run.inputs]
    known = {str(row.pk): row for row in Upload.objects.filter(pk__in=ids)}
    gone = [row for row in run.inputs if row["upload"] not in known]
    if gone:
        raise NotKept(f"Version {gone[0]['version']} of {gone[0]['organisation']} is not kept any more.")
    return [version_of(known[upload]) for upload in ids]


def _return_again(run: Run, book: Book, contents: Mapping[str, Any]) -> Result:
    upload = Upload.objects.select_related("organisation").get(pk=run.inputs[0]["upload"])
    published = {
        (code, place): Published(figure, source)
        for code, place, figure, source in contents.get("published", [])
    }
    before = contents.get("before")
    beside = Beside(published, _years(upload, before[0]) if before else None)
    checked = read_and_check(upload, book, beside=beside)
    for finding in checked.findings:
        for entry in finding.inputs:
            entry["version"] = upload.number
    return own_run(upload, book, checked)


def _years(upload: Upload, number: int) -> tuple[int, Mapping[str, int | None]]:
    rows = Value.objects.filter(
        upload__round=upload.round_id,
        upload__organisation=upload.organisation_id,
        upload__return_kind=upload.return_kind,
        upload__number=number,
    )
    return number, dict(rows.values_list("line", "p14"))


def _lines(round_code: str, pairs: Sequence[Sequence[Any]]) -> list[Line]:
    rows = {(row.code, row.version): row for row in LineVersion.objects.filter(round_id=round_code)}
    return [
        Line.from_entry(rows[code, version].entry, at, version)
        for at, (code, version) in enumerate(_all_kept(rows, pairs))
    ]


def _rules(round_code: str, pairs: Sequence[Sequence[Any]], assumptions: Assumptions) -> list[Rule]:
    rows = {(row.code, row.version): row for row in RuleVersion.objects.filter(round_id=round_code)}
    return [
        Rule.from_entry(rows[code, version].entry, version, assumptions.of_round)
        for code, version in _all_kept(rows, pairs)
    ]


def _all_kept(
    rows: Mapping[tuple[str, int], Any], pairs: Sequence[Sequence[Any]]
) -> Iterable[tuple[str, int]]:
    for code, version in pairs:
        if (code, version) not in rows:
            raise NotKept(f"Version {version} of {code} is not kept any more.")
        yield code, version


def _waivers(ids: Sequence[str]) -> list[Waiver]:
    return list(Waiver.objects.filter(pk__in=ids).select_related("by").order_by("at", "pk"))


def _grouping(row: Mapping[str, Any]) -> Grouping:
    return Grouping(row["code"], row["kind"], tuple(row["members"]))


def _numbers(pairs: Iterable[Sequence[Any]]) -> dict[str, Decimal]:
    return {code: Decimal(str(value)) for code, value in pairs}


def _counts(again: Result) -> dict[str, int]:
    by_model = Counter(type(row) for row in again.rows)
    named = {"findings": Finding, "evaluations": Evaluation, "positions": Position}
    return {name: by_model[model] for name, model in named.items()}


def _finish(asked: Reproduction, **fields: Any) -> None:
    waiting = Reproduction.objects.filter(pk=asked.pk, state=Reproduction.WAITING)
    waiting.update(**fields, software=settings.VERSION, finished_at=timezone.now())
