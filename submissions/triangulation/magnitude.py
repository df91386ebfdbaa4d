"""Units by magnitude, T42(e): a finance return typed in £ in one column and in £000 in another."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from statistics import median

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, months_of, number, pounds, subject
from planning.registry import periods
from planning.registry.lines import Line

# What may well change by more than fivefold: results, adjustments, one-off and capital lines.
MOVES = frozenset({"AFP", "ADJ", "UND", "ERF", "NR", "NROTH", "BR", "CAP"})


def typed_in_another_unit(plan: Plan, rule: Rule, o: int) -> Iterator[Breach]:
    """The median over entered £000 lines of plan to outturn, in size, within the limits `low` to `high`; if it
    is, each line whose outturn has the limit `line` (£000). A line with 0 on either side tells nothing."""
    low, high = fraction(rule.limits["low"]), fraction(rule.limits["high"])
    ratios = dict(_ratios(plan, o))
    if not ratios:
        return
    middle = median(ratios.values())
    if not low <= middle <= high:
        yield _whole_return(plan, o, list(ratios), middle)
        return
    least = fraction(rule.limits["line"]) * SCALE
    for code, ratio in ratios.items():
        if not low <= ratio <= high and abs(_figure(plan, o, code, periods.OUTTURN)) >= least:
            yield _one_line(plan, o, code, ratio, (low, high))


def _ratios(plan: Plan, o: int) -> Iterator[tuple[str, Fraction]]:
    for code in plan.codes:
        if _is_compared(plan.lines[code]):
            year, before = _figure(plan, o, code, periods.YEAR), _figure(plan, o, code, periods.OUTTURN)
            if year and before:
                yield code, abs(Fraction(year, before))


def _is_compared(line: Line) -> bool:
    is_money = line.return_kind == "finance" and line.unit == "£000"
    return is_money and not line.is_computed and not MOVES & set(line.base_code.split("."))


def _figure(plan: Plan, o: int, code: str, place: int) -> int:
    return plan.figure(plan.members[o].ods, code, place) or 0


def _whole_return(plan: Plan, o: int, codes: list[str], middle: Fraction) -> Breach:
    is_plan = middle > 1
    typed, other = ("plan", "outturn") if is_plan else ("outturn", "plan")
    place = periods.YEAR if is_plan else periods.OUTTURN
    times = number(middle if is_plan else 1 / middle)
    return Breach(
        organisation=subject(plan.members[o]),
        line=codes[0],
        period=plan.periods[place],
        actual=float(middle),
        expected=1.0,
        gap=float(abs(middle - 1)),
        unit="times",
        message=(
            f"Over {len(codes)} lines the {typed} is typically {times} times the {other}. The {typed} looks typed in "
            f"£, the {other} in £000. Enter every figure of this return in £000."
        ),
        inputs=tuple((code, at) for code in codes for at in (periods.YEAR, periods.OUTTURN)),
        size=10.0,
        closes_with=f"The {typed} in £000",
        numbers=f"median of plan / outturn = {number(middle, 3)}",
    )


def _one_line(plan: Plan, o: int, code: str, ratio: Fraction, limits: tuple[Fraction, Fraction]) -> Breach:
    line = plan.lines[code]
    year, before = (_figure(plan, o, code, place) for place in (periods.YEAR, periods.OUTTURN))
    nearest = limits[0] if ratio < limits[0] else limits[1]
    return Breach(
        organisation=subject(plan.members[o]),
        line=code,
        period=plan.periods[periods.YEAR],
        actual=year / SCALE,
        expected=before / SCALE,
        gap=abs(year - before) / SCALE,
        unit=line.unit,
        message=(
            f"“{line.label}” ({code}) is {pounds(year)} in the plan and {pounds(before)} in the outturn: "
            f"{number(ratio, 2)} times as much. See whether one of the two is in £, or say what changes."
        ),
        inputs=((code, periods.YEAR), (code, periods.OUTTURN)),
        size=min(10.0, float(abs(ratio - nearest) / nearest)),
        closes_with="Both figures in £000, or a reason",
        numbers=f"{number(year / SCALE, 1)} / {number(before / SCALE, 1)} = {number(ratio, 3)}",
        months=months_of(plan, o, code),
        needs_acceptance=False,
    )
