"""Elective income against elective activity: T14 at the unit price, T15 above or below the system's target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, figures_at, judges, per_cent, pounds, relative_size, subject
from planning.registry import periods

ELECTIVE, RECOVERY, VALUE = "F.INC.ELEC", "F.INC.ERF", "LOC.VWA"
TARGET = "F.SYS.ERFTGT"


# --- T14 -----------------------------------------------------------------------------------------------
@judges("T14")
def elective_income_pays_for_the_activity(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`(F.INC.ELEC + F.INC.ERF / erf_rate) / (LOC.VWA(y) x price)` within `low` to `high`. Raises KeyError where
    the round has no price or rate, ValueError without a range. Not assessable where either is 0."""
    if rule.tolerance.low is None or rule.tolerance.high is None:
        raise ValueError("T14 needs a range.")
    limits = fraction(rule.tolerance.low), fraction(rule.tolerance.high)
    price, rate = (fraction(rule.parameters[name]) for name in ("price", "erf_rate"))
    for o in range(len(plan.members)):
        found = figures_at(plan, o, (ELECTIVE, RECOVERY, VALUE), periods.YEAR)
        if found is None or rate == 0 or found[2] * price <= 0:
            continue
        income, worth = found[0] + found[1] / rate, found[2] * price
        if not limits[0] <= income / worth <= limits[1]:
            yield _unpaid(plan, o, income, worth, limits)


def _unpaid(
    plan: Plan, o: int, income: Fraction, worth: Fraction, limits: tuple[Fraction, Fraction]
) -> Breach:
    share = income / worth
    nearest = limits[0] if share < limits[0] else limits[1]
    less, more = ("more", "less") if share < nearest else ("less", "more")
    return Breach(
        organisation=subject(plan.members[o]),
        line=ELECTIVE,
        period=plan.periods[periods.YEAR],
        actual=float(share * 100),
        expected=float(nearest * 100),
        gap=float(abs(share - nearest) * 100),
        unit="%",
        message=(
            f"Elective income, what is earned above or lost below the target counted at the full price, is "
            f"{_money(income)}; the elective activity planned is worth {_money(worth)}. That pays for "
            f"{per_cent(share)} of it, outside {per_cent(limits[0], 0)} to {per_cent(limits[1], 0)}."
        ),
        inputs=tuple((code, periods.YEAR) for code in (ELECTIVE, RECOVERY, VALUE)),
        size=relative_size(share - nearest, nearest),
        closes_with=(
            f"{_money(abs(income - nearest * worth))} {less} elective income, or elective activity worth "
            f"{_money(abs(income / nearest - worth))} {more}"
        )
        if nearest
        else f"{_money(abs(income))} {less} elective income",
        numbers=f"{_money(income)} / {_money(worth)} = {per_cent(share)}",
    )


# --- T15 -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Recovery:
    """What a trust's plan says of its recovery income, exact: the income, activity now and in 2019/20, the
    system's target as a ratio to 2019/20 and whose it is."""

    income: int
    activity: int
    before: int
    target: Fraction
    system: str
    price: Fraction
    rate: Fraction

    @property
    def earned(self) -> Fraction:
        return (self.activity - self.target * self.before) * self.price * self.rate


@judges("T15")
def recovery_income_follows_from_the_target(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`F.INC.ERF = (LOC.VWA(y) - F.SYS.ERFTGT x LOC.VWA(2019/20)) x price x erf_rate`, either sign; the relative
    tolerance is of `LOC.VWA(y) x price`. Not assessable where the trust's system was set no target."""
    allowed = fraction(rule.tolerance.relative)
    for o in range(len(plan.members)):
        found = _recovery(plan, rule, o)
        if found is not None and abs(found.income - found.earned) > allowed * found.activity * found.price:
            yield _unearned(plan, o, found, allowed * found.activity * found.price)


def _recovery(plan: Plan, rule: Rule, o: int) -> _Recovery | None:
    now = figures_at(plan, o, (RECOVERY, VALUE), periods.YEAR)
    before = figures_at(plan, o, (VALUE,), periods.BASELINE)
    target = plan.set_for(plan.members[o].ods, TARGET)
    if now is None or before is None or target is None or before[0] <= 0:
        return None
    price, rate = (fraction(rule.parameters[name]) for name in ("price", "erf_rate"))
    return _Recovery(now[0], now[1], before[0], Fraction(target[1], SCALE), target[0], price, rate)


def _unearned(plan: Plan, o: int, found: _Recovery, allowed: Fraction) -> Breach:
    ods, gap = plan.members[o].ods, abs(found.income - found.earned)
    reaches = Fraction(found.activity, found.before)
    verb = "earns" if found.earned >= 0 else "loses"
    return Breach(
        organisation=subject(plan.members[o]),
        line=RECOVERY,
        period=plan.periods[periods.YEAR],
        actual=found.income / SCALE,
        expected=float(found.earned / SCALE),
        gap=float(gap / SCALE),
        unit="£000",
        message=(
            f"Income above or below the elective target is {_money(found.income)} in the plan. Activity at "
            f"{per_cent(reaches)} of 2019/20, where the system's target is {per_cent(found.target)}, {verb} "
            f"{_money(abs(found.earned))}. They are {_money(gap)} apart; {_money(allowed)} is allowed."
        ),
        inputs=((RECOVERY, periods.YEAR), (VALUE, periods.YEAR), (VALUE, periods.BASELINE)),
        cells=(
            (ods, RECOVERY, periods.YEAR),
            (ods, VALUE, periods.YEAR),
            (ods, VALUE, periods.BASELINE),
            (found.system, TARGET, periods.YEAR),
        ),
        size=relative_size(gap, found.earned),
        closes_with=_closes_with(found, gap),
        numbers=(
            f"({_money(found.activity)} − {per_cent(found.target)} × {_money(found.before)}) × {_plain(found.price)} × "
            f"{_plain(found.rate)} = {_money(found.earned)}, not {_money(found.income)}"
        ),
    )


def _closes_with(found: _Recovery, gap: Fraction) -> str:
    less, more = ("less", "more") if found.income > found.earned else ("more", "less")
    income = f"{_money(gap)} {less} income above the target"
    worth = found.price * found.rate
    return f"{income}, or elective activity worth {_money(gap / worth)} {more}" if worth else income


def _money(value: Fraction | int) -> str:
    return pounds(round(value))


def _plain(rate: Fraction) -> str:
    return f"{float(rate):g}"
