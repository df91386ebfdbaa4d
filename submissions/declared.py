"""Left-against-right rules as data: two signed sums of lines that must stand to each other as declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from planning.foundation.wording import MINUS
from planning.plan.array import BLANK, NOT_APPLICABLE, VALUE, Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    Breach,
    allowance,
    compares,
    count,
    in_order,
    judges,
    number,
    relative_size,
    subject,
)
from planning.registry import periods
from planning.registry.lines import terms

_GRAINS: Mapping[str, tuple[int, ...]] = {
    "month": tuple(range(periods.APRIL, periods.YEAR)),
    "year": (periods.YEAR,),
    "march": (periods.MARCH,),
    "outturn": (periods.OUTTURN,),
    "baseline": (periods.BASELINE,),
    "all": tuple(range(periods.COUNT)),
}
_WORDS = {
    "=": "should equal",
    "<=": "should be at most",
    "<": "should be less than",
    ">=": "should be at least",
    ">": "should be more than",
}
_SIGNS = {"=": "=", "<=": "≤", "<": "<", ">=": "≥", ">": ">"}
_BROKEN = {"=": "≠", "<=": ">", "<": "≥", ">=": "<", ">": "≤"}


@dataclass(frozen=True)
class Side:
    """One side of a comparison over a plan: exact sums and whether they are known, [organisation, period]."""

    codes: tuple[str, ...]
    text: str
    total: np.ndarray
    known: np.ndarray

    @classmethod
    def of(cls, plan: Plan, formula: str, missing_is_zero: bool) -> Side:
        """Read a signed sum. A side is known where each of its lines is; with `missing_is_zero` a blank or
        n/a line counts as nothing beside one that is known."""
        signed = _signed(plan, formula)
        shape = (len(plan.members), periods.COUNT)
        total, all_known, some_known = np.zeros(shape, np.int64), np.ones(shape, bool), np.zeros(shape, bool)
        for sign, code in signed:
            known = plan.known(code)
            total += np.where(known, sign * plan.exact(code), 0)
            some_known |= known
            all_known &= known | (_left_open(plan, code) if missing_is_zero else False)
        text = " + ".join(code if sign > 0 else f"-{code}" for sign, code in signed).replace("+ -", "− ")
        return cls(tuple(code for _, code in signed), text, total, all_known & some_known)


def _signed(plan: Plan, formula: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for sign, term in terms(formula):
        codes = plan.groups(term[:-1]) if term.endswith("*") else [term]
        found.extend((sign, code) for code in codes)
    return found


def _left_open(plan: Plan, code: str) -> np.ndarray:
    if code not in plan.place:
        return np.zeros((len(plan.members), periods.COUNT), bool)
    return np.isin(plan.states[:, plan.place[code]], (BLANK, NOT_APPLICABLE, VALUE))


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
    missing_is_zero = comparison.get("missing", rule.missing) == "zero"
    left = Side.of(plan, comparison["left"], missing_is_zero)
    right = Side.of(plan, comparison["right"], missing_is_zero)
    if not left.codes or not right.codes:
        return
    operator, types = comparison["operator"], comparison.get("types")
    places = _GRAINS[comparison.get("grain", "month")]
    known = left.known & right.known
    for o, member in enumerate(plan.members):
        if types and member.kind not in types:
            continue
        broken = [
            place for place in places if known[o, place] and _is_broken(left, operator, right, rule, o, place)
        ]
        if broken:
            yield _breach(plan, rule, o, left, operator, right, broken)


def _is_broken(left: Side, operator: str, right: Side, rule: Rule, o: int, place: int) -> bool:
    return not compares(int(left.total[o, place]), operator, int(right.total[o, place]), rule.tolerance)


def _breach(
    plan: Plan, rule: Rule, o: int, left: Side, operator: str, right: Side, broken: list[int]
) -> Breach:
    place, line = broken[0], plan.lines[left.codes[0]]
    seen, wanted = int(left.total[o, place]), int(right.total[o, place])
    gap, decimals = abs(seen - wanted), max(line.decimals, 1 if line.unit == "WTE" else 0)
    return Breach(
        organisation=subject(plan.members[o]),
        line=line.code,
        period=plan.periods[place],
        actual=seen / SCALE,
        expected=wanted / SCALE,
        gap=gap / SCALE,
        unit=line.unit,
        message=_message(plan, rule, left, operator, right, (seen, wanted), broken, decimals),
        inputs=tuple((code, place) for code in (*left.codes, *right.codes)),
        size=relative_size(gap, wanted),
        closes_with=_closes_with(left, operator, right, seen - wanted, (line.unit, decimals)),
        numbers=_numbers(left, operator, right, count(seen, decimals), count(wanted, decimals)),
        months=_months(left, o),
        expected_months=_months(right, o),
    )


def _message(
    plan: Plan,
    rule: Rule,
    left: Side,
    operator: str,
    right: Side,
    figures: tuple[int, int],
    broken: list[int],
    decimals: int,
) -> str:
    seen, wanted = figures
    unit = plan.lines[left.codes[0]].unit
    when = _when(plan, broken[0])
    sentence = (
        f"{_named(plan, left)} is {_amount(seen, unit, decimals)} {when}; it {_WORDS[operator]} "
        f"{_named(plan, right)}, which is {_amount(wanted, unit, decimals)}."
    )
    leeway = allowance(seen, wanted, rule.tolerance)
    if leeway and operator == "=":
        gap, allowed = _amount(abs(seen - wanted), unit, decimals), _amount(leeway, unit, decimals)
        sentence += f" They are {gap} apart; {allowed} is allowed."
    if len(broken) > 1:
        sentence += f" The same goes for {len(broken) - 1} more of its periods."
    return sentence


def _when(plan: Plan, place: int) -> str:
    label = periods.month_label(plan.periods[place])
    return f"in {label}" if place not in (periods.OUTTURN, periods.YEAR) else _year_words(place, label)


def _year_words(place: int, label: str) -> str:
    return f"in the {label} outturn" if place == periods.OUTTURN else f"in the {label} plan"


def _named(plan: Plan, side: Side) -> str:
    """`Total staff (W.TOT)` for one line, the sum of codes for several."""
    if len(side.codes) == 1 and side.codes[0] in plan.lines:
        return f"“{plan.lines[side.codes[0]].label}” ({side.codes[0]})"
    return side.text


def _amount(value: int | Fraction, unit: str, decimals: int) -> str:
    """A figure with its unit, to be compared with its neighbour: `9 patients`, `£843,100`."""
    if unit == "£000":
        return f"{MINUS if value < 0 else ''}£{number(abs(Fraction(value, SCALE)) * 1000)}"
    return f"{count(value, decimals) if isinstance(value, int) else number(value / SCALE, decimals)} {unit}"


def _closes_with(left: Side, operator: str, right: Side, difference: int, shown: tuple[str, int]) -> str:
    size = _amount(abs(difference), *shown)
    if operator == "=":
        return f"{size} between the two"
    less, more = ("less", "more") if difference > 0 else ("more", "less")
    return f"{size} {less} in {_plain(left)}, or as much {more} in {_plain(right)}"


def _plain(side: Side) -> str:
    """What spending is compared with is its size: the minus before a single line says nothing here."""
    return side.codes[0] if len(side.codes) == 1 else side.text


def _numbers(left: Side, operator: str, right: Side, seen: str, wanted: str) -> str:
    """`W.TOT = F.WTE.TOT, but 13,823.1 ≠ 14,341.0`."""
    return f"{left.text} {_SIGNS[operator]} {right.text}, but {seen} {_BROKEN[operator]} {wanted}"


def _months(side: Side, o: int) -> tuple[float | None, ...]:
    return tuple(
        side.total[o, place] / SCALE if side.known[o, place] else None
        for place in range(periods.APRIL, periods.YEAR)
    )


def _joined(first: Breach, second: Breach) -> Breach:
    return replace(
        first,
        message=f"{first.message} {second.message}",
        numbers=f"{first.numbers}; {second.numbers}",
        inputs=tuple(dict.fromkeys((*first.inputs, *second.inputs))),
        size=max(first.size, second.size),
    )
