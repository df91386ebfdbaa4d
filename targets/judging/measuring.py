"""What a target measures, read from the plan exactly: sums of lines, a ratio, a weighted mean, and what is exempt.

Shapes of a target's `measure`: `{numerator, denominator}`, each a line or a list of signed lines ("-F.X" takes
one off), with `inverted: true` where the plan holds the share that the goal is the rest of, `absolute: true`
where sizes are compared whatever their signs, `per: 100000` for so many, and `system_denominator` for what
stands below a system's line; `{line}`, one or several, with `less`, the exempt counts; `{mean, weight}`, a mean
that its weight adds up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from planning.plan.array import BLANK, NO_RETURN, NOT_APPLICABLE
from planning.plan.exact import SCALE
from planning.registry.lines import REFERENCE, terms
from targets.judging.ledger import IN_PART, Counted, Exact, Ledger, Signed, Wanting, months_of, signed


@dataclass(frozen=True, slots=True)
class Sides:
    """Exact top and bottom of a measure, in ten-thousandths of its lines' units; `under` None where it is not a
    ratio."""

    over: Exact
    under: Exact | None

    @property
    def top(self) -> Fraction:
        """In the lines' unit."""
        return Fraction(self.over, SCALE)

    @property
    def bottom(self) -> Fraction | None:
        return None if self.under is None else Fraction(self.under, SCALE)

    def __add__(self, other: Sides) -> Sides:
        under = None if self.under is None or other.under is None else self.under + other.under
        return Sides(self.over + other.over, under)


@dataclass(frozen=True, eq=False)  # told apart by which it is: what was read of it is remembered under it
class Measure:
    """A target's measure over a plan's lines. `counted` in its methods is None for an organisation on its own,
    else the ODS codes of the members that a system adds up."""

    top: Signed
    bottom: Signed
    system_bottom: Signed
    less: Signed
    mean: bool
    inverted: bool
    absolute: bool
    factor: int  # 100 for a percentage, else what it is counted per

    @classmethod
    def of(cls, measure: Mapping[str, Any], unit: str) -> Measure:
        """Read a declaration. Raises KeyError where it has none of the shapes."""
        mean = "mean" in measure
        if mean:
            top, bottom = measure["mean"], measure["weight"]
        elif "line" in measure:
            top, bottom = measure["line"], ()
        else:
            top, bottom = measure["numerator"], measure["denominator"]
        is_share = bool(bottom) and not mean and unit == "%"
        return cls(
            top=signed(top),
            bottom=signed(bottom),
            system_bottom=signed(measure.get("system_denominator", bottom)),
            less=signed(measure.get("less", ())),
            mean=mean,
            inverted=bool(measure.get("inverted")),
            absolute=bool(measure.get("absolute")),
            factor=int(measure.get("per", 100 if is_share else 1)),
        )

    @property
    def is_ratio(self) -> bool:
        return bool(self.bottom)

    def below(self, counted: Counted) -> Signed:
        return self.bottom if counted is None else self.system_bottom

    def sides(self, counted: Counted) -> tuple[Signed, ...]:
        return tuple(side for side in (self.top, self.below(counted)) if side)

    def is_known(self, ledger: Ledger) -> bool:
        """Whether the round's catalogue has its lines: those of a target carried over it may not have."""
        return all(ledger.knows(side) for side in (self.top, self.bottom, self.system_bottom, self.less))

    def held_by(self, ledger: Ledger, kind: str, counted: Counted) -> bool:
        """Whether a type of organisation has the lines: one of each of the measure's sides."""
        return all(ledger.held(side, kind, counted) for side in self.sides(counted))

    def held_in_part(self, ledger: Ledger, kind: str, counted: Counted) -> bool:
        """Whether it has lines of one side at least: a system's population stands on its ICB's row alone. A mean
        needs its weight beside it."""
        if self.mean:
            return self.held_by(ledger, kind, counted)
        return any(ledger.held(side, kind, counted) for side in self.sides(counted))

    def is_left_out(self, ledger: Ledger, o: int, counted: Counted) -> bool:
        """Whether an organisation left every line blank that others of its system must fill in and it need not: it
        has no such service. A line that nobody must fill in says nothing when it is blank."""
        kind = ledger.plan.members[o].kind
        codes = self.codes(ledger, kind, counted)
        return bool(codes) and all(ledger.is_left_out(o, code) for code in codes)

    def codes(self, ledger: Ledger, kind: str, counted: Counted) -> list[str]:
        """Every line that the measure takes from an organisation of that kind."""
        sides = (self.top, self.below(counted), self.less)
        return list(dict.fromkeys(code for side in sides for _, code in ledger.held(side, kind, counted)))

    def value(self, sides: Sides) -> Fraction | None:
        """The measure in the target's unit; None for a zero denominator."""
        over, under = sides.over, sides.under
        if under is None:
            return Fraction(over * self.factor, SCALE)
        if under == 0:
            return None
        if self.absolute:
            over = -over if over < 0 else over
            under = -under if under < 0 else under
        return Fraction((under - over if self.inverted else over) * self.factor, under)

    def read(self, ledger: Ledger, o: int, window: int, counted: Counted) -> Sides | Wanting:
        """The measure of the o-th organisation in one period place, or over the year. In a system, a side that
        the member has no line of counts as nothing."""
        if self.mean:
            return self._read_mean(ledger, o, window)
        kind = ledger.plan.members[o].kind
        above, below, less = self._shape(ledger, kind, counted)
        bottom = _side(ledger, o, below, window)
        top = _side(ledger, o, above, window)
        if isinstance(top, Wanting):
            if not self._stands_apart(ledger, kind, counted, top, bottom):
                return top
            top = 0
        if less:
            exempt = _exempt(ledger, o, less, window)
            if isinstance(exempt, Wanting):
                return exempt
            top -= exempt
        if not self.bottom:
            return Sides(top, None)
        return bottom if isinstance(bottom, Wanting) else Sides(top, bottom)

    def _shape(self, ledger: Ledger, kind: str, counted: Counted) -> tuple[Signed, Signed, Signed]:
        """The lines of top, bottom and exemptions that an organisation of that kind has."""
        key = (self, kind, counted)
        found = ledger.shapes.get(key)
        if found is None:
            top, bottom = (ledger.held(side, kind, counted) for side in (self.top, self.below(counted)))
            found = ledger.shapes[key] = top, bottom, ledger.held(self.less, kind, None)
        return found

    def _stands_apart(
        self, ledger: Ledger, kind: str, counted: Counted, top: Wanting, bottom: Exact | Wanting
    ) -> bool:
        """Whether a member's top is not applicable while what it is divided by is the service's own figure: a
        population counts also where the ICB itself has nothing to add to what is counted for it."""
        if counted is None or top.state != NOT_APPLICABLE or isinstance(bottom, Wanting):
            return False
        lines = [ledger.plan.lines[code] for _, code in ledger.held(self.below(counted), kind, counted)]
        return bool(lines) and all(line.required == REFERENCE for line in lines)

    def figures(
        self, ledger: Ledger, o: int, window: int, counted: Counted
    ) -> tuple[list[Fraction], list[Fraction]]:
        """The signed figures that top and bottom are summed from, what is exempt among those of the top;
        computed lines are opened to the lines that they add up. Figures that are not known are left out."""
        kind = ledger.plan.members[o].kind
        exempt = [(-sign, code) for sign, code in ledger.held(self.less, kind, None)]
        top = [*ledger.held(self.top, kind, counted), *exempt]
        return _opened(ledger, o, top, window), _opened(
            ledger, o, ledger.held(self.below(counted), kind, counted), window
        )

    def _read_mean(self, ledger: Ledger, o: int, window: int) -> Sides | Wanting:
        """Mean times weight over weight: months are weighted by what they hold."""
        over: Exact = 0
        under: Exact = 0
        places = months_of(window)
        lacking: list[Wanting] = []
        for place in places:
            mean = ledger.exact(o, self.top[0][1], place)
            weight = ledger.exact(o, self.bottom[0][1], place)
            if isinstance(mean, Wanting):
                lacking.append(mean)
            elif isinstance(weight, Wanting):
                lacking.append(weight)
            else:
                over, under = over + mean * weight, under + weight
        return _worst(lacking, len(places)) if lacking else Sides(Fraction(over, SCALE), under)


def measure_of(measure: Mapping[str, Any], unit: str) -> Measure:
    """A declaration read once: the same is asked for every organisation."""
    frozen = tuple((name, _frozen(measure[name])) for name in sorted(measure))
    return _read(frozen, unit)


@lru_cache(maxsize=2000)
def _read(frozen: tuple[tuple[str, Any], ...], unit: str) -> Measure:
    return Measure.of(dict(frozen), unit)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _side(ledger: Ledger, o: int, side: Signed, window: int) -> Exact | Wanting:
    """A signed sum of lines. n/a lines count as nothing beside one that is known; blanks of optional lines too."""
    if not side:
        return 0
    total: Exact = 0
    known = False
    wanting = Wanting(side[0][1], NO_RETURN)
    for sign, code in side:
        found = ledger.exact(o, code, window)
        if not isinstance(found, Wanting):
            total, known = total + sign * found, True
        elif found.state in (NO_RETURN, IN_PART) or (
            found.state == BLANK and not ledger.plan.lines[code].is_optional_for(ledger.plan.members[o].kind)
        ):
            return found
        else:
            wanting = found
    return total if known else wanting


def _exempt(ledger: Ledger, o: int, less: Signed, window: int) -> Exact | Wanting:
    """What the target leaves out, the sum of `less`; n/a counts as nothing, a blank does not."""
    total: Exact = 0
    for sign, code in less:
        found = ledger.exact(o, code, window)
        if not isinstance(found, Wanting):
            total += sign * found
        elif found.state != NOT_APPLICABLE:
            return found
    return total


def _opened(ledger: Ledger, o: int, side: Sequence[tuple[int, str]], window: int) -> list[Fraction]:
    parts = [(sign * one, part) for sign, code in side for one, part in _parts(ledger, o, code)]
    found = [(sign, ledger.figure(o, code, window)) for sign, code in parts]
    return [sign * figure for sign, figure in found if isinstance(figure, Fraction)]


def _parts(ledger: Ledger, o: int, code: str) -> Signed:
    """The lines that a computed line adds up, else itself."""
    formula = ledger.plan.lines[code].formula_for(ledger.plan.members[o].kind)
    parts = terms(formula) if formula else ()
    return parts if parts and all(part in ledger.plan.lines for _, part in parts) else ((1, code),)


def _worst(lacking: Sequence[Wanting], months: int) -> Wanting:
    """What to say of months that cannot be read: a gap before n/a, and n/a only where it is said of all."""
    gaps = [found for found in lacking if found.state != NOT_APPLICABLE]
    if gaps:
        return gaps[0]
    return lacking[0] if len(lacking) == months else Wanting(lacking[0].line, IN_PART, lacking[0].place)
