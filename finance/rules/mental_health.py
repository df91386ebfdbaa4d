"""The Mental Health Investment Standard: F-06, its spend grows by more than the allocation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, judges, per_cent, pounds, relative_size
from planning.registry import periods

SPEND, BEFORE, ALLOCATION = "F.ICB.MHIS", "F.ICB.MHISB", "F.ICB.ALLOC"
CELLS = (
    (SPEND, periods.YEAR),
    (BEFORE, periods.YEAR),
    (ALLOCATION, periods.YEAR),
    (ALLOCATION, periods.OUTTURN),
)


@dataclass(frozen=True)
class Investment:
    """How much mental health spend and the allocation grow, as ratios, and the spend of both years by size."""

    spend: Fraction
    allocation: Fraction
    now: int
    before: int

    @property
    def is_met(self) -> bool:
        """Strictly more."""
        return self.spend > self.allocation

    @property
    def short(self) -> Fraction:
        """What is missing from growing by as much, £000 exact."""
        return (1 + self.allocation) * self.before - self.now


def investment_of(plan: Plan, ods: str) -> Investment | None:
    """An ICB's; None where a figure of it is missing or last year's is 0."""
    found = [plan.figure(ods, code, place) for code, place in CELLS]
    known = [abs(figure) for figure in found if figure is not None]
    if len(known) < len(CELLS) or 0 in (known[1], known[3]):
        return None
    now, before, allotted, was_allotted = known
    return Investment(Fraction(now, before) - 1, Fraction(allotted, was_allotted) - 1, now, before)


@judges("F-06")
def mental_health_spend_grows_by_more_than_the_allocation(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`|F.ICB.MHIS| / |F.ICB.MHISB| > F.ICB.ALLOC(y) / F.ICB.ALLOC(o)`, strictly."""
    for member in plan.members:
        found = investment_of(plan, member.ods)
        if found is not None and not found.is_met:
            yield _too_little(plan, member.ods, found)


def _too_little(plan: Plan, ods: str, found: Investment) -> Breach:
    points, short = found.allocation - found.spend, pounds(round(found.short))
    missing = (
        f"{short} more would grow as much, and more than that is asked" if found.short else "More is asked"
    )
    return Breach(
        organisation=ods,
        line=SPEND,
        period=plan.periods[periods.YEAR],
        actual=float(found.spend * 100),
        expected=float(found.allocation * 100),
        gap=float(points * 100),
        unit="% growth",
        message=(
            f"Mental health spend {_grows(found.spend)}, from {pounds(found.before)} to {pounds(found.now)}, and the "
            f"allocation {_grows(found.allocation)}. {missing}."
        ),
        inputs=CELLS,
        size=relative_size(found.short, found.before),
        closes_with=f"Over {short} more mental health spend" if found.short else "More mental health spend",
        numbers=f"{per_cent(found.spend, 2)} ≤ {per_cent(found.allocation, 2)}",
    )


def _grows(share: Fraction) -> str:
    return f"{'falls' if share < 0 else 'grows'} {per_cent(abs(share), 2)}"
