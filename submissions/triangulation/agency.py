"""Agency: T08, what is spent on agency staff is at most its share of the pay bill."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, figures_at, judges, number, per_cent, pounds, relative_size, subject
from planning.registry import periods

AGENCY, PAY = "F.PAY.AGY", "F.PAY.TOTAL"


@judges("T08")
def agency_is_within_its_share_of_pay(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`F.PAY.AGY / F.PAY.TOTAL <= 3.7%` over the year; a system's share is made from its summed spend.
    The ceiling is the round's `agency_ceiling`, a ratio. Raises KeyError where the round has none."""
    ceiling = fraction(rule.parameters["agency_ceiling"])
    amber = fraction(rule.parameters.get("agency_amber", rule.parameters["agency_ceiling"]))
    for o in range(len(plan.members)):
        found = figures_at(plan, o, (AGENCY, PAY), periods.YEAR)
        if found is None or found[1] == 0:
            continue
        agency, pay = abs(found[0]), abs(found[1])
        if agency > ceiling * pay:
            yield _breach(plan, o, agency, pay, (ceiling, amber))


def _breach(plan: Plan, o: int, agency: int, pay: int, limits: tuple[Fraction, Fraction]) -> Breach:
    ceiling, amber = limits
    share = Fraction(agency, pay)
    over = agency - ceiling * pay
    near = f" Up to {per_cent(amber)} it is amber." if share <= amber else ""
    months, shown = _months(plan, o), per_cent(share, _decimals(share, ceiling))
    return Breach(
        organisation=subject(plan.members[o]),
        line=AGENCY,
        period=plan.periods[periods.YEAR],
        actual=float(share * 100),
        expected=float(ceiling * 100),
        gap=float((share - ceiling) * 100),
        unit="%",
        message=(
            f"Agency is {shown} of the pay bill ({pounds(agency)} of {pounds(pay)}); "
            f"at most {per_cent(ceiling)} is asked. {pounds(round(over))} is over.{near}"
        ),
        inputs=((AGENCY, periods.YEAR), (PAY, periods.YEAR)),
        size=relative_size(share - ceiling, ceiling),
        closes_with=f"{pounds(round(over))} less agency spend with the pay bill as it is",
        numbers=(
            f"{number(agency / SCALE, 1)} / {number(pay / SCALE, 1)} £000 = {shown} > {per_cent(ceiling)}"
        ),
        months=months,
        expected_months=(float(ceiling * 100),) * 12,
    )


def _decimals(share: Fraction, ceiling: Fraction) -> int:
    """Enough of them that a share just over the ceiling is not shown as the ceiling."""
    return 1 if per_cent(share) != per_cent(ceiling) else 3


def _months(plan: Plan, o: int) -> tuple[float | None, ...]:
    shares: list[float | None] = []
    for place in range(periods.APRIL, periods.YEAR):
        found = figures_at(plan, o, (AGENCY, PAY), place)
        shares.append(None if found is None or found[1] == 0 else 100 * abs(found[0]) / abs(found[1]))
    return tuple(shares)
