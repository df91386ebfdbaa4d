"""Who does the work: more activity, T10 with fewer agency staff and nobody in their place, T13 with fewer doctors
and nurses."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    Breach,
    count,
    figures_at,
    growth,
    judges,
    months_of,
    number,
    per_cent,
    subject,
)
from planning.registry import periods
from submissions.triangulation.weighted import Weights, weighted_activity, weights_of

AGENCY, OWN = "F.WTE.AGY", ("F.WTE.SUB", "F.WTE.BNK")
SPELLS, CLINICAL = "E.M.10", ("W.AVG.MD.CON", "W.AVG.MD.OTH", "W.AVG.RN")
_YEARS = (periods.YEAR, periods.OUTTURN)


@judges("T10")
def somebody_takes_the_place_of_agency_staff(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Not all of: `g(F.WTE.AGY)` below minus the limit `falls`; substantive and bank staff of the plan at most the
    outturn's; `g(CWA) > 0`. Raises ValueError without weights."""
    weights, falls = weights_of(rule), fraction(rule.limits["falls"])
    for o in range(len(plan.members)):
        now, before = (figures_at(plan, o, (AGENCY, *OWN), place) for place in _YEARS)
        work, worked = (weighted_activity(plan, o, weights, place) for place in _YEARS)
        if now is None or before is None or work is None or not worked:
            continue
        agency, more = growth(now[0], before[0]), work / worked - 1
        if agency is not None and agency < -falls and sum(now[1:]) <= sum(before[1:]) and more > 0:
            yield _unreplaced(plan, o, (now, before), (work, worked), weights)


def _unreplaced(
    plan: Plan,
    o: int,
    staff: tuple[list[int], list[int]],
    work: tuple[Fraction, Fraction],
    weights: Weights,
) -> Breach:
    (agency, *own), (agency_before, *own_before) = staff
    people, people_before = sum(own), sum(own_before)
    more = work[0] / work[1] - 1
    others = "stay level" if people == people_before else f"are {_wte(people_before - people)} fewer"
    return Breach(
        organisation=subject(plan.members[o]),
        line=AGENCY,
        period=plan.periods[periods.YEAR],
        actual=agency / SCALE,
        expected=agency_before / SCALE,
        gap=(agency_before - agency) / SCALE,
        unit="WTE",
        message=(
            f"{_wte(agency_before - agency)} fewer agency staff are planned, substantive and bank staff together "
            f"{others}, and weighted activity grows {_grown(more)}: it is not said who does the work."
        ),
        inputs=tuple((code, place) for code in (AGENCY, *OWN, *weights) for place in _YEARS),
        size=float(more),
        closes_with=(
            f"Over {_wte(people_before - people)} more substantive or bank staff on average, or "
            f"{number(work[0] - work[1])} less weighted activity"
        ),
        numbers=(
            f"agency {_wte(agency)} from {_wte(agency_before)}; substantive and bank {_wte(people)} from "
            f"{_wte(people_before)}; weighted activity {number(work[0])} from {number(work[1])}"
        ),
        months=months_of(plan, o, AGENCY),
        expected_months=(agency_before / SCALE,) * 12,
    )


@judges("T13")
def more_operations_are_not_left_to_fewer_doctors_and_nurses(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Not both: `g(E.M.10) > 0`; average doctors and registered nurses of the plan below the outturn's."""
    for o in range(len(plan.members)):
        now, before = (figures_at(plan, o, (SPELLS, *CLINICAL), place) for place in _YEARS)
        if now is None or before is None:
            continue
        more = growth(now[0], before[0])
        if more is not None and more > 0 and sum(now[1:]) < sum(before[1:]):
            yield _too_few(plan, o, now, before, more)


def _too_few(plan: Plan, o: int, now: list[int], before: list[int], more: Fraction) -> Breach:
    staff, staff_before = sum(now[1:]), sum(before[1:])
    fewer = staff_before - staff
    return Breach(
        organisation=subject(plan.members[o]),
        line=SPELLS,
        period=plan.periods[periods.YEAR],
        actual=now[0] / SCALE,
        expected=before[0] / SCALE,
        gap=(now[0] - before[0]) / SCALE,
        unit=plan.lines[SPELLS].unit,
        message=(
            f"Elective spells grow {_grown(more)} while doctors and registered nurses are {_wte(fewer)} fewer on "
            "average: say which scheme lets fewer of them do more."
        ),
        inputs=tuple((code, place) for code in (SPELLS, *CLINICAL) for place in _YEARS),
        size=float(min(Fraction(10), more + Fraction(fewer, staff_before))),
        closes_with=(
            f"{_wte(fewer)} more doctors and registered nurses on average, or {count(now[0] - before[0])} fewer "
            "elective spells"
        ),
        numbers=(
            f"elective spells {count(now[0])} from {count(before[0])}; doctors and registered nurses {_wte(staff)} "
            f"from {_wte(staff_before)}"
        ),
        months=months_of(plan, o, SPELLS),
    )


def _wte(figure: int) -> str:
    return f"{number(Fraction(figure, SCALE), 1)} WTE"


def _grown(share: Fraction) -> str:
    """Enough decimals that growth is not shown as none."""
    return (
        per_cent(share)
        if per_cent(share) != per_cent(Fraction(0))
        else f"less than {per_cent(Fraction(1, 1000))}"
    )
