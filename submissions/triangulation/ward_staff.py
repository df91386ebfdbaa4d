"""Staff on wards: T18, registered nurses for each bed stay about what they were."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, agree, figures_at, judges, number, per_cent, subject
from planning.registry import periods

NURSES = ("W.AVG.RN", "W.BNK.RN", "W.AGY.RN")
IN_MONTH = ("W.SUB.RN", *NURSES[1:])  # the average of staff in post has no months
BEDS = ("E.M.30g", "E.M.30h", "E.M.30i", "E.M.30j")


@judges("T18")
def nurses_for_each_bed_stay_about_what_they_were(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Substantive, bank and agency registered nurses over general and acute beds of adults and children, core and
    escalation: plan against outturn, the relative tolerance of the larger."""
    for o in range(len(plan.members)):
        now, before = _nurses_and_beds(plan, o, periods.YEAR), _nurses_and_beds(plan, o, periods.OUTTURN)
        if now is None or before is None or 0 in (now[1], before[1]):
            continue
        if not agree(Fraction(*now), Fraction(*before), rule.tolerance):
            yield _breach(plan, rule, o, now, before)


def _nurses_and_beds(
    plan: Plan, o: int, place: int, nurses: tuple[str, ...] = NURSES
) -> tuple[int, int] | None:
    found = figures_at(plan, o, (*nurses, *BEDS), place)
    return None if found is None else (sum(found[: len(nurses)]), sum(found[len(nurses) :]))


def _breach(plan: Plan, rule: Rule, o: int, now: tuple[int, int], before: tuple[int, int]) -> Breach:
    ratio, was = Fraction(*now), Fraction(*before)
    apart = abs(ratio - was) / max(ratio, was)
    return Breach(
        organisation=subject(plan.members[o]),
        line=NURSES[0],
        period=plan.periods[periods.YEAR],
        actual=float(ratio),
        expected=float(was),
        gap=float(abs(ratio - was)),
        unit="WTE a bed",
        message=(
            f"{_people(now[0])} registered nurses for {_beds(now[1])} general and acute beds are "
            f"{number(ratio, 2)} a bed; in the outturn they were {number(was, 2)}. That is {per_cent(apart)} "
            f"{'more' if ratio > was else 'less'}, where {per_cent(fraction(rule.tolerance.relative), 0)} of the "
            "larger is allowed."
        ),
        inputs=tuple((code, place) for code in (*NURSES, *BEDS) for place in (periods.YEAR, periods.OUTTURN)),
        size=float(apart),
        closes_with=_closes_with(now, was),
        numbers=(
            f"{_people(now[0])} / {_beds(now[1])} beds = {number(ratio, 3)}; outturn {_people(before[0])} / "
            f"{_beds(before[1])} beds = {number(was, 3)}"
        ),
        months=_months(plan, o),
        expected_months=(float(was),) * 12,
    )


def _closes_with(now: tuple[int, int], was: Fraction) -> str:
    """The nurses, or the beds, for as many nurses a bed as last year."""
    short = was * now[1] - now[0]
    nurses, beds = ("more", "fewer") if short > 0 else ("fewer", "more")
    people = f"{_people(abs(short))} {nurses} registered nurses on average"
    if was == 0:
        return people
    return f"{people}, or {_beds(abs(now[0] / was - now[1]))} {beds} beds"


def _months(plan: Plan, o: int) -> tuple[float | None, ...]:
    months = (_nurses_and_beds(plan, o, place, IN_MONTH) for place in range(periods.APRIL, periods.YEAR))
    return tuple(None if month is None or month[1] == 0 else month[0] / month[1] for month in months)


def _people(figure: int | Fraction) -> str:
    return f"{number(Fraction(figure) / SCALE, 1)} WTE"


def _beds(figure: int | Fraction) -> str:
    return number(Fraction(figure) / SCALE, 1)
