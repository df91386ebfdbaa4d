"""Mental health: T24, spend that grows by more than the allocation does not come with fewer staff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from finance.rules.mental_health import investment_of
from planning.plan.array import Member, Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, count, judges, per_cent, relative_size
from planning.registry import periods
from planning.registry.organisations import ICB, MENTAL_HEALTH

STAFF = "W.AVG"
SPEND = ("F.ICB.MHIS", "F.ICB.MHISB")


@judges("T24")
def more_mental_health_spend_brings_no_fewer_staff(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Not both, of a system: F-06 holds for its ICB, and the average staff of its mental health trusts together are
    fewer than in the outturn. Served trusts are no part of it."""
    members = plan.added_from
    board = next((member for member in plan.parts if member.kind == ICB), None)
    trusts = [member for member in plan.parts if member.kind == MENTAL_HEALTH]
    if members is None or board is None or not trusts:
        return
    invested = investment_of(members, board.ods)
    staff = [_staff(members, trusts, place) for place in (periods.YEAR, periods.OUTTURN)]
    if invested is None or staff[0] is None or staff[1] is None:
        return
    if invested.is_met and staff[0] < staff[1]:
        yield _breach(plan, board, trusts, invested.spend, (staff[0], staff[1]))


def _staff(plan: Plan, trusts: Sequence[Member], place: int) -> int | None:
    found = [plan.figure(trust.ods, STAFF, place) for trust in trusts]
    known = [figure for figure in found if figure is not None]
    return sum(known) if len(known) == len(found) else None


def _breach(
    plan: Plan, board: Member, trusts: Sequence[Member], growth: Fraction, staff: tuple[int, int]
) -> Breach:
    now, before = staff
    fewer = f"{count(before - now, 1)} WTE"
    places = (periods.YEAR, periods.OUTTURN)
    return Breach(
        organisation=None,
        line=STAFF,
        period=plan.periods[periods.YEAR],
        actual=now / SCALE,
        expected=before / SCALE,
        gap=(before - now) / SCALE,
        unit="WTE",
        message=(
            f"The ICB plans {per_cent(growth)} more mental health spend, by more than its allocation grows; the "
            f"staff of the system's mental health trusts fall from {count(before, 1)} to {count(now, 1)} WTE on "
            f"average, {fewer} fewer. Say what the money buys, if not staff."
        ),
        inputs=(*((STAFF, place) for place in places), *((code, periods.YEAR) for code in SPEND)),
        cells=(
            *((trust.ods, STAFF, place) for trust in trusts for place in places),
            *((board.ods, code, periods.YEAR) for code in SPEND),
        ),
        size=relative_size(before - now, before),
        closes_with=f"{fewer} more on average in mental health trusts",
        numbers=f"spend + {per_cent(growth)}; staff {count(before, 1)} to {count(now, 1)} WTE",
    )
