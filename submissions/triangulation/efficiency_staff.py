"""Savings on pay and the staff that they come from: T21 there are some, T22 they are worth about as much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, figures_at, judges, number, per_cent, pounds, subject
from planning.registry import periods

SAVINGS = ("F.EFF.REC.PAY", "F.EFF.NR.PAY")
TAKEN_OUT, TEMPORARY = "W.EFF", ("F.WTE.BNK", "F.WTE.AGY")
BILL, STAFF = "F.PAY.TOTAL", "F.WTE.TOT"
AGENCY, AGENCY_PAY, IN_POST, IN_POST_PAY = "F.WTE.AGY", "F.PAY.AGY", "F.WTE.SUB", "F.PAY.SUB"
_MONTHS = range(periods.APRIL, periods.YEAR)


@judges("T21")
def savings_on_pay_have_a_source(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Savings on pay over 0 imply `W.EFF > 0`, or fewer bank and agency staff than in the outturn."""
    for o in range(len(plan.members)):
        now = figures_at(plan, o, (*SAVINGS, TAKEN_OUT, *TEMPORARY), periods.YEAR)
        before = figures_at(plan, o, TEMPORARY, periods.OUTTURN)
        if now is None or before is None:
            continue
        if sum(now[:2]) > 0 and now[2] <= 0 and sum(now[3:]) >= sum(before):
            yield _without_source(plan, o, sum(now[:2]), sum(now[3:]), sum(before))


def _without_source(plan: Plan, o: int, saved: int, temporary: int, before: int) -> Breach:
    bill = figures_at(plan, o, (BILL, STAFF), periods.YEAR)
    staff = None if bill is None or bill[0] == 0 else Fraction(saved, SCALE) * Fraction(bill[1], abs(bill[0]))
    worth = f", {_wte(staff)} at the average cost of one," if staff else ""
    than = "as many as" if temporary == before else f"{_wte(Fraction(temporary - before, SCALE))} more than"
    return Breach(
        organisation=subject(plan.members[o]),
        line=TAKEN_OUT,
        period=plan.periods[periods.YEAR],
        actual=0.0,
        expected=float(staff) if staff else None,
        gap=float(staff) if staff else None,
        unit="WTE",
        message=(
            f"{pounds(saved)} is to be saved on pay, but no staff are taken out ({TAKEN_OUT}), and bank and agency "
            f"staff are {than} last year: it is not said where the saving comes from."
        ),
        inputs=_cells((*SAVINGS, TAKEN_OUT), TEMPORARY),
        size=1.0,
        closes_with=f"The staff that the schemes take out{worth or ','} or {pounds(saved)} less saving on pay",
        numbers=(
            f"savings on pay {pounds(saved)} > £0; {TAKEN_OUT} {_wte(Fraction(0))}; bank and agency "
            f"{_wte(Fraction(temporary, SCALE))} from {_wte(Fraction(before, SCALE))}"
        ),
        months=_savings(plan, o),
    )


@dataclass(frozen=True)
class Source:
    """What savings on pay come from in a period: £000 and WTE, exact."""

    taken_out: Fraction  # WTE
    each: Fraction  # what one costs
    fewer: Fraction  # agency WTE less than in the outturn, 0 where there are more
    dearer: Fraction  # what an agency WTE costs more than one in post; 0 where there are no fewer

    @property
    def worth(self) -> Fraction:
        return self.taken_out * self.each + self.fewer * self.dearer


@judges("T22")
def savings_on_pay_are_worth_the_staff_they_take_out(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Where savings on pay are over 0: `W.EFF x |F.PAY.TOTAL| / F.WTE.TOT + max(0, F.WTE.AGY(o) - F.WTE.AGY(y)) x
    (agency - substantive cost per WTE)` equals them within the relative tolerance of the savings."""
    share = fraction(rule.tolerance.relative)
    for o in range(len(plan.members)):
        found, source = figures_at(plan, o, SAVINGS, periods.YEAR), _source(plan, o, periods.YEAR)
        if found is None or source is None or sum(found) <= 0:
            continue
        saved = Fraction(sum(found), SCALE)
        if abs(source.worth - saved) > share * saved:
            yield _not_worth(plan, o, saved, source, share)


def _source(plan: Plan, o: int, place: int) -> Source | None:
    """None where a figure is missing or a cost has no staff to divide by. An agency WTE's cost is asked for only
    where there are fewer of them."""
    found = figures_at(plan, o, (TAKEN_OUT, BILL, STAFF, AGENCY), place)
    before = plan.figure(plan.members[o].ods, AGENCY, periods.OUTTURN)
    if found is None or before is None or found[2] == 0:
        return None
    taken_out, each = Fraction(found[0], SCALE), Fraction(abs(found[1]), found[2])
    if found[3] >= before:
        return Source(taken_out, each, Fraction(0), Fraction(0))
    costs = figures_at(plan, o, (AGENCY_PAY, AGENCY, IN_POST_PAY, IN_POST), place)
    if costs is None or 0 in (costs[1], costs[3]):
        return None
    dearer = Fraction(abs(costs[0]), costs[1]) - Fraction(abs(costs[2]), costs[3])
    return Source(taken_out, each, Fraction(before - found[3], SCALE), dearer)


def _not_worth(plan: Plan, o: int, saved: Fraction, source: Source, share: Fraction) -> Breach:
    worth, gap = source.worth, abs(source.worth - saved)
    agency = f" and {_wte(source.fewer)} fewer agency staff" if source.fewer else ""
    costs = (AGENCY_PAY, AGENCY, IN_POST_PAY, IN_POST) if source.fewer else (AGENCY,)
    return Breach(
        organisation=subject(plan.members[o]),
        line=TAKEN_OUT,
        period=plan.periods[periods.YEAR],
        actual=float(worth),
        expected=float(saved),
        gap=float(gap),
        unit="£000",
        message=(
            f"{_money(saved)} is to be saved on pay; {_wte(source.taken_out)} taken out ({TAKEN_OUT}){agency} save "
            f"{_money(worth)}, which is {_money(gap)} {'more' if worth > saved else 'less'}. "
            f"{per_cent(share, 0)} of the savings, {_money(share * saved)}, is allowed."
        ),
        inputs=_cells((*SAVINGS, TAKEN_OUT, BILL, STAFF, *costs), (AGENCY,)),
        size=float(min(Fraction(10), gap / saved)),
        closes_with=_closes_with(saved - worth, source.each),
        numbers=(
            f"{_wte(source.taken_out)} × {_money(source.each)} + {_wte(source.fewer)} × {_money(source.dearer)} = "
            f"{_money(worth)}; savings on pay {_money(saved)}"
        ),
        months=_savings(plan, o),
        expected_months=_worths(plan, o),
    )


def _closes_with(short: Fraction, each: Fraction) -> str:
    """The WTE that would make up for what is missing, or the saving that the WTE are worth."""
    staff, saving = ("more", "less") if short > 0 else ("fewer", "more")
    money = f"{_money(abs(short))} {saving} saving on pay"
    return money if each == 0 else f"{_wte(abs(short) / each)} {staff} taken out, or {money}"


def _cells(of_year: tuple[str, ...], of_both: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Lines of the plan, and those that the outturn is read of too."""
    found = [(code, periods.YEAR) for code in (*of_year, *of_both)]
    return tuple(dict.fromkeys([*found, *((code, periods.OUTTURN) for code in of_both)]))


def _savings(plan: Plan, o: int) -> tuple[float | None, ...]:
    months = (figures_at(plan, o, SAVINGS, place) for place in _MONTHS)
    return tuple(None if month is None else sum(month) / SCALE for month in months)


def _worths(plan: Plan, o: int) -> tuple[float | None, ...]:
    months = (_source(plan, o, place) for place in _MONTHS)
    return tuple(None if month is None else float(month.worth) for month in months)


def _wte(figure: Fraction) -> str:
    return f"{number(figure, 1)} WTE"


def _money(thousands: Fraction) -> str:
    """£000 in words, signed."""
    return pounds(round(thousands * SCALE))
