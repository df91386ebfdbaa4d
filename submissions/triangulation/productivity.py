"""Productivity: T11, what activity against staff implies about how much more each does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, figures_at, judges, number, per_cent, subject
from planning.registry import periods

STAFF = "W.AVG"
WEIGHT = "weight."


@dataclass(frozen=True)
class Output:
    """Cost-weighted activity and average staff, plan and outturn, exact."""

    activity: Fraction
    activity_before: Fraction
    staff: Fraction
    staff_before: Fraction

    @property
    def growth(self) -> Fraction:
        """`(1 + g(CWA)) / (1 + g(W.AVG)) - 1`."""
        return (self.activity / self.activity_before) / (self.staff / self.staff_before) - 1


@judges("T11")
def activity_grows_about_as_staff_do(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Implied productivity within `low` to `high`, ratios. Activity is weighted by the round's parameters
    `weight.<line>`; a line that weighs nothing is not asked for. Raises ValueError without weights or range."""
    weights = _weights(rule)
    low, high = rule.tolerance.low, rule.tolerance.high
    if not weights or low is None or high is None:
        raise ValueError("T11 needs weights and a range.")
    floor, ceiling = fraction(low), fraction(high)
    for o in range(len(plan.members)):
        output = _output(plan, o, weights)
        if output is not None and not floor <= output.growth <= ceiling:
            yield _breach(plan, o, output, weights, floor, ceiling)


def _weights(rule: Rule) -> dict[str, Fraction]:
    found = {
        name.removeprefix(WEIGHT): fraction(value)
        for name, value in rule.parameters.items()
        if name.startswith(WEIGHT)
    }
    return {code: weight for code, weight in found.items() if weight}


def _output(plan: Plan, o: int, weights: dict[str, Fraction]) -> Output | None:
    codes = (*weights, STAFF)
    now, before = figures_at(plan, o, codes, periods.YEAR), figures_at(plan, o, codes, periods.OUTTURN)
    if now is None or before is None:
        return None
    output = Output(
        _weighted(now, weights), _weighted(before, weights), Fraction(now[-1]), Fraction(before[-1])
    )
    if 0 in (output.activity_before, output.staff, output.staff_before):
        return None
    return output


def _weighted(figures: list[int], weights: dict[str, Fraction]) -> Fraction:
    return sum(
        (weight * figure for weight, figure in zip(weights.values(), figures, strict=False)), Fraction(0)
    )


def _breach(
    plan: Plan, o: int, output: Output, weights: dict[str, Fraction], floor: Fraction, ceiling: Fraction
) -> Breach:
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
            f"{per_cent(abs(output.growth))} {way} than last year, outside {per_cent(floor)} to {per_cent(ceiling)}."
        ),
        inputs=tuple(
            (code, place) for code in (STAFF, *weights) for place in (periods.YEAR, periods.OUTTURN)
        ),
        size=float(abs(output.growth - limit)),
        closes_with=_closes_with(output, limit),
        numbers=(
            f"(1 + {per_cent(activity, 2)}) / (1 + {per_cent(staff, 2)}) − 1 = {per_cent(output.growth, 2)}; weighted "
            f"activity {number(output.activity / SCALE)} from {number(output.activity_before / SCALE)}, staff "
            f"{number(output.staff / SCALE, 1)} from {number(output.staff_before / SCALE, 1)} WTE"
        ),
    )


def _moves(share: Fraction, plural: bool = False) -> str:
    if share == 0:
        return "stay level" if plural else "stays level"
    return f"{'grow' if share > 0 else 'fall'}{'' if plural else 's'} {per_cent(abs(share))}"


def _closes_with(output: Output, limit: Fraction) -> str:
    """The WTE, or the weighted activity, that would bring productivity to the nearer end of its range."""
    ratio = output.activity / output.activity_before / (1 + limit)
    wte = (ratio * output.staff_before - output.staff) / SCALE
    activity = (
        (1 + limit) * output.staff / output.staff_before * output.activity_before - output.activity
    ) / SCALE
    staff_words = f"{number(abs(wte), 1)} WTE {'more' if wte > 0 else 'fewer'} on average"
    return f"{staff_words}, or {number(abs(activity))} {'more' if activity > 0 else 'less'} weighted activity"
