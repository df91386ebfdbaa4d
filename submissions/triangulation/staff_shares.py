"""Shares of staff: T39 posts that are vacant, T40 sickness and turnover."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    Breach,
    figures_at,
    in_order,
    judges,
    months_of,
    number,
    per_cent,
    relative_size,
    subject,
)
from planning.registry import periods

POSTS, IN_POST = "W.EST.", "W.SUB."
KPIS = {"W.KPI.SICK": "Sickness absence", "W.KPI.TURN": "Turnover"}


@judges("T39")
def vacancies_are_plausible(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`(W.EST.g - W.SUB.g) / W.EST.g` in March within `low` to `high`, for groups where either has the WTE
    of the limit `staff`. Raises ValueError without a range."""
    if rule.tolerance.low is None or rule.tolerance.high is None:
        raise ValueError("T39 needs a range.")
    limits = fraction(rule.tolerance.low), fraction(rule.tolerance.high)
    least = fraction(rule.limits["staff"]) * SCALE
    groups = [code.removeprefix(POSTS) for code in plan.groups(POSTS)]
    for o in range(len(plan.members)):
        for group in groups:
            found = figures_at(plan, o, (POSTS + group, IN_POST + group), periods.MARCH)
            if found is None or max(found) < least or found[0] == 0:
                continue
            share = Fraction(found[0] - found[1], found[0])
            if not limits[0] <= share <= limits[1]:
                yield _vacancy(plan, o, group, found, share, limits)


def _vacancy(
    plan: Plan, o: int, group: str, found: list[int], share: Fraction, limits: tuple[Fraction, Fraction]
) -> Breach:
    posts, in_post = (f"{number(figure / SCALE, 1)} WTE" for figure in found)
    nearest = limits[0] if share < limits[0] else limits[1]
    what = (
        f"{per_cent(share)} are vacant" if share > 0 else f"{per_cent(-share)} more are in post than funded"
    )
    line, march = plan.lines[POSTS + group], plan.periods[periods.MARCH]
    return Breach(
        organisation=subject(plan.members[o]),
        line=line.code,
        period=march,
        actual=float(share * 100),
        expected=float(nearest * 100),
        gap=float(abs(share - nearest) * 100),
        unit="%",
        message=(
            f"“{line.label}” ({line.code}) has {posts} in {periods.month_label(march)} and {in_post} in post: {what}, "
            f"outside {per_cent(limits[0], 0)} to {per_cent(limits[1], 0)}. See whether the two stand in each "
            "other's row."
        ),
        inputs=((POSTS + group, periods.MARCH), (IN_POST + group, periods.MARCH)),
        size=float(min(Fraction(10), abs(share - nearest))),
        closes_with=f"{number(abs(found[0] * (1 - nearest) - found[1]) / SCALE, 1)} WTE in post "
        f"{'fewer' if share < nearest else 'more'}, or a corrected establishment",
        numbers=f"({posts} − {in_post}) / {posts} = {per_cent(share)}",
        months=months_of(plan, o, IN_POST + group),
        expected_months=months_of(plan, o, POSTS + group),
    )


@judges("T40")
def sickness_and_turnover_are_plausible(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Each of the year over 0 and at most the limit of its code (0.15 is 15%)."""
    yield from in_order(
        breach for o in range(len(plan.members)) for code in KPIS for breach in _kpi(plan, rule, o, code)
    )


def _kpi(plan: Plan, rule: Rule, o: int, code: str) -> Iterator[Breach]:
    pair, limit = (f"{code}N", f"{code}D"), fraction(rule.limits[code])
    found = figures_at(plan, o, pair, periods.YEAR)
    if found is None or found[1] <= 0 or 0 < found[0] <= limit * found[1]:
        return
    share = Fraction(found[0], found[1])
    part, whole = (number(figure / SCALE, 1) for figure in found)
    yield Breach(
        organisation=subject(plan.members[o]),
        line=pair[0],
        period=plan.periods[periods.YEAR],
        actual=float(share * 100),
        expected=float(limit * 100),
        gap=float(abs(share - (limit if share > limit else 0)) * 100),
        unit="%",
        message=(
            f"{KPIS[code]} ({pair[0]} / {pair[1]}) is {per_cent(share)}: {part} of {whole}. It should be over 0 and at "
            f"most {per_cent(limit, 0)}; see whether the two counts are in the same unit."
        ),
        inputs=tuple((line, periods.YEAR) for line in pair),
        size=relative_size(share - limit, limit),
        closes_with="Both counts in the unit that their lines name",
        numbers=f"{part} / {whole} = {per_cent(share)}",
        months=months_of(plan, o, pair[0]),
    )
