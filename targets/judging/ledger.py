"""A plan's figures as targets read them: line by line, exact, each sum worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from planning.plan.array import BLANK, NO_RETURN, NOT_APPLICABLE, VALUE, Plan
from planning.plan.exact import SCALE
from planning.registry import periods
from planning.registry.lines import REFERENCE, Line, terms

WHOLE_YEAR = -1  # the window of the plan's year: months added up, averaged, or March, by the line's kind
YEAR_MEAN = -2  # the twelve months weighted by what they hold, whatever the line's kind
IN_PART = 9  # beside a plan's states: n/a in some of the months judged, a figure in others
BEFORE = (periods.BASELINE, periods.OUTTURN)

Exact = int | Fraction  # of ten-thousandths
Signed = tuple[tuple[int, str], ...]
Counted = frozenset[str] | None  # None for an organisation on its own, else whom a system adds up


@dataclass(frozen=True)
class Wanting:
    """Why a line cannot be read: its code, its state (BLANK, NO_RETURN, NOT_APPLICABLE, IN_PART) and the place
    of the first period that lacks it."""

    line: str
    state: int
    place: int = periods.YEAR


class Ledger:
    """The figures of one plan. It remembers what it has read: make a new one when the plan has changed."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._rows: dict[tuple[int, str], tuple[list[int], list[int]]] = {}
        self._sums: dict[tuple[int, str, int], Exact | Wanting] = {}
        self._lines: dict[str, Line] = {}
        self._held: dict[tuple[Signed, str, Counted], Signed] = {}
        self.shapes: dict[
            tuple[object, str, Counted], tuple[Signed, Signed, Signed]
        ] = {}  # a measure's lines

    def figure(self, o: int, code: str, window: int) -> Fraction | Wanting:
        """One line of the o-th organisation in a period, or over the plan's year by its kind, in its unit."""
        found = self.exact(o, code, window)
        return found if isinstance(found, Wanting) else Fraction(found, SCALE)

    def exact(self, o: int, code: str, window: int) -> Exact | Wanting:
        """The same in ten-thousandths: a whole number of them, but for a mean over months."""
        key = (o, code, window)
        found = self._sums.get(key)
        if found is None:
            found = self._sums[key] = self._read(o, code, window)
        return found

    def held(self, side: Signed, kind: str, counted: Counted) -> Signed:
        """The side's lines that an organisation of that kind has; `F.ICB.PROV@*` stands for the rows of partners
        that are themselves added up."""
        key = (side, kind, counted)
        found = self._held.get(key)
        if found is None:
            meant = [(sign, code) for sign, term in side for code in self._meant(term, counted)]
            found = tuple((sign, code) for sign, code in meant if self._holds(code, kind, counted))
            self._held[key] = found
        return found

    def is_left_out(self, o: int, code: str) -> bool:
        """Whether the o-th organisation's return has the line wholly blank, which its type may leave so."""
        member, line = self.plan.members[o], self._line(code)
        if member.kind not in line.optional_for or not self.plan.has_return(member.ods, line.return_kind):
            return False
        return VALUE not in (states := self._row(o, code)[1]) and NOT_APPLICABLE not in states

    def knows(self, side: Signed) -> bool:
        """Whether the round's catalogue has every line of a side."""
        return all(term.endswith("*") or term in self.plan.lines for _, term in side)

    def _meant(self, term: str, counted: Counted) -> list[str]:
        if not term.endswith("*"):
            return [term]
        stem = term[:-1]
        codes = [code for code in self.plan.groups(stem) if code != stem]
        return [c for c in codes if "@" not in stem or counted is None or c.removeprefix(stem) in counted]

    def _holds(self, code: str, kind: str, counted: Counted) -> bool:
        line = self.plan.lines.get(code)
        return line is not None and kind in line.types and (counted is None or kind in line.counted_from)

    def _read(self, o: int, code: str, window: int) -> Exact | Wanting:
        line = self._line(code)
        places = places_of(line, window)
        figures, states = self._row(o, code)
        if len(places) == 1 and states[places[0]] == VALUE:
            return figures[places[0]]
        for state in (NO_RETURN, BLANK):
            for place in places:
                if states[place] == state:
                    return Wanting(code, self._told(o, line, state), place)
        known = [figures[place] for place in places if states[place] == VALUE]
        if len(known) < len(places):
            lacking = next(place for place in places if states[place] != VALUE)
            return Wanting(code, IN_PART if known else NOT_APPLICABLE, lacking)
        mean = len(places) > 1 and _is_average(line, window)
        return Fraction(sum(known), len(known)) if mean else sum(known)

    def _line(self, code: str) -> Line:
        found = self._lines.get(code)
        if found is None:
            found = self._lines[code] = self.plan.lines[code]
        return found

    def _row(self, o: int, code: str) -> tuple[list[int], list[int]]:
        """Fifteen exact figures and their states, as plain integers."""
        found = self._rows.get((o, code))
        if found is None:
            at = self.plan.place.get(code)
            if at is None:
                found = ([0] * periods.COUNT, [NO_RETURN] * periods.COUNT)
            else:
                found = (self.plan.scaled[o, at].tolist(), self.plan.states[o, at].tolist())
            self._rows[o, code] = found
        return found

    def _told(self, o: int, line: Line, state: int) -> int:
        """No return at all is told apart from a line that its return should hold and does not."""
        ods = self.plan.members[o].ods
        is_blank = state == NO_RETURN and (
            line.required == REFERENCE or self.plan.has_return(ods, line.return_kind)
        )
        return BLANK if is_blank else state


def places_of(line: Line, window: int) -> Sequence[int]:
    """The period places that a window reads of a line. A line with one value a year has it in the plan's
    column, whatever month is judged; what the service knows of itself has no other."""
    if line.is_annual:
        return (window,) if window in BEFORE and line.required != REFERENCE else (periods.YEAR,)
    if window >= 0:
        return (window,)
    if window == WHOLE_YEAR and line.over_time in ("last", "ratio_last"):
        return (periods.MARCH,)
    return range(periods.APRIL, periods.YEAR)


def input_places(line: Line, window: int) -> Sequence[int]:
    """The period places that a figure is shown with: the year's column stands for its months."""
    places = places_of(line, window)
    return places if len(places) == 1 else (periods.YEAR,)


def months_of(window: int) -> Sequence[int]:
    return range(periods.APRIL, periods.YEAR) if window < 0 else (window,)


def signed(names: str | Sequence[str]) -> Signed:
    """`["A", "-B"]` as ((1, "A"), (-1, "B"))."""
    found = (names,) if isinstance(names, str) else tuple(names)
    return tuple(term for name in found for term in terms(name))


def _is_average(line: Line, window: int) -> bool:
    flows = ("sum", "ratio")
    return line.over_time in ("avg", "ratio_avg") or (window == YEAR_MEAN and line.over_time not in flows)
