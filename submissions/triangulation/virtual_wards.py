"""Virtual wards: T19, more beds at home have staff on them and money for them."""

from __future__ import annotations

from collections.abc import Iterator

from planning.foundation import wording
from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    Breach,
    count,
    figures_at,
    judges,
    number,
    pounds,
    relative_size,
    subject,
)
from planning.registry import periods

BEDS, STAFF, SPEND = "E.T.5D", "W.VW", "F.MEMO.VW"


@judges("T19")
def more_virtual_ward_beds_have_staff_and_money(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`E.T.5D(Mar) > E.T.5D(o)` implies `W.VW > 0` and `|F.MEMO.VW| > 0`, both of the year."""
    for o in range(len(plan.members)):
        member = plan.members[o].ods
        march, lately = (plan.figure(member, BEDS, place) for place in (periods.MARCH, periods.OUTTURN))
        behind = figures_at(plan, o, (STAFF, SPEND), periods.YEAR)
        if march is None or lately is None or behind is None:
            continue
        if march > lately and not all(behind):
            yield _breach(plan, o, march, lately, behind)


def _breach(plan: Plan, o: int, march: int, lately: int, behind: list[int]) -> Breach:
    staff, spend = behind
    absent = {STAFF: "staff", SPEND: "spend"}
    wanting = [code for code, figure in zip(absent, behind, strict=True) if not figure]
    names = wording.names([f"no {absent[code]} ({code})" for code in wanting])
    return Breach(
        organisation=subject(plan.members[o]),
        line=wanting[0],
        period=plan.periods[periods.YEAR],
        actual=0.0,
        expected=None,
        gap=None,
        unit=plan.lines[wanting[0]].unit,
        message=(
            f"Virtual ward beds grow from {count(lately, 1)} to {count(march, 1)} by "
            f"{periods.month_label(plan.periods[periods.MARCH])}, but {names} {'is' if wanting == [SPEND] else 'are'} "
            "planned for them."
        ),
        inputs=(
            (BEDS, periods.MARCH),
            (BEDS, periods.OUTTURN),
            (STAFF, periods.YEAR),
            (SPEND, periods.YEAR),
        ),
        size=relative_size(march - lately, lately),
        closes_with=(
            f"A figure for {' and '.join(absent[code] for code in wanting)} on virtual wards, or "
            f"{count(march - lately, 1)} fewer beds in March"
        ),
        numbers=(
            f"{count(march, 1)} beds > {count(lately, 1)}; staff {number(staff / SCALE, 1)} WTE; spend "
            f"{pounds(abs(spend))}"
        ),
    )
