"""T4: one trust judged again from what is stored, against loading its rows.

The work: its rows loaded, its plan built, every target and rule judged; the catalogues stand loaded, as they do
in a worker that judges many. Two ratios: to loading the same rows as the service does, the goal, and beside it,
without a goal, to reading them as plain tuples.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.pairs import compare, said
from benchmarks.reference.rows import rows_of
from benchmarks.trust import ROUND, SYSTEM, TRUST, keep_trust
from planning.plan.array import Member
from planning.plan.rules import ORGANISATION, run_rules
from planning.plan.runs import LATEST
from submissions.book import Book
from submissions.store import build, load_rows
from submissions.uploads import PERIOD_FIELDS, Value
from submissions.versions import Version, current_versions
from targets.guidance.governing import for_system
from targets.judging.evaluation import Outcome, evaluate

GOAL = 3.0


def run() -> list[str]:
    """What was measured, a line each. Raises AssertionError where the two ways do not read the same."""
    keep_trust()
    book, versions = Book.load(ROUND), current_versions(ROUND, {TRUST}, LATEST)
    member = Member(TRUST, "ac", SYSTEM, TRUST)
    uploads = [version.upload for version in versions]
    _must_agree(load_rows(versions), rows_of(uploads))

    def judged() -> list[Outcome]:
        return judge(book, member, versions)

    found = [
        said("T4 one trust judged / loading its rows", compare(judged, lambda: load_rows(versions)), GOAL),
        said("T4 one trust judged / plain tuples", compare(judged, lambda: rows_of(uploads))),
    ]
    asked = for_system(book.targets, SYSTEM)
    return [
        f"{len(load_rows(versions))} rows, {len(asked)} targets, {len(book.rules_across(SYSTEM, TRUST))} rules",
        *found,
    ]


def judge(book: Book, member: Member, versions: Sequence[Version]) -> list[Outcome]:
    """The work that is timed."""
    plan = build(book.lines, [member], versions, load_rows(versions))
    run_rules(plan, book.rules_across(member.system, member.ods), ORGANISATION)
    return evaluate(plan, for_system(book.targets, member.system), book.answers)


def _must_agree(rows: Sequence[Value], plain: Sequence[tuple[object, ...]]) -> None:
    mine = [(row.line, row.states, *(getattr(row, name) for name in PERIOD_FIELDS)) for row in rows]
    theirs = [(row[1], row[4], *row[5:]) for row in plain]
    if mine != theirs:
        raise AssertionError("The reference reads other rows than the service.")
