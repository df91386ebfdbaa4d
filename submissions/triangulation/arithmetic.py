"""Arithmetic: T41, totals are the sums they say they are.

Totals typed or cached in a workbook are compared when it is read. Here: what is entered twice (bank and
agency pay by group against their total), and a system's totals, added up from its members', against the
system's parts: its position and every other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planning.plan.array import BLANK, NO_RETURN, Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    SYSTEM,
    Breach,
    agree,
    count,
    figures_at,
    in_order,
    judges,
    relative_size,
    subject,
)
from planning.registry import periods
from planning.registry.lines import terms

SPLIT = ("F.PAY.BNK", "F.PAY.AGY")


@judges("T41")
def totals_are_sums(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Pay by group sums to its total in each period where any group is given and none is blank; on a
    system's plan, each finance total of the year (F.AFP, F.EXP.TOTAL, F.RISK.NET …) is the sum of what trusts
    and ICB make it from. Within £1,000."""
    yield from in_order(breach for o in range(len(plan.members)) for breach in _member(plan, rule, o))


def _member(plan: Plan, rule: Rule, o: int) -> Iterator[Breach]:
    if plan.members[o].kind == SYSTEM:
        for total in plan.codes:
            if plan.lines[total].return_kind == "finance" and plan.lines[total].is_computed:
                yield from _sum_against(plan, rule, o, total, _made_of(plan, total), (periods.YEAR,))
        return
    for total in SPLIT:
        groups = [(1, code) for code in plan.groups(f"{total}.")]
        yield from _sum_against(plan, rule, o, total, groups, range(periods.OUTTURN, periods.YEAR))


def _made_of(plan: Plan, total: str) -> list[tuple[int, str]]:
    """The parts of both formulas, the trusts' and the ICB's, families written out."""
    line = plan.lines[total]
    found: dict[tuple[int, str], None] = {}
    for sign, term in (*terms(line.formula), *terms(line.formula_icb)):
        codes = plan.groups(term[:-1]) if term.endswith("*") else [term]
        found.update(((sign, code), None) for code in codes)
    return list(found)


def _sum_against(
    plan: Plan, rule: Rule, o: int, total: str, signed: Sequence[tuple[int, str]], places: Sequence[int]
) -> Iterator[Breach]:
    broken = []
    for place in places:
        parts = _parts_sum(plan, o, signed, place)
        whole = figures_at(plan, o, (total,), place)
        if parts is not None and whole is not None and not agree(whole[0], parts, rule.tolerance):
            broken.append((place, whole[0], parts))
    if broken:
        yield _breach(plan, o, total, signed, broken)


def _parts_sum(plan: Plan, o: int, signed: Sequence[tuple[int, str]], place: int) -> int | None:
    """The sum of parts, n/a ones as nothing; None where none is given or any is blank."""
    ods, found = plan.members[o].ods, []
    for sign, code in signed:
        figure = plan.figure(ods, code, place)
        if figure is None and plan.state(ods, code, place) in (BLANK, NO_RETURN):
            return None
        found.append(sign * (figure or 0) if figure is not None else None)
    given = [figure for figure in found if figure is not None]
    return sum(given) if given else None


def _breach(
    plan: Plan, o: int, total: str, signed: Sequence[tuple[int, str]], broken: list[tuple[int, int, int]]
) -> Breach:
    place, whole, parts = broken[0]
    gap = abs(whole - parts)
    label = periods.month_label(plan.periods[place])
    rest = f" The same goes for {len(broken) - 1} more of its periods." if len(broken) > 1 else ""
    return Breach(
        organisation=subject(plan.members[o]),
        line=total,
        period=plan.periods[place],
        actual=whole / SCALE,
        expected=parts / SCALE,
        gap=gap / SCALE,
        unit=plan.lines[total].unit,
        message=(
            f"“{plan.lines[total].label}” ({total}) is {count(whole, 1)} £000 in {label}, its parts add up to "
            f"{count(parts, 1)} £000: {count(gap, 1)} £000 apart.{rest}"
        ),
        inputs=((total, place), *((code, place) for _, code in signed)),
        size=relative_size(gap, parts),
        closes_with=f"{count(gap, 1)} £000 between the total and its parts",
        numbers=f"{count(whole, 1)} = {count(parts, 1)}",
    )
