"""Results that were judged by guidance, rules or lines that no longer hold: a day has come, or files were loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from planning.foundation.jobs import Job, enqueue
from planning.plan.runs import LATEST, CurrentRun, Run
from planning.registry.organisations import Organisation
from planning.registry.reference import digest_of
from submissions.book import Book
from submissions.queued import JUDGE, JUDGE_BODY

# Of what a run was made with, what may change while no figure does. A change of rules leaves what was handed over and
# accepted as it was judged; what governs, what is known and who belongs to whom is judged anew on every basis.
RULES = ("rules", "of_their_own")
EVERYWHERE = ("lines", "targets", "known")


def judge_what_was_overtaken() -> int:
    """Have everybody judged again whose current results were made by other catalogues than hold today. Returns
    how many; asking twice queues nobody twice."""
    pointers = CurrentRun.objects.filter(basis=LATEST, scope__in=(Run.ORGANISATION, Run.SYSTEM))
    by_round: dict[str, list[Run]] = {}
    for pointer in pointers.select_related("run"):
        by_round.setdefault(pointer.round_id, []).append(pointer.run)
    return sum(_queue(code, Book.load(code), runs) for code, runs in by_round.items())


def _queue(round_code: str, book: Book, runs: Iterable[Run]) -> int:
    """The bodies of the runs that today's catalogues, or today's groups of a system, would judge otherwise."""
    changed = {run.subject: set[str]() for run in runs}
    bodies = Organisation.objects.in_bulk(list(changed))
    for run in runs:
        changed[run.subject] |= _changed(book, run, bodies)
    everywhere = {ods for ods, kinds in changed.items() if kinds - set(RULES)}
    latest = {ods for ods, kinds in changed.items() if kinds} - everywhere
    _enqueue(JUDGE_BODY, {f"{round_code}:{ods}" for ods in everywhere})
    _enqueue(JUDGE, {f"{round_code}|{ods}|{LATEST}" for ods in latest})
    return len(everywhere | latest)


def _changed(book: Book, run: Run, bodies: Mapping[str, Organisation]) -> set[str]:
    """The kinds of what a run was made with that are other ones today."""
    own = book.of_their_own(book.host_of(bodies[run.subject]) or "", run.subject)
    today = {**book.versions, "of_their_own": digest_of(own) if own else None}
    if run.scope == Run.SYSTEM:
        groups = book.groups_of(run.subject)
        today["groups"] = digest_of([asdict(group) for group in groups]) if groups else None
    wanted = [*RULES, *EVERYWHERE, *(["groups"] if run.scope == Run.SYSTEM else [])]
    return {kind for kind in wanted if run.versions.get(kind) != today.get(kind)}


def _enqueue(task: str, subjects: set[str]) -> None:
    waiting = Job.objects.filter(task=task, state=Job.QUEUED, subject__in=subjects)
    for subject in sorted(subjects.difference(waiting.values_list("subject", flat=True))):
        enqueue(task, subject)
