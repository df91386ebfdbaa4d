"""Whether a system lives within its means: F-01 and F-02 the net position, F-03 spend against income."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from finance.position import income_and_spend
from finance.rules.members import behind, each, named
from planning.plan.array import Member, Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, judges, months_of, pounds, relative_size
from planning.registry import periods
from planning.registry.organisations import ICB

POSITION = "F.AFP"
SPEND = ("F.EXP.TOTAL", "F.FIN", "F.ADJ", "F.ICB.EXP")
INCOME = ("F.INC.TOTAL", "F.ICB.ALLOC")
FROM_ICB, TO_TRUST = "F.INC.ICB@", "F.ICB.PROV@"


@judges("F-01")
def the_system_breaks_even(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """The sum of F.AFP over trusts and ICB is not below 0. One body's deficit may be offset by another's surplus."""
    found = behind(plan)
    if found is None:
        return
    rows = each(*found, POSITION)
    net = sum(figure for _, figure in rows)
    if len(rows) == len(found[1]) and net < 0:
        yield _deficit(plan, found[1], rows, net)


@judges("F-02")
def the_net_position_of_the_system_is_balanced(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """As F-01: the net sum is held to 0, never a body by itself."""
    yield from the_system_breaks_even(plan, rule)


def _deficit(plan: Plan, members: Sequence[Member], rows: list[tuple[Member, int]], net: int) -> Breach:
    short, over = [row for row in rows if row[1] < 0], [row for row in rows if row[1] > 0]
    offset = f" In surplus: {named(over)}." if over else " No body plans a surplus."
    gap = pounds(-net)
    return Breach(
        organisation=None,
        line=POSITION,
        period=plan.periods[periods.YEAR],
        actual=net / SCALE,
        expected=0.0,
        gap=-net / SCALE,
        unit="£000",
        message=f"The system plans a net deficit of {gap}. In deficit: {named(short)}.{offset}",
        inputs=((POSITION, periods.YEAR),),
        size=1.0,
        closes_with=f"{gap} better across the system, wherever it is found",
        numbers=f"{' + '.join(pounds(figure) for _, figure in rows)} = {pounds(net)} < £0".replace(
            "+ −", "− "
        ),
        months=months_of(plan, 0, POSITION),
        expected_months=(0.0,) * 12,
    )


@judges("F-03")
def the_system_spends_no_more_than_it_receives(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Expenditure of ICB and trusts, finance costs and technical adjustments with it, at most their income, what they
    pay each other taken out of both sides."""
    found = behind(plan)
    if found is None:
        return
    members, system = found[0], plan.members[0].ods
    income, spend = income_and_spend(members, found[1], system)
    if income is not None and spend is not None and -spend > income:
        yield _overspent(plan, members, found[1], income, -spend)


def _overspent(plan: Plan, members: Plan, parts: Sequence[Member], income: int, spend: int) -> Breach:
    system, over = plan.members[0].ods, pounds(spend - income)
    codes = (*INCOME, *SPEND, f"{FROM_ICB}{system}", *(f"{TO_TRUST}{member.ods}" for member in parts))
    inputs = tuple((code, periods.YEAR) for code in codes if code in plan.place)
    return Breach(
        organisation=None,
        line=SPEND[0],
        period=plan.periods[periods.YEAR],
        actual=spend / SCALE,
        expected=income / SCALE,
        gap=(spend - income) / SCALE,
        unit="£000",
        message=(
            f"The system plans to spend {pounds(spend)} and to receive {pounds(income)}, without what its ICB pays its "
            f"trusts: {over} more than it receives.{_disagreed(members, parts, system)}"
        ),
        inputs=inputs,
        size=relative_size(spend - income, income),
        closes_with=f"{over} less spend or more income across the system",
        numbers=f"{pounds(spend)} − {pounds(income)} = {over} > £0",
    )


def _disagreed(members: Plan, parts: Sequence[Member], system: str) -> str:
    """That the two sides of what is left out differ: the position then holds what one of them counts on."""
    trusts = [member for member in parts if member.kind != ICB]
    counted_on = sum(figure for _, figure in each(members, trusts, f"{FROM_ICB}{system}"))
    paid = sum(-(members.figure(system, f"{TO_TRUST}{trust.ods}", periods.YEAR) or 0) for trust in trusts)
    if counted_on <= paid:
        return ""
    return f" Trusts count on {pounds(counted_on - paid)} more from the ICB than it plans to pay them."
