"""T1, T2: England judged end to end, held against the same by hand in arrays and in pandas.

The work: the current rows of every organisation loaded, plans built, rules and targets judged, results stored. What
the service stores explains each result: its sentence, its working, the sheet and cell of every figure behind it; the
references store who, what, when and whether. They must name the same results before any time counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db import transaction

from benchmarks.england import ROUND
from benchmarks.reference import england_asked as asked
from benchmarks.reference.england_asked import Comparison, Findings, Outcomes
from planning.plan.array import Member
from planning.plan.findings import Finding
from planning.plan.keeping import Result, counts_of, keep, new_run
from planning.plan.rulebook import Rule
from planning.plan.rules import ORGANISATION, run_rules
from planning.plan.runs import LATEST, Run
from planning.registry.organisations import Membership, Organisation
from submissions.book import Book
from submissions.judging import judge_organisations, judge_systems
from submissions.result_rows import evaluation_of, finding_of
from submissions.store import build, load_by_upload
from submissions.versions import Version, current_versions
from targets.evaluations import Evaluation
from targets.guidance.target import Target
from targets.judging.evaluation import evaluate


@dataclass
class England:
    """Some systems with their trusts, and what they are judged by."""

    book: Book
    systems: list[Organisation]
    members: list[Member]
    rules: list[Rule]
    targets: list[Target]

    @classmethod
    def of(cls, codes: Sequence[str]) -> England:
        book = Book.load(ROUND)
        mine = [row for row in book.memberships if row.system_id in set(codes)]
        trusts = [_member(row) for row in mine if row.role == Membership.HOST]
        rules = [rule for rule in book.rules if rule.code in asked.RULES]
        goals = {goal.code for goal in asked.GOALS}
        targets = [target for target in book.targets if target.code in goals]
        systems = sorted({row.system for row in mine}, key=lambda system: system.ods)
        return cls(book, systems, trusts, rules, targets)

    @property
    def trusts(self) -> list[str]:
        return [member.ods for member in self.members]

    @property
    def comparisons(self) -> list[Comparison]:
        """The rules that set sums against each other, as they are declared."""
        return [_comparison(rule, one) for rule in self.rules for one in rule.comparisons]


def _member(row: Membership) -> Member:
    return Member(row.organisation_id, row.organisation.kind, row.system_id, row.organisation.short_name)


def _comparison(rule: Rule, declared: Mapping[str, Any]) -> Comparison:
    share = Fraction(str(rule.tolerance.relative))
    return Comparison(
        rule=rule.code,
        left=declared["left"],
        operator=declared["operator"],
        right=declared["right"],
        places=asked.GRAINS[str(declared.get("grain", "month"))],
        kinds=rule.types & frozenset(declared.get("types", rule.types)),
        zero=declared.get("missing", rule.missing) == "zero",
        absolute=int(rule.tolerance.absolute * 10_000),
        relative=(share.numerator, share.denominator),
    )


def judged_in_part(england: England) -> list[Result]:
    """Every trust by the rules and targets of the references, and stored."""
    versions = current_versions(ROUND, england.trusts, LATEST)
    rows = load_by_upload(versions)
    results = []
    for member in england.members:
        mine = [version for version in versions if version.organisation == member.ods]
        found = [row for version in mine for row in rows.get(version.upload, ())]
        results.append(_judged(england, member, mine, found))
    return kept(results)


def _judged(england: England, member: Member, versions: Sequence[Version], rows: Sequence[object]) -> Result:
    book = england.book
    plan = build(book.lines, [member], versions, rows, book.known)  # type: ignore[arg-type]
    breaches = run_rules(plan, england.rules, ORGANISATION).breaches
    findings = [finding_of(book.round, plan, rule, breach, member.system) for rule, breach in breaches]
    outcomes = evaluate(plan, england.targets, {})
    inputs = [dict(upload) for upload in plan.members[0].uploads.values()]
    run = new_run(
        round_code=ROUND, scope=Run.ORGANISATION, subject=member.ods, basis=LATEST, inputs=inputs, versions={}
    )
    run.counts = counts_of(findings)
    rows_of = [evaluation_of(book.round, plan, outcome, member.system) for outcome in outcomes]
    return Result(run, [*findings, *rows_of], (LATEST,))


def judged_in_full(england: England) -> list[Result]:
    """Everything that a rejudgement of England makes: every trust and every system, by all rules and targets."""
    book = england.book
    everybody = [*england.trusts, *(system.ods for system in england.systems)]
    versions = current_versions(ROUND, everybody, LATEST)
    rows = load_by_upload(versions)
    boards = [Member(one.ods, one.kind, one.ods, one.short_name) for one in england.systems]
    members = [*england.members, *boards]
    organisations = judge_organisations(book, members, versions, rows, LATEST)
    return kept([*organisations, *judge_systems(book, england.systems, versions, rows, LATEST)])


def kept(results: list[Result]) -> list[Result]:
    """Stored as in a worker, and taken back, so that the next time finds the same store."""
    with transaction.atomic():
        keep(results)
        transaction.set_rollback(True)
    return results


def verdicts(results: Sequence[Result]) -> tuple[Findings, Outcomes]:
    """What was found, as the references say it."""
    rows = [row for result in results for row in result.rows]
    found = {
        (row.rule, row.organisation_id or "", row.line, row.period)
        for row in rows
        if isinstance(row, Finding) and row.kind == "rule"
    }
    outcomes = {
        (row.target, row.organisation_id or "", row.outcome) for row in rows if isinstance(row, Evaluation)
    }
    return found, outcomes


Reference = Callable[[Sequence[str], Sequence[Comparison]], tuple[Findings, Outcomes]]


def must_agree(england: England, reference: Reference) -> None:
    """Raises AssertionError with the first results that one has and the other has not."""
    mine, theirs = verdicts(judged_in_part(england)), reference(england.trusts, england.comparisons)
    _same("findings", mine[0], theirs[0])
    _same("outcomes", mine[1], theirs[1])


def _same(what: str, mine: set[Any], theirs: set[Any]) -> None:
    if mine != theirs:
        ours, others = sorted(mine - theirs), sorted(theirs - mine)
        raise AssertionError(
            f"{len(ours)} {what} of the service alone, {len(others)} of the reference alone: {ours[:5]} {others[:5]}"
        )
