"""The waiting list: T28, each month's list is last month's with what came and without what went."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, count, judges, relative_size, subject
from planning.registry import periods

LIST, STARTS = "E.B.3a", "E.M.20"
GONE = ("E.M.18", "E.M.19", "LOC.RTTREM")
_PRIOR = slice(periods.OUTTURN, periods.MARCH)  # the period before each month: April's is the outturn


@judges("T28")
def waiting_list_follows_from_its_flows(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Each month `E.B.3a(t) = E.B.3a(t-1) + E.M.20 - E.M.18 - E.M.19 - LOC.RTTREM`, April from the outturn;
    the relative tolerance is of the month's list. A month with a blank among them is passed over."""
    listed, expected, known = _flows(plan)
    for o in range(len(plan.members)):
        broken = [
            month
            for month in np.flatnonzero(known[o] & (listed[o] != expected[o]))
            if abs(int(listed[o, month]) - int(expected[o, month])) > _allowed(int(listed[o, month]), rule)
        ]
        if broken:
            yield _breach(plan, o, listed[o], expected[o], known[o], [int(month) for month in broken])


def _allowed(listed: int, rule: Rule) -> Fraction:
    return max(fraction(rule.tolerance.relative) * abs(listed), fraction(rule.tolerance.absolute) * SCALE)


def _flows(plan: Plan) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The list as planned, as its flows make it, and where all are known: [organisation, month]."""
    listed, prior = plan.exact(LIST)[:, periods.MONTHS], plan.exact(LIST)[:, _PRIOR]
    known = plan.known(LIST)[:, periods.MONTHS] & plan.known(LIST)[:, _PRIOR]
    expected = prior + plan.exact(STARTS)[:, periods.MONTHS]
    for code in GONE:
        expected = expected - plan.exact(code)[:, periods.MONTHS]
    for code in (STARTS, *GONE):
        known = known & plan.known(code)[:, periods.MONTHS]
    return listed, expected, known


def _breach(
    plan: Plan, o: int, listed: np.ndarray, expected: np.ndarray, known: np.ndarray, broken: list[int]
) -> Breach:
    month = broken[0]
    place = periods.APRIL + month
    seen, wanted = int(listed[month]), int(expected[month])
    gap, decimals = abs(seen - wanted), plan.lines[LIST].decimals
    way = "more" if seen > wanted else "fewer"
    rest = f" {len(broken) - 1} more of its months do not follow either." if len(broken) > 1 else ""
    return Breach(
        organisation=subject(plan.members[o]),
        line=LIST,
        period=plan.periods[place],
        actual=seen / SCALE,
        expected=wanted / SCALE,
        gap=gap / SCALE,
        unit=plan.lines[LIST].unit,
        message=(
            f"The waiting list at the end of {periods.month_label(plan.periods[place])} is {count(seen, decimals)} "
            f"pathways; last month's list and the month's flows make {count(wanted, decimals)}. It holds "
            f"{count(gap, decimals)} {way} than they explain.{rest}"
        ),
        inputs=tuple(dict.fromkeys(pair for each in broken for pair in _figures_of(periods.APRIL + each))),
        size=relative_size(gap, seen),
        closes_with=_closes_with(seen > wanted, count(gap, decimals)),
        numbers=_numbers(plan, o, place, wanted),
        months=tuple(
            int(figure) / SCALE if is_known else None for figure, is_known in zip(listed, known, strict=True)
        ),
        expected_months=tuple(
            int(figure) / SCALE if is_known else None
            for figure, is_known in zip(expected, known, strict=True)
        ),
    )


def _figures_of(place: int) -> list[tuple[str, int]]:
    """What a month's list rests on."""
    return [(LIST, place), (LIST, place - 1), *((code, place) for code in (STARTS, *GONE))]


def _closes_with(is_over: bool, gap: str) -> str:
    """Flows that explain the list as it is planned, or the list that they make."""
    if is_over:
        return f"{gap} fewer pathways completed or removed, {gap} more started, or a list {gap} shorter"
    return f"{gap} more pathways completed or removed, {gap} fewer started, or a list {gap} longer"


def _numbers(plan: Plan, o: int, place: int, wanted: int) -> str:
    figures = [
        int(plan.exact(LIST)[o, place - 1]),
        *(int(plan.exact(code)[o, place]) for code in (STARTS, *GONE)),
    ]
    before, starts, *gone = (count(figure) for figure in figures)
    return f"{before} + {starts} − {' − '.join(gone)} = {count(wanted)}, not {count(int(plan.exact(LIST)[o, place]))}"
