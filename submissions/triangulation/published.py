"""Published figures: T37, the outturn and 2019/20 are what was published, where it was."""

from __future__ import annotations

from collections.abc import Iterator

from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, agree, count, in_order, judges, relative_size
from planning.registry import periods
from planning.registry.actuals import Published

YEARS = (periods.BASELINE, periods.OUTTURN)


@judges("T37")
def past_years_are_as_published(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`X(o) = published actual`, and `X(b)` likewise, for every line that has one, computed lines too. A figure
    that is blank or n/a is not judged."""
    yield from in_order(
        _breach(plan, ods, code, place, figure, known)
        for (ods, code, place), known in plan.published.items()
        if place in YEARS
        and (figure := plan.figure(ods, code, place)) is not None
        and not agree(figure, known.figure, rule.tolerance)
    )


def _breach(plan: Plan, ods: str, code: str, place: int, figure: int, known: Published) -> Breach:
    line, gap = plan.lines[code], figure - known.figure
    ours, theirs = count(figure, line.decimals), count(known.figure, line.decimals)
    return Breach(
        organisation=ods,
        line=code,
        period=plan.periods[place],
        actual=figure / SCALE,
        expected=known.figure / SCALE,
        gap=gap / SCALE,
        unit=line.unit,
        message=(
            f"{line.label} is {ours} {line.unit} for {plan.periods[place]}; {theirs} was published ({known.source})."
        ),
        inputs=((code, place),),
        size=relative_size(gap, known.figure),
        closes_with=f"{theirs} {line.unit}, as published",
        numbers=f"{ours} {line.unit} against {theirs} {line.unit} published",
    )
