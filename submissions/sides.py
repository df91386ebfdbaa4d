"""The two sides of a comparison over a plan: exact figures for every organisation and period at once, and where one
side does not stand to the other as it should."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np

from planning.plan.array import BLANK, NOT_APPLICABLE, VALUE, Plan
from planning.plan.exact import SCALE, fraction, holds
from planning.plan.expressions import Expression, Sum, parse
from planning.plan.rulebook import Tolerance
from planning.plan.rules import allowance
from planning.registry import periods

_SURE = 1e-12  # of the figures: nearer to the bound than this, floats decide nothing
_HALF_OF_INT64 = 2**61


@dataclass(frozen=True)
class Side:
    """One side: `total` over `over` (None: over the scale of stored figures), times `factor`; where it is `known`.

    `total` and `over` are int64 [organisation, period]. Of a growth they are the change and the outturn, the same in
    every period; of a number or an assumption alone 1 and 1.
    """

    expression: Expression
    terms: Sum  # families written out
    divisor: Sum
    factor: Fraction
    total: np.ndarray
    over: np.ndarray | None
    known: np.ndarray

    @classmethod
    def of(cls, plan: Plan, text: str, missing_is_zero: bool, parameters: Mapping[str, Decimal]) -> Side:
        """Read a side. It is known where each of its lines is, what it divides by is not zero, and the round has
        its assumptions; with `missing_is_zero` a blank or n/a line counts as nothing beside one that is known."""
        read = parse(text)
        terms, divisor = _signed(plan, read.terms), _signed(plan, read.over)
        total, known = _sum(plan, terms, missing_is_zero)
        over: np.ndarray | None = None
        if read.over:
            over, over_known = _sum(plan, divisor, missing_is_zero)
            known = known & over_known & (over != 0)
        elif read.grows:
            total, over, known = _growth(total, known)
        elif read.is_constant:
            total = over = np.ones_like(total)
            known = np.ones_like(known)
        factor = _factor(read, parameters)
        if factor is None or (read.terms and not terms) or (read.over and not divisor):
            known = np.zeros_like(known)
        return cls(read, terms, divisor, factor or Fraction(0), total, over, known)

    @property
    def codes(self) -> tuple[str, ...]:
        """Its lines, those that it divides by last, once each."""
        return tuple(dict.fromkeys(code for _, code in (*self.terms, *self.divisor)))

    def exact(self, o: int, place: int) -> Fraction:
        """In the unit of the side: £000, WTE; a share as 0.04. Only where it is known."""
        below = SCALE if self.over is None else int(self.over[o, place])
        return self.factor * Fraction(int(self.total[o, place]), below)

    @cached_property
    def rough(self) -> np.ndarray:
        """The same as float64 [organisation, period], NaN where it is not known."""
        below = np.float64(SCALE) if self.over is None else np.where(self.known, self.over, 1)
        return np.where(self.known, float(self.factor) * (self.total / below), np.nan)

    def inputs(self, place: int) -> tuple[tuple[str, int], ...]:
        """The figures that it rests on in a period."""
        places = (periods.YEAR, periods.OUTTURN) if self.expression.grows else (place,)
        return tuple((code, at) for code in self.codes for at in places)

    def months(self, o: int, times: int = 1) -> tuple[float | None, ...]:
        """Its twelve months for reading, none of a growth."""
        if self.expression.grows:
            return ()
        values = self.rough[o, periods.MONTHS] * times
        return tuple(None if value != value else float(value) for value in values)


def broken(left: Side, operator: str, right: Side, tolerance: Tolerance) -> np.ndarray:
    """bool [organisation, period]: where both sides are known and do not stand to each other so, the tolerance given
    to the side that would break it. Decided exactly: by whole numbers, or by fractions near the bound."""
    if (found := _by_whole_numbers(left, operator, right, tolerance)) is not None:
        return found
    one, other = left.rough, right.rough
    leeway = np.maximum(
        float(tolerance.absolute), float(tolerance.relative) * np.maximum(np.abs(one), np.abs(other))
    )
    room = _room(one, operator, other, leeway)
    unsure = _SURE * (np.abs(one) + np.abs(other) + leeway)
    found = room < -unsure  # False where either is NaN
    for o, place in np.argwhere(np.abs(room) <= unsure):
        found[o, place] = not stands(left.exact(o, place), operator, right.exact(o, place), tolerance)
    return found


def stands(left: Fraction, operator: str, right: Fraction, tolerance: Tolerance) -> bool:
    """`left operator right` in the unit of the sides, within the tolerance; exactly at it they do."""
    leeway = allowance(left, right, tolerance, unit=1)
    if operator == "=":
        return abs(left - right) <= leeway
    return holds(left - leeway if operator in ("<", "<=") else left + leeway, operator, right)


def _by_whole_numbers(left: Side, operator: str, right: Side, tolerance: Tolerance) -> np.ndarray | None:
    """The same of two sums with an absolute tolerance, all at once; None where that is not what they are."""
    leeway = fraction(tolerance.absolute) * SCALE
    if (
        not (left.expression.is_sum and right.expression.is_sum)
        or tolerance.relative
        or leeway.denominator > 1
    ):
        return None
    if max(_largest(left), _largest(right), int(leeway)) > _HALF_OF_INT64:
        return None
    room = _room(left.total, operator, right.total, int(leeway))
    wrong = room <= 0 if operator in ("<", ">") else room < 0
    return np.asarray(wrong & left.known & right.known)


def _room(left: np.ndarray, operator: str, right: np.ndarray, leeway: np.ndarray | int) -> np.ndarray:
    """How much is left before it breaks. Raises KeyError for an operator that is none."""
    ways = {
        "=": lambda: leeway - np.abs(left - right),
        "<": lambda: right + leeway - left,
        "<=": lambda: right + leeway - left,
        ">": lambda: left + leeway - right,
        ">=": lambda: left + leeway - right,
    }
    return np.asarray(ways[operator]())


def _largest(side: Side) -> int:
    return int(np.abs(side.total).max(initial=0))


def _factor(read: Expression, parameters: Mapping[str, Decimal]) -> Fraction | None:
    """None where the round no longer has an assumption that it names."""
    factor = read.factor
    for code in read.assumptions:
        if code not in parameters:
            return None
        factor *= fraction(parameters[code])
    return factor


def _growth(total: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The change from the outturn to the plan, the outturn, and where both are there and it is not zero."""
    plan, outturn = total[:, [periods.YEAR]], total[:, [periods.OUTTURN]]
    both = known[:, [periods.YEAR]] & known[:, [periods.OUTTURN]] & (outturn != 0)
    wide = total.shape
    return (
        np.broadcast_to(plan - outturn, wide),
        np.broadcast_to(outturn, wide),
        np.broadcast_to(both, wide),
    )


def _sum(plan: Plan, terms: Sum, missing_is_zero: bool) -> tuple[np.ndarray, np.ndarray]:
    shape = (len(plan.members), periods.COUNT)
    total, all_known, some_known = np.zeros(shape, np.int64), np.ones(shape, bool), np.zeros(shape, bool)
    for sign, code in terms:
        known = plan.known(code)
        total += np.where(known, sign * plan.exact(code), 0)
        some_known |= known
        all_known &= known | (_left_open(plan, code) if missing_is_zero else False)
    return total, all_known & some_known


def _signed(plan: Plan, terms: Sum) -> Sum:
    found: list[tuple[int, str]] = []
    for sign, term in terms:
        codes = plan.groups(term[:-1]) if term.endswith("*") else [term]
        found.extend((sign, code) for code in codes)
    return tuple(found)


def _left_open(plan: Plan, code: str) -> np.ndarray:
    if code not in plan.place:
        return np.zeros((len(plan.members), periods.COUNT), bool)
    return np.isin(plan.states[:, plan.place[code]], (BLANK, NOT_APPLICABLE, VALUE))
