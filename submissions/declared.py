"""Left-against-right rules as data: two sides of lines, numbers and assumptions that must stand to each other as
declared, everywhere or where a condition holds. `planning/plan/expressions.py` says how a side is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planning.plan.array import Plan
from planning.plan.rulebook import Rule, Tolerance
from planning.plan.rules import SYSTEM, Breach, in_order, judges, relative_size, subject
from planning.registry import periods
from submissions import side_words as words
from submissions.sides import Side, broken

GRAINS: Mapping[str, tuple[int, ...]] = {
    "month": tuple(range(periods.APRIL, periods.YEAR)),
    "year": (periods.YEAR,),
    "march": (periods.MARCH,),
    "outturn": (periods.OUTTURN,),
    "baseline": (periods.BASELINE,),
    "all": tuple(range(periods.COUNT)),
}
_EXACT = Tolerance()


@dataclass(frozen=True)
class _Compared:
    """A comparison, or its condition, over a plan."""

    left: Side
    operator: str
    right: Side
    places: tuple[int, ...]

    @classmethod
    def of(cls, plan: Plan, rule: Rule, declared: Mapping[str, Any], missing: str, grain: str) -> _Compared:
        """Raises KeyError for a grain that is none."""
        left, right = (
            Side.of(plan, declared[name], missing == "zero", rule.parameters) for name in ("left", "right")
        )
        return cls(left, declared["operator"], right, GRAINS[grain])

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.left, self.right

    @property
    def known(self) -> np.ndarray:
        return np.asarray(self.left.known & self.right.known)

    def holds(self) -> np.ndarray:
        """bool [organisation, period]: known and so, without a tolerance; of one column, its answer everywhere."""
        found = self.known & ~broken(self.left, self.operator, self.right, _EXACT)
        if len(self.places) == 1:
            found = np.broadcast_to(found[:, list(self.places)], found.shape)
        return np.asarray(found)

    def place_beside(self, place: int) -> int:
        """Where a condition is read beside a place of its comparison."""
        return self.places[0] if len(self.places) == 1 else place

    def inputs(self, place: int) -> tuple[tuple[str, int], ...]:
        return (*self.left.inputs(place), *self.right.inputs(place))


@judges("declared")
def both_sides_stand_as_declared(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Every comparison of the rule, in every period of its grain. One breach per organisation and line:
    further comparisons of a line add their sentence to the first. Raises KeyError for a grain that is none."""
    found: dict[tuple[str | None, str], Breach] = {}
    for comparison in rule.comparisons:
        for breach in _compare(plan, rule, comparison):
            key = (breach.organisation, breach.line)
            found[key] = _joined(found[key], breach) if key in found else breach
    yield from in_order(found.values())


def _compare(plan: Plan, rule: Rule, comparison: Mapping[str, Any]) -> Iterator[Breach]:
    types = comparison.get("types")
    if types and not any(member.kind in (*types, SYSTEM) for member in plan.members):
        return
    missing, grain = comparison.get("missing", rule.missing), comparison.get("grain", "month")
    compared = _Compared.of(plan, rule, comparison, missing, grain)
    wrong = broken(compared.left, compared.operator, compared.right, rule.tolerance)
    condition = None
    if declared := comparison.get("if"):
        condition = _Compared.of(plan, rule, declared, missing, declared.get("grain", grain))
        wrong = wrong & condition.holds()
    for o in np.flatnonzero(wrong[:, list(compared.places)].any(axis=1)):
        if types and plan.members[o].kind not in (*types, SYSTEM):
            continue
        places = [place for place in compared.places if wrong[o, place]]
        yield _breach(plan, rule, compared, condition, int(o), places)


def _breach(
    plan: Plan, rule: Rule, compared: _Compared, condition: _Compared | None, o: int, places: list[int]
) -> Breach:
    left, right = compared.sides
    place, line = places[0], plan.lines[left.codes[0]]
    figures = seen, wanted = left.exact(o, place), right.exact(o, place)
    scale = words.Scale.of(plan, left, right).told_apart(seen, wanted)
    gap, times = abs(seen - wanted), scale.times
    # of every period that is broken, the first before the rest: a reason lapses where any of them changes
    given = [pair for at in places for pair in _inputs(compared, condition, at)]
    is_month = place in GRAINS["month"]
    return Breach(
        organisation=subject(plan.members[o]),
        line=line.code,
        period=plan.periods[place],
        actual=float(seen * times),
        expected=float(wanted * times),
        gap=float(gap * times),
        unit=f"{scale.name} growth" if left.expression.grows else scale.name,
        message=_message(plan, rule, compared, condition, o, places),
        inputs=tuple(dict.fromkeys(given)),
        size=relative_size(gap, wanted),
        closes_with=words.closes_with(plan, compared.sides, compared.operator, figures, scale, (o, place)),
        numbers=words.numbers(compared.sides, compared.operator, figures, scale, (o, place)),
        months=left.months(o, times),
        expected_months=right.months(o, times) if right.terms or is_month else (),
    )


def _inputs(compared: _Compared, condition: _Compared | None, place: int) -> tuple[tuple[str, int], ...]:
    beside = condition.inputs(condition.place_beside(place)) if condition else ()
    return (*compared.inputs(place), *beside)


def _message(
    plan: Plan, rule: Rule, compared: _Compared, condition: _Compared | None, o: int, places: list[int]
) -> str:
    place = places[0]
    seen, wanted = (side.exact(o, place) for side in compared.sides)
    scale = words.Scale.of(plan, *compared.sides).told_apart(seen, wanted)
    found = words.sentence(plan, compared.sides, compared.operator, (seen, wanted), scale, place)
    if compared.operator == "=":
        found += words.leeway(seen, wanted, rule.tolerance, scale)
    if len(places) > 1:
        found += f" The same goes for {len(places) - 1} more of its periods."
    if condition:
        at = condition.place_beside(place)
        figures = condition.left.exact(o, at), condition.right.exact(o, at)
        found += words.condition(plan, condition.sides, condition.operator, figures, at)
    return found


def _joined(first: Breach, second: Breach) -> Breach:
    return replace(
        first,
        message=f"{first.message} {second.message}",
        numbers=f"{first.numbers}; {second.numbers}",
        inputs=tuple(dict.fromkeys((*first.inputs, *second.inputs))),
        size=max(first.size, second.size),
    )
