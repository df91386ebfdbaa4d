"""Bridges from last year to this one: T26 of staff in post, T27 of the financial position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    Breach,
    agree,
    figures_at,
    in_order,
    judges,
    months_of,
    number,
    pounds,
    relative_size,
    subject,
)
from planning.registry import periods

JOINERS, LEAVERS, TRANSFERS = "W.BR.JOIN", "W.BR.LEAV", "W.BR.TRF"
POSITION, FROM_OUTTURN = "F.AFP", "F.BR.OUT"


@judges("T26")
def joiners_and_leavers_explain_staff_in_post(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`sum W.SUB.g(Mar) - sum W.SUB.g(o) = W.BR.JOIN - W.BR.LEAV + W.BR.TRF`; the tolerance is in WTE."""
    groups = plan.groups("W.SUB.")
    for o in range(len(plan.members)):
        march = figures_at(plan, o, groups, periods.MARCH)
        before = figures_at(plan, o, groups, periods.OUTTURN)
        flows = figures_at(plan, o, (JOINERS, LEAVERS, TRANSFERS), periods.YEAR)
        if not groups or march is None or before is None or flows is None:
            continue
        change, explained = sum(march) - sum(before), flows[0] - flows[1] + flows[2]
        if not agree(change, explained, rule.tolerance):
            yield _unexplained_staff(plan, o, groups, change, flows)


def _unexplained_staff(plan: Plan, o: int, groups: list[str], change: int, flows: list[int]) -> Breach:
    joined, left, moved = flows
    explained = joined - left + moved
    gap = _wte(abs(change - explained))
    more = "more joiners or fewer leavers" if change > explained else "fewer joiners or more leavers"
    way = "rise" if change >= 0 else "fall"
    return Breach(
        organisation=subject(plan.members[o]),
        line=JOINERS,
        period=plan.periods[periods.YEAR],
        actual=explained / SCALE,
        expected=change / SCALE,
        gap=abs(change - explained) / SCALE,
        unit="WTE",
        message=(
            f"Staff in post {way} by {_wte(abs(change))} WTE from the outturn to March; joiners {_wte(joined)}, "
            f"leavers {_wte(left)} and net transfers {_wte(moved)} explain {_wte(explained)}. They are {gap} WTE apart."
        ),
        inputs=(
            *((line, periods.YEAR) for line in (JOINERS, LEAVERS, TRANSFERS)),
            *((group, place) for group in groups for place in (periods.MARCH, periods.OUTTURN)),
        ),
        size=relative_size(change - explained, max(abs(change), abs(explained))),
        closes_with=f"{gap} WTE {more}, or a correction of staff in post",
        numbers=f"{_wte(joined)} − {_wte(left)} + {_wte(moved)} = {_wte(explained)}, not {_wte(change)}",
        months=months_of(plan, o, JOINERS),
    )


def _wte(value: int) -> str:
    return number(value / SCALE, 1)


@dataclass(frozen=True)
class _Claim:
    """What the bridge says of a position: the line it is said at, the inputs, both figures, and in words."""

    line: str
    inputs: tuple[tuple[str, int], ...]
    said: int
    position: int
    words: str


@judges("T27")
def the_bridge_leads_from_outturn_to_plan(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`F.BR.OUT = F.AFP(o)`, and all F.BR lines add up to `F.AFP(y)`, signed; the tolerance is in £000."""
    yield from in_order(
        _apart(plan, o, claim)
        for o in range(len(plan.members))
        for claim in _claims(plan, o)
        if not agree(claim.said, claim.position, rule.tolerance)
    )


def _claims(plan: Plan, o: int) -> Iterator[_Claim]:
    steps = plan.groups("F.BR.")
    bridge, plans = figures_at(plan, o, steps, periods.YEAR), figures_at(plan, o, (POSITION,), periods.YEAR)
    if steps and bridge is not None and plans is not None:
        # the bridge first: its cells are what the reader is led to, not the first line of the whole position
        inputs = (*((step, periods.YEAR) for step in steps), (POSITION, periods.YEAR))
        words = "The steps of the bridge add up to {said}; the plan's adjusted financial performance is {position}."
        yield _Claim(POSITION, inputs, sum(bridge), plans[0], words)
    start = figures_at(plan, o, (FROM_OUTTURN,), periods.YEAR)
    outturn = figures_at(plan, o, (POSITION,), periods.OUTTURN)
    if start is not None and outturn is not None:
        inputs = ((FROM_OUTTURN, periods.YEAR), (POSITION, periods.OUTTURN))
        words = "The bridge starts from {said}; the outturn's adjusted financial performance is {position}."
        yield _Claim(FROM_OUTTURN, inputs, start[0], outturn[0], words)


def _apart(plan: Plan, o: int, claim: _Claim) -> Breach:
    gap = pounds(abs(claim.said - claim.position))
    said, position = pounds(claim.said), pounds(claim.position)
    return Breach(
        organisation=subject(plan.members[o]),
        line=claim.line,
        period=plan.periods[periods.YEAR],
        actual=claim.said / SCALE,
        expected=claim.position / SCALE,
        gap=abs(claim.said - claim.position) / SCALE,
        unit="£000",
        message=f"{claim.words.format(said=said, position=position)} They are {gap} apart.",
        inputs=claim.inputs,
        size=relative_size(claim.said - claim.position, claim.position),
        closes_with=f"{gap} between the bridge and the position",
        numbers=f"{number(claim.said / SCALE, 1)} ≠ {number(claim.position / SCALE, 1)} £000",
    )
