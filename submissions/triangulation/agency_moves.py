"""Where agency use goes: T09, its staff and its cost in real terms move the same way."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, figures_at, growth, judges, number, per_cent, pounds, subject
from planning.registry import periods

SPEND, STAFF = "F.PAY.AGY", "F.WTE.AGY"


@judges("T09")
def staff_and_cost_move_the_same_way(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`g(F.WTE.AGY)` and the growth of `F.PAY.AGY` beyond the pay award: not of opposite signs where both are
    more than the limit `moves` in size. Raises KeyError where the round has no pay award."""
    award, least = fraction(rule.parameters["pay_award"]), fraction(rule.limits["moves"])
    for o in range(len(plan.members)):
        now = figures_at(plan, o, (SPEND, STAFF), periods.YEAR)
        before = figures_at(plan, o, (SPEND, STAFF), periods.OUTTURN)
        if now is None or before is None:
            continue
        spend, staff = growth(now[0], before[0]), growth(now[1], before[1])
        if spend is None or staff is None:
            continue
        real = (1 + spend) / (1 + award) - 1
        if staff * real < 0 and min(abs(staff), abs(real)) > least:
            yield _breach(plan, o, (staff, real, award), now, before)


def _breach(
    plan: Plan, o: int, moves: tuple[Fraction, Fraction, Fraction], now: list[int], before: list[int]
) -> Breach:
    staff, real, award = moves
    level_spend = abs(before[0]) * (1 + award)
    money = pounds(round(abs(abs(now[0]) - level_spend)))
    people = number(Fraction(abs(now[1] - before[1]), SCALE), 1)
    less, more = ("less", "more") if real > 0 else ("more", "fewer")
    return Breach(
        organisation=subject(plan.members[o]),
        line=SPEND,
        period=plan.periods[periods.YEAR],
        actual=float(real * 100),
        expected=float(staff * 100),
        gap=float(abs(real - staff) * 100),
        unit="% growth",
        message=(
            f"Agency staff {_way(staff)} {per_cent(abs(staff))} while agency spend beyond the pay award of "
            f"{per_cent(award)} {_way(real)}s {per_cent(abs(real))}: the two go opposite ways."
        ),
        inputs=tuple((line, place) for line in (SPEND, STAFF) for place in (periods.YEAR, periods.OUTTURN)),
        size=float(min(abs(real), abs(staff))),
        closes_with=f"{money} {less} agency spend, or {people} WTE {more}, so that one of them stays level",
        numbers=(
            f"staff {number(now[1] / SCALE, 1)} / {number(before[1] / SCALE, 1)} WTE; spend {pounds(abs(now[0]))} / "
            f"{pounds(abs(before[0]))} / (1 + {per_cent(award)})"
        ),
    )


def _way(share: Fraction) -> str:
    return "grow" if share > 0 else "fall"
