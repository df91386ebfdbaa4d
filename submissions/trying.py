"""Try a return without sending it: read and checked as an upload is, for whoever the file says it is of.
Stores nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from planning.plan.array import Plan
from planning.plan.findings import BLOCK, EXPLAIN, NOTE
from planning.plan.rulebook import Rule
from planning.plan.rules import ORGANISATION, Breach, is_judged, run_rules
from planning.registry.actuals import published_of
from planning.registry.lines import Line
from planning.registry.organisations import Organisation
from planning.registry.rounds import RETURNS, Round
from submissions import triangulation  # noqa: F401 importing it registers what its rules judge
from submissions.book import Book
from submissions.checks import check_return
from submissions.checks.signs import without_wrong_signs
from submissions.faults import Counted
from submissions.identity import Identity
from submissions.parsing import Fault, identity_of, parse, plan_of
from submissions.preflight import gate
from submissions.reader import read
from submissions.refusals import Refused
from submissions.returns import expected_lines, return_identity
from submissions.workbook import Sheets
from targets.evaluations import NOT_MET
from targets.guidance.governing import for_system
from targets.judging.evaluation import evaluate
from targets.judging.ledger import Ledger
from targets.judging.plausibility import implausible

SEVERITIES = (BLOCK, EXPLAIN, NOTE)


def try_return(path: Path) -> dict[str, Any]:
    """`round`, `organisation`, `return`; `findings`, what stops it first, in the order of their places, at most a
    thousand of a rule; `counts` by severity and `rule_counts`, exact. Raises Refused."""
    gate(path)
    sheets = read(path)
    identity = identity_of(sheets)
    organisation = _whose(identity)
    book = Book.load(identity.round)
    lines = expected_lines(book.lines, organisation, identity.return_kind)
    return {
        "round": identity.round,
        "organisation": identity.organisation,
        "return": identity.return_kind,
        **_found(sheets, identity, organisation, book, lines),
    }


def _whose(identity: Identity) -> Organisation:
    rounds = list(Round.objects.order_by("code").values_list("code", flat=True))
    if identity.round not in rounds:
        raise Refused("wrong_round", seen=identity.round, expected=" or ".join(rounds))
    if identity.return_kind not in RETURNS:
        raise Refused("wrong_return", seen=identity.return_kind, expected="activity, workforce or finance")
    organisation = Organisation.objects.filter(ods=identity.organisation).first()
    if organisation is None:
        raise Refused(
            "wrong_organisation", seen=identity.organisation, expected="an organisation that we know"
        )
    return organisation


def _found(
    sheets: Sheets, identity: Identity, organisation: Organisation, book: Book, lines: list[Line]
) -> dict[str, Any]:
    """By the rules that its upload would be judged by: the tolerances of its system, its own assumptions."""
    expected = return_identity(
        lines,
        round_code=identity.round,
        organisation_ods=identity.organisation,
        return_kind=identity.return_kind,
    )
    parsed = parse(sheets, lines, identity.round, expected, kind=organisation.kind)
    system = book.host_of(organisation) or ""
    plan = plan_of(parsed, book.lines, lines, system)
    plan.reference = book.known
    plan.publish(organisation.ods, published_of(organisation, identity.round, lines))
    rules = {rule.code: rule for rule in book.rules_for(system, organisation.ods)}
    faults = Counted.of(check_return(parsed, lines, plan, list(rules.values())))
    found = [_of_fault(rules[fault.rule], fault) for fault in faults.first]
    judged = without_wrong_signs(plan, faults.every)
    found.extend(_of_rules(judged, identity.return_kind, rules.values()))
    found.extend(_of_paths(judged, book, system, rules.values()))
    numbers = Counter(finding["rule"] for finding in found) + Counter(faults.left_out)
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in found:
        counts[finding["severity"]] += 1
    for rule, number in faults.left_out.items():
        counts[_severity(rules[rule])] += number
    found.sort(key=lambda finding: SEVERITIES.index(finding["severity"]))
    return {"findings": found, "counts": counts, "rule_counts": dict(numbers)}


def _severity(rule: Rule) -> str:
    """A rule in trial never counts."""
    return NOTE if rule.trial else rule.severity


def _of_fault(rule: Rule, fault: Fault) -> dict[str, str]:
    return {
        "rule": fault.rule,
        "severity": _severity(rule),
        "sheet": fault.sheet,
        "cell": fault.cell,
        "line": fault.line,
        "period": fault.period,
        "seen": fault.seen,
        "message": fault.message,
    }


def _of_rules(plan: Plan, return_kind: str, rules: Any) -> Iterator[dict[str, str]]:
    """What the rules that need this return alone find in it."""
    wanted = [rule for rule in rules if rule.needs_only(return_kind) and is_judged(rule)]
    for rule, breach in run_rules(plan, wanted, ORGANISATION).breaches:
        yield _of_breach(plan, rule, breach)


def _of_paths(plan: Plan, book: Book, system: str, rules: Iterable[Rule]) -> Iterator[dict[str, str]]:
    """What cannot easily be believed of the ways to the targets that this return alone holds."""
    targets = for_system(book.targets, system or None)
    outcomes = evaluate(plan, targets)
    missed = {outcome.target.code for outcome in outcomes if outcome.outcome == NOT_MET}
    for rule, breach in implausible(Ledger(plan), targets, rules, missed).breaches:
        yield _of_breach(plan, rule, breach)


def _of_breach(plan: Plan, rule: Rule, breach: Breach) -> dict[str, str]:
    """The cell is that of the first entered figure that the breach rests on."""
    ods = plan.members[0].ods
    place = plan.periods.index(breach.period) if breach.period else None
    inputs = [breach.line, place] if breach.line and place is not None else list(breach.inputs[:1][0])
    code, at = plan.entered_cells(ods, str(inputs[0]), int(str(inputs[1])))[0]
    origin = plan.origins.get((ods, code))
    seen = "" if breach.actual is None else f"{breach.actual:g}"
    return {
        "rule": rule.code,
        "severity": NOTE if breach.is_note else _severity(rule),
        "sheet": origin.sheet if origin else "",
        "cell": origin.cell(at) if origin else "",
        "line": breach.line,
        "period": breach.period,
        "seen": seen,
        "message": breach.message,
    }
