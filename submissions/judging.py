"""Judging: a plan in, runs with their findings, evaluations and positions out. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.conf import settings
from django.utils import timezone

from finance.position import position, system_position
from planning.plan.array import Member, Plan
from planning.plan.findings import Finding
from planning.plan.keeping import Result, counts_of, new_run
from planning.plan.rulebook import Rule, load_rules
from planning.plan.rules import ORGANISATION, SYSTEM, is_judged, run_rules
from planning.plan.runs import Run
from planning.plan.tolerances import Tolerances, held_to, tolerances_of
from planning.registry.assumptions import Assumptions, load_assumptions
from planning.registry.groups import Grouping, Groupings, groupings_on
from planning.registry.lines import Lines
from planning.registry.organisations import Membership, Organisation
from planning.registry.reference import digest_of
from planning.registry.reference_values import Values, reference_values
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from submissions.result_rows import evaluation_of, finding_of, finding_of_miss, position_of
from submissions.store import as_members, build, members_of
from submissions.versions import Version
from submissions.waivers import Waiver, held_for, holding, set_aside, versions_with
from targets.assurance.attestations import answers_of
from targets.evaluations import NOT_MET
from targets.guidance.documents import EXPECTED
from targets.guidance.governing import for_system, load_targets, with_local_figures
from targets.guidance.target import Target
from targets.judging.evaluation import Outcome, evaluate, evaluate_system
from targets.judging.grouped import evaluate_groups
from targets.judging.ledger import Ledger
from targets.judging.outcome import Answers
from targets.judging.plausibility import implausible


@dataclass
class Book:
    """Everything that judging a round reads besides the figures, loaded in a fixed number of queries."""

    round: str
    lines: Lines
    rules: list[Rule]
    targets: list[Target]
    memberships: list[Membership]
    versions: dict[str, str] = field(default_factory=dict)
    waivers: list[Waiver] = field(default_factory=list)
    answers: Answers = field(default_factory=dict)
    known: Values = field(default_factory=dict)  # reference values, which stand in no return
    assumptions: Assumptions = field(default_factory=lambda: Assumptions({}, {}))
    tolerances: Tolerances = field(default_factory=dict)
    groups: Groupings | None = None  # of each system as they stand today, asked for when a system is judged

    @classmethod
    def load(cls, round_code: str) -> Book:
        """From the store, in a fixed number of queries."""
        lines = Lines.load(round_code)
        assumptions, tolerances = load_assumptions(round_code), tolerances_of(round_code)
        rules = [held_to(rule, tolerances, "") for rule in load_rules(round_code, assumptions.of_round)]
        targets = load_targets(round_code)
        book = cls(round_code, lines, rules, targets, members_of(round_code), waivers=holding(round_code))
        book.answers = answers_of(round_code)
        book.known = reference_values(round_code)
        book.assumptions, book.tolerances = assumptions, tolerances
        book.versions = {
            "software": settings.VERSION,
            "lines": digest_of([(line.code, line.version) for line in lines.values()]),
            "rules": digest_of(
                [
                    [(rule.code, rule.version) for rule in rules],
                    sorted(assumptions.of_round.items()),
                    [(rule, row) for (rule, system), row in sorted(tolerances.items()) if not system],
                ]
            ),
            "targets": digest_of(
                [
                    (
                        target.code,
                        target.source["document_code"],
                        target.version,
                        sorted(target.local.items()),
                    )
                    for target in targets
                ]
            ),
            "known": digest_of(sorted(book.known.items())),
        }
        return book

    def is_current(self) -> bool:
        """Whether what people have attested, and the local figures they have set, are still as loaded. Two
        queries."""
        same = with_local_figures(self.round, self.targets) == self.targets
        return same and answers_of(self.round) == self.answers

    def rules_for(self, system: str, ods: str = "") -> list[Rule]:
        """The rules as a body of a system is judged by them: held to the system's tolerances, and reading the
        assumptions that it plans with."""
        parameters = self.assumptions.for_body(ods)
        held = [held_to(rule, self.tolerances, system) for rule in self.rules]
        if parameters is self.assumptions.of_round:
            return held
        return [replace(rule, parameters=parameters) for rule in held]

    def of_their_own(self, system: str, ods: str) -> dict[str, str]:
        """The digest of what only a system or only a body is judged by: its tolerances, its assumptions. Empty
        where there are none."""
        held = [
            (rule, row) for (rule, whose), row in sorted(self.tolerances.items()) if whose and whose == system
        ]
        stated = sorted(self.assumptions.stated.get(ods, {}).items())
        return {"of_their_own": digest_of([held, stated])} if held or stated else {}

    def made_with(
        self, body: str, system: str, groups: Sequence[Grouping] = (), waivers: Sequence[Waiver] = ()
    ) -> dict[str, str]:
        """What a run is made with besides figures: the catalogues, the waivers, the groups as they stand, and
        what it and they have attested or plan with, so that another answer makes another run of theirs alone."""
        wanted = {body, *(group.code for group in groups)}
        given = sorted((key, asdict(answer)) for key, answer in self.answers.items() if key[1] in wanted)
        attested = {"attested": digest_of(given)} if given else {}
        grouped = {"groups": digest_of([asdict(group) for group in groups])} if groups else {}
        own = self.of_their_own(system, body)
        return versions_with({**self.versions, **own, **attested, **grouped}, waivers)

    def groups_of(self, system: str) -> Sequence[Grouping]:
        """A system's groups; the first time one query, for all of them. A return that is stopped needs none."""
        if self.groups is None:
            self.groups = groupings_on(timezone.localdate())
        return self.groups.get(system, ())

    def systems_of(self, ods: str) -> list[Organisation]:
        """The systems in use that an organisation's figures reach: its host, those it serves, itself."""
        found = {
            row.system_id: row.system
            for row in self.memberships
            if ods in (row.organisation_id, row.system_id)
        }
        return [found[code] for code in sorted(found)]

    def rules_of_return(self, return_kind: str, system: str, ods: str) -> list[Rule]:
        """The rules for which that one return is enough."""
        rules = self.rules_for(system, ods)
        return [rule for rule in rules if rule.needs_only(return_kind) and is_judged(rule)]

    def rules_across(self, system: str, ods: str) -> list[Rule]:
        """Those that need several returns, and what others hold across more returns than their own."""
        found = [rule if rule.is_across else rule.widened for rule in self.rules_for(system, ods)]
        return [rule for rule in found if rule is not None and is_judged(rule)]


# --- one return ----------------------------------------------------------------------------------------
def rule_findings_of_return(book: Book, plan: Plan, return_kind: str, system: str | None) -> list[Finding]:
    """What the rules that need one return alone find in it; `plan` holds that return of one organisation."""
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
) -> Result:
    """The run of one checked version. It belongs to no basis: pointers of several may name it."""
    run = new_run(
        round_code=book.round,
        scope=Run.RETURN,
        subject=subject,
        return_kind=return_kind,
        basis="",
        inputs=[version],
        versions=versions_with({**book.versions, **book.of_their_own(system, subject)}, waivers),
    )
    run.counts = counts_of(findings)
    return Result(run, [*findings])


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
        finding_of_miss(book.round, plan, outcome, member.system)
        for outcome in outcomes
        if _is_finding(outcome)
    ]
    result = _result(book, Run.ORGANISATION, member.ods, basis, plan, findings, verdicts.waiting, waivers)
    result.rows += [evaluation_of(book.round, plan, outcome, member.system) for outcome in outcomes]
    figures = asdict(position(plan.only([member.ods]))) if plan.has_return(member.ods, "finance") else None
    if figures is not None:
        result.rows.append(position_of(book.round, plan, figures, member.ods, member.system))
    return result


def judge_system(
    book: Book, system: Organisation, versions: Sequence[Version], rows: Sequence[Any], basis: str
) -> Result:
    """Rules, targets and position of a whole system, added up from its members' current versions."""
    plan = build(book.lines, as_members(system, book.memberships), versions, rows, book.known)
    whole = plan.system(system.ods, system.short_name)
    verdicts = run_rules(whole, [rule for rule in book.rules_for(system.ods) if is_judged(rule)], SYSTEM)
    findings = [finding_of(book.round, plan, rule, breach, system.ods) for rule, breach in verdicts.breaches]
    targets, groups = for_system(book.targets, system.ods), book.groups_of(system.ods)
    outcomes = evaluate_system(plan, targets, system.ods, book.answers)
    findings += [
        finding_of_miss(book.round, plan, outcome, system.ods) for outcome in outcomes if _is_finding(outcome)
    ]
    result = _result(book, Run.SYSTEM, system.ods, basis, plan, findings, verdicts.waiting, groups=groups)
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
    run = new_run(
        round_code=book.round,
        scope=scope,
        subject=subject,
        basis=basis,
        inputs=inputs,
        versions=book.made_with(
            subject, "" if scope == Run.REGION else plan.members[0].system, groups, waivers
        ),
    )
    run.counts, run.waiting = counts_of(findings), waiting
    return Result(run, [*findings], (basis,))


def _is_finding(outcome: Outcome) -> bool:
    """A miss. What is only expected, or held as a query, finds nothing."""
    return outcome.outcome == NOT_MET and outcome.target.status not in (EXPECTED, "query")
