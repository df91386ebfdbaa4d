"""A body's figures, or several bodies' added up: exact, None wherever one that should be there is missing."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from planning.plan.array import NOT_APPLICABLE, VALUE, Plan
from planning.plan.exact import SCALE, fraction
from planning.registry import periods
from planning.registry.lines import REFERENCE, terms
from submissions.oddity.declared import declared

WEIGHT, DAYS = "weight.", "working_days."
MONTHS = range(periods.APRIL, periods.YEAR)
Parameters = Mapping[str, Decimal]
ParametersOf = Callable[[str], Parameters]  # an organisation's assumptions by its ODS code


class Figures:
    """The figures of some bodies of a plan together. All are in their lines' units; expenditure by its size."""

    def __init__(self, plan: Plan, bodies: Sequence[str], parameters_of: ParametersOf) -> None:
        self.plan, self.bodies, self.parameters_of = plan, tuple(bodies), parameters_of
        self._shares: dict[tuple[str, bool], list[Fraction]] = {}  # each month's share of a mean month's days
        self._weights: dict[str, Mapping[str, Fraction]] = {}

    def of(self, lines: str, place: int) -> Fraction | None:
        """A sum of lines in a period, `W.AGY.*` for a family. A body without the line by its type adds nothing, and
        n/a neither; one that should hold it and has none makes it unknown, and so does a sum that nobody holds."""
        total, is_there = 0, False
        codes = self._codes(lines)
        for ods in self.bodies:
            for sign, code in codes:
                if not self._holds(ods, code):
                    continue
                figure = self.plan.figure(ods, code, place)
                if figure is not None:
                    total += -sign * figure if self.plan.lines[code].sign == "-" else sign * figure
                    is_there = True
                elif self.plan.state(ods, code, place) != NOT_APPLICABLE:
                    return None
        return Fraction(total, SCALE) if is_there else None

    def deflated(self, lines: str, place: int, by: str) -> Fraction | None:
        """The same at the outturn's pay and prices: each body's figure without what the assumption `by` adds."""
        parts = [self._deflated(ods, lines, place, by) for ods in self.bodies]
        known = [part for part in parts if part is not None]
        return sum(known, Fraction(0)) if known and len(known) == len(parts) else None

    def weighted(self, place: int) -> Fraction | None:
        """Weighted activity: each line times what one of it weighs; in months at the year's mean number of days."""
        return self._add(lambda ods: self._weighted(ods, place))

    def unweighted(self) -> list[str]:
        """The bodies whose type has no weights: their activity cannot be added up."""
        return [ods for ods in self.bodies if not self.weights(ods)]

    def missing(self, lines: str, place: int) -> list[tuple[str, str]]:
        """(organisation, line) of what is not there."""
        return [
            (ods, code)
            for ods in self.bodies
            for _, code in self._codes(lines)
            if self._holds(ods, code) and self.plan.state(ods, code, place) not in (VALUE, NOT_APPLICABLE)
        ]

    def weights(self, ods: str) -> Mapping[str, Fraction]:
        """What one of each line weighs for a body: the round's assumptions for acute trusts, else as declared."""
        if ods not in self._weights:
            self._weights[ods] = self._weights_of(ods)
        return self._weights[ods]

    def _weights_of(self, ods: str) -> Mapping[str, Fraction]:
        kind = self._kind(ods)
        if kind in declared().weights:
            return declared().weights[kind]
        if kind != "ac":
            return {}
        given = self.parameters_of(ods).items()
        found = {
            code.removeprefix(WEIGHT): fraction(value) for code, value in given if code.startswith(WEIGHT)
        }
        return {line: weight for line, weight in found.items() if weight and line in self.plan.lines}

    def _deflated(self, ods: str, lines: str, place: int, by: str) -> Fraction | None:
        rate = self.parameters_of(ods).get(by)
        own = Figures(self.plan, [ods], self.parameters_of).of(lines, place)
        return None if rate is None or own is None else own / (1 + fraction(rate))

    def _add(self, read: Callable[[str], Fraction | None]) -> Fraction | None:
        parts = [read(ods) for ods in self.bodies]
        known = [part for part in parts if part is not None]
        return sum(known, Fraction(0)) if known and len(known) == len(parts) else None

    def _weighted(self, ods: str, place: int) -> Fraction | None:
        total, is_there = Fraction(0), False
        for code, weight in self.weights(ods).items():
            if self._is_without(ods, code):
                continue
            figure = self.plan.figure(ods, code, place)
            if figure is None:
                return None
            total += weight * figure * self._to_mean_month(ods, code, place)
            is_there = True
        return total / SCALE if is_there else None

    def _is_without(self, ods: str, code: str) -> bool:
        """Whether a body says n/a to the line in plan and outturn alike: it has no such service."""
        states = {self.plan.state(ods, code, place) for place in (periods.OUTTURN, periods.YEAR)}
        return states == {NOT_APPLICABLE}

    def _to_mean_month(self, ods: str, code: str, place: int) -> Fraction:
        if place not in MONTHS:
            return Fraction(1)
        key = (ods, code in declared().by_working_day)
        if key not in self._shares:
            days = self._days(*key)
            whole = sum(days, Fraction(0))
            self._shares[key] = [whole / 12 / month for month in days]
        return self._shares[key][place - periods.APRIL]

    def _days(self, ods: str, is_by_working_day: bool) -> list[Fraction]:
        months = self.plan.periods[periods.MONTHS]
        given = self.parameters_of(ods)
        if is_by_working_day and all(f"{DAYS}{month}" in given for month in months):
            return [fraction(given[f"{DAYS}{month}"]) for month in months]
        return [Fraction(calendar.monthrange(int(month[:4]), int(month[5:]))[1]) for month in months]

    def _codes(self, lines: str) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        for sign, term in terms(lines):
            codes = self.plan.groups(term[:-1]) if term.endswith("*") else [term]
            found.extend((sign, code) for code in codes)
        return found

    def _holds(self, ods: str, code: str) -> bool:
        line = self.plan.lines.get(code)
        return line is not None and line.required != REFERENCE and self._kind(ods) in line.types

    def _kind(self, ods: str) -> str:
        return self.plan.members[self.plan.row[ods]].kind
