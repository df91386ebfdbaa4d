"""Whether a comparison can be asked: its sides are read, its lines are of the rule's returns and types, its units
are the same, and what it divides by is not zero by its nature."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from planning.plan.expressions import Expression, Sum, Unreadable, parse
from planning.plan.rulebook import Rule
from planning.plan.units import SHARE, Unit, divided, said, times, unit_named
from planning.registry.files import BadReference
from planning.registry.lines import Line, Lines

Fault = Callable[[str, str], BadReference]  # of a field, and what to do
MANY = frozenset({"month", "all"})  # grains of several columns
_PARTNER = re.compile(r"@[A-Z0-9]+$")


@dataclass(frozen=True)
class _Asked:
    """What a comparison is held against."""

    rule: Rule
    types: frozenset[str]
    zero_is_said: bool  # the declaration says what a divisor of zero means
    lines: Lines
    units: Mapping[str, str]
    fault: Fault


def check_comparison(
    field: str,
    comparison: Mapping[str, Any],
    rule: Rule,
    entry: Mapping[str, Any],
    lines: Lines,
    units: Mapping[str, str],
    fault: Fault,
) -> None:
    """One comparison of an entry whose shape is right. Raises what `fault` makes of a field and a sentence."""
    types = frozenset(comparison.get("types", rule.types))
    if not types <= rule.types:
        raise fault(f"{field}.types", "a comparison's types are among the rule's.")
    said_so = "not_assessable" in (comparison.get("zero"), entry.get("zero"))
    asked = _Asked(rule, types, said_so, lines, units, fault)
    _check_sides(field, comparison, comparison["grain"], asked)
    if condition := comparison.get("if"):
        grain = condition.get("grain", comparison["grain"])
        if grain in MANY and grain != comparison["grain"]:
            raise fault(f"{field}.if.grain", "is the comparison's own, or one column such as year or march.")
        _check_sides(f"{field}.if", condition, grain, asked)
    _check_one_return(field, comparison, asked)


def lines_read(comparison: Mapping[str, Any], lines: Lines) -> list[str]:
    """The lines that a comparison and its condition rest on, families written out; of what can be read."""
    found: dict[str, None] = {}
    for asked in (comparison, comparison.get("if") or {}):
        for side in ("left", "right"):
            if asked:
                found.update(dict.fromkeys(_written_out(parse(asked[side]).codes, lines)))
    return list(found)


def _written_out(codes: Iterable[str], lines: Lines) -> list[str]:
    """Families as their lines, `F.INC.ICB@QU9` as its declaration; what there is not stays as it is."""
    found: list[str] = []
    for code in codes:
        if code.endswith("*"):
            found.extend([each for each in lines if each.startswith(code[:-1])] or [code])
        else:
            found.append(_PARTNER.sub("@", code))
    return found


# --- sides ---------------------------------------------------------------------------------------------
def _check_sides(field: str, compared: Mapping[str, Any], grain: str, asked: _Asked) -> None:
    left = _side(f"{field}.left", compared["left"], grain, asked)
    right = _side(f"{field}.right", compared["right"], grain, asked)
    if left.is_constant:
        raise asked.fault(
            f"{field}.left", "names no line: put what is compared here, and the bound to the right."
        )
    if left.text == right.text:
        raise asked.fault(f"{field}.right", "is the same as the left side, so that it always holds.")
    _check_units(field, left, right, asked)


def _side(field: str, text: str, grain: str, asked: _Asked) -> Expression:
    try:
        side = parse(text)
    except Unreadable as error:
        raise asked.fault(field, f"cannot be read, {error}") from error
    for code in _written_out(side.codes, asked.lines):
        _check_line(field, code, asked)
    for code in side.assumptions:
        if code not in asked.units:
            near = _nearest(code, asked.units)
            raise asked.fault(field, f"{code} is not an assumption of the round{near}.")
    _check_divisor(field, side, grain, asked)
    return side


def _check_line(field: str, code: str, asked: _Asked) -> None:
    if code not in asked.lines:
        near = _nearest(code, asked.lines)
        raise asked.fault(field, f"{code} is not a line of the round{near}.")
    line, rule = asked.lines[code], asked.rule
    if line.return_kind not in rule.returns and line.required != "reference":
        raise asked.fault(
            field, f"{code} stands in the {line.return_kind} return, which is not needed: add it to returns."
        )
    of_system = rule.levels == {"system"}  # whose sum needs the line from some of its members
    if not (asked.types & line.types if of_system else asked.types <= line.types):
        names = ", ".join(sorted(line.types))
        raise asked.fault(field, f"{code} is not a line of every type that is compared, only of {names}.")


def _check_one_return(field: str, comparison: Mapping[str, Any], asked: _Asked) -> None:
    """A rule that judges each return by itself never sees two at once."""
    kinds = {asked.lines[code].return_kind for code in lines_read(comparison, asked.lines)}
    if asked.rule.each_return and len(kinds) > 1:
        raise asked.fault(
            field, f"compares lines of {' and '.join(sorted(kinds))}, but each return is judged alone."
        )


# --- what is divided by ----------------------------------------------------------------------------------
def _check_divisor(field: str, side: Expression, grain: str, asked: _Asked) -> None:
    if side.grows:
        if grain != "year":
            raise asked.fault(field, "growth is of the plan column over the outturn: its grain is year.")
        for line in _lines_of(side.terms, asked):
            if line.outturn == "none":
                raise asked.fault(field, f"{line.code} has no outturn to grow from.")
    divisor = side.terms if side.grows else side.over
    if divisor and not asked.zero_is_said and (why := _may_be_zero(divisor, side.grows, asked)):
        raise asked.fault(
            field,
            f"{why}, so what it divides by may be zero: add zero: not_assessable, or divide by another line.",
        )


def _may_be_zero(divisor: Sum, grows: bool, asked: _Asked) -> str:
    if len({sign for sign, _ in divisor}) > 1:
        return "a difference stands below"
    for line in _lines_of(divisor, asked):
        if line.sign == "any":
            return f"{line.code} takes either sign"
    if all(_is_optional(line, grows, asked) for line in _lines_of(divisor, asked)):
        return f"{' and '.join(code for _, code in divisor)} may be left blank"
    return ""


def _is_optional(line: Line, grows: bool, asked: _Asked) -> bool:
    if line.is_computed:
        return False
    return (grows and line.outturn == "optional") or any(line.is_optional_for(kind) for kind in asked.types)


def _lines_of(terms: Sum, asked: _Asked) -> list[Line]:
    return [asked.lines[code] for code in _written_out([code for _, code in terms], asked.lines)]


# --- units -----------------------------------------------------------------------------------------------
def _check_units(field: str, left: Expression, right: Expression, asked: _Asked) -> None:
    mine, theirs = (
        _unit_of(f"{field}.{name}", side, asked) for name, side in (("left", left), ("right", right))
    )
    if theirs is None and any(unit_named(asked.units[code]) for code in left.assumptions):
        raise asked.fault(f"{field}.right", "is a bare number, in no unit of its own: compare with a line.")
    if theirs is None or mine == theirs or _is_share_of(left, right, asked):
        return
    raise asked.fault(
        f"{field}.right",
        f"is {_in(theirs)} and the left side is {_in(mine or SHARE)}: compare like with like.",
    )


def _in(unit: Unit) -> str:
    return f"in {said(unit)}" if unit else said(unit)


def _unit_of(field: str, side: Expression, asked: _Asked) -> Unit | None:
    """None for a bare number, which takes the unit of what it is compared with; a percentage is a share."""
    unit = _sum_unit(field, side.terms, asked)
    if side.over:
        unit = divided(unit, _sum_unit(field, side.over, asked))
    if side.grows:
        unit = SHARE
    for code in side.assumptions:
        unit = times(unit, unit_named(asked.units[code]))
    is_number = side.is_constant and not side.assumptions and not side.is_percentage
    return None if is_number else unit


def _sum_unit(field: str, terms: Sum, asked: _Asked) -> Unit:
    units = {unit_named(line.unit): line.code for line in _lines_of(terms, asked)}
    if len(units) > 1:
        (one, first), (other, second) = list(units.items())[:2]
        raise asked.fault(
            field, f"mixes units: {first} is in {said(one)}, {second} in {said(other)}; add like with like."
        )
    return next(iter(units), SHARE)


def _is_share_of(left: Expression, right: Expression, asked: _Asked) -> bool:
    """A numerator with its own denominator is a share, whatever each counts: episodes of attendances."""
    if not (left.is_sum and right.is_sum and len(left.terms) == len(right.terms) == 1):
        return False
    numerator, whole = left.terms[0][1], right.terms[0][1]
    return asked.lines[numerator].denominator == whole if numerator in asked.lines else False


def _nearest(code: str, known: Collection[str]) -> str:
    found = get_close_matches(code, list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""
