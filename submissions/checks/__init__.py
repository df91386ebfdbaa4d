"""Checks of one return by itself, one file a family. All faults at once, each with its cell and what to do.

What cells hold (V03, V04, V08, V13) is found while parsing; the rules that need this return alone run on
its plan. Severity, instruction and reason stand in the rules file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from planning.plan.array import Plan
from planning.plan.rulebook import Rule
from planning.registry.lines import Line
from submissions.checks.required import figures_are_given
from submissions.checks.signs import figures_have_the_sign_of_their_line
from submissions.checks.structure import lines_and_columns_stand_once
from submissions.checks.totals import compare_totals
from submissions.checks.whole import counts_are_whole
from submissions.parsing import Fault, Return

Family = Callable[[Return, Sequence[Line]], Iterable[Fault]]
FAMILIES: tuple[Family, ...] = (
    lines_and_columns_stand_once,
    figures_are_given,
    figures_have_the_sign_of_their_line,
    counts_are_whole,
)


def check_return(parsed: Return, expected: Sequence[Line], plan: Plan, rules: Sequence[Rule]) -> list[Fault]:
    """Every fault of a return made of the `expected` lines, in the order of its sheets. `plan` is the plan
    of this return alone, computed. Raises LookupError for a fault whose rule the round does not declare."""
    faults = list(parsed.faults)
    for family in FAMILIES:
        faults.extend(family(parsed, expected))
    faults.extend(compare_totals(parsed, plan, rules))
    declared = {rule.code for rule in rules}
    for fault in faults:
        if fault.rule not in declared:
            raise LookupError(f"The round declares no rule {fault.rule}.")
    return faults


__all__ = ["check_return", "compare_totals"]
