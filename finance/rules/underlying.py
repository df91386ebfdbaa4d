"""The underlying position: F-19 what it is made of and what one-off measures hide, F-20 the rate the year ends at."""

from __future__ import annotations

from collections.abc import Iterator

from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    SYSTEM,
    Breach,
    agree,
    figures_at,
    in_order,
    judges,
    months_of,
    pounds,
    relative_size,
    subject,
)
from planning.registry import periods
from planning.registry.organisations import ICB

POSITION, UNDERLYING, OTHER = "F.AFP", "F.UND", "F.NROTH"
ONE_OFF_INCOME, ONE_OFF_SAVINGS = "F.INC.NR", "F.EFF.NR."


@judges("F-19")
def nothing_hides_the_underlying_position(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`F.UND = F.AFP - F.INC.NR - F.EFF.NR.* - F.NROTH` of the year within the tolerance (an ICB has no F.INC.NR), and
    not `F.AFP >= 0 > F.UND`. Of a system only the second: its sums hold where its bodies' do."""
    yield from in_order(breach for o in range(len(plan.members)) for breach in _member(plan, rule, o))


def _member(plan: Plan, rule: Rule, o: int) -> Iterator[Breach]:
    found = figures_at(plan, o, (POSITION, UNDERLYING), periods.YEAR)
    if found is None:
        return
    position, underlying = found
    codes = _one_off(plan, o)
    one_off = figures_at(plan, o, codes, periods.YEAR)
    is_body = plan.members[o].kind != SYSTEM
    if is_body and one_off is not None and not agree(underlying, position - sum(one_off), rule.tolerance):
        yield _unexplained(plan, o, codes, (position, underlying, sum(one_off)))
    if position >= 0 > underlying:
        yield _hidden(plan, o, position, underlying)


def _one_off(plan: Plan, o: int) -> list[str]:
    income = [] if plan.members[o].kind == ICB else [ONE_OFF_INCOME]
    return [*income, *plan.groups(ONE_OFF_SAVINGS), OTHER]


def _unexplained(plan: Plan, o: int, codes: list[str], found: tuple[int, int, int]) -> Breach:
    position, underlying, one_off = found
    left = position - one_off
    gap = pounds(abs(underlying - left))
    return Breach(
        organisation=subject(plan.members[o]),
        line=UNDERLYING,
        period=plan.periods[periods.YEAR],
        actual=underlying / SCALE,
        expected=left / SCALE,
        gap=abs(underlying - left) / SCALE,
        unit="£000",
        message=(
            f"The underlying position is {pounds(underlying)}; adjusted financial performance of {pounds(position)} "
            f"less {pounds(one_off)} of one-off income, savings and other items leaves {pounds(left)}. They are {gap} "
            "apart."
        ),
        inputs=tuple((code, periods.YEAR) for code in (UNDERLYING, *codes, POSITION)),
        size=relative_size(underlying - left, left),
        closes_with=f"{gap} in the underlying position or in the one-off items",
        numbers=f"{pounds(position)} − {pounds(one_off)} = {pounds(left)}, not {pounds(underlying)}".replace(
            "− −", "+ "
        ),
        months=months_of(plan, o, UNDERLYING),
    )


def _hidden(plan: Plan, o: int, position: int, underlying: int) -> Breach:
    gap = pounds(-underlying)
    return Breach(
        organisation=subject(plan.members[o]),
        line=POSITION,
        period=plan.periods[periods.YEAR],
        actual=underlying / SCALE,
        expected=0.0,
        gap=-underlying / SCALE,
        unit="£000",
        message=(
            f"The plan shows {pounds(position)} of adjusted financial performance and an underlying deficit of {gap}: "
            "what happens once holds it up. Say what takes its place next year."
        ),
        inputs=((UNDERLYING, periods.YEAR), (POSITION, periods.YEAR)),
        size=1.0,
        closes_with=f"{gap} of lasting improvement in place of one-off measures",
        numbers=f"{pounds(position)} ≥ £0 > {pounds(underlying)}",
        months=months_of(plan, o, UNDERLYING),
    )


@judges("F-20")
def the_year_ends_at_a_rate_that_lasts(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """The exit run-rate, `12 x F.UND(Mar)`, is not below 0. Not assessable without the position that it underlies."""
    for o in range(len(plan.members)):
        found = figures_at(plan, o, (UNDERLYING, POSITION), periods.MARCH)
        if found is not None and found[0] < 0:
            yield _falling(plan, o, found[0])


def _falling(plan: Plan, o: int, march: int) -> Breach:
    rate = 12 * march
    label = periods.month_label(plan.periods[periods.MARCH])
    return Breach(
        organisation=subject(plan.members[o]),
        line=UNDERLYING,
        period=plan.periods[periods.MARCH],
        actual=rate / SCALE,
        expected=0.0,
        gap=-rate / SCALE,
        unit="£000",
        message=(
            f"{label} ends with an underlying deficit of {pounds(-march)} in the month: an exit run-rate of "
            f"{pounds(rate)} a year."
        ),
        inputs=((UNDERLYING, periods.MARCH),),
        size=1.0,
        closes_with=f"{pounds(-march)} a month of lasting improvement by March",
        numbers=f"12 × {pounds(march)} = {pounds(rate)}",
        months=months_of(plan, o, UNDERLYING),
        expected_months=(0.0,) * 12,
    )
