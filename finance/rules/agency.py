"""Agency spend of a system: F-05, within the limit in pounds that it was set. Its share of pay is T08."""

from __future__ import annotations

from collections.abc import Iterator

from finance.rules.members import behind, each, named
from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, figures_at, judges, months_of, pounds, relative_size
from planning.registry import periods

AGENCY, LIMIT = "F.PAY.AGY", "F.SYS.AGYLIM"


@judges("F-05")
def agency_spend_is_within_the_limit_of_the_system(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """The sum of F.PAY.AGY by size is at most F.SYS.AGYLIM; not assessable where none was set."""
    for o, member in enumerate(plan.members):
        limit, found = plan.set_for(member.ods, LIMIT), figures_at(plan, o, (AGENCY,), periods.YEAR)
        if limit is not None and found is not None and abs(found[0]) > limit[1]:
            yield _over(plan, o, abs(found[0]), limit)


def _over(plan: Plan, o: int, spend: int, limit: tuple[str, int]) -> Breach:
    over = pounds(spend - limit[1])
    return Breach(
        organisation=None,
        line=AGENCY,
        period=plan.periods[periods.YEAR],
        actual=spend / SCALE,
        expected=limit[1] / SCALE,
        gap=(spend - limit[1]) / SCALE,
        unit="£000",
        message=(
            f"The system's trusts plan {pounds(spend)} of agency spend; its limit is {pounds(limit[1])}. "
            f"{over} is over. By trust: {_by_trust(plan)}."
        ),
        inputs=((AGENCY, periods.YEAR), (LIMIT, periods.YEAR)),
        size=relative_size(spend - limit[1], limit[1]),
        closes_with=f"{over} less agency spend across the system",
        numbers=f"{pounds(spend)} > {pounds(limit[1])}",
        months=tuple(None if month is None else abs(month) for month in months_of(plan, o, AGENCY)),
    )


def _by_trust(plan: Plan) -> str:
    found = behind(plan)
    return named(each(*found, AGENCY)) if found is not None else "not known"
