"""Rules as declared: what a rule says, when it is broken, how bad that is, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, ClassVar

from planning.registry.reference import VersionedEntry, once


class RuleVersion(VersionedEntry):
    """A rule's declaration as stored; `Rule.from_entry` makes the object that the code works with."""

    class Meta(VersionedEntry.Meta):
        abstract = False
        constraints: ClassVar = once("rule")


@dataclass(frozen=True)
class Tolerance:
    """How far apart is still agreed. Breach only beyond both where both are given; relative to the larger
    side. `low` and `high` serve rules that hold a figure in a range; `by_unit` those whose absolute one
    depends on the line's unit."""

    absolute: Decimal = Decimal(0)
    relative: Decimal = Decimal(0)  # 0.005 is half a per cent
    low: Decimal | None = None
    high: Decimal | None = None
    text: str = ""
    by_unit: Mapping[str, Decimal] = field(default_factory=dict)

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Tolerance:
        def number(name: str) -> Decimal | None:
            return Decimal(str(entry[name])) if name in entry else None

        return cls(
            absolute=number("absolute") or Decimal(0),
            relative=number("relative") or Decimal(0),
            low=number("low"),
            high=number("high"),
            text=entry.get("text", ""),
            by_unit={unit: Decimal(str(value)) for unit, value in entry.get("by_unit", {}).items()},
        )


@dataclass(frozen=True)
class Rule:
    """One check or rule of a round. `returns` are those it needs: one, and it runs with that return's
    checks; several, and it waits for all of them, unless it judges each by itself."""

    code: str
    title: str  # the sentence that must hold
    formula: str
    severity: str  # block, explain, note
    needs_acceptance: bool
    acceptance_levels: frozenset[str]  # the levels at which the ICB must accept the reason
    tolerance: Tolerance
    returns: frozenset[str]
    types: frozenset[str]  # whose plan it judges
    levels: frozenset[str]  # organisation, system
    instruction: str  # what to do about it
    why: str  # why it matters
    missing: str  # what a missing input means: not_assessable, zero, not_applicable
    source: str
    trial: bool
    function: str  # the function that judges it: its own code unless the file says otherwise
    comparisons: tuple[Mapping[str, Any], ...]  # left, operator, right: judged by `declared`
    kind: str  # check (V), rule
    limits: Mapping[str, Decimal]  # named bounds of a rule that has several
    each_return: bool  # judged in each of its returns by itself, waiting for none of the others
    each_pair: bool  # of a system: judged for each trust with its ICB, waiting for those two alone
    wider: Mapping[
        str, Any
    ]  # returns and function of what can only be judged with these returns beside its own
    version: int = 1
    parameters: Mapping[str, Decimal] = field(default_factory=dict)
    reads: tuple[str, ...] = ()  # the assumptions that its function draws on, `weight.*` each that begins so
    allowed_because: str = ""  # why its tolerance is another than its declaration says, where it is

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any], version: int, parameters: Mapping[str, Decimal]) -> Rule:
        """Read a declaration; defaults stand here. Raises KeyError for a missing key."""
        return cls(
            code=entry["code"],
            title=entry["title"],
            formula=entry["formula"],
            severity=entry["severity"],
            needs_acceptance=entry.get("needs_acceptance", False),
            acceptance_levels=frozenset(
                entry.get("acceptance_levels", entry.get("levels", ("organisation",)))
            ),
            tolerance=Tolerance.from_entry(entry.get("tolerance", {})),
            returns=frozenset(entry["returns"]),
            types=frozenset(entry.get("types", ("ac", "mh", "am", "icb"))),
            levels=frozenset(entry.get("levels", ("organisation",))),
            instruction=entry["instruction"],
            why=entry.get("why", ""),
            missing=entry.get("missing", "not_assessable"),
            source=entry["source"],
            trial=entry.get("trial", False),
            function=entry.get("function", "declared" if entry.get("comparisons") else entry["code"]),
            comparisons=tuple(entry.get("comparisons", ())),
            kind=entry.get("kind", "rule"),
            limits={name: Decimal(str(limit)) for name, limit in entry.get("limits", {}).items()},
            each_return=entry.get("each_return", False),
            each_pair=entry.get("each_pair", False),
            wider=entry.get("wider", {}),
            version=version,
            parameters=parameters,
            reads=tuple(entry.get("reads", ())),
        )

    def with_tolerance(self, row: Mapping[str, Any]) -> Rule:
        """The same rule held to what a row of tolerances says: {absolute, relative, low, high, limits, text,
        reason}; what the row does not name stays."""
        given: dict[str, Any] = {
            name: Decimal(str(row[name])) for name in ("absolute", "relative", "low", "high") if name in row
        }
        limits = {name: Decimal(str(limit)) for name, limit in row.get("limits", {}).items()}
        return replace(
            self,
            tolerance=replace(self.tolerance, **given, text=row["text"]),
            limits={**self.limits, **limits},
            allowed_because=row["reason"],
        )

    def needs_only(self, return_kind: str) -> bool:
        """Whether that return alone is enough to judge it."""
        return self.returns == {return_kind} or (self.each_return and return_kind in self.returns)

    @property
    def is_across(self) -> bool:
        """Whether it sets several returns against each other."""
        return len(self.returns) > 1 and not self.each_return

    @property
    def widened(self) -> Rule | None:
        """The same rule for what it holds across more returns (T06 by staff group), None where it does not."""
        if not self.wider:
            return None
        returns = self.returns | frozenset(self.wider["returns"])
        return replace(self, returns=returns, function=self.wider["function"], wider={})


def version_in_force(round_code: str, code: str) -> RuleVersion | None:
    """A rule's declaration as it stands in a round, None for one that is not there or retired; one query."""
    return RuleVersion.objects.filter(round_id=round_code, code=code, is_current=True, retired=False).first()


def load_rules(round_code: str, parameters: Mapping[str, Decimal]) -> list[Rule]:
    """The round's rules in the order of their files, one query."""
    rows = RuleVersion.objects.filter(round_id=round_code, is_current=True, retired=False)
    return [Rule.from_entry(row.entry, row.version, parameters) for row in rows]
