"""Judging: a plan in, runs with their findings, evaluations and positions out. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from finance.position import position, system_position
from finance.positions import Position
from planning.foundation.wording import bare
from planning.plan.array import Member, Plan
from planning.plan.exact import shown
from planning.plan.explaining import subject_digest
from planning.plan.findings import EXPLAIN, NOTE, Finding
from planning.plan.keeping import Result, counts_of, new_run
from planning.plan.lineage import inputs_of, system_cells
from planning.plan.rulebook import Rule, load_parameters, load_rules
from planning.plan.rules import ORGANISATION, SYSTEM, Breach, is_judged, run_rules
from planning.plan.runs import Run
from planning.registry import periods
from planning.registry.groups import Grouping, Groupings, groupings_on
from planning.registry.lines import Lines
from planning.registry.organisations import Membership, Organisation
from planning.registry.reference import digest_of
from planning.registry.reference_values import Values, reference_values
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from submissions.store import as_members, build, members_of
from submissions.versions import Version
from submissions.waivers import Waiver, held_for, holding, set_aside, versions_with
from targets.attestations import answers_of
from targets.evaluation import Outcome, evaluate, evaluate_system
from targets.evaluations import NOT_MET, Evaluation
from targets.formula import formula_of, numbers_of
from targets.governing import for_system, load_targets, with_local_figures
from targets.grouped import evaluate_groups
from targets.guidance import EXPECTED, Target
from targets.ledger import Ledger
from targets.outcome import Answers
from targets.plausibility import implausible


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
    groups: Groupings = field(default_factory=dict)  # of each system, as they stand today

    @classmethod
    def load(cls, round_code: str) -> Book:
        """From the store, seven queries."""
        lines = Lines.load(round_code)
        parameters = load_parameters(round_code)
        rules = load_rules(round_code, parameters)
        targets = load_targets(round_code)
        book = cls(round_code, lines, rules, targets, members_of(round_code), waivers=holding(round_code))
        book.answers = answers_of(round_code)
        book.known = reference_values(round_code)
        book.groups = groupings_on(timezone.localdate())
        book.versions = {
            "software": settings.VERSION,
            "lines": digest_of([(line.code, line.version) for line in lines.values()]),
            "rules": digest_of([(rule.code, rule.version) for rule in rules] + sorted(parameters.items())),
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

    def made_with(
        self, body: str, groups: Sequence[Grouping] = (), waivers: Sequence[Waiver] = ()
    ) -> dict[str, str]:
        """What a run is made with besides figures: the catalogues, the waivers, the groups as they stand, and
        what it and they have attested, so that another answer makes another run of theirs alone."""
        wanted = {body, *(group.code for group in groups)}
        given = sorted((key, asdict(answer)) for key, answer in self.answers.items() if key[1] in wanted)
        attested = {"attested": digest_of(given)} if given else {}
        grouped = {"groups": digest_of([asdict(group) for group in groups])} if groups else {}
        return versions_with({**self.versions, **attested, **grouped}, waivers)

    def systems_of(self, ods: str) -> list[Organisation]:
        """The systems in use that an organisation's figures reach: its host, those it serves, itself."""
        found = {
            row.system_id: row.system
            for row in self.memberships
            if ods in (row.organisation_id, row.system_id)
        }
        return [found[code] for code in sorted(found)]

    def rules_of_return(self, return_kind: str) -> list[Rule]:
        """The rules for which that one return is enough."""
        return [rule for rule in self.rules if rule.needs_only(return_kind) and is_judged(rule)]

    def rules_across(self) -> list[Rule]:
        """Those that need several returns, and what others hold across more returns than their own."""
        found = [rule if rule.is_across else rule.widened for rule in self.rules]
        return [rule for rule in found if rule is not None and is_judged(rule)]


# --- one return ----------------------------------------------------------------------------------------
def rule_findings_of_return(book: Book, plan: Plan, return_kind: str, system: str | None) -> list[Finding]:
    """What the rules that need one return alone find in it; `plan` holds that return of one organisation."""
    verdicts = run_rules(plan, book.rules_of_return(return_kind), ORGANISATION)
    return [_finding(book, plan, rule, breach, system, return_kind) for rule, breach in verdicts.breaches]


def return_run(
    book: Book,
    version: dict[str, Any],
    subject: str,
    return_kind: str,
    findings: list[Finding],
    waivers: Sequence[Waiver] = (),
) -> Result:
    """The run of one checked version. It belongs to no basis: pointers of several may name it."""
    run = new_run(
        round_code=book.round,
        scope=Run.RETURN,
        subject=subject,
        return_kind=return_kind,
        basis="",
        inputs=[version],
        versions=versions_with(book.versions, waivers),
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
    verdicts = run_rules(plan, book.rules_across(), ORGANISATION)
    outcomes = evaluate(plan, targets, book.answers)
    missed = {outcome.target.code for outcome in outcomes if outcome.outcome == NOT_MET}
    verdicts.add(implausible(Ledger(plan), targets, book.rules, missed))
    findings = [
        _finding(book, plan, rule, breach, member.system or None) for rule, breach in verdicts.breaches
    ]
    waivers = held_for(book.waivers, member.ods)
    set_aside(findings, waivers)
    findings += [_missed(book, plan, outcome, member.system) for outcome in outcomes if _is_finding(outcome)]
    result = _result(book, Run.ORGANISATION, member.ods, basis, plan, findings, verdicts.waiting, waivers)
    result.rows += [_evaluation(book, plan, outcome, member.system) for outcome in outcomes]
    figures = asdict(position(plan.only([member.ods]))) if plan.has_return(member.ods, "finance") else None
    if figures is not None:
        result.rows.append(_position(book, plan, figures, member.ods, member.system))
    return result


def judge_system(
    book: Book, system: Organisation, versions: Sequence[Version], rows: Sequence[Any], basis: str
) -> Result:
    """Rules, targets and position of a whole system, added up from its members' current versions."""
    plan = build(book.lines, as_members(system, book.memberships), versions, rows, book.known)
    whole = plan.system(system.ods, system.short_name)
    verdicts = run_rules(whole, [rule for rule in book.rules if is_judged(rule)], SYSTEM)
    findings = [_finding(book, plan, rule, breach, system.ods) for rule, breach in verdicts.breaches]
    targets, groups = for_system(book.targets, system.ods), book.groups.get(system.ods, ())
    outcomes = evaluate_system(plan, targets, system.ods, book.answers)
    findings += [_missed(book, plan, outcome, system.ods) for outcome in outcomes if _is_finding(outcome)]
    result = _result(book, Run.SYSTEM, system.ods, basis, plan, findings, verdicts.waiting, groups=groups)
    of_groups = evaluate_groups(plan, targets, groups, book.answers)
    result.rows += [_evaluation(book, plan, outcome, system.ods) for outcome in [*outcomes, *of_groups]]
    result.rows.append(_position(book, plan, asdict(system_position(plan, system.ods)), None, system.ods))
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
        _evaluation(book, plan, outcome, code) for outcome in evaluate_system(plan, targets, code)
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
        versions=book.made_with(subject, groups, waivers),
    )
    run.counts, run.waiting = counts_of(findings), waiting
    return Result(run, [*findings], (basis,))


def _is_finding(outcome: Outcome) -> bool:
    """A miss. What is only expected, or held as a query, finds nothing."""
    return outcome.outcome == NOT_MET and outcome.target.status not in (EXPECTED, "query")


# --- rows ----------------------------------------------------------------------------------------------
def _finding(
    book: Book, plan: Plan, rule: Rule, breach: Breach, system: str | None, return_kind: str = ""
) -> Finding:
    ods = breach.organisation
    pairs = breach.inputs
    cells = [(ods, code, place) for code, place in pairs] if ods else system_cells(plan, pairs)
    finding = Finding(
        round_id=book.round,
        rule=rule.code,
        rule_version=rule.version,
        kind="rule",
        title=rule.title[:200],
        severity=rule.severity,
        needs_acceptance=rule.needs_acceptance
        and breach.needs_acceptance
        and (ORGANISATION if ods else SYSTEM) in rule.acceptance_levels,
        trial=rule.trial,
        organisation_id=ods,
        system_id=system,
        return_kind=return_kind,
        line=breach.line,
        period=breach.period,
        actual=breach.actual,
        expected=breach.expected,
        gap=breach.gap,
        unit=breach.unit,
        size=breach.size,
        message=breach.message,
        instruction=rule.instruction,
        inputs=inputs_of(plan, cells),
        working={
            "formula": rule.formula,
            "numbers": breach.numbers,
            "tolerance": rule.tolerance.text,
            "source": rule.source,
            "why": rule.why,
            "months": list(breach.months),
            "expected_months": list(breach.expected_months),
        },
        closes_with=breach.closes_with,
    )
    _place(finding, plan)
    return finding


def _missed(book: Book, plan: Plan, outcome: Outcome, system: str) -> Finding:
    target = outcome.target
    directional = target.kind == "directional" or bool(target.due)
    finding = Finding(
        round_id=book.round,
        rule=target.code,
        rule_version=target.version,
        kind="target",
        title=target.title[:200],
        severity=NOTE if directional or outcome.for_information else EXPLAIN,
        needs_acceptance=False,
        organisation_id=outcome.organisation,
        system_id=system or None,
        line=_first_line(outcome),
        period=outcome.first_failing_period,
        actual=outcome.planned,
        expected=outcome.threshold,
        gap=outcome.gap,
        unit=outcome.unit,
        size=outcome.size,
        message=outcome.message,
        instruction=_what_to_do(outcome),
        inputs=inputs_of(plan, outcome.inputs),
        working={
            "formula": formula_of(target),
            "numbers": numbers_of(outcome),
            "tolerance": "None: a target is met or not, unrounded.",
            "parts": [dict(part) for part in outcome.parts],
            "attested": None if outcome.attested is None else dict(outcome.attested),
            "source": dict(target.source),
            "why": target.note,
            "months": list(outcome.months),
            "expected_months": list(outcome.expected),
        },
        closes_with=outcome.closes_with,
    )
    _place(finding, plan)
    return finding


def _what_to_do(outcome: Outcome) -> str:
    if outcome.target.is_attested:
        return "Put it in place and attest it again, or say why it cannot be."
    return "Change the plan so that it meets the target, or say why it cannot."


def _first_line(outcome: Outcome) -> str:
    return outcome.inputs[0][1] if outcome.inputs else ""


def _place(finding: Finding, plan: Plan) -> None:
    """Name the cell of the line that it is about, and bind reasons to its figures. A system's finding, which
    no one workbook holds, names its first input's."""
    cell = _own_cell(finding, plan) or next(((row["sheet"], row["cell"]) for row in finding.inputs), ("", ""))
    finding.sheet, finding.cell = cell
    finding.seen = _seen(finding, plan)
    finding.subject_digest = subject_digest(finding)


def _seen(finding: Finding, plan: Plan) -> str:
    """The line's figure as planned, computed ones too; nothing on a system's finding."""
    if finding.organisation_id is None:
        return ""
    figure = plan.figure(finding.organisation_id, finding.line, _place_of(finding, plan))
    return "" if figure is None else bare(shown(figure), plan.lines[finding.line].unit)


def _place_of(finding: Finding, plan: Plan) -> int:
    return plan.periods.index(finding.period) if finding.period in plan.periods else periods.YEAR


def _own_cell(finding: Finding, plan: Plan) -> tuple[str, str] | None:
    """Where the line stands in its organisation's workbook, in the finding's period or the plan column."""
    origin = plan.origins.get((finding.organisation_id or "", finding.line))
    if origin is None:
        return None
    return origin.sheet, origin.cell(_place_of(finding, plan))


def _evaluation(book: Book, plan: Plan, outcome: Outcome, system: str) -> Evaluation:
    return Evaluation(
        round_id=book.round,
        target=outcome.target.code,
        target_version=outcome.target.version,
        title=outcome.target.title[:300],
        organisation_id=outcome.organisation,
        system_id=system or None,
        outcome=outcome.outcome,
        for_information=outcome.for_information,
        planned=outcome.planned,
        threshold=outcome.threshold,
        unit=outcome.unit,
        gap=outcome.gap,
        gap_units=outcome.gap_units,
        gap_unit=outcome.gap_unit,
        first_failing_period=outcome.first_failing_period,
        rag=outcome.rag,
        why=outcome.why[:400],
        missing=list(outcome.missing),
        so_far=outcome.so_far,
        months=list(outcome.months),
        pace=outcome.pace,
        parts=[dict(part) for part in outcome.parts],
        attested=None if outcome.attested is None else dict(outcome.attested),
        group_id=outcome.group or None,
        inputs=inputs_of(plan, outcome.inputs),
    )


def _position(
    book: Book, plan: Plan, figures: dict[str, Any], ods: str | None, system: str | None
) -> Position:
    cells: Iterable[tuple[str, str, int]] = figures.pop("inputs", ())
    figures["missing"] = list(figures.get("missing", ()))
    return Position(
        round_id=book.round,
        organisation_id=ods,
        system_id=system or None,
        inputs=inputs_of(plan, cells),
        **figures,
    )
