"""What a target measures, read from the plan exactly: sums of lines, a ratio, a weighted mean, and what is exempt.

Shapes of a target's `measure`: `{numerator, denominator}`, each a line or a list of signed lines ("-F.X" takes
one off), with `inverted: true` where the plan holds the share that the goal is the rest of, `absolute: true`
where sizes are compared whatever their signs, and `system_denominator` for what stands below a system's line;
`{line}` with `less`, the exempt counts; `{mean, weight}`, a mean that its weight adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from planning.plan.array import BLANK, NO_RETURN, NOT_APPLICABLE, VALUE, Plan
from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.lines import Line, terms

WHOLE_YEAR = -1  # the window of the plan's year: months added up, averaged, or March, by the line's kind
YEAR_MEAN = -2  # the twelve months weighted by what they hold, whatever the line's kind
IN_PART = 9  # beside a plan's states: n/a in some of the months judged, a figure in others

Counted = frozenset[str] | None


@dataclass(frozen=True)
class Parts:
    """Exact top and bottom of a measure in its lines' units; `bottom` None where it is not a ratio."""

    top: Fraction
    bottom: Fraction | None

    def __add__(self, other: Parts) -> Parts:
        bottom = None if self.bottom is None or other.bottom is None else self.bottom + other.bottom
        return Parts(self.top + other.top, bottom)


@dataclass(frozen=True)
class Wanting:
    """Why a measure cannot be read: the line and its state (BLANK, NO_RETURN, NOT_APPLICABLE, IN_PART)."""

    line: str
    state: int


Signed = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
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
    factor: int  # 100 for a percentage

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
        is_ratio = bool(bottom) and not mean
        return cls(
            top=_signed(top),
            bottom=_signed(bottom),
            system_bottom=_signed(measure.get("system_denominator", bottom)),
            less=_signed(measure.get("less", ())),
            mean=mean,
            inverted=bool(measure.get("inverted")),
            absolute=bool(measure.get("absolute")),
            factor=100 if is_ratio and unit == "%" else int(measure.get("per", 1)),
        )

    @property
    def is_ratio(self) -> bool:
        return bool(self.bottom)

    def _below(self, counted: Counted) -> Signed:
        return self.bottom if counted is None else self.system_bottom

    def held_by(self, plan: Plan, kind: str, counted: Counted) -> bool:
        """Whether a type of organisation has the lines: one of each of the measure's sides."""
        sides = [side for side in (self.top, self._below(counted)) if side]
        return all(_held(plan, side, kind, counted) for side in sides)

    def codes(self, plan: Plan, kind: str, counted: Counted) -> list[str]:
        """Every line that the measure takes from an organisation of that kind."""
        sides = (self.top, self._below(counted), self.less)
        return list(dict.fromkeys(code for side in sides for _, code in _held(plan, side, kind, counted)))

    def value(self, parts: Parts) -> Fraction | None:
        """The measure in the target's unit; None for a zero denominator."""
        if parts.bottom is None:
            return parts.top * self.factor
        if parts.bottom == 0:
            return None
        top, bottom = (abs(parts.top), abs(parts.bottom)) if self.absolute else (parts.top, parts.bottom)
        share = Fraction(top, bottom) * self.factor
        return self.factor - share if self.inverted else share

    def read(self, plan: Plan, o: int, window: int, counted: Counted) -> Parts | Wanting:
        """The measure of the o-th organisation in one period place, or over the year."""
        if self.mean:
            return self._read_mean(plan, o, window)
        kind = plan.members[o].kind
        top = _side(plan, o, _held(plan, self.top, kind, counted), window)
        if isinstance(top, Wanting):
            return top
        exempt = self._exempt(plan, o, window)
        if isinstance(exempt, Wanting):
            return exempt
        if not self.bottom:
            return Parts(top - exempt, None)
        bottom = _side(plan, o, _held(plan, self._below(counted), kind, counted), window)
        return bottom if isinstance(bottom, Wanting) else Parts(top - exempt, bottom)

    def figures(
        self, plan: Plan, o: int, window: int, counted: Counted
    ) -> tuple[list[Fraction], list[Fraction]]:
        """The signed figures that top and bottom are summed from, what is exempt among those of the top;
        computed lines are opened to the lines that they add up. Figures that are not known are left out."""
        kind = plan.members[o].kind
        exempt = [(-sign, code) for sign, code in _held(plan, self.less, kind, None)]
        top = [*_held(plan, self.top, kind, counted), *exempt]
        return _opened(plan, o, top, window), _opened(
            plan, o, _held(plan, self._below(counted), kind, counted), window
        )

    def _exempt(self, plan: Plan, o: int, window: int) -> Fraction | Wanting:
        """What the target leaves out, the sum of `less`; n/a counts as nothing, a blank does not."""
        total = Fraction(0)
        for sign, code in _held(plan, self.less, plan.members[o].kind, None):
            found = _over(plan, o, code, window)
            if isinstance(found, Fraction):
                total += sign * found
            elif found.state != NOT_APPLICABLE:
                return found
        return total

    def _read_mean(self, plan: Plan, o: int, window: int) -> Parts | Wanting:
        """Mean times weight over weight: months are weighted by what they hold."""
        total, places = Parts(Fraction(0), Fraction(0)), _months(window)
        lacking: list[Wanting] = []
        for place in places:
            mean, weight = _over(plan, o, self.top[0][1], place), _over(plan, o, self.bottom[0][1], place)
            if isinstance(mean, Wanting):
                lacking.append(mean)
            elif isinstance(weight, Wanting):
                lacking.append(weight)
            else:
                total += Parts(mean * weight, weight)
        return _worst(lacking, len(places)) if lacking else total


def _signed(names: str | Iterable[str]) -> Signed:
    found = (names,) if isinstance(names, str) else tuple(names)
    return tuple(term for name in found for term in terms(name))


def _holds(plan: Plan, code: str, kind: str, counted: Counted) -> bool:
    line = plan.lines.get(code)
    return line is not None and kind in line.types and (counted is None or kind in line.counted_from)


def _held(plan: Plan, side: Signed, kind: str, counted: Counted) -> list[tuple[int, str]]:
    """The side's lines that an organisation of that kind has; `F.ICB.PROV@*` stands for the rows of partners
    that are themselves added up."""
    found = [(sign, code) for sign, term in side for code in _meant(plan, term, counted)]
    return [(sign, code) for sign, code in found if _holds(plan, code, kind, counted)]


def _meant(plan: Plan, term: str, counted: Counted) -> list[str]:
    if not term.endswith("*"):
        return [term]
    stem = term[:-1]
    codes = [code for code in plan.groups(stem) if code != stem]
    return [
        code for code in codes if "@" not in stem or counted is None or code.removeprefix(stem) in counted
    ]


def _side(plan: Plan, o: int, signed: Sequence[tuple[int, str]], window: int) -> Fraction | Wanting:
    """A signed sum of lines. n/a lines count as nothing beside one that is known; blanks of optional lines too."""
    total, known = Fraction(0), False
    wanting = Wanting(signed[0][1] if signed else "", NO_RETURN)
    for sign, code in signed:
        found = _over(plan, o, code, window)
        if isinstance(found, Fraction):
            total, known = total + sign * found, True
        elif found.state in (NO_RETURN, IN_PART) or (
            found.state == BLANK and not plan.lines[code].is_optional_for(plan.members[o].kind)
        ):
            return found
        else:
            wanting = found
    return total if known else wanting


def _opened(plan: Plan, o: int, signed: Sequence[tuple[int, str]], window: int) -> list[Fraction]:
    parts = [(sign * one, part) for sign, code in signed for one, part in _parts(plan, o, code)]
    found = [(sign, _over(plan, o, code, window)) for sign, code in parts]
    return [sign * figure for sign, figure in found if isinstance(figure, Fraction)]


def _parts(plan: Plan, o: int, code: str) -> Signed:
    """The lines that a computed line adds up, else itself."""
    formula = plan.lines[code].formula_for(plan.members[o].kind)
    parts = terms(formula) if formula else ()
    return parts if parts and all(part in plan.lines for _, part in parts) else ((1, code),)


def _over(plan: Plan, o: int, code: str, window: int) -> Fraction | Wanting:
    """One line in a period, or over the plan's year by its kind, in its unit."""
    ods, line = plan.members[o].ods, plan.lines[code]
    places = _places(line, window)
    states = [_state(plan, ods, code, place) for place in places]
    for state in (NO_RETURN, BLANK):
        if state in states:
            return Wanting(code, state)
    known = [
        plan.figure(ods, code, place) or 0
        for place, state in zip(places, states, strict=True)
        if state == VALUE
    ]
    if len(known) < len(places):
        return Wanting(code, IN_PART if known else NOT_APPLICABLE)
    total = Fraction(sum(known), SCALE)
    return total / len(known) if len(places) > 1 and _is_average(line, window) else total


def _months(window: int) -> Sequence[int]:
    return range(periods.APRIL, periods.YEAR) if window < 0 else (window,)


def _worst(lacking: Sequence[Wanting], months: int) -> Wanting:
    """What to say of months that cannot be read: a gap before n/a, and n/a only where it is said of all."""
    gaps = [found for found in lacking if found.state != NOT_APPLICABLE]
    if gaps:
        return gaps[0]
    return lacking[0] if len(lacking) == months else Wanting(lacking[0].line, IN_PART)


def _state(plan: Plan, ods: str, code: str, place: int) -> int:
    """No return at all is told apart from a line that its return should hold and does not."""
    state = plan.state(ods, code, place)
    if state == NO_RETURN and plan.has_return(ods, plan.lines[code].return_kind):
        return BLANK
    return state


def _places(line: Line, window: int) -> Sequence[int]:
    if window >= 0:
        return (window,)
    if line.is_annual:
        return (periods.YEAR,)
    if window == WHOLE_YEAR and line.over_time in ("last", "ratio_last"):
        return (periods.MARCH,)
    return range(periods.APRIL, periods.YEAR)


def _is_average(line: Line, window: int) -> bool:
    flows = ("sum", "ratio")
    return line.over_time in ("avg", "ratio_avg") or (window == YEAR_MEAN and line.over_time not in flows)


def input_places(plan: Plan, code: str, window: int) -> Sequence[int]:
    """The period places that a figure is shown with: the year's column stands for its months."""
    line = plan.lines[code]
    if window >= 0:
        return (window,)
    return (
        (periods.MARCH,)
        if window == WHOLE_YEAR and line.over_time in ("last", "ratio_last")
        else (periods.YEAR,)
    )
