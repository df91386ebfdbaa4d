"""Judging: a plan in, runs with their findings, evaluations and positions out. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from finance.position import position, system_position
from planning.plan.array import Member, Plan
from planning.plan.findings import Finding
from planning.plan.keeping import Result, counts_of, new_run
from planning.plan.rules import ORGANISATION, SYSTEM, is_judged, run_rules
from planning.plan.runs import Run
from planning.registry.groups import Grouping
from planning.registry.organisations import Organisation
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from submissions.book import Book
from submissions.closing.kept import read_by
from submissions.oddity.indices import kept
from submissions.result_rows import evaluation_of, finding_of, finding_of_miss, position_of
from submissions.store import RowsOf, build
from submissions.store import rows_of_versions as rows_of
from submissions.versions import Version
from submissions.waivers import Waiver, held_for, set_aside
from targets.evaluations import NOT_MET
from targets.guidance.documents import EXPECTED
from targets.guidance.governing import for_system
from targets.guidance.target import Target
from targets.judging.evaluation import Outcome, evaluate, evaluate_system
from targets.judging.grouped import evaluate_groups
from targets.judging.ledger import Ledger
from targets.judging.plausibility import implausible


# --- one return ----------------------------------------------------------------------------------------
def rule_findings_of_return(book: Book, plan: Plan, return_kind: str, system: str | None) -> list[Finding]:
    """What the rules that need one return alone find in it; `plan` holds that return of one organisation."""
    plan.reference = book.known
    rules = book.rules_of_return(return_kind, system or "", plan.members[0].ods)
    verdicts = run_rules(plan, rules, ORGANISATION)
    return [
        finding_of(book.round, plan, rule, breach, system, return_kind) for rule, breach in verdicts.breaches
    ]


def return_run(
    book: Book,
    version: dict[str, Any],
    subject: str,
    return_kind: str,
    findings: list[Finding],
    waivers: Sequence[Waiver] = (),
    system: str = "",
    **more: Any,
) -> Result:
    """The run of one checked version. It belongs to no basis: pointers of several may name it. `more` is what else
    it was checked with, by its kind."""
    made = book.made_with(subject, system, waivers=waivers, **more)
    run = new_run(
        round_code=book.round,
        scope=Run.RETURN,
        subject=subject,
        return_kind=return_kind,
        basis="",
        inputs=[version],
        versions=made.versions,
    )
    run.counts = counts_of(findings)
    return Result(run, [*findings], contents=made.contents)


# --- an organisation, a system -------------------------------------------------------------------------
def judge_organisation(
    book: Book, member: Member, versions: Sequence[Version], rows: Sequence[Any], basis: str
) -> Result:
    """Cross-return rules, targets, the ways to them, and position of one organisation, from its current versions."""
    plan = build(book.lines, [member], versions, rows, book.known)
    targets = for_system(book.targets, member.system)
    verdicts = run_rules(plan, book.rules_across(member.system, member.ods), ORGANISATION)
    outcomes = evaluate(plan, targets, book.answers)
    missed = {outcome.target.code for outcome in outcomes if outcome.outcome == NOT_MET}
    verdicts.add(implausible(Ledger(plan), targets, book.rules, missed))
    findings = [
        finding_of(book.round, plan, rule, breach, member.system or None)
        for rule, breach in verdicts.breaches
    ]
    waivers = held_for(book.waivers, member.ods)
    set_aside(findings, waivers)
    findings += [
        finding_of_miss(book.round, plan, outcome, member.system, book.assumptions.for_body(member.ods))
        for outcome in outcomes
        if _is_finding(outcome)
    ]
    result = _result(book, Run.ORGANISATION, member.ods, basis, plan, findings, verdicts.waiting, waivers)
    result.run.indices |= {"read_by": read_by(plan, outcomes)}
    result.rows += [evaluation_of(book.round, plan, outcome, member.system) for outcome in outcomes]
    figures = asdict(position(plan.only([member.ods]))) if plan.has_return(member.ods, "finance") else None
    if figures is not None:
        result.rows.append(position_of(book.round, plan, figures, member.ods, member.system))
    return result


def judge_organisations(
    book: Book, members: Sequence[Member], versions: Sequence[Version], rows: RowsOf, basis: str
) -> list[Result]:
    """The same for many, from rows loaded together: of a return each has its own plan, so that nothing but its own
    rows of partners stands in it."""
    mine = _by_organisation(versions)
    return [
        judge_organisation(
            book, member, mine.get(member.ods, []), rows_of(mine.get(member.ods, []), rows), basis
        )
        for member in members
    ]


def judge_systems(
    book: Book, systems: Sequence[Organisation], versions: Sequence[Version], rows: RowsOf, basis: str
) -> list[Result]:
    """Many systems, from the rows of all their members loaded together."""
    by_body, found = _by_organisation(versions), []
    for system in systems:
        mine = [version for member in book.members_in(system) for version in by_body.get(member.ods, [])]
        found.append(judge_system(book, system, mine, rows_of(mine, rows), basis))
    return found


def _by_organisation(versions: Sequence[Version]) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for version in versions:
        found.setdefault(version.organisation, []).append(version)
    return found


def judge_system(
    book: Book, system: Organisation, versions: Sequence[Version], rows: Sequence[Any], basis: str
) -> Result:
    """Rules, targets and position of a whole system, added up from its members' current versions."""
    plan = build(book.lines, book.members_in(system), versions, rows, book.known)
    whole = plan.system(system.ods, system.short_name)
    verdicts = run_rules(whole, [rule for rule in book.rules_for(system.ods) if is_judged(rule)], SYSTEM)
    findings = [finding_of(book.round, plan, rule, breach, system.ods) for rule, breach in verdicts.breaches]
    targets, groups = for_system(book.targets, system.ods), book.groups_of(system.ods)
    outcomes = evaluate_system(plan, targets, system.ods, book.answers)
    findings += [
        finding_of_miss(book.round, plan, outcome, system.ods, book.assumptions.of_round)
        for outcome in outcomes
        if _is_finding(outcome)
    ]
    result = _result(book, Run.SYSTEM, system.ods, basis, plan, findings, verdicts.waiting, groups=groups)
    result.run.indices |= {"read_by": read_by(plan, outcomes)}
    of_groups = evaluate_groups(plan, targets, groups, book.answers)
    result.rows += [
        evaluation_of(book.round, plan, outcome, system.ods) for outcome in [*outcomes, *of_groups]
    ]
    result.rows.append(
        position_of(book.round, plan, asdict(system_position(plan, system.ods)), None, system.ods)
    )
    return result


def judge_several(
    book: Book,
    code: str,
    members: Sequence[Member],
    targets: Sequence[Target],
    versions: Sequence[Version],
    rows: Sequence[Any],
    basis: str,
) -> Result:
    """Targets of several systems together, a region or England, added up from all their members. No rule is judged
    and nothing is found: each system has its own findings."""
    plan = build(book.lines, members, versions, rows, book.known)
    result = _result(book, Run.REGION, code, basis, plan, [], {})
    result.rows += [
        evaluation_of(book.round, plan, outcome, code) for outcome in evaluate_system(plan, targets, code)
    ]
    return result


def _result(
    book: Book,
    scope: str,
    subject: str,
    basis: str,
    plan: Plan,
    findings: list[Finding],
    waiting: dict[str, list[str]],
    waivers: Sequence[Waiver] = (),
    groups: Sequence[Grouping] = (),
) -> Result:
    inputs = [dict(upload) for member in plan.members for _, upload in sorted(member.uploads.items())]
    system = "" if scope == Run.REGION else plan.members[0].system
    made = book.made_with(subject, system, members=plan.members, groups=groups, waivers=waivers)
    run = new_run(
        round_code=book.round,
        scope=scope,
        subject=subject,
        basis=basis,
        inputs=inputs,
        versions=made.versions,
    )
    run.counts, run.waiting = counts_of(findings), waiting
    run.indices = {} if scope == Run.REGION else kept(plan, book.assumptions.for_body)
    return Result(run, [*findings], (basis,), made.contents)


def _is_finding(outcome: Outcome) -> bool:
    """A miss. What is only expected, or held as a query, finds nothing."""
    return outcome.outcome == NOT_MET and outcome.target.status not in (EXPECTED, "query")
