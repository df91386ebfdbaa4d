"""What agency staff cost: T05 against last year, T06 against staff in post."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, agree, figures_at, judges, number, per_cent, pounds, subject
from planning.registry import periods

AGENCY, AGENCY_STAFF = "F.PAY.AGY", "F.WTE.AGY"
IN_POST, IN_POST_STAFF = "F.PAY.SUB", "F.WTE.SUB"


@judges("T05")
def an_agency_wte_costs_what_it_did(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`F.PAY.AGY / F.WTE.AGY`, plan against outturn, where both years have the WTE of the limit `staff`."""
    least = fraction(rule.limits["staff"]) * SCALE
    for o in range(len(plan.members)):
        now = figures_at(plan, o, (AGENCY, AGENCY_STAFF), periods.YEAR)
        before = figures_at(plan, o, (AGENCY, AGENCY_STAFF), periods.OUTTURN)
        if now is None or before is None or min(now[1], before[1]) < least:
            continue
        cost, was = Fraction(abs(now[0]), now[1]), Fraction(abs(before[0]), before[1])
        if not agree(cost, was, rule.tolerance):
            yield _moved(plan, rule, o, (abs(now[0]), now[1]), cost, was)


def _moved(plan: Plan, rule: Rule, o: int, planned: tuple[int, int], cost: Fraction, was: Fraction) -> Breach:
    apart, allowed = abs(cost - was) / max(cost, was), fraction(rule.tolerance.relative)
    way = "more" if cost > was else "less"
    spend = was * planned[1]
    return Breach(
        organisation=subject(plan.members[o]),
        line=AGENCY,
        period=plan.periods[periods.YEAR],
        actual=float(cost),
        expected=float(was),
        gap=float(abs(cost - was)),
        unit="£000 a WTE",
        message=(
            f"Agency staff cost {_a_head(cost)} a WTE in the plan and {_a_head(was)} in the outturn: "
            f"{per_cent(apart)} {way}, where {per_cent(allowed, 0)} of the larger is allowed."
        ),
        inputs=tuple(
            (line, place) for line in (AGENCY, AGENCY_STAFF) for place in (periods.YEAR, periods.OUTTURN)
        ),
        size=float(apart),
        closes_with=_closes_with(planned, spend, was),
        numbers=(
            f"{pounds(planned[0])} / {number(planned[1] / SCALE, 1)} WTE = {_a_head(cost)} a WTE; "
            f"outturn {_a_head(was)} a WTE"
        ),
        months=_costs(plan, o),
        expected_months=(float(was) / 12,) * 12,
    )


def _closes_with(planned: tuple[int, int], spend: Fraction, was: Fraction) -> str:
    money = pounds(abs(round(spend) - planned[0]))
    less, more = ("less", "more") if planned[0] > spend else ("more", "fewer")
    if was == 0:
        return f"{money} {less} agency spend"
    wte = abs(planned[0] / was - planned[1]) / SCALE
    return f"{money} {less} agency spend, or {number(wte, 1)} WTE {more}, for last year's cost a WTE"


def _costs(plan: Plan, o: int) -> tuple[float | None, ...]:
    found: list[float | None] = []
    for place in range(periods.APRIL, periods.YEAR):
        month = figures_at(plan, o, (AGENCY, AGENCY_STAFF), place)
        found.append(None if month is None or month[1] == 0 else abs(month[0]) / month[1])
    return tuple(found)


@judges("T06")
def an_agency_wte_costs_somewhat_more_than_one_in_post(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`(F.PAY.AGY / F.WTE.AGY) / (F.PAY.SUB / F.WTE.SUB)` of the year, within `low` to `high`. Raises
    ValueError without a range."""
    limits = _range(rule)
    for o in range(len(plan.members)):
        yield from _premium(plan, o, (AGENCY, AGENCY_STAFF, IN_POST, IN_POST_STAFF), limits)


@judges("T06.groups")
def so_it_does_in_each_staff_group(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`(F.PAY.AGY.g / W.AGY.g) / (F.PAY.SUB.g / W.AVG.g)` of the year, for groups with the agency WTE of the
    limit `staff`; the staff are those of the workforce return."""
    limits, least = _range(rule), fraction(rule.limits["staff"]) * SCALE
    groups = [code.removeprefix(f"{AGENCY}.") for code in plan.groups(f"{AGENCY}.")]
    for o, member in enumerate(plan.members):
        for group in groups:
            staff = plan.figure(member.ods, f"W.AGY.{group}", periods.YEAR)
            if staff is not None and staff >= least:
                codes = (f"{AGENCY}.{group}", f"W.AGY.{group}", f"{IN_POST}.{group}", f"W.AVG.{group}")
                yield from _premium(plan, o, codes, limits)


def _range(rule: Rule) -> tuple[Fraction, Fraction]:
    if rule.tolerance.low is None or rule.tolerance.high is None:
        raise ValueError("T06 needs a range.")
    return fraction(rule.tolerance.low), fraction(rule.tolerance.high)


def _premium(
    plan: Plan, o: int, codes: tuple[str, str, str, str], limits: tuple[Fraction, Fraction]
) -> Iterator[Breach]:
    """Pay and WTE of agency staff, pay and WTE of staff in post: outside the limits or not."""
    found = figures_at(plan, o, codes, periods.YEAR)
    if found is None or 0 in found[1:]:
        return
    agency, post = Fraction(abs(found[0]), found[1]), Fraction(abs(found[2]), found[3])
    if not limits[0] <= agency / post <= limits[1]:
        yield _premium_breach(plan, o, codes, agency, post, limits)


def _premium_breach(
    plan: Plan,
    o: int,
    codes: tuple[str, str, str, str],
    agency: Fraction,
    post: Fraction,
    limits: tuple[Fraction, Fraction],
) -> Breach:
    times = agency / post
    nearest = limits[0] if times < limits[0] else limits[1]
    where = "" if codes[0] == AGENCY else f" in “{plan.lines[codes[0]].label}” ({codes[0]})"
    return Breach(
        organisation=subject(plan.members[o]),
        line=codes[0],
        period=plan.periods[periods.YEAR],
        actual=float(times),
        expected=float(nearest),
        gap=float(abs(times - nearest)),
        unit="times",
        message=(
            f"An agency WTE costs {_a_head(agency)} a year{where}, one in post {_a_head(post)}: {number(times, 2)} "
            f"times as much, outside {number(limits[0], 1)} to {number(limits[1], 1)} times. Check the pay and the "
            "WTE of both."
        ),
        inputs=tuple((line, periods.YEAR) for line in codes),
        size=min(10.0, float(abs(times - nearest) / nearest)) if nearest else 1.0,
        closes_with=f"An agency cost of {_a_head(nearest * post)} a WTE with the cost of staff in post as it is",
        numbers=f"{_a_head(agency)} / {_a_head(post)} = {number(times, 2)}",
    )


def _a_head(cost: Fraction) -> str:
    """£000 a WTE in words."""
    return pounds(round(cost * SCALE))
