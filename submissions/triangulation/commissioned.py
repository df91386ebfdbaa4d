"""Two sides of one contract: T16 activity and T17 payment, a trust's own row against its ICB's.

Judged on a system's plan, pair by pair: a pair waits for its own two returns alone. What is found is the trust's,
since the trust is who says why; it rests on both returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planning.plan.array import Member, Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    Breach,
    agree,
    allowance,
    count,
    in_order,
    judges,
    months_of,
    pounds,
    relative_size,
)
from planning.registry import periods
from planning.registry.organisations import ICB

ACTIVITY = ("E.M.8", "E.M.10", "E.M.11b", "E.M.13D")
INCOME, PAYMENT = "F.INC.ICB", "F.ICB.PROV"
Row = tuple[str, str]  # organisation, line


@dataclass(frozen=True)
class _Sides:
    """What the two say of the year, exact and by size, and the rows in which they say it."""

    trust: Member
    board: Member
    trusts: Row
    boards: Row
    said: int
    commissioned: int

    @property
    def gap(self) -> int:
        return abs(self.said - self.commissioned)


@judges("T16")
def trust_and_board_plan_the_same_activity(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """For each trust that the system counts and each k: its `k@QU9` of the year = the ICB's `k@RTH`."""
    pairs = [(code, code) for code in ACTIVITY]
    yield from in_order(_activity(plan, rule, sides) for sides in _sides(plan, pairs) if _differ(sides, rule))


@judges("T17")
def trust_and_board_agree_what_is_paid(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """For each trust that the system counts: its `F.INC.ICB@QU9` of the year = the ICB's `F.ICB.PROV@RTH`, by size."""
    yield from in_order(
        _payment(plan, rule, sides) for sides in _sides(plan, [(INCOME, PAYMENT)]) if _differ(sides, rule)
    )


def _sides(whole: Plan, pairs: list[tuple[str, str]]) -> Iterator[_Sides]:
    """Of every pair whose two rows hold a figure; who has not returned, or serves only, is passed over."""
    plan = whole.added_from
    board = next((member for member in whole.parts if member.kind == ICB), None)
    if plan is None or board is None:
        return
    for trust in whole.parts:
        for theirs, ours in pairs if trust is not board else ():
            rows = (trust.ods, f"{theirs}@{board.ods}"), (board.ods, f"{ours}@{trust.ods}")
            said, commissioned = (plan.figure(ods, code, periods.YEAR) for ods, code in rows)
            if said is not None and commissioned is not None:
                yield _Sides(trust, board, *rows, abs(said), abs(commissioned))


def _differ(sides: _Sides, rule: Rule) -> bool:
    return not agree(sides.said, sides.commissioned, rule.tolerance)


def _activity(whole: Plan, rule: Rule, sides: _Sides) -> Breach:
    line = whole.lines[sides.trusts[1]]
    said, commissioned = (f"{count(figure)} {line.unit}" for figure in (sides.said, sides.commissioned))
    what = line.label.rpartition(" (")[0] or line.label
    sentence = (
        f"{_name(sides.trust)}'s activity return has {said} for {_name(sides.board)} ({line.code}: {what}); "
        f"{_name(sides.board)}'s has {commissioned} commissioned from the trust ({sides.boards[1]})."
    )
    allowed = f"{count(round(allowance(sides.said, sides.commissioned, rule.tolerance)))} {line.unit}"
    return _breach(whole, sides, f"{count(sides.gap)} {line.unit}", allowed, sentence, line.unit)


def _payment(whole: Plan, rule: Rule, sides: _Sides) -> Breach:
    sentence = (
        f"{_name(sides.trust)}'s finance return expects {_thousands(sides.said)} from {_name(sides.board)} "
        f"({sides.trusts[1]}); {_name(sides.board)}'s plans to pay it {_thousands(sides.commissioned)} "
        f"({sides.boards[1]})."
    )
    allowed = pounds(round(allowance(sides.said, sides.commissioned, rule.tolerance)))
    return _breach(whole, sides, _thousands(sides.gap), allowed, sentence, "£000")


def _breach(whole: Plan, sides: _Sides, gap: str, allowed: str, sentence: str, unit: str) -> Breach:
    plan = whole.added_from or whole
    is_money = unit == "£000"
    fewer, as_much = ("less", "as much") if is_money else ("fewer", "as many")
    less, more = (fewer, "more") if sides.said > sides.commissioned else ("more", fewer)
    return Breach(
        organisation=sides.trust.ods,
        line=sides.trusts[1],
        period=plan.periods[periods.YEAR],
        actual=sides.said / SCALE,
        expected=sides.commissioned / SCALE,
        gap=sides.gap / SCALE,
        unit=unit,
        message=f"{sentence} They are {gap} apart; {allowed} {'is' if is_money else 'are'} allowed.",
        inputs=((sides.trusts[1], periods.YEAR), (sides.boards[1], periods.YEAR)),
        cells=((*sides.trusts, periods.YEAR), (*sides.boards, periods.YEAR)),
        size=relative_size(sides.gap, max(sides.said, sides.commissioned)),
        closes_with=f"{gap} {less} in the trust's return, or {as_much} {more} in the ICB's",
        numbers=(
            f"{sides.trusts[0]} {sides.trusts[1]} = {count(sides.said, 1)}, {sides.boards[0]} {sides.boards[1]} = "
            f"{count(sides.commissioned, 1)}"
        ),
        months=_months(plan, sides.trusts),
        expected_months=_months(plan, sides.boards),
    )


def _months(plan: Plan, row: Row) -> tuple[float | None, ...]:
    """By size, so that what is paid lies beside what is received."""
    found = months_of(plan, plan.row[row[0]], row[1])
    return tuple(None if figure is None else abs(figure) for figure in found)


def _name(member: Member) -> str:
    return member.name or member.ods


def _thousands(value: int) -> str:
    """Money to be compared with its neighbour: in full, not in rounded millions."""
    return f"£{value * 1000 // SCALE:,}"
