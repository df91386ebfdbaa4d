"""Cost-weighted activity: what a trust does, each line counted by what a unit of it roughly costs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import figures_at

_WEIGHT = "weight."

Weights = Mapping[str, Fraction]


def weights_of(rule: Rule) -> Weights:
    """Line code and weight, from the round's parameters `weight.<line>`; a line that weighs nothing is not
    asked for. Raises ValueError where the round has none."""
    found = {
        name.removeprefix(_WEIGHT): fraction(value)
        for name, value in rule.parameters.items()
        if name.startswith(_WEIGHT)
    }
    weights = {code: weight for code, weight in found.items() if weight}
    if not weights:
        raise ValueError(f"{rule.code} needs weights.")
    return weights


def weighted_activity(plan: Plan, o: int, weights: Weights, place: int) -> Fraction | None:
    """The o-th organisation's weighted activity in a period, in units of weight 1, exact. None where a line that
    weighs is missing or n/a: the rule is then not assessable."""
    figures = figures_at(plan, o, tuple(weights), place)
    if figures is None:
        return None
    weighed = (weight * figure for weight, figure in zip(weights.values(), figures, strict=True))
    return sum(weighed, Fraction(0)) / SCALE
