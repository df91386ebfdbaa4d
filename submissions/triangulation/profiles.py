"""How a year's activity is spread over its months: T35 as the days are, T36 not all the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from planning.plan.array import Plan
from planning.plan.exact import SCALE, fraction
from planning.plan.rulebook import Rule
from planning.plan.rules import (
    Breach,
    count,
    in_order,
    judges,
    months_of,
    number,
    per_cent,
    relative_size,
    subject,
)
from planning.registry import periods
from planning.registry.lines import Line
from submissions.triangulation.days import calendar_days, working_days

# Planned care happens on working days; the tests of E.B.26 are its parts.
PLANNED = frozenset({"E.M.8", "E.M.9", "E.M.10a", "E.M.10b", "E.M.18", "E.M.19", "E.M.20"})
TESTS = "E.B.26"
HOLIDAYS = (0, 4, 8)  # April, August, December


@judges("T35")
def each_month_has_its_share_of_the_year(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Entered activity flows (lines that add up over the year, and denominators of their shares) with the
    limit `from` or more a year: each month per day within the limit `usual` of the year's mean per day, in
    April, August and December within `holidays`. Raises KeyError where the round has no working days."""
    kinds = {True: working_days(plan, rule), False: calendar_days(plan)}
    yield from in_order(
        breach
        for code in plan.codes
        if _is_flow(plan.lines[code])
        for breach in _uneven(plan, rule, code, kinds[is_planned(plan.lines[code])])
    )


def is_planned(line: Line) -> bool:
    """Whether its months go by working days; all others go by the calendar."""
    return line.base_code in PLANNED or line.code.startswith(TESTS)


def _is_flow(line: Line) -> bool:
    adds_up = line.over_time == "sum" or (line.over_time == "ratio" and line.measure_type == "Denominator")
    return line.return_kind == "activity" and adds_up and not line.is_computed


def _uneven(plan: Plan, rule: Rule, code: str, days: Sequence[Fraction]) -> Iterator[Breach]:
    least = fraction(rule.limits["from"]) * SCALE
    for o in range(len(plan.members)):
        months, year = _months(plan, o, code)
        if not months or year < least:
            continue
        expected = [year * day / sum(days) for day in days]
        over = [
            abs(figure / want - 1) / _allowed(rule, month)
            for month, (figure, want) in enumerate(zip(months, expected, strict=True))
        ]
        broken = [month for month in range(12) if over[month] > 1]
        if broken:  # one slip moves the mean, so that its eleven neighbours may stand out too
            worst = max(broken, key=over.__getitem__)
            yield _uneven_breach(plan, rule, o, code, months, expected, (worst, len(broken)))


def _allowed(rule: Rule, month: int) -> Fraction:
    return fraction(rule.limits["holidays" if month in HOLIDAYS else "usual"])


def _months(plan: Plan, o: int, code: str) -> tuple[list[int], int]:
    """The twelve months and their sum; nothing where one of them is missing."""
    found = [plan.figure(plan.members[o].ods, code, place) for place in range(periods.APRIL, periods.YEAR)]
    known = [figure for figure in found if figure is not None]
    return (known, sum(known)) if len(known) == 12 else ([], 0)


def _uneven_breach(
    plan: Plan,
    rule: Rule,
    o: int,
    code: str,
    months: list[int],
    expected: list[Fraction],
    broken: tuple[int, int],
) -> Breach:
    """`broken`: the month that stands out most, and how many stand out."""
    line, (month, number_broken) = plan.lines[code], broken
    seen, wanted = months[month], expected[month]
    share, place = seen / wanted - 1, periods.APRIL + month
    rest = f" {number_broken - 1} more of its months stand out too." if number_broken > 1 else ""
    per = "working days" if is_planned(line) else "days"
    return Breach(
        organisation=subject(plan.members[o]),
        line=code,
        period=plan.periods[place],
        actual=seen / SCALE,
        expected=float(wanted / SCALE),
        gap=float(abs(seen - wanted) / SCALE),
        unit=line.unit,
        message=(
            f"“{line.label}” ({code}) has {count(seen)} {line.unit} in {periods.month_label(plan.periods[place])}. "
            f"By its {per} the month's share of the year would be {number(wanted / SCALE)}: {per_cent(abs(share), 0)} "
            f"{'more' if share > 0 else 'less'}, where {per_cent(_allowed(rule, month), 0)} is usual.{rest}"
        ),
        inputs=tuple((code, at) for at in range(periods.APRIL, periods.YEAR)),
        size=relative_size(seen - wanted, wanted),
        closes_with=f"{number(abs(seen - wanted) / SCALE)} {line.unit} moved between months",
        numbers=f"{count(seen)} against {number(wanted / SCALE)}",
        months=months_of(plan, o, code),
        expected_months=tuple(float(want / SCALE) for want in expected),
    )


@judges("T36")
def months_are_not_all_the_same(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Entered activity lines that add up over the year, with the limit `from` or more a year."""
    least = fraction(rule.limits["from"]) * SCALE
    for o in range(len(plan.members)):
        for code in plan.codes:
            line = plan.lines[code]
            if line.return_kind != "activity" or line.over_time != "sum" or line.is_computed:
                continue
            months, year = _months(plan, o, code)
            if months and year >= least and len(set(months)) == 1:
                yield _flat(plan, o, line, months[0])


def _flat(plan: Plan, o: int, line: Line, month: int) -> Breach:
    return Breach(
        organisation=subject(plan.members[o]),
        line=line.code,
        period=plan.periods[periods.APRIL],
        actual=month / SCALE,
        expected=None,
        gap=None,
        unit=line.unit,
        message=(
            f"“{line.label}” ({line.code}) is {count(month)} {line.unit} in every month: it looks like a year's figure "
            "divided by twelve. Plan each month by its days and by what you expect in it."
        ),
        inputs=tuple((line.code, at) for at in range(periods.APRIL, periods.YEAR)),
        size=1.0,
        closes_with="Months that follow their days",
        numbers=f"{count(month)} in all twelve months",
        months=months_of(plan, o, line.code),
    )
