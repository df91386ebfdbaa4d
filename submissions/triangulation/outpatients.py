"""Outpatient shares: T38, patient-initiated follow-up and specialist advice against attendances."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    Breach,
    count,
    figures_at,
    in_order,
    judges,
    months_of,
    number,
    relative_size,
    subject,
)
from planning.registry import periods

SHARES = (("E.M.34", "E.M.32"), ("E.M.33", "E.M.8"))


@judges("T38")
def shares_of_attendances_are_plausible(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Each of the year as a share of its attendances, at most the limit of its code (0.25 is 25%)."""
    yield from in_order(
        breach for o in range(len(plan.members)) for pair in SHARES for breach in _judge(plan, rule, o, *pair)
    )


def _judge(plan: Plan, rule: Rule, o: int, part: str, whole: str) -> Iterator[Breach]:
    found, limit = figures_at(plan, o, (part, whole), periods.YEAR), fraction(rule.limits[part])
    if found is not None and found[1] > 0 and found[0] > limit * found[1]:
        yield _breach(plan, o, (part, whole), found, limit)


def _breach(plan: Plan, o: int, pair: tuple[str, str], found: list[int], limit: Fraction) -> Breach:
    part, whole = (plan.lines[code] for code in pair)
    share, most = Fraction(found[0], found[1]) * 100, limit * 100
    over = count(round(found[0] - limit * found[1]))
    return Breach(
        organisation=subject(plan.members[o]),
        line=part.code,
        period=plan.periods[periods.YEAR],
        actual=float(share),
        expected=float(most),
        gap=float(share - most),
        unit=f"for 100 {whole.unit}",
        message=(
            f"“{part.label}” ({part.code}) is {count(found[0])} {part.unit}, {number(share, 1)} for every 100 of "
            f"“{whole.label}” ({whole.code}), {count(found[1])}. More than {number(most)} is not plausible: see "
            "whether one of the two is in another unit."
        ),
        inputs=tuple((code, periods.YEAR) for code in pair),
        size=relative_size(share - most, most),
        closes_with=f"{over} {part.unit} less in {part.code}, or more in {whole.code}",
        numbers=f"100 × {count(found[0])} / {count(found[1])} = {number(share, 1)} > {number(most)}",
        months=months_of(plan, o, part.code),
    )
