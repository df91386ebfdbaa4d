"""Demand and capacity by month, as `data/capacity.yaml` declares them: exact sums of stored figures, no array.

A month is a Fraction of ten-thousandths, or a letter that says why there is none: b blank, n not applicable.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from planning.plan.exact import SCALE
from planning.registry import periods

DATA = Path(__file__).resolve().parent / "data" / "capacity.yaml"
BLANK, NOT_APPLICABLE = "b", "n"
Month = Fraction | str
Row = tuple[Sequence[int | None], str]  # fifteen exact figures and their letters
Rows = Mapping[str, Row]  # by line
_BEFORE = re.compile(r"before\((.+)\)")


@dataclass(frozen=True)
class Factor:
    """A line in a month, or with `before` a month earlier."""

    line: str
    before: bool = False

    def at(self, rows: Rows, place: int) -> Month:
        figures, states = rows.get(self.line, ((), ""))
        at = place - 1 if self.before else place
        if not states or states[at] == BLANK:
            return BLANK
        return Fraction(figures[at] or 0) if states[at] == "v" else NOT_APPLICABLE


@dataclass(frozen=True)
class Term:
    """Lines multiplied, with a sign, perhaps over the days of the month."""

    sign: int
    factors: tuple[Factor, ...]
    per_day: bool

    @classmethod
    def of(cls, text: str) -> Term:
        """`- E.B.28D`, `E.M.11b * LOC.LOSNEL / days`."""
        said = text.strip()
        sign = -1 if said.startswith("-") else 1
        product, _, days = said.removeprefix("-").partition("/")
        factors = tuple(_factor(part) for part in product.split("*"))
        return cls(sign, factors, days.strip() == "days")

    def at(self, rows: Rows, place: int, days: int) -> Month:
        found = [factor.at(rows, place) for factor in self.factors]
        letters = [one for one in found if isinstance(one, str)]
        if letters:
            return BLANK if BLANK in letters else NOT_APPLICABLE
        product = Fraction(self.sign)
        for one in found:
            product *= Fraction(one) / SCALE
        return product * SCALE / (days if self.per_day else 1)


def _factor(text: str) -> Factor:
    match = _BEFORE.fullmatch(text.strip())
    return Factor(match[1], True) if match else Factor(text.strip())


@dataclass(frozen=True)
class Series:
    """One column of a section."""

    label: str
    terms: tuple[Term, ...]
    level: bool = False  # it stands at a month's end, so that months make no year

    @classmethod
    def of(cls, declared: Mapping[str, Any]) -> Series:
        terms = tuple(Term.of(text) for text in declared["of"])
        return cls(declared["label"], terms, declared.get("level", False))

    @property
    def lines(self) -> list[str]:
        return [factor.line for term in self.terms for factor in term.factors]

    def months(self, rows: Rows, round_code: str) -> list[Month]:
        """April to March of one organisation. A blank term leaves the sum unknown; n/a adds nothing."""
        days = days_of(round_code)
        return [
            total(term.at(rows, place, days[at]) for term in self.terms)
            for at, place in enumerate(range(periods.APRIL, periods.YEAR))
        ]


def total(months: Iterable[Month]) -> Month:
    """A sum; blank where one of them is, n/a where all are."""
    found = list(months)
    if BLANK in found:
        return BLANK
    known = [one for one in found if isinstance(one, Fraction)]
    return sum(known, Fraction(0)) if known else NOT_APPLICABLE


@dataclass(frozen=True)
class Section:
    """One comparison: its series, its unit, and how its finding is said."""

    code: str
    title: str
    unit: str
    decimals: int
    adds_up: bool
    types: frozenset[str]
    demand: Series
    capacity: Series
    plan: Series | None
    also: tuple[Series, ...]
    gap: str
    share: str
    share_of: str
    over: str
    within: str
    note: str

    @classmethod
    def of(cls, declared: Mapping[str, Any]) -> Section:
        return cls(
            code=declared["code"],
            title=declared["title"],
            unit=declared["unit"],
            decimals=declared.get("decimals", 0),
            adds_up=declared.get("adds_up", False),
            types=frozenset(declared["types"]),
            demand=Series.of(declared["demand"]),
            capacity=Series.of(declared["capacity"]),
            plan=Series.of(declared["plan"]) if "plan" in declared else None,
            also=tuple(Series.of(one) for one in declared.get("also", ())),
            gap=declared["gap"],
            share=declared.get("share", ""),
            share_of=declared.get("share_of", "capacity"),
            over=declared["over"],
            within=declared["within"],
            note=declared.get("note", ""),
        )

    @property
    def series(self) -> tuple[Series, ...]:
        """Every column but the gap: demand, plan, capacity, then the rest."""
        plan = (self.plan,) if self.plan is not None else ()
        return (self.demand, *plan, self.capacity, *self.also)

    @property
    def lines(self) -> list[str]:
        return list(dict.fromkeys(code for one in self.series for code in one.lines))


@lru_cache
def sections() -> tuple[Section, ...]:
    """All sections, in the order of the file."""
    declared = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return tuple(Section.of(one) for one in declared["sections"])


def lines_needed() -> list[str]:
    return list(dict.fromkeys(code for section in sections() for code in section.lines))


@lru_cache
def days_of(round_code: str) -> tuple[int, ...]:
    """The days of the twelve months."""
    months = [code.split("-") for code in periods.codes(round_code)[periods.MONTHS]]
    return tuple(monthrange(int(year), int(month))[1] for year, month in months)


# --- several organisations -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Holder:
    """An organisation as a section reads it: its rows, None where it has not returned; `may_omit` are the lines that
    its type may leave blank."""

    name: str
    rows: Rows | None
    may_omit: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Worked:
    """A section worked out: a list of twelve for each of its series, and the gap. `given` of `expected` holders are in
    it; `missing` says who is not, and why. Nothing known at all where `given` is 0."""

    section: Section
    columns: dict[str, list[Month]]
    gap: list[Month]
    given: int
    expected: int
    missing: tuple[str, ...]

    @property
    def so_far(self) -> str:
        return f"{self.given} of {self.expected}" if 0 < self.given < self.expected else ""


def work_out(section: Section, holders: Sequence[Holder], round_code: str, *, alone: bool) -> Worked:
    """One organisation (`alone`: its blanks are shown as blank), or the sum of those that have returned every figure
    that demand and capacity need. Who may leave its lines out and does has no such service, and is not expected."""
    given: list[Holder] = []
    missing: list[str] = []
    for holder in holders:
        why = _why_not(section, holder, round_code)
        if why and not (alone and holder.rows is not None):
            missing.append(f"{holder.name}: {why}")
        elif alone or not _leaves_out(section, holder):
            given.append(holder)
    columns = {one.label: _added(one, given, round_code) for one in section.series}
    demand, capacity = columns[section.demand.label], columns[section.capacity.label]
    gap = [_less(one, other) for one, other in zip(demand, capacity, strict=True)]
    return Worked(section, columns, gap, len(given), len(given) + len(missing), tuple(missing))


def _added(series: Series, given: Sequence[Holder], round_code: str) -> list[Month]:
    every = [series.months(holder.rows or {}, round_code) for holder in given]
    if not every:
        return [BLANK] * 12
    return [total(months) for months in zip(*every, strict=True)]


def _why_not(section: Section, holder: Holder, round_code: str) -> str:
    """Why it cannot be added up; nothing where it can, or has none of it to add."""
    if holder.rows is None:
        return "activity not returned"
    if _leaves_out(section, holder):
        return ""
    for series in (section.demand, section.capacity):
        for code in series.lines:
            if BLANK in Series("", (Term(1, (Factor(code),), False),)).months(holder.rows, round_code):
                return f"{code} is blank"
    return ""


def _leaves_out(section: Section, holder: Holder) -> bool:
    """Whether it has left blank what its type may leave out."""
    wanted = {*section.demand.lines, *section.capacity.lines}
    if holder.rows is None or not wanted <= holder.may_omit:
        return False
    return all(set(holder.rows[code][1][periods.MONTHS]) <= {BLANK} for code in wanted if code in holder.rows)


def _less(one: Month, other: Month) -> Month:
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one - other
    return BLANK if BLANK in (one, other) else NOT_APPLICABLE
