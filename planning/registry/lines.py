"""The line catalogue: every line that a return may hold, in its round. One source for workbook, parser,
checks, pages, API and documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

from planning.registry.reference import VersionedEntry, once

REFERENCE = "reference"  # what the service knows of itself: in the catalogue, in no workbook
ELSEWHERE = {"IS": "independent sector", "OUT": "outside the system"}  # partners without a return here


class LineVersion(VersionedEntry):
    """A line's declaration as stored; `Line.from_entry` makes the object that the code works with."""

    class Meta(VersionedEntry.Meta):
        abstract = False
        constraints: ClassVar = once("line")


@dataclass(frozen=True)
class Line:
    """One line of a return. Money is in £000; income positive, expenditure negative."""

    code: str
    label: str
    return_kind: str  # activity, workforce, finance
    sheet: str  # the data sheet it stands on
    section: str  # the heading above it there
    measure_type: str  # Count, Numerator, Denominator, Mean, Amount, WTE, Rate
    unit: str  # spells, patients, £000, WTE …
    sign: str  # "+" only zero or more, "-" only zero or less, "any"
    over_time: str  # sum, last, avg, ratio, ratio_last, ratio_avg, wmean, annual, none
    over_organisations: str  # sum, wmean, none
    weight: str  # the line that weighs a wmean, else ""
    types: frozenset[str]  # ac, mh, am, icb: whose return holds it
    required: str  # required, optional, computed; reference: known to the service, in no workbook
    optional_for: frozenset[str]  # the types that may leave out what others must give
    baseline: str  # required, optional, none: may the 2019/20 column be left blank
    outturn: str  # required, optional, none
    decimals: int
    formula: str  # "E.M.10a + E.M.10b", else ""; for one whose formula differs by type see formula_icb
    formula_icb: str
    formula_scope: str  # "all": every column is computed; "plan": months and year only, the rest entered
    of_which: str  # the line it is a memorandum part of, else ""
    denominator: str  # for a Numerator: its denominator's code, else ""
    partners: tuple[tuple[str, tuple[str, ...]], ...]  # by type, whom it has a row for: icb, trust, IS, OUT
    counted_from: frozenset[str]  # the types whose rows a system sums; others are cross-checks
    definition: str
    source: str
    nhse_ref: str
    position: int = 0
    version: int = 1

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any], position: int = 0, version: int = 1) -> Line:
        """Read a declaration; defaults stand here and nowhere else. Raises KeyError for a missing key."""
        types = frozenset(entry["types"])
        return cls(
            code=entry["code"],
            label=entry["label"],
            return_kind=entry["return"],
            sheet=entry["sheet"],
            section=entry["section"],
            measure_type=entry["measure_type"],
            unit=entry["unit"],
            sign=entry.get("sign", "+"),
            over_time=entry["over_time"],
            over_organisations=entry.get("over_organisations", "wmean" if entry.get("weight") else "sum"),
            weight=entry.get("weight", ""),
            types=types,
            required=entry.get("required", "computed" if entry.get("formula") else "required"),
            optional_for=frozenset(entry.get("optional_for", ())),
            baseline=entry.get("baseline", "none"),
            outturn=entry.get("outturn", "required"),
            decimals=entry.get("decimals", 0),
            formula=entry.get("formula", ""),
            formula_icb=entry.get("formula_icb", ""),
            formula_scope=entry.get("formula_scope", "all"),
            of_which=entry.get("of_which", ""),
            denominator=entry.get("denominator", ""),
            partners=_partners(entry),
            counted_from=frozenset(entry.get("counted_from", types)),
            definition=entry.get("definition", ""),
            source=entry.get("source", ""),
            nhse_ref=entry.get("nhse_ref", ""),
            position=position,
            version=version,
        )

    @property
    def is_computed(self) -> bool:
        return bool(self.formula or self.formula_icb)

    @property
    def base_code(self) -> str:
        """`F.INC.ICB` for `F.INC.ICB@QU9`."""
        return self.code.partition("@")[0]

    @property
    def is_annual(self) -> bool:
        """One value a year, entered in the plan column; its months are locked."""
        return self.over_time == "annual"

    @property
    def has_year_of_months(self) -> bool:
        """Whether its months make the plan column: not where that is entered, nor where months make no year
        (no centile of a year follows from those of its months)."""
        return self.over_time not in ("annual", "none")

    def is_optional_for(self, kind: str) -> bool:
        """Whether an organisation of that kind may leave it blank."""
        return self.required == "optional" or kind in self.optional_for

    @property
    def required_for(self) -> frozenset[str]:
        """The types of organisation that must fill it in."""
        return self.types - self.optional_for if self.required == "required" else frozenset()

    @property
    def is_per_partner(self) -> bool:
        """Declared as `F.INC.ICB@`: its rows stand as `F.INC.ICB@QU9`, one a partner."""
        return bool(self.partners)

    def partners_for(self, kind: str) -> tuple[str, ...]:
        """Whom an organisation of that kind has rows for: "icb" and "trust", the members of its system, or of
        its trusts those of one type ("ac", "mh", "am"); "IS", the independent sector; "OUT", bodies outside."""
        return dict(self.partners).get(kind, ())

    def for_partner(self, ods: str) -> Line:
        """The row of one partner: `F.INC.ICB@` becomes `F.INC.ICB@QU9`. Nobody has to fill in a row for those
        who make no return here (IS, OUT)."""
        row = replace(self, code=f"{self.base_code}@{ods}", label=f"{self.label} ({ELSEWHERE.get(ods, ods)})")
        return replace(row._as_optional(), over_organisations="none") if ods in ELSEWHERE else row

    def as_held_by(self, kind: str, whole_is_held: bool = True) -> Line:
        """The line as it stands in that type's return: optional where it is optional for that type, and part of
        another line only where that type has the whole."""
        line = self._as_optional() if kind in self.optional_for else self
        return line if whole_is_held else replace(line, of_which="")

    def _as_optional(self) -> Line:
        """The same line with nothing of it to be filled in."""
        baseline, outturn = (
            "optional" if asked == "required" else asked for asked in (self.baseline, self.outturn)
        )
        return replace(self, required="optional", baseline=baseline, outturn=outturn)

    def formula_for(self, kind: str) -> str:
        """The formula that counts for an organisation of that kind ("" where it enters the line)."""
        return (self.formula_icb or self.formula) if kind == "icb" else self.formula


def _partners(entry: Mapping[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`partners: {ac: [icb, OUT]}`, type by type."""
    declared = entry.get("partners", {})
    return tuple((kind, tuple(declared[kind])) for kind in sorted(declared))


_TERM = re.compile(r"\s*([+-]?)\s*([A-Z][\w.@*{}]*)")


@lru_cache(maxsize=10_000)
def terms(formula: str) -> tuple[tuple[int, str], ...]:
    """`a + b - c` as signed codes ((1, "a"), (1, "b"), (-1, "c")). Raises ValueError where it is not that."""
    found, at = [], 0
    while at < len(formula):
        match = _TERM.match(formula, at)
        if match is None:
            raise ValueError(f"'{formula}' is not a sum of lines.")
        found.append((-1 if match[1] == "-" else 1, match[2]))
        at = match.end()
    return tuple(found)


class Lines(Mapping[str, Line]):
    """The catalogue of one round, in the file's order; partner lines stand as `CODE@` and are made
    for a system's members by `of_return`."""

    def __init__(self, round_code: str, lines: Iterable[Line]) -> None:
        self.round = round_code
        self._lines = {line.code: line for line in lines}
        self._partners: dict[str, Line] = {}  # rows of partners, once they have been asked for

    @classmethod
    def load(cls, round_code: str) -> Lines:
        """From the store, one query."""
        rows = LineVersion.objects.filter(round_id=round_code, is_current=True, retired=False)
        return cls(round_code, (Line.from_entry(row.entry, row.position, row.version) for row in rows))

    def __getitem__(self, code: str) -> Line:
        """A line by code; `F.INC.ICB@QU9` is found by its declaration `F.INC.ICB@`."""
        found = self._lines.get(code) or self._partners.get(code)
        if found is not None:
            return found
        base, at, partner = code.partition("@")
        if not (at and partner):
            return self._lines[code]
        return self._partners.setdefault(code, self._lines[f"{base}@"].for_partner(partner))

    def __contains__(self, code: object) -> bool:
        try:
            self[str(code)]
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def of_return(self, return_kind: str, kind: str, partners: Mapping[str, Iterable[str]]) -> list[Line]:
        """The lines of one organisation's return, partner rows made: `partners` gives the codes of the
        system's "icb" and "trust" members, and of its "ac", "mh" and "am" trusts. In the order of the catalogue;
        what is reference is left out."""
        named = {**{code: (code,) for code in ELSEWHERE}, **partners}
        found: list[Line] = []
        for declared in self._lines.values():
            if declared.return_kind != return_kind or kind not in declared.types:
                continue
            if declared.required == REFERENCE:
                continue
            whole = self._lines.get(declared.of_which)
            line = declared.as_held_by(kind, whole is not None and kind in whole.types)
            if line.is_per_partner:
                families = line.partners_for(kind)
                found.extend(line.for_partner(ods) for family in families for ods in named.get(family, ()))
            else:
                found.append(line)
        return found
