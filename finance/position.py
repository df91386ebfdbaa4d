"""The money of an organisation or a system, exact until it is shown: income, expenditure, what is left.

Signs as everywhere: income positive, expenditure negative. What cannot be told is None and says who is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from planning.plan.array import Member, Plan
from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.organisations import ICB

INCOME = {ICB: ("F.ICB.ALLOC",)}
SPEND = {ICB: ("F.ICB.EXP",)}
TRUST_INCOME, TRUST_SPEND = ("F.INC.TOTAL",), ("F.EXP.TOTAL", "F.FIN", "F.ADJ")
ADJUSTED, EFFICIENCY, OPERATING = "F.AFP", "F.EFF.TOTAL", "F.EXP.TOTAL"
AGENCY, PAY = "F.PAY.AGY", "F.PAY.TOTAL"
FROM_ICB, TO_TRUST = "F.INC.ICB@", "F.ICB.PROV@"
FINANCE = "finance"
LinesOf = Callable[[str], tuple[str, ...]]  # the lines that a type of organisation holds


@dataclass(frozen=True)
class Figures:
    """A position in £000, shares in points; fields as in the stored `Position`.

    `expenditure` holds operating spend, finance costs and technical adjustments, so that income and
    expenditure make the adjusted position.
    """

    income: float | None = None
    expenditure: float | None = None
    adjusted: float | None = None
    efficiency: float | None = None
    efficiency_share: float | None = None
    agency_share: float | None = None
    missing: tuple[str, ...] = ()
    so_far: str = ""
    inputs: tuple[tuple[str, str, int], ...] = field(default_factory=tuple)  # (ODS code, line, period place)


def position(plan: Plan) -> Figures:
    """The position of the plan's one organisation. Raises ValueError for a plan of several."""
    if len(plan.members) != 1:
        raise ValueError("A position is of one organisation; a system has its own.")
    return _figures(plan, plan.members, eliminate=None)


def system_position(plan: Plan, system: str) -> Figures:
    """The position of a system from its members' plan: what they pay each other is left out of income and
    of expenditure, served members count nowhere, and while somebody has not returned the figures are of
    those who have, `so_far` saying how many."""
    counted = [member for member in plan.members if not member.served_by]
    given = [member for member in counted if plan.has_return(member.ods, FINANCE)]
    figures = _figures(plan, given, eliminate=system)
    missing = tuple(member.ods for member in counted if member not in given)
    if not missing:
        return figures
    return Figures(**{**vars(figures), "missing": missing, "so_far": f"{len(given)} of {len(counted)}"})


def _figures(plan: Plan, members: Iterable[Member], eliminate: str | None) -> Figures:
    members = list(members)
    income, spend = income_and_spend(plan, members, eliminate)
    efficiency = _total(plan, _each(members, _efficiency_lines))
    operating = operating_spend(plan, members, eliminate)
    agency, pay = (_total(plan, _each(members, _trust_line(code))) for code in (AGENCY, PAY))
    return Figures(
        income=_shown(income),
        expenditure=_shown(spend),
        adjusted=_shown(_total(plan, [(member.ods, ADJUSTED) for member in members])),
        efficiency=_shown(efficiency),
        efficiency_share=_share(efficiency, operating),
        agency_share=_share(agency, pay),
        inputs=_inputs(members),
    )


def income_and_spend(
    plan: Plan, members: Sequence[Member], eliminate: str | None
) -> tuple[int | None, int | None]:
    """Exact income and expenditure (negative) of the year, `eliminate` naming the system whose members' payments to
    each other are left out of both; None where a figure of it is not known."""
    inside = {member.ods for member in members}
    income = _total(plan, _each(members, _income_lines))
    spend = _total(plan, _each(members, _spend_lines))
    if eliminate is not None:
        income = _less(income, _total(plan, _received(plan, members, eliminate), empty=0))
        spend = _less(spend, _total(plan, _paid(plan, members, inside), empty=0))
    return income, spend


def operating_spend(plan: Plan, members: Sequence[Member], eliminate: str | None) -> int | None:
    """What efficiency is a share of, exact and negative: operating spend, net of the ICB's payments to trusts added
    up here; None where a figure of it is not known."""
    inside = {member.ods for member in members}
    spend = _total(plan, _each(members, _operating_lines))
    return spend if eliminate is None else _less(spend, _total(plan, _paid(plan, members, inside), empty=0))


def _each(members: Iterable[Member], lines_of: LinesOf) -> list[tuple[str, str]]:
    return [(member.ods, code) for member in members for code in lines_of(member.kind)]


def _income_lines(kind: str) -> tuple[str, ...]:
    return INCOME.get(kind, TRUST_INCOME)


def _spend_lines(kind: str) -> tuple[str, ...]:
    return SPEND.get(kind, TRUST_SPEND)


def _operating_lines(kind: str) -> tuple[str, ...]:
    return SPEND.get(kind, (OPERATING,))


def _efficiency_lines(kind: str) -> tuple[str, ...]:
    return (EFFICIENCY,)


def _trust_line(code: str) -> LinesOf:
    return lambda kind: () if kind == ICB else (code,)


def _received(plan: Plan, members: Sequence[Member], system: str) -> list[tuple[str, str]]:
    """What trusts have from the system's own ICB. Left out whole only where that ICB is added up too."""
    if not any(member.ods == system for member in members):
        return []
    code = f"{FROM_ICB}{system}"
    return [(member.ods, code) for member in members if member.kind != ICB and code in plan.place]


def _paid(plan: Plan, members: Sequence[Member], inside: set[str]) -> list[tuple[str, str]]:
    """What the ICB pays to trusts that are added up here; a trust that only serves is not."""
    codes = [code for code in plan.groups(TO_TRUST) if code.removeprefix(TO_TRUST) in inside]
    return [(member.ods, code) for member in members if member.kind == ICB for code in codes]


def _total(plan: Plan, cells: Iterable[tuple[str, str]], empty: int | None = None) -> int | None:
    """The exact sum of the year's figures, None where one of them is not known; `empty` where there are none."""
    found = [plan.figure(ods, code, periods.YEAR) for ods, code in cells]
    known = [figure for figure in found if figure is not None]
    if not found:
        return empty
    return sum(known) if len(known) == len(found) else None


def _less(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other


def _shown(figure: int | None) -> float | None:
    return None if figure is None else figure / SCALE


def _share(top: int | None, bottom: int | None) -> float | None:
    """A share of sizes in points, None for a zero denominator."""
    if top is None or not bottom:
        return None
    return float(100 * Fraction(abs(top), abs(bottom)))


def _inputs(members: Sequence[Member]) -> tuple[tuple[str, str, int], ...]:
    def lines(member: Member) -> Iterator[str]:
        yield from _income_lines(member.kind)
        yield from _spend_lines(member.kind)
        yield from _efficiency_lines(member.kind)
        if member.kind != ICB:
            yield from (AGENCY, PAY)

    return tuple((member.ods, code, periods.YEAR) for member in members for code in lines(member))
