"""What would close a gap between staff and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planning.plan.exact import fraction
from planning.registry import periods
from submissions.closing.case import Case
from submissions.closing.of_rules import closes
from submissions.closing.options import NOTHING, PAID, PAY_OF_A_MONTH, REPLACED, Option

KINDS = {"SUB": "staff in post", "BNK": "bank staff", "AGY": "agency staff"}


@closes("T01", "T02")
def the_same_staff_in_both_returns(case: Case) -> Iterator[Option]:
    """The kind of staff in which the two returns are furthest apart, in the finding's period, moved in either."""
    kind, gap = max(_apart(case), key=lambda row: abs(row[1]), default=("", Fraction(0)))
    if not kind:
        return
    staff = case.largest(f"W.{kind}.")
    yield from case.option(
        _more(gap, f"{KINDS[kind]} in the workforce return"), staff, gap, case.place, moves=NOTHING
    )
    paid = f"F.WTE.{kind}"
    yield from case.option(
        _more(-gap, f"{KINDS[kind]} paid for"), paid, -gap, case.place, moves=PAY_OF_A_MONTH
    )


def _apart(case: Case) -> Iterator[tuple[str, Fraction]]:
    """(kind, how many more the finance return has)."""
    for kind in KINDS:
        named = case.line in (f"F.WTE.{kind}", "W.TOT") or case.line.startswith(f"W.{kind}.")
        mine, theirs = case.figure(f"W.{kind}.*", case.place), case.figure(f"F.WTE.{kind}", case.place)
        if named and mine is not None and theirs is not None and mine != theirs:
            yield kind, theirs - mine


@closes("T03")
def pay_that_staff_explain(case: Case) -> Iterator[Option]:
    """Pay at what staff and award explain; staff that explain the pay; or fewer agency staff, whose pay falls by more
    than theirs counts."""
    pay, staff, award = case.both("F.PAY.TOTAL"), case.both("F.WTE.TOT"), case.parameter("pay_award")
    if pay is None or staff is None or award is None:
        return
    rate = pay[1] * (1 + award) / staff[1]  # £000 that each WTE explains
    over = pay[0] - rate * staff[0]
    yield from case.option(_less(over, "pay of staff in post"), case.largest("F.PAY.SUB."), over)
    yield from case.option(_more(over, "staff in post paid for"), "F.WTE.SUB", over / rate, moves=PAID)
    agency = _cost_of(case, "AGY")
    if over > 0 and agency is not None and agency > rate:
        fewer = over / (agency - rate)
        pay_too = (("F.PAY.AGY", fewer * agency),)
        yield from case.option("Fewer agency staff, with their pay", "F.WTE.AGY", -fewer, also=pay_too)


@closes("T04")
def a_group_at_what_it_cost(case: Case) -> Iterator[Option]:
    group, award = case.line.removeprefix("F.PAY.SUB."), case.parameter("pay_award")
    group = group.removeprefix("W.AVG.")
    pay, staff = case.both(f"F.PAY.SUB.{group}"), case.both(f"W.AVG.{group}")
    if pay is None or staff is None or award is None:
        return
    rate = pay[1] * (1 + award) / staff[1]
    if rate:
        over = pay[0] - rate * staff[0]
        yield from case.option(_less(over, "pay of the group"), f"F.PAY.SUB.{group}", over)
        yield from case.option(_more(over, "staff of the group"), f"W.SUB.{group}", over / rate, moves=PAID)


@closes("T05", "T09")
def agency_staff_at_what_they_cost(case: Case) -> Iterator[Option]:
    """At last year's cost of a WTE; T09 takes the pay award into account, as its rule does."""
    pay, staff = case.both("F.PAY.AGY"), case.both("F.WTE.AGY")
    award = case.parameter("pay_award") if case.rule is not None and case.rule.code == "T09" else Fraction(0)
    if pay is None or staff is None or award is None:
        return
    rate = pay[1] * (1 + award) / staff[1]
    over = pay[0] - rate * staff[0]
    yield from case.option(_less(over, "agency pay"), "F.PAY.AGY", over)
    if rate:
        yield from case.option(_more(over, "agency staff paid for"), "F.WTE.AGY", over / rate, moves=PAID)


@closes("T06")
def agency_cost_within_its_range(case: Case) -> Iterator[Option]:
    """Agency pay, or agency WTE, at the nearer end of what one may cost against one in post."""
    if case.rule is None or case.rule.tolerance.low is None or case.rule.tolerance.high is None:
        return
    group = case.line.partition("F.PAY.AGY.")[2]
    own = (f"F.PAY.AGY.{group}", f"W.AGY.{group}") if group else ("F.PAY.AGY", "F.WTE.AGY")
    pay, staff, base = case.figure(own[0]), case.figure(own[1]), _cost_of(case, "SUB", group)
    if not pay or not staff or not base:
        return
    times = pay / staff / base
    high, low = fraction(case.rule.tolerance.high), fraction(case.rule.tolerance.low)
    rate = base * (high if times > high else low)
    over = pay - rate * staff
    yield from case.option(_less(over, "agency pay"), own[0], over)
    yield from case.option(_more(over, "agency staff"), own[1], over / rate, moves=PAID)


@closes("T08")
def agency_under_its_ceiling(case: Case) -> Iterator[Option]:
    """Agency staff taken out, or replaced by staff in post who cost less each."""
    yield from agency_at_most(case, case.parameter("agency_ceiling"))


def agency_at_most(case: Case, share: Fraction | None) -> Iterator[Option]:
    """Agency pay at most that share of all pay."""
    agency, pay = case.figure("F.PAY.AGY"), case.figure("F.PAY.TOTAL")
    if agency is None or pay is None or share is None or agency <= share * pay:
        return
    without = (agency - share * pay) / (1 - share)
    yield from case.option("Less agency pay, the work not done by others", "F.PAY.AGY", without)
    dear, cheap = _cost_of(case, "AGY"), _cost_of(case, "SUB")
    if dear and cheap and dear > cheap:
        instead = (agency - share * pay) / (1 - share * (1 - cheap / dear))
        post = (case.largest("F.PAY.SUB."), -instead * cheap / dear)
        staff = (("F.WTE.AGY", -instead / dear), ("F.WTE.SUB", instead / dear))
        head = "Agency staff replaced by as many in post"
        yield from case.option(head, "F.PAY.AGY", instead, also=(post, *staff), moves=REPLACED)


@closes("T10")
def somebody_does_the_work(case: Case) -> Iterator[Option]:
    """Agency staff as many as before, or staff in post and bank as many again as are let go."""
    agency, own = case.both("F.WTE.AGY"), case.both("F.WTE.SUB + F.WTE.BNK")
    if agency is None or own is None:
        return
    yield from case.option("Keep agency staff", "F.WTE.AGY", agency[1] - agency[0])
    yield from case.option(
        "More staff in post paid for", "F.WTE.SUB", own[1] - own[0] + agency[1] - agency[0]
    )


@closes("T21", "T22")
def savings_with_their_staff(case: Case) -> Iterator[Option]:
    """The staff that a saving on pay takes out, or the saving that they make, at what a WTE of all staff costs."""
    saving = case.figure("F.EFF.REC.PAY + F.EFF.NR.PAY")
    out, pay, staff = case.figure("W.EFF"), case.figure("F.PAY.TOTAL"), case.figure("F.WTE.TOT")
    if saving is None or out is None or not pay or not staff:
        return
    over = saving - out * pay / staff - _saved_on_agency(case)
    yield from case.option(_more(over, "staff taken out by schemes"), "W.EFF", over * staff / pay)
    line = max(("F.EFF.REC.PAY", "F.EFF.NR.PAY"), key=lambda code: case.figure(code) or Fraction(0))
    yield from case.option(_less(over, "saving on pay"), line, -over)


def _saved_on_agency(case: Case) -> Fraction:
    """£000 that fewer agency staff save, each the difference to one in post."""
    staff, dear, cheap = case.both("F.WTE.AGY"), _cost_of(case, "AGY"), _cost_of(case, "SUB")
    if staff is None or dear is None or cheap is None:
        return Fraction(0)
    return max(Fraction(0), staff[1] - staff[0]) * (dear - cheap)


@closes("T25")
def additional_roles_at_their_rate(case: Case) -> Iterator[Option]:
    at_icb = Case(case.plan, (case.system,), case.system, case.parameters, case.line, case.period)
    rate, spend = case.parameter("arrs_rate"), at_icb.figure("F.ICB.ARRS")
    months = [at_icb.figure("W.ARRS", place) for place in range(periods.APRIL, periods.YEAR)]
    known = [month for month in months if month is not None]
    if not rate or spend is None or len(known) < len(months):
        return
    over = spend - rate * sum(known, Fraction(0)) / len(known)
    yield from at_icb.option(_less(over, "spending on the additional roles"), "F.ICB.ARRS", over)
    yield from at_icb.option(_more(over, "staff of the additional roles"), "W.ARRS", over / rate)


def _cost_of(case: Case, kind: str, group: str = "") -> Fraction | None:
    """£000 a WTE, planned."""
    lines = (f"F.PAY.{kind}.{group}", f"W.AVG.{group}") if group else (f"F.PAY.{kind}", f"F.WTE.{kind}")
    pay, staff = case.figure(lines[0]), case.figure(lines[1])
    return pay / staff if pay is not None and staff else None


def _more(amount: Fraction, what: str) -> str:
    return f"{'More' if amount > 0 else 'Fewer'} {what}"


def _less(over: Fraction, what: str) -> str:
    return f"{'Less' if over > 0 else 'More'} {what}"
