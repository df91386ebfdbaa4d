"""The members of a system behind its plan, and what finance rules say of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planning.foundation import wording
from planning.plan.array import Member, Plan
from planning.plan.rules import pounds
from planning.registry import periods


def behind(whole: Plan) -> tuple[Plan, Sequence[Member]] | None:
    """The plan of a system's members and those that it counts; None on any other plan."""
    return None if whole.added_from is None else (whole.added_from, whole.parts)


def each(plan: Plan, members: Iterable[Member], code: str) -> list[tuple[Member, int]]:
    """The year's exact figure of a line, for those of whom it is known."""
    found = ((member, plan.figure(member.ods, code, periods.YEAR)) for member in members)
    return [(member, figure) for member, figure in found if figure is not None]


def named(rows: Iterable[tuple[Member, int]]) -> str:
    """`Oxford Health £4.1m and Royal Berkshire £300,000`, the largest first, by size."""
    ranked = sorted(rows, key=lambda row: (-abs(row[1]), row[0].ods))
    return wording.names([f"{member.name or member.ods} {pounds(abs(figure))}" for member, figure in ranked])
