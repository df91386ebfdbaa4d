"""Totals that the workbook shows against those that we computed: T31 in an activity return, T41 in finance,
and T41 wherever the plan column is not what its months make it."""

from __future__ import annotations

from collections.abc import Sequence

from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.registry import periods
from planning.registry.lines import Line
from submissions.figures import shown
from submissions.parsing import Fault, Return

_DISAGREES = "Put the formula of the blank return back, or correct the figures."
_TYPED_OVER = (
    "The formula was overwritten by a typed figure: put it back, or correct the figures that it adds up."
)


def compare_totals(parsed: Return, plan: Plan, rules: Sequence[Rule]) -> list[Fault]:
    """A fault for each computed cell that disagrees by more than the rule's tolerance. A blank
    cell is fine, and so is one where we have no total ourselves: a blank part is said elsewhere."""
    tolerances = {rule.code: int(rule.tolerance.absolute * SCALE) for rule in rules}
    faults = []
    for (code, place), (seen, sheet, cell) in sorted(parsed.cached.items()):
        ours = plan.figure(parsed.identity.organisation, code, place)
        rule = rule_of(plan.lines[code], parsed.kind, place)
        if ours is not None and rule in tolerances and abs(seen - ours) > tolerances[rule]:
            advice = _TYPED_OVER if (code, place) in parsed.typed_over else _DISAGREES
            faults.append(_fault(plan, rule, (sheet, cell), plan.lines[code], place, seen, ours, advice))
    return faults


def rule_of(line: Line, kind: str, place: int) -> str:
    """A sum of activity lines is T31's; every other total, and the year against its months, is T41's."""
    is_sum = bool(line.formula_for(kind)) and not (place == periods.YEAR and line.formula_scope == "plan")
    return "T31" if is_sum and line.return_kind == "activity" else "T41"


def _fault(
    plan: Plan, rule: str, at: tuple[str, str], line: Line, place: int, seen: int, ours: int, advice: str
) -> Fault:
    period = plan.periods[place]
    message = (
        f"{line.code} ({line.label}) shows {shown(seen)} {line.unit} for {periods.month_label(period)}, but what "
        f"it adds up makes {shown(ours)}. {advice}"
    )
    return Fault(rule, *at, line.code, period, shown(seen), message)
