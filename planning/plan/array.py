"""The plan: organisation × line × period in one array, with its states. What rules and targets receive.

Figures are integers of ten-thousandths (exact) and, for reading, float64 with NaN for what is not a value.
Blank is never 0. The same object serves one trust, a system and England.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from planning.plan.exact import SCALE, rounded
from planning.registry import periods
from planning.registry.lines import ELSEWHERE, Line, Lines, terms
from planning.registry.organisations import ICB

if TYPE_CHECKING:
    import pandas as pd

    from planning.registry.actuals import Published
    from planning.registry.reference_values import Values

# States of a figure. NO_RETURN: the organisation has no current version of the line's return.
BLANK, VALUE, NOT_APPLICABLE, NO_RETURN = 0, 1, 2, 3
LETTERS = {"b": BLANK, "v": VALUE, "n": NOT_APPLICABLE}
_STATES = bytes(LETTERS.get(chr(letter), NO_RETURN) for letter in range(256))


@dataclass(frozen=True)
class Member:
    """One organisation on the plan's axis: its ODS code, type, host system, and its versions by return."""

    ods: str
    kind: str
    system: str = ""
    name: str = ""
    served_by: bool = False  # in this plan only as serving the system: shown, never added up
    # return -> {upload, version, sha256}
    uploads: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """Where a line's figures were entered: sheet, row, and the column letter of each of the fifteen periods."""

    sheet: str
    row: int
    columns: Sequence[str]

    def cell(self, place: int) -> str:
        return f"{self.columns[place]}{self.row}" if self.columns[place] else ""


class Plan:
    """Figures of some organisations over the lines of a round.

    `scaled[o, l, p]` int64 ten-thousandths (0 where not a value: read `known` first),
    `states[o, l, p]` uint8. Axes: `members`, `codes`, fifteen periods.
    """

    def __init__(self, lines: Lines, members: Sequence[Member], codes: Iterable[str]) -> None:
        self.lines = lines
        self.members = tuple(members)
        self.codes = tuple(codes)
        self.place = {code: at for at, code in enumerate(self.codes)}
        self.row = {member.ods: at for at, member in enumerate(self.members)}
        shape = (len(self.members), len(self.codes), periods.COUNT)
        self.scaled = np.zeros(shape, dtype=np.int64)
        self.states = np.full(shape, NO_RETURN, dtype=np.uint8)
        self.origins: dict[tuple[str, str], Origin] = {}
        self.periods = periods.codes(lines.round)
        self.parts: tuple[Member, ...] = ()  # on a system's plan: the members that it adds up
        self.added_from: Plan | None = None  # and the plan of its members, for what sets one beside another
        self.published: dict[tuple[str, str, int], Published] = {}  # by organisation, line and period
        self.reference: Values = {}  # what the service knows of bodies in and outside the plan, by body and line
        self.inputs: dict[
            tuple[tuple[str, str, int], int], dict[str, Any]
        ] = {}  # what `lineage` says of figures
        self._cells: dict[tuple[str, str, int], list[tuple[str, int]]] = {}  # by type, line and period

    # --- reading -----------------------------------------------------------------------------------
    def exact(self, code: str) -> np.ndarray:
        """int64 [organisation, period]; zeros where not known. Zeros for a line that is not in the plan."""
        at = self.place.get(code)
        return np.zeros((len(self.members), periods.COUNT), np.int64) if at is None else self.scaled[:, at]

    def known(self, code: str) -> np.ndarray:
        """bool [organisation, period]: whether a figure was given or computed."""
        at = self.place.get(code)
        return (
            np.zeros((len(self.members), periods.COUNT), bool) if at is None else self.states[:, at] == VALUE
        )

    def values(self, code: str) -> np.ndarray:
        """float64 [organisation, period] in the line's unit, NaN where there is no value."""
        return np.where(self.known(code), self.exact(code) / SCALE, np.nan)

    def line(self, code: str) -> pd.DataFrame:
        """A frame of organisations × periods in the line's unit, blank NaN."""
        import pandas as pd

        return pd.DataFrame(
            self.values(code), index=[m.ods for m in self.members], columns=list(self.periods)
        )

    def figure(self, ods: str, code: str, place: int) -> int | None:
        """One exact figure, None where it is blank, n/a or not returned."""
        at = self.place.get(code)
        if at is None or self.states[self.row[ods], at, place] != VALUE:
            return None
        return int(self.scaled[self.row[ods], at, place])

    def set_for(self, ods: str, code: str) -> tuple[str, int] | None:
        """A reference value that holds for a member, its own or else its host system's: whose it is, and the exact
        figure. None where nobody has set it."""
        system = self.members[self.row[ods]].system
        found = ((body, self.reference.get((body, code))) for body in (ods, system))
        return next(((body, value) for body, value in found if value is not None), None)

    def state(self, ods: str, code: str, place: int) -> int:
        at = self.place.get(code)
        return NO_RETURN if at is None else int(self.states[self.row[ods], at, place])

    def has_return(self, ods: str, return_kind: str) -> bool:
        return return_kind in self.members[self.row[ods]].uploads

    def groups(self, prefix: str) -> list[str]:
        """The codes of one family: `groups("W.SUB.")` gives W.SUB.MD.CON …, in the catalogue's order."""
        return [code for code in self.codes if code.startswith(prefix)]

    # --- writing -----------------------------------------------------------------------------------
    def enter(
        self, ods: str, code: str, figures: Sequence[int | None], states: str, origin: Origin | None
    ) -> None:
        """One line of one organisation as read: fifteen exact figures and their letters (v, b, n)."""
        o, at = self.row[ods], self.place[code]
        self.states[o, at] = np.frombuffer(states.encode().translate(_STATES), np.uint8)
        self.scaled[o, at] = [figure or 0 for figure in figures]
        if origin is not None:
            self.origins[ods, code] = origin

    def publish(self, ods: str, figures: Mapping[tuple[str, int], Published]) -> None:
        """Lay beside an organisation's figures those that were published, by line and place of the period."""
        self.published.update(
            {(ods, code, place): known for (code, place), known in figures.items() if code in self.place}
        )

    def compute(self) -> None:
        """Fill in computed lines and plan columns, in the order that their formulas need.

        A sum with a blank or missing part is not known; n/a parts and blanks of optional lines count as
        nothing, and a sum of n/a parts alone is n/a. Only lines of a return that is there, and of the
        organisation's type, are computed. Raises ValueError for lines that are made of each other.
        """
        orders: dict[str, list[str]] = {}
        for o, member in enumerate(self.members):
            if member.kind not in orders:
                orders[member.kind] = _in_order(self.lines, self.codes, member.kind)
            for code in orders[member.kind]:
                line = self.lines[code]
                if line.return_kind in member.uploads and member.kind in line.types:
                    self._compute_line(o, line, line.formula_for(member.kind))

    def _compute_line(self, o: int, line: Line, formula: str) -> None:
        if formula:
            self._add_up(o, line, formula)
        if not formula or line.formula_scope == "plan" or line.over_time not in ("sum", "ratio"):
            self._year(o, line)

    def _add_up(self, o: int, line: Line, formula: str) -> None:
        at = self.place[line.code]
        columns = slice(0, periods.COUNT) if line.formula_scope == "all" else periods.MONTHS
        total = np.zeros(periods.COUNT, np.int64)
        states = np.full(periods.COUNT, NOT_APPLICABLE, np.uint8)
        wanting = np.zeros(periods.COUNT, bool)
        left_out = np.zeros(periods.COUNT, bool)
        for sign, code in self._parts(formula, self.members[o].kind):
            given = self._states_of(o, code)
            known = given == VALUE
            total += np.where(known, sign * self.exact(code)[o], 0)
            states[known] = VALUE
            missing = np.isin(given, (BLANK, NO_RETURN))
            if self.lines[code].is_optional_for(self.members[o].kind):
                left_out |= missing
            else:
                wanting |= missing
        states[wanting | (left_out & (states != VALUE))] = BLANK
        self.scaled[o, at, columns] = np.where(states == VALUE, total, 0)[columns]
        self.states[o, at, columns] = states[columns]

    def _states_of(self, o: int, code: str) -> np.ndarray:
        at = self.place.get(code)
        return np.full(periods.COUNT, NO_RETURN, np.uint8) if at is None else self.states[o, at]

    def _parts(self, formula: str, kind: str) -> list[tuple[int, str]]:
        """The formula's terms that an organisation of that kind holds, of this plan's codes; `W.SUB.*` stands
        for every code of the family and `F.ICB.PROV@*` for every partner row. A term named outright that the
        plan lacks stays in, so that the sum is not known without it."""
        found: list[tuple[int, str]] = []
        for sign, term in terms(formula):
            if term.endswith("*"):
                codes = [code for code in self.codes if code.startswith(term[:-1]) and not code.endswith("@")]
            else:
                codes = [term]
            found.extend((sign, code) for code in codes if self._holds(code, kind))
        return found

    def _holds(self, code: str, kind: str) -> bool:
        return kind == "system" or kind in self.lines[code].types

    def entered_cells(self, ods: str, code: str, place: int) -> list[tuple[str, int]]:
        """The entered (line, period place) pairs that a figure rests on: itself, or down through formulas
        and the plan column's months, to the last. Once each, sorted as the catalogue is."""
        key = (self.members[self.row[ods]].kind, code, place)
        if key not in self._cells:
            last = len(self.codes)
            found = dict.fromkeys(self._entered(*key))
            self._cells[key] = sorted(found, key=lambda pair: (self.place.get(pair[0], last), pair[1]))
        return self._cells[key]

    def _entered(self, kind: str, code: str, place: int) -> Iterator[tuple[str, int]]:
        line = self.lines[code]
        formula = line.formula_for(kind)
        if (
            place == periods.YEAR
            and line.has_year_of_months
            and (not formula or line.formula_scope == "plan")
        ):
            for month in _months_of(line):
                yield from self._entered(kind, code, month)
                if line.over_time == "wmean":
                    yield from self._entered(kind, line.weight, month)
        elif formula and (line.formula_scope == "all" or place in range(periods.APRIL, periods.YEAR)):
            for _, part in self._parts(formula, kind):
                yield from self._entered(kind, part, place)
        else:
            yield code, place

    def _year(self, o: int, line: Line) -> None:
        """The plan column from the months: total, March, average or weighted mean, by the line's kind."""
        at = self.place[line.code]
        months, states = self.scaled[o, at, periods.MONTHS], self.states[o, at, periods.MONTHS]
        if not line.has_year_of_months:
            return
        if line.over_time in ("last", "ratio_last"):
            self.scaled[o, at, periods.YEAR] = months[-1]
            self.states[o, at, periods.YEAR] = states[-1]
            return
        if line.over_time == "wmean":
            weights, weight_states = self._weights(o, line)
            self._set_year(o, at, _weighted(months, states, weights, weight_states))
            return
        state = _state_of(states)
        total = int(months[states == VALUE].sum())
        if line.over_time in ("avg", "ratio_avg"):
            total = rounded(Fraction(total, max(1, int((states == VALUE).sum()))))
        self._set_year(o, at, (total if state == VALUE else 0, state))

    def _weights(self, o: int, line: Line) -> tuple[np.ndarray, np.ndarray]:
        place = self.place[line.weight]
        return self.scaled[o, place, periods.MONTHS], self.states[o, place, periods.MONTHS]

    def _set_year(self, o: int, at: int, figure: tuple[int, int]) -> None:
        self.scaled[o, at, periods.YEAR], self.states[o, at, periods.YEAR] = figure

    # --- adding up over organisations --------------------------------------------------------------
    def system(self, ods: str, name: str = "") -> Plan:
        """One row that adds up the members that count (served ones do not), line by line: sums of exact
        figures, weighted means by their weights. A line is known only where every member that should
        hold it has given it; n/a counts as nothing."""
        counted = [o for o, member in enumerate(self.members) if not member.served_by]
        returns: dict[str, Mapping[str, object]] = {}
        for o in counted:
            for return_kind in self.members[o].uploads:
                returns.setdefault(return_kind, {})
        whole = Plan(self.lines, [Member(ods, "system", ods, name, uploads=returns)], self.codes)
        whole.parts = tuple(self.members[o] for o in counted)
        whole.added_from, whole.reference = self, self.reference
        for code in self.codes:
            line = self.lines[code]
            rows = [o for o in counted if self.members[o].kind in line.counted_from & line.types]
            if rows and line.over_organisations == "sum":
                self._sum_into(whole, line, rows)
            elif rows and line.over_organisations == "wmean":
                self._mean_into(whole, line, rows)
        return whole

    def _sum_into(self, whole: Plan, line: Line, rows: list[int]) -> None:
        at = self.place[line.code]
        if line.is_per_partner:
            rows = [o for o in rows if self._may_hold_partner(o, line)]
        states = self.states[rows, at]
        known = states == VALUE
        may_be_blank = np.array([line.is_optional_for(self.members[o].kind) for o in rows], bool)
        blank = (states[~may_be_blank] == BLANK).any(axis=0)
        blank |= (states[may_be_blank] == BLANK).any(axis=0) & ~known.any(axis=0)
        state = np.where(known.any(axis=0), VALUE, NOT_APPLICABLE)
        state = np.where(blank, BLANK, state)
        state = np.where((states == NO_RETURN).any(axis=0), NO_RETURN, state)
        total = np.where(known, self.scaled[rows, at], 0).sum(axis=0)
        whole.states[0, at] = state
        whole.scaled[0, at] = np.where(state == VALUE, total, 0)

    def _may_hold_partner(self, o: int, line: Line) -> bool:
        """A partner row stands in those returns only that have that partner; a member that has not returned
        has it still to come, where the partner is of its own system."""
        member = self.members[o]
        if (self.states[o, self.place[line.code]] != NO_RETURN).any():
            return True
        partner = line.code.partition("@")[2]
        if partner in ELSEWHERE or partner == member.ods or line.return_kind in member.uploads:
            return False
        if member.kind != ICB and member.system in ("", partner):
            return "icb" in line.partners_for(member.kind)
        kinds = {one.kind for one in self.members if one.ods == partner}
        return not kinds.union(["trust"]).isdisjoint(line.partners_for(member.kind))

    def _mean_into(self, whole: Plan, line: Line, rows: list[int]) -> None:
        at, weigh = self.place[line.code], self.place[line.weight]
        for period in range(periods.COUNT):
            figure, state = _weighted(
                self.scaled[rows, at, period],
                self.states[rows, at, period],
                self.scaled[rows, weigh, period],
                self.states[rows, weigh, period],
            )
            whole.scaled[0, at, period], whole.states[0, at, period] = figure, state

    def only(self, odses: Iterable[str]) -> Plan:
        """The same plan of fewer organisations (a copy)."""
        wanted = [self.row[ods] for ods in odses]
        part = Plan(self.lines, [self.members[o] for o in wanted], self.codes)
        part.scaled, part.states = self.scaled[wanted].copy(), self.states[wanted].copy()
        part.parts, part.reference = self.parts, self.reference
        part.origins = {key: origin for key, origin in self.origins.items() if key[0] in part.row}
        part.published = {key: known for key, known in self.published.items() if key[0] in part.row}
        return part


def _state_of(states: np.ndarray) -> int:
    """The state of a total over months: blank where any is blank, n/a where all are."""
    if (states == NO_RETURN).any():
        return NO_RETURN
    if (states == BLANK).any():
        return BLANK
    return VALUE if (states == VALUE).any() else NOT_APPLICABLE


def _weighted(
    values: np.ndarray, states: np.ndarray, weights: np.ndarray, weight_states: np.ndarray
) -> tuple[int, int]:
    """An exact weighted mean and its state; blank where no weight is above zero."""
    state = _state_of(states)
    if state != VALUE:
        return 0, state
    known = states == VALUE
    if not (weight_states[known] == VALUE).all():
        return 0, BLANK
    total = int(weights[known].sum())
    if total <= 0:
        return 0, BLANK
    products = sum(
        int(value) * int(weight) for value, weight in zip(values[known], weights[known], strict=True)
    )
    return rounded(Fraction(products, total)), VALUE


def _months_of(line: Line) -> range | tuple[int]:
    if line.over_time in ("last", "ratio_last"):
        return (periods.MARCH,)
    return range(periods.APRIL, periods.YEAR)


def _in_order(lines: Lines, codes: Sequence[str], kind: str) -> list[str]:
    """The codes so that a formula's parts, and a mean's weight, come before it. Raises ValueError for a
    circle."""
    done: dict[str, None] = {}
    under_way: set[str] = set()

    def visit(code: str) -> None:
        if code in done or code not in lines:
            return
        if code in under_way:
            raise ValueError(f"{code} is made of itself.")
        under_way.add(code)
        for part in _needs(lines[code], codes, kind):
            visit(part)
        done[code] = None

    for code in codes:
        visit(code)
    wanted = set(codes)
    return [code for code in done if code in wanted]


def _needs(line: Line, codes: Sequence[str], kind: str) -> Iterator[str]:
    for _, term in terms(line.formula_for(kind)):
        if term.endswith("*"):
            yield from (code for code in codes if code.startswith(term[:-1]))
        else:
            yield term
    if line.weight:
        yield line.weight
