"""Checks of one return by itself, one file a family. All faults at once, each with its cell and what to do.

What cells hold (V03, V04, V08, V13) is found while parsing; the rules that need this return alone run on
its plan. Severity, instruction and reason stand in the rules file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from planning.plan.array import Plan
from planning.plan.rulebook import Rule
from planning.registry.lines import Line
from submissions.checks.cover import cover_agrees_with_the_upload
from submissions.checks.links import figures_stand_by_themselves
from submissions.checks.magnitude import past_years_are_of_the_plans_size
from submissions.checks.remarks import remarks_stand_in_the_comment_column
from submissions.checks.required import figures_are_given
from submissions.checks.shares import counts_are_no_shares
from submissions.checks.signs import figures_have_the_sign_of_their_line
from submissions.checks.structure import lines_and_columns_stand_once
from submissions.checks.totals import compare_totals
from submissions.checks.typed_over import formulas_still_stand
from submissions.checks.whole import counts_are_whole
from submissions.parsing import Fault, Return

Family = Callable[[Return, Sequence[Line]], Iterable[Fault]]
FAMILIES: tuple[Family, ...] = (
    lines_and_columns_stand_once,
    figures_are_given,
    figures_have_the_sign_of_their_line,
    counts_are_whole,
    counts_are_no_shares,
    past_years_are_of_the_plans_size,
)


def check_return(
    parsed: Return, expected: Sequence[Line], plan: Plan, rules: Sequence[Rule], stage: str = ""
) -> list[Fault]:
    """Every fault of a return made of the `expected` lines, in the order of its sheets. `plan` is the plan
    of this return alone, computed; `stage` the one that it was uploaded at, if it was.
    Raises LookupError for a fault whose rule the round does not declare."""
    faults = list(parsed.faults)
    for family in FAMILIES:
        faults.extend(family(parsed, expected))
    totals = compare_totals(parsed, plan, rules)
    faults.extend(totals)
    faults.extend(formulas_still_stand(parsed, plan, {(fault.sheet, fault.cell) for fault in totals}))
    faults.extend(figures_stand_by_themselves(parsed))
    faults.extend(remarks_stand_in_the_comment_column(parsed))
    faults.extend(cover_agrees_with_the_upload(parsed, stage))
    declared = {rule.code for rule in rules}
    for fault in faults:
        if fault.rule not in declared:
            raise LookupError(f"The round declares no rule {fault.rule}.")
    return sorted(faults, key=_place_in(parsed))


def _place_in(parsed: Return) -> Callable[[Fault], tuple[int, int, int, str]]:
    """Sheet by sheet, row by row; what has no cell stands first on its sheet."""
    sheets = {name: at for at, name in enumerate(dict.fromkeys([*parsed.columns, *parsed.hidden]))}

    def place(fault: Fault) -> tuple[int, int, int, str]:
        letters = fault.cell.rstrip("0123456789")
        row = fault.cell[len(letters) :]
        return sheets.get(fault.sheet, len(sheets)), int(row or 0), len(letters), letters

    return place


__all__ = ["check_return", "compare_totals"]
