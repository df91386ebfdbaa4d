"""A broken comparison in words: what each side is called, what it comes to, and what would close the gap."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from planning.foundation.wording import MINUS
from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.expressions import Sum
from planning.plan.rulebook import Tolerance
from planning.plan.rules import allowance, number, per_cent
from planning.plan.units import SHARE, Unit, divided, said, unit_named
from planning.registry import periods
from submissions.sides import Side

WORDS = {
    "=": "should equal",
    "<=": "should be at most",
    "<": "should be less than",
    ">=": "should be at least",
    ">": "should be more than",
}
_STANDS = {"=": "equal to", "<=": "at most", "<": "less than", ">=": "at least", ">": "more than"}
_SIGNS = {"=": "=", "<=": "≤", "<": "<", ">=": "≥", ">": ">"}
_BROKEN = {"=": "≠", "<=": ">", "<": "≥", ">=": "<", ">": "≤"}
_POUNDS = "£000"
_LONG = 7  # lines of a family, from which on they are not named one by one


@dataclass(frozen=True)
class Scale:
    """The unit of a comparison and the decimals that its figures are shown with."""

    unit: Unit
    decimals: int

    @classmethod
    def of(cls, plan: Plan, left: Side, right: Side) -> Scale:
        """That of the left side, or of the other where an assumption would have changed the left one's."""
        side = right if left.expression.assumptions and right.terms else left
        lines = [plan.lines[code] for code in side.codes]
        decimals = max([line.decimals for line in lines] + [1 if line.unit == "WTE" else 0 for line in lines])
        unit = _unit(plan, side)
        return cls(unit, 1 if unit == SHARE or len(unit) > 1 else decimals)

    @property
    def name(self) -> str:
        """As a column is headed: `%`, `£000`, `£000 a WTE`."""
        return "%" if self.unit == SHARE else said(self.unit)

    @property
    def times(self) -> int:
        """What a figure is shown times: a share in per cent."""
        return 100 if self.unit == SHARE else 1

    def amount(self, value: Fraction, decimals: int | None = None) -> str:
        """`4.1%`, `£843,100`, `£62,300 a WTE`, `9 patients`, `12.5 WTE`."""
        places = self.decimals if decimals is None else decimals
        if self.unit == SHARE:
            return per_cent(value, places)
        above, _, below = said(self.unit).partition(" ")
        if above == _POUNDS:
            sign, size = MINUS if value < 0 else "", abs(value) * 1000
            return f"{sign}£{number(size, max(0, places - 3))}{' ' + below if below else ''}"
        return f"{number(value, places if value.denominator > 1 else 0)} {said(self.unit)}"

    def apart(self, value: Fraction) -> str:
        """A gap: shares differ by points."""
        return f"{number(value * 100, self.decimals)} points" if self.unit == SHARE else self.amount(value)

    def told_apart(self, one: Fraction, other: Fraction) -> Scale:
        """With as many decimals as it takes for two figures not to look the same."""
        for decimals in range(self.decimals, self.decimals + 5):
            if one == other or self.amount(one, decimals) != self.amount(other, decimals):
                return Scale(self.unit, decimals)
        return self


def _unit(plan: Plan, side: Side) -> Unit:
    if side.expression.grows or not side.terms:
        return SHARE
    above = unit_named(plan.lines[side.terms[0][1]].unit)
    return divided(above, unit_named(plan.lines[side.divisor[0][1]].unit)) if side.divisor else above


# --- what a side is called -------------------------------------------------------------------------------
def named(plan: Plan, side: Side) -> str:
    """`“Total staff” (W.TOT)`, `growth of …`, `… over …`, `1.1 times …`."""
    read = side.expression
    times = "".join(f"{factor} times " for factor in _factors(side))
    what = _family(side) or _sum_named(plan, side.terms)
    if read.grows:
        return f"{times}growth of {what}"
    return f"{times}{what} over {_sum_named(plan, side.divisor)}" if side.divisor else f"{times}{what}"


def _family(side: Side) -> str:
    """`the sum of the 10 W.SUB lines` where a side is one long family, which nobody reads written out."""
    read = side.expression
    if len(read.terms) != 1 or not read.terms[0][1].endswith(".*") or len(side.terms) < _LONG:
        return ""
    minus = "minus " if read.terms[0][0] < 0 else ""
    return f"{minus}the sum of the {len(side.terms)} {read.terms[0][1].removesuffix('.*')} lines"


def _factors(side: Side) -> list[str]:
    read = side.expression
    plain = [number(read.factor, _places(read.factor))] if read.factor != 1 else []
    return [*plain, *read.assumptions]


def _places(value: Fraction) -> int:
    """Decimals that show it whole, at most six."""
    return next((places for places in range(6) if (value * 10**places).denominator == 1), 6)


def _sum_named(plan: Plan, terms: Sum) -> str:
    if len(terms) == 1 and terms[0][1] in plan.lines:
        code = terms[0][1]
        return f"“{plan.lines[code].label}” ({code})"
    return _sum_text(terms)


def _sum_text(terms: Sum) -> str:
    return " + ".join(code if sign > 0 else f"-{code}" for sign, code in terms).replace("+ -", "− ")


def _text(side: Side) -> str:
    """As the formula has it, families of a plain sum written out."""
    return _sum_text(side.terms) if side.expression.is_sum else side.expression.text


# --- sentences -------------------------------------------------------------------------------------------
def when(plan: Plan, place: int) -> str:
    label = periods.month_label(plan.periods[place])
    if place == periods.OUTTURN:
        return f"in the {label} outturn"
    return f"in the {label} plan" if place == periods.YEAR else f"in {label}"


def _when_of(plan: Plan, side: Side, place: int) -> str:
    if not side.expression.grows:
        return when(plan, place)
    before, now = (periods.month_label(plan.periods[at]) for at in (periods.OUTTURN, periods.YEAR))
    return f"from the {before} outturn to the {now} plan"


def sentence(
    plan: Plan,
    sides: tuple[Side, Side],
    operator: str,
    figures: tuple[Fraction, Fraction],
    scale: Scale,
    place: int,
) -> str:
    """`“A” (A) is 9 patients in June 2023; it should be at most “B” (B), which is 7 patients.`"""
    (left, right), (seen, wanted) = sides, figures
    subject = named(plan, left)
    start = f"{subject[0].upper()}{subject[1:]} is {scale.amount(seen)} {_when_of(plan, left, place)}"
    return f"{start}; it {WORDS[operator]} {_bound(plan, right, wanted, scale)}."


def condition(
    plan: Plan, sides: tuple[Side, Side], operator: str, figures: tuple[Fraction, Fraction], place: int
) -> str:
    """` It is asked because “A” (A) is 5 WTE in March 2024, more than 0 WTE.`"""
    (left, right), (seen, wanted) = sides, figures
    scale = Scale.of(plan, left, right).told_apart(seen, wanted)
    start = f" It is asked because {named(plan, left)} is {scale.amount(seen)} {_when_of(plan, left, place)}"
    return f"{start}, {_STANDS[operator]} {_bound(plan, right, wanted, scale)}."


def _bound(plan: Plan, right: Side, wanted: Fraction, scale: Scale) -> str:
    if right.terms:
        return f"{named(plan, right)}, which is {scale.amount(wanted)}"
    if right.expression.assumptions:
        return f"the planning assumption {_text(right)}, which is {scale.amount(wanted)}"
    return scale.amount(wanted)


def leeway(seen: Fraction, wanted: Fraction, tolerance: Tolerance, scale: Scale) -> str:
    """How far apart two sides are that should be equal, and how far they may be; "" without a tolerance."""
    allowed = allowance(seen, wanted, tolerance, unit=1)
    if not allowed:
        return ""
    return f" They are {scale.apart(abs(seen - wanted))} apart; {scale.apart(allowed)} is allowed."


# --- the formula with its numbers ------------------------------------------------------------------------
def numbers(
    sides: tuple[Side, Side],
    operator: str,
    figures: tuple[Fraction, Fraction],
    scale: Scale,
    at: tuple[int, int],
) -> str:
    """`W.TOT = F.WTE.TOT, but 13,823.1 ≠ 14,341.0`; of a ratio `4,100 / 100,000 = 4.1% > 4.0%`."""
    left, right = sides
    seen, wanted = (_put_in(side, value, scale, at) for side, value in zip(sides, figures, strict=True))
    formula = f"{_text(left)} {_SIGNS[operator]} {_text(right)}"
    return f"{formula}, but {seen} {_BROKEN[operator]} {wanted}"


def _put_in(side: Side, value: Fraction, scale: Scale, at: tuple[int, int]) -> str:
    shown = scale.amount(value) if scale.unit == SHARE or len(scale.unit) > 1 else _count(value, scale)
    is_bare = side.over is None and not _factors(side)
    if side.expression.is_sum or is_bare or not side.terms:
        return shown
    total, over = int(side.total[at]), 0 if side.over is None else int(side.over[at])
    times = "".join(f"{factor} x " for factor in _factors(side))
    if side.expression.grows:
        plan = Fraction(total + over, SCALE)
        change = f"{_bare(plan)} / {_bare(Fraction(over, SCALE))} {MINUS} 1"
        return f"{times}({change}) = {shown}" if times else f"{change} = {shown}"
    over_text = f" / {_bare(Fraction(over, SCALE))}" if side.divisor else ""
    return f"{times}{_bare(Fraction(total, SCALE))}{over_text} = {shown}"


def _count(value: Fraction, scale: Scale) -> str:
    return number(value, scale.decimals if value.denominator > 1 else 0)


def _bare(value: Fraction) -> str:
    return number(value, min(2, _places(value)))


# --- what closes it --------------------------------------------------------------------------------------
def closes_with(
    plan: Plan,
    sides: tuple[Side, Side],
    operator: str,
    figures: tuple[Fraction, Fraction],
    scale: Scale,
    at: tuple[int, int],
) -> str:
    """What to change on the left, the rest as it is; "" where the sides share a line, so that both would move."""
    left, right = sides
    seen, wanted = figures
    if left.expression.is_sum and right.expression.is_sum:
        return _between_sums(plan, left, right, operator, scale.amount(abs(seen - wanted)), seen > wanted)
    if set(left.codes) & set(right.codes) or left.factor == 0:
        return ""
    if operator == "=" and left.expression.is_sum:
        return f"{scale.amount(abs(seen - wanted))} between the two"
    have, need = _top(left, wanted, at)
    sign, first = left.terms[0]
    is_spent = sign > 0 and plan.lines[first].sign == "-"  # and less of it is nearer to nothing
    less = abs(have) > abs(need) if is_spent else have > need
    of_top = Scale(unit_named(plan.lines[left.terms[0][1]].unit), _decimals(plan, left.terms))
    size = _rounded_up(abs(have - need), of_top, operator in ("<", ">"))
    what = f"{of_top.amount(size)} {'less' if less else 'more'} in {_plain(plan, left.terms)}"
    if left.expression.grows:
        return f"{what} in the plan, with the outturn as it is"
    return f"{what}, with {_plain(plan, left.divisor)} as it is" if left.divisor else what


def _between_sums(plan: Plan, left: Side, right: Side, operator: str, size: str, over: bool) -> str:
    if operator == "=":
        return f"{size} between the two"
    less, more = ("less", "more") if over else ("more", "less")
    return f"{size} {less} in {_plain(plan, left.terms)}, or as much {more} in {_plain(plan, right.terms)}"


def _top(left: Side, wanted: Fraction, at: tuple[int, int]) -> tuple[Fraction, Fraction]:
    """What stands above (of a growth, the plan's figure), and what would have to for the side to be `wanted`."""
    total, below = int(left.total[at]), SCALE if left.over is None else int(left.over[at])
    grown = below if left.expression.grows else 0
    have, need = Fraction(total + grown), wanted / left.factor * below + grown
    return have / SCALE, need / SCALE


def _rounded_up(size: Fraction, scale: Scale, strict: bool) -> Fraction:
    """To what is shown, so that it is enough; past the bound where the bound itself is not enough."""
    step = Fraction(1, 10 ** (3 if scale.unit == ((_POUNDS, 1),) else scale.decimals))
    steps = floor(size / step) + 1 if strict else ceil(size / step)
    return steps * step


def _decimals(plan: Plan, terms: Sum) -> int:
    lines = [plan.lines[code] for _, code in terms]
    return max(max(line.decimals, 1 if line.unit == "WTE" else 0) for line in lines)


def _plain(plan: Plan, terms: Sum) -> str:
    """What spending is compared with is its size: the minus before a single line of it says nothing here."""
    code = terms[0][1]
    return code if len(terms) == 1 and plan.lines[code].sign == "-" else _sum_text(terms)
