"""Results that were judged by guidance, rules or lines that no longer hold: a day has come, or files were loaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from planning.foundation.jobs import Job, enqueue
from planning.plan.runs import LATEST, CurrentRun, Run
from planning.registry.organisations import Membership
from planning.registry.reference import digest_of
from submissions.book import Book
from submissions.queued import JUDGE_BODY

JUDGED_BY = (
    "lines",
    "rules",
    "targets",
    "known",
)  # of a run's versions: what may change while no figure does


def judge_what_was_overtaken() -> int:
    """Have everybody judged again whose current results were made by other catalogues than hold today. Returns
    how many; asking twice queues nobody twice."""
    pointers = CurrentRun.objects.filter(basis=LATEST, scope__in=(Run.ORGANISATION, Run.SYSTEM))
    by_round: dict[str, list[Run]] = {}
    for pointer in pointers.select_related("run"):
        by_round.setdefault(pointer.round_id, []).append(pointer.run)
    return sum(_queue(code, _overtaken(Book.load(code), runs)) for code, runs in by_round.items())


def _overtaken(book: Book, runs: Iterable[Run]) -> list[str]:
    """The bodies of the runs that today's catalogues, or today's groups of a system, would judge otherwise."""
    return sorted({run.subject for run in runs if _is_overtaken(book, run)})


def _is_overtaken(book: Book, run: Run) -> bool:
    if any(run.versions.get(name) != book.versions[name] for name in JUDGED_BY):
        return True
    own = book.of_their_own(_system_of(book, run), run.subject)
    if run.versions.get("of_their_own") != (digest_of(own) if own else None):
        return True
    groups = book.groups_of(run.subject) if run.scope == Run.SYSTEM else ()
    today = digest_of([asdict(group) for group in groups]) if groups else None
    return run.scope == Run.SYSTEM and run.versions.get("groups") != today


def _system_of(book: Book, run: Run) -> str:
    """The system that counts the body of a run."""
    hosts = (
        row for row in book.memberships if row.organisation_id == run.subject and row.role == Membership.HOST
    )
    return next((row.system_id for row in hosts), run.subject)


def _queue(round_code: str, bodies: Iterable[str]) -> int:
    wanted = {f"{round_code}:{ods}" for ods in bodies}
    waiting = Job.objects.filter(task=JUDGE_BODY, state=Job.QUEUED, subject__in=wanted)
    for subject in sorted(wanted.difference(waiting.values_list("subject", flat=True))):
        enqueue(JUDGE_BODY, subject)
    return len(wanted)
