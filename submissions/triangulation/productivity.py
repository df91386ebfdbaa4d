"""Productivity: what activity against staff implies about how much more each does; T11 against last year, T12
against 2019/20."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, judges, number, per_cent, subject
from planning.registry import periods
from submissions.triangulation.weighted import Weights, weighted_activity, weights_of

STAFF = "W.AVG"


@dataclass(frozen=True)
class Output:
    """Weighted activity and average staff (WTE), of the plan and of the year that it is set against, exact."""

    activity: Fraction
    activity_before: Fraction
    staff: Fraction
    staff_before: Fraction

    @property
    def growth(self) -> Fraction:
        """How much more each does: `(CWA / CWA before) / (W.AVG / W.AVG before) - 1`."""
        return (self.activity / self.activity_before) / (self.staff / self.staff_before) - 1


@judges("T11")
def activity_grows_about_as_staff_do(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Implied productivity against the outturn within `low` to `high`, ratios. Raises ValueError without weights
    or range."""
    yield from _judge(plan, rule, periods.OUTTURN, "last year")


@judges("T12")
def each_does_about_what_they_did_before_the_pandemic(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """The same against 2019/20."""
    yield from _judge(plan, rule, periods.BASELINE, f"in {plan.periods[periods.BASELINE]}")


def _judge(plan: Plan, rule: Rule, before: int, when: str) -> Iterator[Breach]:
    weights, (floor, ceiling) = weights_of(rule), _range(rule)
    for o in range(len(plan.members)):
        output = _output(plan, o, weights, before)
        if output is not None and not floor <= output.growth <= ceiling:
            yield _breach(plan, o, output, weights, (floor, ceiling), before, when)


def _range(rule: Rule) -> tuple[Fraction, Fraction]:
    if rule.tolerance.low is None or rule.tolerance.high is None:
        raise ValueError(f"{rule.code} needs a range.")
    return fraction(rule.tolerance.low), fraction(rule.tolerance.high)


def _output(plan: Plan, o: int, weights: Weights, before: int) -> Output | None:
    figures = []
    for place in (periods.YEAR, before):
        staff = plan.figure(plan.members[o].ods, STAFF, place)
        figures += [
            weighted_activity(plan, o, weights, place),
            None if staff is None else Fraction(staff, SCALE),
        ]
    known = [figure for figure in figures if figure is not None]
    if len(known) < len(figures):
        return None
    activity, staff_now, activity_before, staff_before = known
    if 0 in (activity_before, staff_now, staff_before):
        return None
    return Output(activity, activity_before, staff_now, staff_before)


def _breach(
    plan: Plan,
    o: int,
    output: Output,
    weights: Weights,
    limits: tuple[Fraction, Fraction],
    before: int,
    when: str,
) -> Breach:
    floor, ceiling = limits
    limit = ceiling if output.growth > ceiling else floor
    activity, staff = output.activity / output.activity_before - 1, output.staff / output.staff_before - 1
    way = "more" if output.growth >= 0 else "less"
    return Breach(
        organisation=subject(plan.members[o]),
        line=STAFF,
        period=plan.periods[periods.YEAR],
        actual=float(output.growth * 100),
        expected=float(limit * 100),
        gap=float(abs(output.growth - limit) * 100),
        unit="%",
        message=(
            f"Weighted activity {_moves(activity)} while average staff {_moves(staff, plural=True)}: each would do "
            f"{per_cent(abs(output.growth))} {way} than {when}, outside {per_cent(floor)} to {per_cent(ceiling)}."
        ),
        inputs=tuple((code, place) for code in (STAFF, *weights) for place in (periods.YEAR, before)),
        size=float(abs(output.growth - limit)),
        closes_with=_closes_with(output, limit),
        numbers=(
            f"(1 + {per_cent(activity, 2)}) / (1 + {per_cent(staff, 2)}) − 1 = {per_cent(output.growth, 2)}; weighted "
            f"activity {number(output.activity)} from {number(output.activity_before)}, staff "
            f"{number(output.staff, 1)} from {number(output.staff_before, 1)} WTE"
        ),
    )


def _moves(share: Fraction, plural: bool = False) -> str:
    if share == 0:
        return "stay level" if plural else "stays level"
    return f"{'grow' if share > 0 else 'fall'}{'' if plural else 's'} {per_cent(abs(share))}"


def _closes_with(output: Output, limit: Fraction) -> str:
    """The WTE, or the weighted activity, that would bring productivity to the nearer end of its range."""
    ratio = output.activity / output.activity_before / (1 + limit)
    wte = ratio * output.staff_before - output.staff
    activity = (1 + limit) * output.staff / output.staff_before * output.activity_before - output.activity
    staff_words = f"{number(abs(wte), 1)} WTE {'more' if wte > 0 else 'fewer'} on average"
    return f"{staff_words}, or {number(abs(activity))} {'more' if activity > 0 else 'less'} weighted activity"
