"""Efficiency: F-04, the share that a system was asked for is planned, by it and by each of its bodies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from finance.position import income_and_spend, operating_spend
from finance.rules.members import behind
from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, judges, per_cent, pounds, relative_size, subject
from planning.registry import periods
from planning.registry.organisations import ICB

EFFICIENCY, ASKED = "F.EFF.TOTAL", "F.SYS.EFFREQ"
DENOMINATOR = "efficiency_denominator"  # the assumption that says what efficiency is a share of
SPEND, INCOME = 1, 2
_WORDS = {SPEND: "spend", INCOME: "income"}


@dataclass(frozen=True)
class _Efficiency:
    """A body's efficiency, what it is a share of and the share that was asked for, exact; whose ask that is."""

    planned: int
    whole: int
    asked: Fraction
    system: str

    @property
    def needed(self) -> Fraction:
        return self.asked * self.whole

    @property
    def share(self) -> Fraction:
        return Fraction(self.planned, self.whole)


@judges("F-04")
def efficiency_is_what_was_asked_for(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`F.EFF.TOTAL >= F.SYS.EFFREQ x` operating spend by size (1) or income (2), as the assumption
    `efficiency_denominator` says; a system's spend and income without what its ICB pays its trusts. Not assessable
    where the system was set no share. Raises KeyError where the round has no such assumption."""
    kind = int(rule.parameters[DENOMINATOR])
    for o in range(len(plan.members)):
        found = _efficiency(plan, o, kind)
        if found is not None and found.planned < found.needed:
            yield _short(plan, o, found, kind)


def _efficiency(plan: Plan, o: int, kind: int) -> _Efficiency | None:
    member = plan.members[o]
    asked = plan.set_for(member.ods, ASKED)
    planned = plan.figure(member.ods, EFFICIENCY, periods.YEAR)
    whole = _whole(plan, o, kind)
    if asked is None or planned is None or not whole:
        return None
    return _Efficiency(planned, abs(whole), Fraction(asked[1], SCALE), asked[0])


def _whole(plan: Plan, o: int, kind: int) -> int | None:
    """Spend or income of a body, or of a system net of what passes between its members."""
    found = behind(plan)
    members, parts = (plan, (plan.members[o],)) if found is None else found
    eliminate = None if found is None else plan.members[o].ods
    if kind == INCOME:
        return income_and_spend(members, parts, eliminate)[0]
    return operating_spend(members, parts, eliminate)


def _short(plan: Plan, o: int, found: _Efficiency, kind: int) -> Breach:
    member, short = plan.members[o], pounds(round(found.needed - found.planned))
    whole = f"{_WORDS[kind]} of {pounds(found.whole)}"
    share = _shown(found.share, found.asked)
    return Breach(
        organisation=subject(member),
        line=EFFICIENCY,
        period=plan.periods[periods.YEAR],
        actual=float(found.share * 100),
        expected=float(found.asked * 100),
        gap=float((found.asked - found.share) * 100),
        unit="%",
        message=(
            f"Efficiency of {pounds(found.planned)} is {share} of {whole}"
            f"{', payments between its bodies left out' if subject(member) is None else ''}; "
            f"{per_cent(found.asked)} is asked. {short} is missing."
        ),
        inputs=tuple((code, periods.YEAR) for code in (EFFICIENCY, *_lines(plan, o, kind))),
        cells=() if subject(member) is None else _cells(plan, o, kind, found.system),
        size=relative_size(found.needed - found.planned, found.needed),
        closes_with=f"{short} more efficiency",
        numbers=f"{pounds(found.planned)} / {pounds(found.whole)} = {share} < {per_cent(found.asked)}",
    )


def _shown(share: Fraction, asked: Fraction) -> str:
    """Enough decimals that a share just below the ask is not shown as the ask."""
    return per_cent(share) if per_cent(share) != per_cent(asked) else per_cent(share, 3)


def _lines(plan: Plan, o: int, kind: int) -> list[str]:
    by_kind = {SPEND: ("F.EXP.TOTAL", "F.ICB.EXP"), INCOME: ("F.INC.TOTAL", "F.ICB.ALLOC")}[kind]
    member = plan.members[o]
    if subject(member) is not None:
        return [by_kind[1] if member.kind == ICB else by_kind[0]]
    between = plan.groups("F.ICB.PROV@") if kind == SPEND else [f"F.INC.ICB@{member.ods}"]
    return [code for code in (*by_kind, *between) if code in plan.place]


def _cells(plan: Plan, o: int, kind: int, system: str) -> tuple[tuple[str, str, int], ...]:
    ods = plan.members[o].ods
    own = ((ods, code, periods.YEAR) for code in (EFFICIENCY, *_lines(plan, o, kind)))
    return (*own, (system, ASKED, periods.YEAR))
