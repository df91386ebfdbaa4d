"""A breach as its options are looked for: whose figures, of which period, and the lines that could bear a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach
from planning.registry import periods
from planning.registry.organisations import TRUST_TYPES
from submissions.closing.options import Option
from submissions.oddity.figures import MONTHS, Figures


@dataclass(frozen=True)
class Case:
    """`bodies` are the organisation, or of a system's own finding its trusts that count; `system` its ICB's code."""

    plan: Plan
    bodies: tuple[str, ...]
    system: str
    parameters: Mapping[str, Decimal]
    line: str
    period: str
    rule: Rule | None = None
    breach: Breach | None = None

    @classmethod
    def of(cls, plan: Plan, rule: Rule, breach: Breach, system: str) -> Case:
        bodies = (breach.organisation,) if breach.organisation else counted(plan)
        return cls(plan, bodies, system, rule.parameters, breach.line, breach.period, rule, breach)

    @property
    def place(self) -> int:
        return self.plan.periods.index(self.period) if self.period in self.plan.periods else periods.YEAR

    def figure(self, lines: str, place: int = periods.YEAR) -> Fraction | None:
        """A sum of lines in their unit, expenditure by its size."""
        return Figures(self.plan, self.bodies, lambda ods: self.parameters).of(lines, place)

    def both(self, lines: str) -> tuple[Fraction, Fraction] | None:
        """The year and the outturn; None where either is missing, or the outturn nothing."""
        now, before = self.figure(lines), self.figure(lines, periods.OUTTURN)
        return (now, before) if now is not None and before else None

    def activity(self, place: int = periods.YEAR) -> Fraction | None:
        return Figures(self.plan, self.bodies, lambda ods: self.parameters).weighted(place)

    def parameter(self, code: str) -> Fraction | None:
        found = self.parameters.get(code)
        return None if found is None else fraction(found)

    def largest(self, family: str) -> str:
        """The line of a family (`W.SUB.`) that has most in the year; "" where none has any."""
        sizes = [(self.figure(code) or Fraction(0), code) for code in self.plan.groups(family)]
        size, code = max(sizes, default=(Fraction(0), ""))
        return code if size else ""

    def option(
        self,
        head: str,
        line: str,
        amount: Fraction | None,
        place: int = periods.YEAR,
        also: tuple[tuple[str, Fraction], ...] = (),
        moves: str = "",
        until: int | None = None,
    ) -> list[Option]:
        """One option on an entered line; none where its size is not known. `amount` with the line's own sign; of one
        month where `place` is one, or of each from it to `until`."""
        if amount is None or not line or line not in self.plan.place or not amount:
            return []
        declared = self.plan.lines[line]
        planned = self.signed(line, place)
        named = (head, line, declared.label, amount, declared.unit, planned, declared.return_kind)
        last = place if until is None else until
        is_month = place in MONTHS and not declared.is_annual
        months = (self.plan.periods[place], self.plan.periods[last]) if is_month else ("", "")
        also = (*also, *self._by_group(line, amount, place))
        return [Option(*named, also=also, moves=moves, months=months)]

    def _by_group(self, line: str, amount: Fraction, place: int) -> Iterator[tuple[str, Fraction]]:
        """Bank and agency pay by staff group, where given, follow their total: else T41 would stop the return."""
        whole = self.signed(line, place) if line in ("F.PAY.BNK", "F.PAY.AGY") else None
        for code in self.plan.groups(f"{line}.") if whole else ():
            part = self.signed(code, place)
            if whole and part:
                yield code, amount * part / whole

    def signed(self, line: str, place: int) -> Fraction | None:
        """The line as returned, with its own sign, all bodies together."""
        found = [self.plan.figure(ods, line, place) for ods in self.bodies]
        known = [figure for figure in found if figure is not None]
        return Fraction(sum(known), SCALE) if known else None


def counted(plan: Plan) -> tuple[str, ...]:
    """The trusts of a plan that its system counts."""
    return tuple(m.ods for m in plan.members if m.kind in TRUST_TYPES and not m.served_by)
