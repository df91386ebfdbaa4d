"""What a judgement keeps: breaches, outcomes and positions as rows, each with the cells that it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from finance.positions import Position
from planning.foundation.wording import bare
from planning.plan.array import Plan
from planning.plan.assumptions_read import stated_for
from planning.plan.exact import shown
from planning.plan.explaining import subject_digest
from planning.plan.findings import EXPLAIN, NOTE, Finding
from planning.plan.lineage import inputs_of, system_cells
from planning.plan.rulebook import Rule
from planning.plan.rules import ORGANISATION, SYSTEM, Breach
from planning.registry import periods
from planning.registry.assumptions import Parameters
from planning.registry.lines import REFERENCE
from submissions.closing.kept import closing_of, closing_of_miss
from submissions.oddity.of_findings import odd_of
from targets.evaluations import Evaluation
from targets.judging.formula import formula_of, numbers_of
from targets.judging.outcome import Outcome


def finding_of(
    round_code: str, plan: Plan, rule: Rule, breach: Breach, system: str | None, return_kind: str = ""
) -> Finding:
    ods = breach.organisation
    pairs = breach.inputs
    own = [(ods, code, place) for code, place in pairs] if ods else system_cells(plan, pairs)
    cells = breach.cells or own
    finding = Finding(
        round_id=round_code,
        rule=rule.code,
        rule_version=rule.version,
        kind="rule",
        title=rule.title[:200],
        severity=NOTE if breach.is_note else rule.severity,
        needs_acceptance=rule.needs_acceptance
        and breach.needs_acceptance
        and not breach.is_note
        and (ORGANISATION if ods and not rule.each_pair else SYSTEM) in rule.acceptance_levels,
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
            "allowed_because": rule.allowed_because,
            "source": rule.source,
            "why": rule.why,
            "months": list(breach.months),
            "expected_months": list(breach.expected_months),
        },
        closes_with=breach.closes_with,
    )
    if stated := stated_for(rule):
        finding.working["assumptions"] = stated
    odd = None if return_kind else odd_of(plan, rule, breach, system or "")
    if odd is not None:
        finding.working["odd"] = odd
    finding.working["closing"] = closing_of(plan, rule, breach, system or "")
    _place(finding, plan)
    return finding


def finding_of_miss(
    round_code: str, plan: Plan, outcome: Outcome, system: str, parameters: Parameters
) -> Finding:
    target = outcome.target
    directional = target.kind == "directional" or bool(target.due)
    finding = Finding(
        round_id=round_code,
        rule=target.code,
        rule_version=target.version,
        kind="target",
        title=target.title[:200],
        severity=NOTE if directional or outcome.for_information else EXPLAIN,
        needs_acceptance=False,
        organisation_id=outcome.organisation,
        system_id=system or None,
        line=_first_line(plan, outcome),
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
            "closing": closing_of_miss(plan, outcome, system, parameters),
        },
        closes_with=outcome.closes_with,
    )
    _place(finding, plan)
    return finding


def _what_to_do(outcome: Outcome) -> str:
    if outcome.target.is_attested:
        return "Put it in place and attest it again, or say why it cannot be."
    return "Change the plan so that it meets the target, or say why it cannot."


def _first_line(plan: Plan, outcome: Outcome) -> str:
    """The line that it is about: the first that somebody enters, not a population that it is divided by."""
    codes = [code for _, code, _ in outcome.inputs]
    entered = (code for code in codes if plan.lines[code].required != REFERENCE)
    return next(entered, codes[0] if codes else "")


def _place(finding: Finding, plan: Plan) -> None:
    """Name the cell of the line that it is about, and bind reasons to its figures. A system's finding, which
    no one workbook holds, names its first input's."""
    cells = ((row["sheet"], row["cell"]) for row in finding.inputs if row["sheet"])
    finding.sheet, finding.cell = _own_cell(finding, plan) or next(cells, ("", ""))
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


def evaluation_of(round_code: str, plan: Plan, outcome: Outcome, system: str) -> Evaluation:
    return Evaluation(
        round_id=round_code,
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


def position_of(
    round_code: str, plan: Plan, figures: dict[str, Any], ods: str | None, system: str | None
) -> Position:
    cells: Iterable[tuple[str, str, int]] = figures.pop("inputs", ())
    figures["missing"] = list(figures.get("missing", ()))
    return Position(
        round_id=round_code,
        organisation_id=ods,
        system_id=system or None,
        inputs=inputs_of(plan, cells),
        **figures,
    )
