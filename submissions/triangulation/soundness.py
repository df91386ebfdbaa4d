"""T42: whether a finance return makes sense. Efficiency, cash and units of an organisation; capital of a system.

Not every part needs the ICB to accept its reason: the shares of efficiency and single lines do not.
"""

from __future__ import annotations

from collections.abc import Iterator

from planning.foundation import wording
from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    SYSTEM,
    Breach,
    agree,
    figures_at,
    in_order,
    judges,
    months_of,
    number,
    per_cent,
    pounds,
    relative_size,
    subject,
)
from planning.registry import periods
from submissions.triangulation.magnitude import typed_in_another_unit

TOTAL, STATUS, UNIDENTIFIED = "F.EFF.TOTAL", "F.EFF.STAT.", "F.EFF.STAT.unid"
CLOSED_BY = {  # unidentified stays below its limit, non-recurrent may reach it
    "unidentified": "Over {over} of it identified",
    "non_recurrent": "{over} of it made recurrent",
}
ONE_OFF, CASH = "F.EFF.NR.", "F.CASH"
SPEND, DISPOSALS, ENVELOPE = "F.CAP.OP", "F.CAP.DISP", "F.SYS.CDELENV"


@judges("T42")
def the_finances_make_sense(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """(a) efficiency is planned, and its four states sum to it; (b) little of it is unidentified or
    non-recurrent; (c) a system's capital is within its envelope, the reference value F.SYS.CDELENV, and not
    assessable without one (it is the finance rule F-11, and found here alone); (d) cash is never below 0; (e)
    plan and outturn are in the same unit."""
    yield from in_order(breach for o in range(len(plan.members)) for breach in _member(plan, rule, o))


def _member(plan: Plan, rule: Rule, o: int) -> Iterator[Breach]:
    if plan.members[o].kind == SYSTEM:
        yield from _capital(plan, rule, o)
        return
    yield from _efficiency(plan, rule, o)
    yield from _cash(plan, o)
    yield from typed_in_another_unit(plan, rule, o)


# --- (a), (b) efficiency -------------------------------------------------------------------------------
def _efficiency(plan: Plan, rule: Rule, o: int) -> Iterator[Breach]:
    """A total below 0 has the wrong sign, which is said where signs are."""
    total = plan.figure(plan.members[o].ods, TOTAL, periods.YEAR)
    if total is None or total < 0:
        return
    if total == 0:
        yield _none(plan, o)
    states = plan.groups(STATUS)
    given = figures_at(plan, o, states, periods.YEAR)
    if given and not agree(sum(given), total, rule.tolerance):
        yield _unsorted(plan, o, states, sum(given), total)
    if total:
        yield from _shares(plan, rule, o, total)


def _none(plan: Plan, o: int) -> Breach:
    return Breach(
        organisation=subject(plan.members[o]),
        line=TOTAL,
        period=plan.periods[periods.YEAR],
        actual=0.0,
        expected=None,
        gap=None,
        unit="£000",
        message="No efficiency is planned: every line of it is 0. A plan without any does not hold.",
        inputs=((TOTAL, periods.YEAR),),
        size=1.0,
        closes_with="An efficiency plan",
        numbers="F.EFF.TOTAL = 0",
        months=months_of(plan, o, TOTAL),
    )


def _unsorted(plan: Plan, o: int, states: list[str], given: int, total: int) -> Breach:
    gap = pounds(abs(given - total))
    return Breach(
        organisation=subject(plan.members[o]),
        line=states[0],
        period=plan.periods[periods.YEAR],
        actual=given / SCALE,
        expected=total / SCALE,
        gap=abs(given - total) / SCALE,
        unit="£000",
        message=(
            f"Efficiency by how far it is developed adds up to {pounds(given)}; the plan's total is {pounds(total)}. "
            f"They are {gap} apart."
        ),
        inputs=((TOTAL, periods.YEAR), *((code, periods.YEAR) for code in states)),
        size=relative_size(given - total, total),
        closes_with=f"{gap} between the states of development and the total",
        numbers=f"{number(given / SCALE, 1)} ≠ {number(total / SCALE, 1)} £000",
    )


def _shares(plan: Plan, rule: Rule, o: int, total: int) -> Iterator[Breach]:
    """Unidentified below its limit, non-recurrent at most its own; shares of all efficiency."""
    unidentified = figures_at(plan, o, (UNIDENTIFIED,), periods.YEAR)
    most = fraction(rule.limits["unidentified"])
    if unidentified is not None and unidentified[0] >= most * total:
        words = f"is unidentified; less than {per_cent(most, 0)} is asked"
        yield _share(plan, rule, o, [UNIDENTIFIED], unidentified[0], total, words, "unidentified")
    one_off = plan.groups(ONE_OFF)
    given, most = figures_at(plan, o, one_off, periods.YEAR), fraction(rule.limits["non_recurrent"])
    if given and sum(given) > most * total:
        words = f"is non-recurrent; at most {per_cent(most, 0)} is asked"
        yield _share(plan, rule, o, one_off, sum(given), total, words, "non_recurrent")


def _share(
    plan: Plan, rule: Rule, o: int, codes: list[str], part: int, total: int, words: str, limit: str
) -> Breach:
    most = fraction(rule.limits[limit])
    share, over = fraction(part) / total, pounds(round(part - most * total))
    return Breach(
        organisation=subject(plan.members[o]),
        line=codes[0],
        period=plan.periods[periods.YEAR],
        actual=float(share * 100),
        expected=float(most * 100),
        gap=float((share - most) * 100),
        unit="%",
        message=f"{pounds(part)} of {pounds(total)} efficiency, {per_cent(share)}, {words}.",
        inputs=((TOTAL, periods.YEAR), *((code, periods.YEAR) for code in codes)),
        size=relative_size(share - most, most),
        closes_with=f"{CLOSED_BY[limit].format(over=over)}, with the total as it is",
        numbers=f"{number(part / SCALE, 1)} / {number(total / SCALE, 1)} = {per_cent(share)}",
        needs_acceptance=False,
    )


# --- (c) capital ---------------------------------------------------------------------------------------
def _capital(plan: Plan, rule: Rule, o: int) -> Iterator[Breach]:
    envelope = plan.set_for(plan.members[o].ods, ENVELOPE)
    found = figures_at(plan, o, (SPEND, DISPOSALS), periods.YEAR)
    if envelope is None or found is None:
        return
    charged, limit = found[0] - found[1], envelope[1]
    if charged > limit:
        over = pounds(charged - limit)
        yield Breach(
            organisation=subject(plan.members[o]),
            line=SPEND,
            period=plan.periods[periods.YEAR],
            actual=charged / SCALE,
            expected=limit / SCALE,
            gap=(charged - limit) / SCALE,
            unit="£000",
            message=(
                f"Operational capital less disposals comes to {pounds(charged)}; the system's envelope is "
                f"{pounds(limit)}. It is {over} over."
            ),
            inputs=tuple((code, periods.YEAR) for code in (SPEND, DISPOSALS, ENVELOPE)),
            size=relative_size(charged - limit, limit),
            closes_with=f"{over} less operational capital, or more disposals",
            numbers=f"{pounds(found[0])} − {pounds(found[1])} = {pounds(charged)} > {pounds(limit)}",
            months=months_of(plan, o, SPEND),
        )


# --- (d) cash ------------------------------------------------------------------------------------------
def _cash(plan: Plan, o: int) -> Iterator[Breach]:
    known, cash = plan.known(CASH)[o, periods.MONTHS], plan.exact(CASH)[o, periods.MONTHS]
    below = [month for month in range(12) if known[month] and cash[month] < 0]
    if not below:
        return
    place, deepest = periods.APRIL + below[0], min(int(cash[month]) for month in below)
    rest = f" It is below 0 in {wording.count(len(below) - 1, 'more month')}." if len(below) > 1 else ""
    yield Breach(
        organisation=subject(plan.members[o]),
        line=CASH,
        period=plan.periods[place],
        actual=int(cash[below[0]]) / SCALE,
        expected=0.0,
        gap=-int(cash[below[0]]) / SCALE,
        unit="£000",
        message=(
            f"Cash at the end of {periods.month_label(plan.periods[place])} is {pounds(int(cash[below[0]]))}; it "
            f"should never be below 0.{rest} Plan for support, or for payments that can wait."
        ),
        inputs=tuple((CASH, periods.APRIL + month) for month in below),
        size=1.0,
        closes_with=f"{pounds(-deepest)} more cash at its lowest",
        numbers=f"{pounds(int(cash[below[0]]))} < £0",
        months=months_of(plan, o, CASH),
        expected_months=(0.0,) * 12,
    )
